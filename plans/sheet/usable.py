"""Whether a done figure can be kept as a person or the proposal wants it; if not, why, before the plan starts."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from plans.checking import period_of
from plans.columns import figure_text
from plans.draft import DraftTarget
from plans.sheet.figures import value_of
from plans.sheet.model import Sheet, SheetFigure
from plans.sheet.stretches import counted
from plans.typed import one_line
from plans.units import Unit

BASE_ONLY = "不会记作进展，只留作基数。"
DROPPED = "不会保留。"


def figure_faults(sheet: Sheet) -> Iterator[tuple[int | None, str, str]]:
    """Every figure that is to be used and cannot be: the key of its item or None, a sentence, its quote."""
    for one in sheet.figures:
        told = base_fault(one) or (reading_fault(one, sheet) if one.use == "reading" else "")
        if told:
            yield one.target[0] if one.target else None, told, one.figure.text


def is_used(one: SheetFigure) -> bool:
    """To be kept at all: a known figure with a day and a use."""
    return bool(one.use and one.as_of) and one.figure.value is not None


def base_fault(one: SheetFigure) -> str:
    """Why a figure that is used cannot be a base; empty where it can."""
    if not is_used(one) or value_of(one.figure, one.figure.unit) is not None:
        return ""
    return f"“{_named(one)}”超过四位小数或太大，{DROPPED}"


def reading_fault(one: SheetFigure, sheet: Sheet) -> str:
    """Why a figure cannot be the first reading of its target; empty where it can."""
    target = target_of(one, sheet)
    if not is_used(one) or target is None:
        return ""
    if why := _why_not(one, target) or _out_of(sheet.period, one.as_of):
        return f"“{_named(one)}”{why}，{BASE_ONLY}"
    return ""


def target_of(one: SheetFigure, sheet: Sheet) -> DraftTarget | None:
    """The target a figure is for, unless its item was dropped since."""
    key, position = one.target or (0, 0)
    targets = next((kept.item.targets for kept in sheet.kept() if kept.key == key), [])
    return targets[position] if position < len(targets) else None


def _why_not(one: SheetFigure, target: DraftTarget) -> str:
    if target.qualitative:
        return f"没有数可比：“{target.indicator}”是定性指标"
    if value_of(one.figure, target.unit) is not None:
        return ""
    if not Unit(one.figure.unit).measures_as(Unit(target.unit)):
        return f"不能换算成“{target.unit or '无单位'}”"
    return f"换成“{target.unit}”超过四位小数或太大，会丢掉尾数"


def _out_of(period: str, as_of: str) -> str:
    """A figure of another year, or from behind the plan's end, is no progress of it."""
    plan, last = period_of(period), counted(as_of)[1]
    return "" if plan is None or _within(last, plan.first, plan.last) else f"截至{last}，不在{plan.label}以内"


def _within(day: date, first: date, last: date) -> bool:
    return first.year <= day.year and day <= last


def _named(one: SheetFigure) -> str:
    number = figure_text(Decimal(str(one.figure.value)))
    return f"{one_line(one.figure.indicator)[:40]} {number}{one.figure.unit}"
