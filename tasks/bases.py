"""Bases 基数: figures of earlier documents, for the 同比 of a target that has no readings of the year before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from plans.periods import Period, Span
from plans.sheet.stretches import bare, counted
from plans.tables import BaseFigure, Target
from plans.units import Unit
from tasks.series import CumulativeReading, MonthValue


@dataclass(frozen=True)
class Base:
    """A figure of a document from the first to the last month it counts; `source` is the document's name."""

    value: MonthValue
    source: str

    @property
    def begins(self) -> int:
        """The month its count begins with."""
        return self.value.first.first.month

    def suits(self, calibre: str) -> bool:
        """Of the same calibre, or of none in particular."""
        return self.value.calibre in ("", calibre)

    def count_as(self, calibre: str) -> CumulativeReading:
        """What had come together at the end of its last month, as a reading of that calibre."""
        return CumulativeReading(self.value.last, self.value.value, self.value.unit, calibre)

    def months_as(self, calibre: str) -> MonthValue:
        """What its months brought, as of that calibre."""
        return replace(self.value, calibre=calibre)


class Bases:
    """Every base there is, by what it counts."""

    def __init__(self, rows: Iterable[BaseFigure]) -> None:
        self._by_name: dict[str, list[BaseFigure]] = defaultdict(list)
        for row in rows:
            self._by_name[bare(row.indicator)].append(row)

    @classmethod
    def of(cls, session: Session) -> "Bases":
        return cls(base_rows(session))

    def of_target(self, target: Target) -> list[Base]:
        """Those with its indicator and a unit that converts; one of no calibre comes last."""
        alike = [row for row in self._by_name.get(bare(target.indicator), []) if _converts(row, target)]
        found = (_base(row) for row in sorted(alike, key=lambda row: not row.calibre))
        return [base for base in found if base is not None]


def base_rows(session: Session) -> Sequence[BaseFigure]:
    """Every base, in the order they were kept."""
    return session.exec(select(BaseFigure).order_by(col(BaseFigure.id))).all()


def _converts(row: BaseFigure, target: Target) -> bool:
    return Unit(row.unit).base == Unit(target.unit).base


def _base(row: BaseFigure) -> Base | None:
    """None for a figure of a day within a month: no month's reading is its like."""
    first, last = counted(row.period)
    month = Period.containing(Span.MONTH, last)
    if month.last != last:
        return None
    return Base(MonthValue(Period.containing(Span.MONTH, first), month, row.value, row.unit, row.calibre), row.source)
