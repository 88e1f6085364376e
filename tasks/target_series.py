"""The series of targets: what was reported month by month, what each month brought, and 同比 with the targets before.

A cumulative figure counts from the first month of its plan. The targets before are those of the items an item was
carried over from, with the same indicator and dimension; where they have none, the figure of a document will do
(tasks/bases.py). A target with a reading from before its plan, out of a document's done part, counts from January.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlmodel import Session, col, select

from plans.columns import figure_text
from plans.errors import Refused
from plans.periods import Period, Span
from plans.tables import Plan, PlanItem, Target
from plans.units import Unit
from tasks.bases import Base, Bases
from tasks.series import CumulativeReading, Fall, MonthValue, cumulative_year_on_year, month_values, year_on_year
from tasks.tables import Progress, Task
from tasks.units import Growth, Points


class TargetNotFound(Refused):
    """没有编号为 9 的指标：请用 duban status 查看编号。"""


Compared = tuple[Growth | Points | None, str]
"""同比, and the document its base is from; empty for the readings of a target before."""


@dataclass(frozen=True)
class MonthRow:
    """What was reported for a month in one calibre: the figure, what the month brought, and 同比 of both.

    ``base`` and ``month_base`` name the document whose figure 同比 is with, where no target before has one.
    """

    month: Period
    reading: Decimal
    unit: str
    calibre: str
    as_of: date
    value: MonthValue | None
    problem: Fall | None
    yoy: Growth | Points | None
    month_yoy: Growth | None
    base: str = ""
    month_base: str = ""

    @property
    def yoy_told(self) -> str:
        """增长4.7%, and where its base is from if that is a document."""
        return change_told(self.yoy) + (f"（基数来自《{self.base}》）" if self.base else "")

    @property
    def value_told(self) -> str:
        """2家, with the months where it is more than one; empty where it is not known."""
        if self.value is None:
            return ""
        told = f"{figure_text(self.value.value)}{self.unit}"
        return f"{told}（{self.value.label}）" if self.value.is_span else told


def change_told(change: Growth | Points | None) -> str:
    """增长4.7%, 提高1.2个百分点; empty where it is not known."""
    return change.label if change else ""


@dataclass(frozen=True)
class _Dated:
    """A reading and the month it is about."""

    month: Period
    progress: Progress

    @property
    def key(self) -> tuple[Period, str]:
        return self.month, self.progress.calibre


@dataclass(frozen=True)
class _Known:
    """The figures of one target: as reported, month by month, and what the months brought.

    ``counts`` is the month each year's count begins with, 0 where every month counts for itself.
    """

    counts: int
    read: list[tuple[CumulativeReading, date]]
    brought: list[MonthValue | Fall]


def find_target(session: Session, number: int) -> Target:
    """The target of that number. Raises TargetNotFound."""
    target = session.get(Target, number)
    if target is None:
        raise TargetNotFound(f"没有编号为 {number} 的指标：请用 duban status 查看编号。")
    return target


def series_of(session: Session, targets: Iterable[Target], as_of: date) -> dict[int, list[MonthRow]]:
    """For each target the months it was reported for up to the day, in order."""
    lines = {target.id or 0: [target, *_before(session, target)] for target in targets}
    readings = _readings(session, {one.id or 0 for line in lines.values() for one in line}, as_of)
    bases = Bases.of(session)
    return {
        number: _rows(
            [_known(one, _since(session, one), readings.get(one.id or 0, [])) for one in line],
            bases.of_target(line[0]),
        )
        for number, line in lines.items()
    }


def _before(session: Session, target: Target) -> Iterator[Target]:
    item = session.get_one(PlanItem, target.item_id)
    seen, plan_id = {item.id}, item.plan_id
    while item.carried_from is not None and item.carried_from not in seen:
        item = session.get_one(PlanItem, item.carried_from)
        seen.add(item.id)
        # A part of a split item points at the whole, in its own plan.
        if item.plan_id != plan_id:
            yield from _same_indicator(session, item, target)


def _same_indicator(session: Session, item: PlanItem, target: Target) -> list[Target]:
    query = select(Target).where(Target.item_id == item.id, Target.indicator == target.indicator)
    found = session.exec(query.order_by(col(Target.id)))
    return [one for one in found if Unit(one.unit).base == Unit(target.unit).base][:1]


def _since(session: Session, target: Target) -> Period:
    plan = session.get_one(Plan, session.get_one(PlanItem, target.item_id).plan_id)
    return Period.containing(Span.MONTH, Period.parse(plan.period).first)


def _readings(session: Session, numbers: set[int], as_of: date) -> dict[int, list[_Dated]]:
    query = (
        select(Progress, Task.period)
        .join(Task, col(Task.id) == col(Progress.task_id), isouter=True)
        .where(col(Progress.target_id).in_(numbers), Progress.as_of <= as_of)
        .order_by(col(Progress.as_of), col(Progress.id))
    )
    found: dict[int, list[_Dated]] = {}
    for progress, period in session.exec(query):
        found.setdefault(progress.target_id, []).append(_Dated(_month_of(progress, period), progress))
    return found


def _month_of(progress: Progress, period: str | None) -> Period:
    # October's figure that comes in November is October's.
    day = min(progress.as_of, Period.parse(period).last) if period else progress.as_of
    return Period.containing(Span.MONTH, day)


def _known(target: Target, since: Period, readings: Sequence[_Dated]) -> _Known:
    dated = sorted(readings if target.cumulative else _last(readings), key=lambda one: one.key)
    months = [list(group) for _, group in groupby(dated, key=lambda one: one.key)]
    if target.cumulative and dated and dated[0].month < since:
        # Out of a document's done part: the first half of a goal for the year.
        since = Period(Span.MONTH, since.first.replace(month=1))
    read = [(_told(target, group), group[-1].progress.as_of) for group in months]
    counts = since.first.month if target.cumulative else 0
    return _Known(counts, read, _brought(target, since, [one for one, _ in read]))


def _last(readings: Sequence[_Dated]) -> Iterable[_Dated]:
    return {one.progress.task_id or one.progress.as_of: one for one in readings}.values()


def _told(target: Target, group: Sequence[_Dated]) -> CumulativeReading:
    adds_up = not target.cumulative and not Unit(target.unit).is_rate
    value = sum((one.progress.value for one in group), Decimal(0)) if adds_up else group[-1].progress.value
    return CumulativeReading(group[-1].month, value, target.unit, group[-1].progress.calibre)


def _brought(target: Target, since: Period, read: Sequence[CumulativeReading]) -> list[MonthValue | Fall]:
    if Unit(target.unit).is_rate:
        return []
    if target.cumulative:
        return month_values(read, since)
    return [MonthValue(one.month, one.month, one.value, one.unit, one.calibre) for one in read]


def _rows(line: Sequence[_Known], bases: Sequence[Base]) -> list[MonthRow]:
    mine = line[0]
    brought = {_place(one): one for one in mine.brought}
    # Since July is not compared with since January.
    alike = [base for base in bases if base.begins == mine.counts]
    before = _Before(
        months=[one for known in line[1:] for one in known.brought],
        counts=[one for known in line[1:] if known.counts == mine.counts for one, _ in known.read],
        bases=bases,
        alike=alike if mine.counts else [base for base in bases if not base.value.is_span],
    )
    return [_row(one, as_of, brought.get((one.month, one.calibre)), before) for one, as_of in mine.read]


def _place(one: MonthValue | Fall) -> tuple[Period, str]:
    return (one.last if isinstance(one, MonthValue) else one.month), one.calibre


@dataclass(frozen=True)
class _Before:
    """What the year before can be compared with; `alike` are the bases that count as the readings do."""

    months: Sequence[MonthValue | Fall]
    counts: Sequence[CumulativeReading]
    bases: Sequence[Base]
    alike: Sequence[Base]

    def count_yoy(self, one: CumulativeReading) -> Iterator[Compared]:
        yield from ((cumulative_year_on_year(one, before), "") for before in self.counts)
        for base in self.alike:
            if base.suits(one.calibre):
                yield cumulative_year_on_year(one, base.count_as(one.calibre)), base.source

    def month_yoy(self, value: MonthValue) -> Iterator[Compared]:
        yield year_on_year(value, self.months), ""
        for base in self.bases:
            if base.suits(value.calibre):
                yield year_on_year(value, [base.months_as(value.calibre)]), base.source


def _row(one: CumulativeReading, as_of: date, found: MonthValue | Fall | None, before: _Before) -> MonthRow:
    value = found if isinstance(found, MonthValue) else None
    yoy, base = _first(before.count_yoy(one))
    month_yoy, month_base = _first(before.month_yoy(value)) if value else (None, "")
    return MonthRow(
        month=one.month,
        reading=one.value,
        unit=one.unit,
        calibre=one.calibre,
        as_of=as_of,
        value=value,
        problem=found if isinstance(found, Fall) else None,
        yoy=yoy,
        month_yoy=month_yoy if isinstance(month_yoy, Growth) else None,
        base=base,
        month_base=month_base,
    )


def _first(found: Iterable[Compared]) -> Compared:
    return next((one for one in found if one[0]), (None, ""))
