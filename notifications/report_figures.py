"""The figures of a period and where each comes from: readings of targets, and what earlier documents say of it.

A reading belongs to the period it is about, not to the day it came: June's figure of early July is June's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from plans.columns import figure_text
from plans.periods import Period, Span
from plans.sheet.stretches import bare, counted, stretch_told
from plans.tables import BaseFigure, Target
from plans.units import Unit
from plans.zone import local_day
from tasks.bases import base_rows
from tasks.tables import Progress, Task
from tasks.target_series import MonthRow, change_told, series_of


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a number of the report comes from: a reading (with its task where it has one), a document, or reckoning."""

    number: str
    indicator: str
    unit: str = ""
    calibre: str = ""
    day: str = ""
    by: str = ""
    origin: str
    target: int | None = None
    reading: int | None = None
    task: int | None = None


@dataclass(frozen=True)
class Told:
    """A piece of the text with the sources of its numbers."""

    text: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Read:
    """A reading, the last day it is about, and the period of the task it came with."""

    progress: Progress
    about: date
    period: str


@dataclass(frozen=True)
class Value:
    """What a target came to in one calibre: the newest reading, or the sum of those that count each for itself."""

    number: Decimal
    calibre: str
    reads: tuple[Read, ...]
    yoy: str = ""
    base: str = ""

    @property
    def about(self) -> date:
        return self.reads[-1].about


@dataclass(frozen=True)
class Figures:
    """All that was recorded of a period: by target in order of the day, and what documents say beside."""

    targets: Mapping[int, tuple[Value, ...]] = field(default_factory=dict)
    bases: tuple[BaseFigure, ...] = ()


def figures_of(session: Session, targets: Sequence[Target], period: Period, today: date) -> Figures:
    """The figures of these targets, and those of documents that no target has, at the end of the period."""
    measured = [one for one in targets if not one.qualitative]
    reads = _reads(session, [one.id or 0 for one in measured], min(period.last, today))
    rows = series_of(session, [one for one in measured if reads.get(one.id or 0)], today)
    values = {
        key: tuple(_values(one, reads.get(key, []), rows.get(key, []), period)) for one in measured if (key := one.id)
    }
    found = {key: kept for key, kept in values.items() if kept}
    known = {
        _counts(one.indicator, one.unit, value.calibre) for one in measured for value in found.get(one.id or 0, ())
    }
    bases = _newest(row for row in base_rows(session) if _is_of(row, period))
    return Figures(found, tuple(row for row in bases if _counts(row.indicator, row.unit, row.calibre) not in known))


def _reads(session: Session, numbers: Sequence[int], last: date) -> dict[int, list[Read]]:
    query = (
        select(Progress, Task.period)
        .join(Task, col(Task.id) == col(Progress.task_id), isouter=True)
        .where(col(Progress.target_id).in_(numbers))
        .order_by(col(Progress.as_of), col(Progress.id))
    )
    found: dict[int, list[Read]] = {}
    for progress, period in session.exec(query):
        about = min(progress.as_of, Period.parse(period).last) if period else progress.as_of
        if about <= last:
            found.setdefault(progress.target_id, []).append(Read(progress, about, period or ""))
    return found


def _values(target: Target, reads: Sequence[Read], rows: Sequence[MonthRow], period: Period) -> Iterator[Value]:
    by_calibre: dict[str, list[Read]] = {}
    for read in sorted(reads, key=lambda one: (one.about, one.progress.id or 0)):
        by_calibre.setdefault(read.progress.calibre, []).append(read)
    for several in sorted(by_calibre.values(), key=lambda one: one[-1].about):
        if adds_up(target):
            yield from _summed(several, period)
        else:
            yield _with_yoy(_value((several[-1],)), rows)


def adds_up(target: Target) -> bool:
    """Its readings count each for itself: of the period they are added up."""
    return not target.cumulative and not Unit(target.unit).is_rate


def _summed(reads: Sequence[Read], period: Period) -> Iterator[Value]:
    # A later entry of the same task, or for the same day, replaces the earlier one.
    kept = {one.progress.task_id or one.progress.as_of: one for one in reads if one.about in period}
    if kept:
        yield _value(tuple(kept.values()))


def _value(reads: tuple[Read, ...]) -> Value:
    return Value(sum((one.progress.value for one in reads), Decimal(0)), reads[-1].progress.calibre, reads)


def _with_yoy(value: Value, rows: Sequence[MonthRow]) -> Value:
    month = Period.containing(Span.MONTH, value.about)
    row = next((one for one in rows if (one.month, one.calibre) == (month, value.calibre)), None)
    if row is None or row.reading != value.number:
        return value
    return Value(value.number, value.calibre, value.reads, change_told(row.yoy), row.base)


def _is_of(row: BaseFigure, period: Period) -> bool:
    """Counted up to a day of the period, from its first day or from January."""
    first, last = counted(row.period)
    return last in period and first in (period.first, period.first.replace(month=1, day=1))


def _newest(rows: Iterable[BaseFigure]) -> list[BaseFigure]:
    newest: dict[tuple[str, str, str], BaseFigure] = {}
    for row in rows:
        key = _counts(row.indicator, row.unit, row.calibre)
        if key not in newest or counted(newest[key].period)[1] <= counted(row.period)[1]:
            newest[key] = row
    return list(newest.values())


def _counts(indicator: str, unit: str, calibre: str) -> tuple[str, str, str]:
    return bare(indicator), Unit(unit).base, calibre


def value_sources(target: Target, value: Value, title: str) -> Iterator[Source]:
    """Where the number of a target comes from: its reading, or each of those added up."""
    for read in value.reads:
        progress = read.progress
        yield Source(
            number=f"{figure_text(progress.value)}{target.unit}",
            indicator=target.indicator,
            unit=target.unit,
            calibre=progress.calibre,
            day=progress.as_of.isoformat(),
            by=progress.by,
            origin=_origin(read, title),
            target=target.id,
            reading=progress.id,
            task=progress.task_id,
        )


def _origin(read: Read, title: str) -> str:
    if read.progress.task_id is None:
        return read.progress.note or title
    return f"任务{read.progress.task_id}：{title}（{Period.parse(read.period).label}）"


def base_source(row: BaseFigure) -> Source:
    """Where the number of a document comes from."""
    return Source(
        number=f"{figure_text(row.value)}{row.unit}",
        indicator=row.indicator,
        unit=row.unit,
        calibre=row.calibre,
        day=counted(row.period)[1].isoformat(),
        by="",
        origin=f"《{row.source}》（{stretch_told(row.period)}，{local_day(row.kept_at)}登记）：{row.quote}",
    )
