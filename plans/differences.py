"""Differences between an item that runs and the same item of a new document, field by field, as people read them.

What the document does not say is never a difference.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plans.cadence import Cadence, CadenceError
from plans.columns import SCALE, figure_text, fits
from plans.draft import TO_FILL, DraftItem, DraftTarget
from plans.matching import Entry, bare, match_entries
from plans.programmes import Programmes
from plans.reading.lines_of_work import OTHER
from plans.tables import PlanItem, Target
from plans.units import UnitMismatch, convert
from plans.words import DuePolicy, Kind

NOTHING = "无"
LABELS = {
    "title": "标题",
    "text": "内容",
    "programme": "业务线",
    "kind": "类别",
    "cadence": "频次",
    "due_policy": "遇休息日",
    "owner": "责任人",
}
GOALS = {"floor": "确保", "stretch": "力争"}
ADDED, GONE, INDICATOR, UNIT = "added", "gone", "indicator", "unit"


@dataclass(frozen=True)
class Running:
    """An item as it runs: who has it, and its targets that were not dropped."""

    item: PlanItem
    owner: str
    targets: Sequence[Target] = ()


@dataclass(frozen=True)
class Difference:
    """One field that differs, before and after as people read them, and where the document says so.

    ``field`` is a field of the item, or of a target: floor, stretch, unit, indicator, added, gone; then ``target_id``
    is the running target and ``target`` the drafted one. ``value`` is what the field becomes, as typed. ``silent``:
    the document merely no longer has it.
    """

    key: str
    field: str
    label: str
    before: str
    after: str
    value: str = ""
    quote: str = ""
    target_id: int | None = None
    target: DraftTarget | None = None
    silent: bool = False


def item_differences(running: Running, drafted: DraftItem, programmes: Programmes) -> Iterator[Difference]:
    """What of the item the document says otherwise, its own fields first, then its targets."""
    now, said = standing(running), stated(drafted)
    for field, value in said.items():
        if _bare(field, now[field]) != _bare(field, value):
            before, after = (shown(field, text, programmes) for text in (now[field], value))
            key = f"item:{running.item.id}:{field}"
            quote = "" if field == "text" else drafted.text
            yield Difference(key, field, LABELS[field], before, after, value, quote)
    yield from _target_differences(running, drafted)


def standing(running: Running) -> dict[str, str]:
    """Each comparable field of an item as it runs, as typed."""
    return {field: str(getattr(running.item, field)) for field in LABELS if field != "owner"} | {"owner": running.owner}


def stated(drafted: DraftItem) -> dict[str, str]:
    """The comparable fields that a drafted item says something of, as typed. ``other`` says no line of work."""
    said = {field: str(getattr(drafted, field) or "").strip() for field in LABELS}
    return {field: value for field, value in said.items() if value not in _SILENT.get(field, ("", TO_FILL))}


_SILENT = {"programme": ("", OTHER)}


def cadence_key(text: str) -> str:
    """The one way to write a rhythm; what nobody can read stays as it is."""
    try:
        return str(Cadence.parse(text))
    except CadenceError:
        return text


_BARE: dict[str, Callable[[str], str]] = {"title": bare, "text": bare, "cadence": cadence_key}


def _bare(field: str, text: str) -> str:
    return _BARE.get(field, str)(text)


def shown(field: str, text: str, programmes: Programmes) -> str:
    """A field's value as people read it."""
    if not text:
        return "未写明" if field == "cadence" else NOTHING
    if field == "cadence":
        return _shown_cadence(text)
    if field == "programme":
        return programmes[text].name if text in programmes else text
    choices: dict[str, type[Kind] | type[DuePolicy]] = {"kind": Kind, "due_policy": DuePolicy}
    return choices[field](text).label if field in choices else text


def _shown_cadence(text: str) -> str:
    try:
        return Cadence.parse(text).label
    except CadenceError:
        return text


def goals_text(target: Target | DraftTarget) -> str:
    """确保5家，力争8家; 待填 while nobody knows it, 定性 where there is nothing to count."""
    if target.qualitative:
        return "定性"
    known = [(GOALS[name], getattr(target, name)) for name in GOALS if getattr(target, name) is not None]
    return "，".join(f"{label}{figure_text(value)}{target.unit}" for label, value in known) or TO_FILL


def _target_differences(running: Running, drafted: DraftItem) -> Iterator[Difference]:
    if not drafted.targets and not drafted.text:
        return
    item, wanted = f"item:{running.item.id}:target", drafted.targets
    olds = sorted(running.targets, key=lambda target: target.id or 0)
    entries = [target_entry(one, at) for at, one in enumerate(olds)]
    found = match_entries(entries, [target_entry(one) for one in wanted])
    for new, old in sorted(found.items()):
        yield from _changed_target(f"{item}:{olds[old].id}", olds[old], wanted[new])
    yield from (_added(f"{item}:new{at + 1}", one) for at, one in enumerate(wanted) if at not in found)
    yield from (_gone(f"{item}:{one.id}:gone", one) for at, one in enumerate(olds) if at not in found.values())


def _added(key: str, wanted: DraftTarget) -> Difference:
    after = f"{wanted.indicator} {goals_text(wanted)}"
    return Difference(key, ADDED, "指标", NOTHING, after, wanted.indicator, wanted.quote, target=wanted)


def _gone(key: str, old: Target) -> Difference:
    before = f"{old.indicator} {goals_text(old)}"
    return Difference(key, GONE, "指标", before, NOTHING, target_id=old.id, silent=True)


def target_entry(target: Target | DraftTarget, place: int = 0) -> Entry:
    """What a target is matched by. ``place`` is its place among those that run."""
    name, figures = bare(target.indicator), (rounded(target.floor), rounded(target.stretch))
    keys: tuple[Hashable, ...] = ((name, target.unit, figures), (name, target.unit), name)
    content = "" if isinstance(target, Target) else target.model_dump_json()
    return Entry(name, keys, (place, content), group=target.unit)


def rounded(value: Decimal | None) -> Decimal | None:
    """A figure as the database keeps it."""
    return None if value is None else round(value, SCALE).normalize()


def _changed_target(key: str, old: Target, wanted: DraftTarget) -> Iterator[Difference]:
    name = old.indicator

    def differing(field: str, label: str, before: str, after: str, value: str = "") -> Difference:
        return Difference(f"{key}:{field}", field, label, before, after, value, wanted.quote, old.id, wanted)

    if bare(name) != bare(wanted.indicator):
        yield differing(INDICATOR, "指标", name, wanted.indicator, wanted.indicator)
    goals = _goals_in(wanted, old.unit or wanted.unit)
    if goals is None:
        # A number means nothing without its unit: they change together.
        yield differing(UNIT, f"{name}的单位", goals_text(old), goals_text(wanted), wanted.unit)
        return
    if wanted.unit and not old.unit:
        yield differing(UNIT, f"{name}的单位", NOTHING, wanted.unit, wanted.unit)
    for goal, after in goals.items():
        before = rounded(getattr(old, goal))
        if after is not None and before != after:
            told = _figure(before, old), f"{figure_text(after)}{old.unit or wanted.unit}"
            yield differing(goal, f"{name}的{GOALS[goal]}", *told, figure_text(after))


def _goals_in(wanted: DraftTarget, unit: str) -> dict[str, Decimal | None] | None:
    """The drafted goals in the unit that runs (5000万元 is 0.5亿元), None where they measure something else."""
    found: dict[str, Decimal | None] = {}
    for goal in GOALS:
        value = getattr(wanted, goal)
        try:
            found[goal] = None if value is None else convert(value, wanted.unit or unit, unit)
        except UnitMismatch:
            return None
    known = [value for value in found.values() if value is not None]
    if not all(fits(value) for value in known) and wanted.unit != unit:
        return None
    return {goal: rounded(value) for goal, value in found.items()}


def _figure(value: Decimal | None, target: Target) -> str:
    if value is None:
        return TO_FILL if target.masked else NOTHING
    return f"{figure_text(value)}{target.unit}"
