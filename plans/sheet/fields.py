"""The fields of an item and its targets as they are typed: title, cadence, target.0.floor, target.1.drop."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from plans.checking import goal_fault
from plans.columns import figure_text
from plans.draft import TO_FILL, DraftItem, DraftTarget
from plans.sheet.typed import Typed, cadence_reader, long_text, one_of, read_owner, words
from plans.typed import read_goal
from plans.words import Assignees, DuePolicy, Kind

GOALS = {"floor": "确保", "stretch": "力争"}
BY_PROGRAMME = ("due_policy", "ladder", "assignees", "form")
MOST_TARGETS = 200
Readers = dict[str, Callable[[str], Any]]


def read_item(typed: Typed, before: DraftItem, period: str) -> DraftItem:
    """The item with what was typed; faults stay in ``typed``.

    With another programme, what was left as the old programme proposed it is the new one's to propose.
    """
    given = {name: typed.read(name, read, getattr(before, name)) for name, read in _readers(period).items()}
    if given["programme"] != before.programme:
        given |= {name: None for name in BY_PROGRAMME if given[name] == getattr(before, name)}
    return before.model_copy(update=given | {"targets": read_targets(typed, before.targets)})


def _readers(period: str) -> Readers:
    return {
        "title": words("标题", 200, needed=True),
        "programme": words("业务线", 50, needed=True),
        "kind": one_of("类别", Kind),
        "owner": read_owner,
        "cadence": cadence_reader(period),
        "due_policy": one_of("遇休息日", DuePolicy),
        "assignees": one_of("谁填报", Assignees),
        "ladder": lambda text: words("催办阶梯", 50)(text) or None,
        "form": words("报表", 50),
        "text": long_text,
    }


def read_targets(typed: Typed, before: list[DraftTarget]) -> list[DraftTarget]:
    """The targets that stay, as they were typed, and behind them the new ones."""
    kept = [_target(typed, position, before[position]) for position in kept_positions(typed, len(before))]
    added = [
        _target(typed, position, DraftTarget(indicator="?", qualitative=True))
        for position in range(len(before), MOST_TARGETS)
        if typed.given.get(f"target.{position}.indicator", "").strip() and not _dropped(typed, position)
    ]
    return kept + added


def kept_positions(typed: Typed, count: int) -> list[int]:
    """Which of so many targets were not dropped."""
    return [position for position in range(count) if not _dropped(typed, position)]


def _dropped(typed: Typed, position: int) -> bool:
    return bool(typed.given.get(f"target.{position}.drop", "").strip())


def _target(typed: Typed, position: int, before: DraftTarget) -> DraftTarget:
    at = f"target.{position}"
    goals = {name: _goal(typed, f"{at}.{name}", label, getattr(before, name)) for name, label in GOALS.items()}
    indicator = typed.read(f"{at}.indicator", words("指标", 100, needed=True), before.indicator)
    if fault := goal_fault(indicator, goals["floor"], goals["stretch"]):
        typed.faults[f"{at}.floor"] = fault
    found: dict[str, Any] = {"indicator": indicator, **goals}
    found["unit"] = typed.read(f"{at}.unit", words("单位", 20), before.unit)
    found["masked"] = _is_masked(typed, at, before, goals)
    found["qualitative"] = before.qualitative and not found["masked"] and goals == {"floor": None, "stretch": None}
    return before.model_copy(update=found)


def _goal(typed: Typed, name: str, label: str, before: Decimal | None) -> Decimal | None:
    # A field that shows 待填 or an old number was not typed anew when it comes back as it was shown.
    if before is not None and typed.given.get(name, "").strip() == figure_text(before):
        return before
    return typed.read(name, lambda text: read_goal(label, text) if text.strip() else None, before)


def _is_masked(typed: Typed, at: str, before: DraftTarget, goals: dict[str, Decimal | None]) -> bool:
    """待填 was typed for a number, or the hidden number is still not known."""
    unknown = goals == {"floor": None, "stretch": None}
    said = [name for name in GOALS if typed.given.get(f"{at}.{name}", "").strip() == TO_FILL]
    known = any(goals[name] is not None and getattr(before, name) is None for name in GOALS)
    asked = any(unknown or getattr(before, name) is not None for name in said)
    return asked or (before.masked and not known)
