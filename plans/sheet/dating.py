"""From what a document says of an item's time to a cadence; where nothing certain is said, none."""

from collections.abc import Iterable, Sequence
from datetime import date

from plans.cadence import Cadence, CadenceError
from plans.checking import period_of
from plans.periods import Period
from plans.reading.dates import cadence_of_deadline
from plans.sheet.model import Sheet, SheetItem, Standing
from plans.words import Kind

REPORTED = ("monthly", "quarterly")


def known_cadence(written: str | None) -> str:
    """A rhythm of the reading, where it is one with a date; empty for 定期."""
    try:
        return str(Cadence.parse(written)) if written else ""
    except CadenceError:
        return ""


def rhythm_of(written: str | None, kind: Kind) -> str:
    """The rhythm an item gets by what the document says of it.

    A goal reports its progress: only by a month or a quarter. That its subject is done every week or every year says
    nothing of that.
    """
    cadence = known_cadence(written)
    return cadence if kind is not Kind.GOAL or cadence.startswith(REPORTED) else ""


def single_day(cadence: str | None) -> date | None:
    """The day of a cadence that comes once."""
    return date.fromisoformat(cadence.removeprefix("once:")) if cadence and cadence.startswith("once:") else None


def cadence_by_deadlines(deadlines: Iterable[str], kind: Kind, period: str) -> str:
    """The first of the deadlines with a certain day inside the plan's period; empty where there is none.

    A goal keeps its monthly progress unless exactly one day before the plan's end is said.
    """
    plan = period_of(period)
    said = dict.fromkeys(cadence_of_deadline(words, period or None) or "" for words in deadlines)
    found = [cadence for cadence in said if cadence and _inside(cadence, plan)]
    if kind is not Kind.GOAL:
        return next(iter(found), "")
    ahead = [cadence for cadence in found if plan is None or single_day(cadence) != plan.last]
    return ahead[0] if len(found) == 1 and ahead else ""


def deciding(deadlines: Sequence[str], kind: Kind, quotes: Iterable[str], table_row: bool) -> list[str]:
    """The deadlines that say when the whole item is due.

    In prose those of a goal are the ones its targets are promised by: any other is of a step on the way.
    """
    if kind is not Kind.GOAL or table_row:
        return list(deadlines)
    told = tuple(quotes)
    return [words for words in deadlines if any(words in quote for quote in told)]


def _inside(cadence: str, plan: Period | None) -> bool:
    day = single_day(cadence)
    return day is None or plan is None or day in plan


def date_anew(sheet: Sheet) -> Sheet:
    """The sheet after its period was said: proposals that hang on a written date get their day."""
    return sheet.model_copy(update={"items": tuple(_dated(one, sheet.period) for one in sheet.items)})


def _dated(one: SheetItem, period: str) -> SheetItem:
    hangs = not one.item.cadence or single_day(one.item.cadence)
    if one.standing is not Standing.PROPOSED or not one.deadlines or not hangs:
        return one
    kind, quotes = one.item.kind or Kind.GOAL, [target.quote for target in one.item.targets]
    cadence = cadence_by_deadlines(deciding(one.deadlines, kind, quotes, one.table_row), kind, period)
    return one.model_copy(update={"item": one.item.model_copy(update={"cadence": cadence})})
