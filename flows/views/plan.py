"""工作计划: the plan as a tree of work lines and items with their lights, filtered, a page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.planning import rhythm
from flows.runtime import Runtime
from flows.views.items import CANCELLED, SHOWN_LIGHTS, LitItem, count_lights, light_word, lit_items
from flows.views.lines import Badge, Paged, TargetLine, pending, target_line
from flows.views.office import current_plan
from plans.periods import Period
from plans.programmes import Programmes
from plans.tables import Plan
from plans.words import Kind
from tasks.tables import Task
from tasks.targets import target_statuses

ITEMS_A_PAGE = 25
"""Each has a bar for every target; more would make the page heavy."""
LIGHTS = {one.value: light_word(one) for one in SHOWN_LIGHTS} | {CANCELLED: "已取消"}
KINDS = {one.value: one.label for one in Kind}


@dataclass(frozen=True)
class Wanted:
    """What of a plan is wanted. ``plan`` is its period's key, ``light`` a key of LIGHTS, ``kind`` one of KINDS,
    ``programme`` a programme's key; empty is all of them, without the cancelled."""

    plan: str = ""
    office: str = ""
    programme: str = ""
    light: str = ""
    kind: str = ""
    q: str = ""
    number: int = 1


@dataclass(frozen=True)
class ItemRow:
    """An item in the tree; ``due_on`` is when its next task is due, None while nothing is to be done."""

    item: LitItem
    rhythm: str
    due_on: date | None
    late: bool
    targets: Sequence[TargetLine]


@dataclass(frozen=True)
class Section:
    """A work line of the plan: how many items of each light it has in all, and those of this page."""

    name: str
    total: int
    lights: Sequence[tuple[Badge, int]]
    rows: Sequence[ItemRow]


@dataclass(frozen=True)
class PlanPage:
    """A page of the tree. ``plans`` are all there are, newest first; ``found`` holds the items of this page."""

    plan: Plan
    plans: Sequence[tuple[str, str]]
    period: str
    elapsed: float
    offices: Sequence[str]
    programmes: Sequence[tuple[str, str]]
    lights: Sequence[tuple[Badge, int]]
    sections: Sequence[Section]
    found: Paged[LitItem]


def plan_page(session: Session, runtime: Runtime, today: date, wanted: Wanted) -> PlanPage | None:
    """The wanted page of the wanted plan, or of the one that runs today; None before the first one starts."""
    plan = _plan(session, wanted.plan, today)
    if plan is None:
        return None
    items = lit_items(session, plan, today, runtime.gauge)
    left = _in_tree(_filtered(items, wanted))
    found = _page(left, wanted.number)
    period = Period.parse(plan.period)
    return PlanPage(
        plan=plan,
        plans=plan_periods(session),
        period=period.label,
        elapsed=period.elapsed(today),
        offices=_seen(item.office for item in items),
        programmes=[(key, name_of(key, runtime.programmes)) for key in _seen(item.programme for item in items)],
        lights=light_counts(left),
        sections=_sections(left, _rows(session, runtime, plan, found.rows, today), runtime.programmes),
        found=found,
    )


def name_of(programme: str, programmes: Programmes) -> str:
    """A work line's name; its key where the data has it no more."""
    return programmes[programme].name if programme in programmes else programme


def light_counts(items: Iterable[LitItem]) -> list[tuple[Badge, int]]:
    """How many items of each light there are, the most pressing first."""
    counts = count_lights(items)
    return [(Badge(light.value, light_word(light)), counts[light]) for light in SHOWN_LIGHTS if counts.get(light)]


def _plan(session: Session, key: str, today: date) -> Plan | None:
    named = session.exec(select(Plan).where(Plan.period == key)).first() if key else None
    return named or current_plan(session, today)


def plan_periods(session: Session) -> list[tuple[str, str]]:
    """Every plan's key and label, newest first."""
    keys = session.exec(select(Plan.period).order_by(col(Plan.id).desc()))
    return [(key, Period.parse(key).label) for key in keys]


def _seen(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _filtered(items: Sequence[LitItem], wanted: Wanted) -> list[LitItem]:
    return [item for item in items if _has_light(item, wanted.light) and _is_wanted(item, wanted)]


def _has_light(item: LitItem, light: str) -> bool:
    if item.cancelled or light == CANCELLED:
        return item.cancelled and light == CANCELLED
    return light in ("", item.light.value)


def _is_wanted(item: LitItem, wanted: Wanted) -> bool:
    pairs = ((wanted.office, item.office), (wanted.programme, item.programme), (wanted.kind, item.kind))
    words = wanted.q.casefold() in f"{item.title}\n{item.owner}".casefold()
    return words and all(asked in ("", has) for asked, has in pairs)


def _in_tree(items: Sequence[LitItem]) -> list[LitItem]:
    """Line by line, as the plan comes to each first; in a line by number."""
    order = {key: place for place, key in enumerate(_seen(item.programme for item in items))}
    return sorted(items, key=lambda item: (order[item.programme], item.number))


def _page(items: list[LitItem], number: int) -> Paged[LitItem]:
    number = max(1, min(number, -(-len(items) // ITEMS_A_PAGE)))
    first = (number - 1) * ITEMS_A_PAGE
    return Paged(items[first : first + ITEMS_A_PAGE], number, len(items), ITEMS_A_PAGE)


def _rows(session: Session, runtime: Runtime, plan: Plan, items: Sequence[LitItem], today: date) -> list[ItemRow]:
    period, ids = Period.parse(plan.period), [item.id for item in items]
    found = target_statuses(session, plan.id or 0, period, today, runtime.gauge.thresholds, ids)
    due, elapsed = _next_due(session, ids), period.elapsed(today)
    return [
        ItemRow(
            item=item,
            rhythm=rhythm(item.cadence, item.kind) or "未写明",
            due_on=due.get(item.id),
            late=item.id in due and due[item.id] < today,
            targets=[target_line(one, elapsed) for one in found.get(item.id, [])],
        )
        for item in items
    ]


def _next_due(session: Session, items: Sequence[int]) -> Mapping[int, date]:
    query = select_columns(col(Task.item_id), func.min(col(Task.due_on))).where(col(Task.item_id).in_(items), pending())
    return dict(session.execute(query.group_by(col(Task.item_id))).tuples().all())


def _sections(items: Sequence[LitItem], rows: Sequence[ItemRow], programmes: Programmes) -> list[Section]:
    whole = {key: list(group) for key, group in groupby(items, key=lambda item: item.programme)}
    return [
        Section(name_of(key, programmes), len(whole[key]), light_counts(whole[key]), list(group))
        for key, group in groupby(rows, key=lambda row: row.item.programme)
    ]
