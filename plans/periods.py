"""Periods 期: a day, week, month, quarter, half or year, with the keys that tasks and commands use.

Keys: ``2026-10-10``, ``2026-W41``, ``2026-10``, ``2026Q4``, ``2026H2``, ``2026``. Dates are local (Asia/Shanghai).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering

from plans.errors import Refused


class Span(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS_IN = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}

_KEYS = (
    (Span.DAY, re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    (Span.WEEK, re.compile(r"(\d{4})-W(\d{2})")),
    (Span.MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (Span.QUARTER, re.compile(r"(\d{4})Q([1-4])")),
    (Span.HALF, re.compile(r"(\d{4})H([12])")),
    (Span.YEAR, re.compile(r"(\d{4})")),
)


class PeriodError(Refused):
    """“2026H3”不是期间：请写成 2026-10、2026Q4、2026H2 或 2026。"""

    def __init__(self, key: str) -> None:
        super().__init__(f"“{key}”不是期间：请写成 2026-10、2026Q4、2026H2 或 2026。")


@total_ordering
@dataclass(frozen=True)
class Period:
    """A span of the calendar, from ``first`` to ``last`` (both inside)."""

    span: Span
    first: date

    @classmethod
    def containing(cls, span: Span, day: date) -> "Period":
        """The period of this span in which the day lies; weeks are ISO weeks, Monday first."""
        if span is Span.DAY:
            return cls(span, day)
        if span is Span.WEEK:
            return cls(span, day - timedelta(days=day.weekday()))
        months = MONTHS_IN[span]
        return cls(span, date(day.year, (day.month - 1) // months * months + 1, 1))

    @classmethod
    def parse(cls, key: str) -> "Period":
        """The period a key names. Raises PeriodError for anything else."""
        for span, pattern in _KEYS:
            if found := pattern.fullmatch(key):
                try:
                    return cls._of(span, [int(part) for part in found.groups()])
                except ValueError as error:
                    raise PeriodError(key) from error
        raise PeriodError(key)

    @classmethod
    def _of(cls, span: Span, parts: list[int]) -> "Period":
        if not date.min.year < parts[0] < date.max.year:
            raise ValueError("the first and the last year of the calendar have no neighbour")
        if span is Span.DAY:
            return cls(span, date(*parts))
        if span is Span.WEEK:
            return cls(span, date.fromisocalendar(parts[0], parts[1], 1))
        nth = parts[1] if len(parts) > 1 else 1
        return cls(span, date(parts[0], (nth - 1) * MONTHS_IN[span] + 1, 1))

    @property
    def last(self) -> date:
        return self.next().first - timedelta(days=1)

    @property
    def key(self) -> str:
        year, month = self.first.year, self.first.month
        iso = self.first.isocalendar()
        keys = {
            Span.DAY: self.first.isoformat(),
            Span.WEEK: f"{iso.year:04}-W{iso.week:02}",
            Span.MONTH: f"{year:04}-{month:02}",
            Span.QUARTER: f"{year:04}Q{(month + 2) // 3}",
            Span.HALF: f"{year:04}H{(month + 5) // 6}",
            Span.YEAR: f"{year:04}",
        }
        return keys[self.span]

    @property
    def label(self) -> str:
        """As people say it: 2026年下半年, 2026年10月, 2026年第41周."""
        year, month = self.first.year, self.first.month
        iso = self.first.isocalendar()
        labels = {
            Span.DAY: f"{year}年{month}月{self.first.day}日",
            Span.WEEK: f"{iso.year}年第{iso.week}周",
            Span.MONTH: f"{year}年{month}月",
            Span.QUARTER: f"{year}年{'一二三四'[(month - 1) // 3]}季度",
            Span.HALF: f"{year}年{'上' if month == 1 else '下'}半年",
            Span.YEAR: f"{year}年",
        }
        return labels[self.span]

    def next(self) -> "Period":
        return self._moved(1)

    def previous(self) -> "Period":
        return self._moved(-1)

    def _moved(self, by: int) -> "Period":
        if self.span is Span.DAY:
            return Period(self.span, self.first + timedelta(days=by))
        if self.span is Span.WEEK:
            return Period(self.span, self.first + timedelta(days=7 * by))
        return Period(self.span, add_months(self.first, by * MONTHS_IN[self.span]))

    def split(self, span: Span) -> Iterator["Period"]:
        """The periods of a span that begin inside this one, in order."""
        part = Period.containing(span, self.first)
        if part.first < self.first:
            part = part.next()
        while part.first <= self.last:
            yield part
            part = part.next()

    def elapsed(self, day: date) -> float:
        """序时进度: the share of the period that is over at the end of the day, 0 to 1."""
        days = (min(day, self.last) - self.first).days + 1
        return max(0.0, days / ((self.last - self.first).days + 1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __lt__(self, other: "Period") -> bool:
        return (self.first, self.last) < (other.first, other.last)

    def __str__(self) -> str:
        return self.key


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the 31st becomes the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return day_of_month(first, day.day)


def day_of_month(month: date, day: int) -> date:
    """The numbered day of the date's month, or its last day where the month is shorter."""
    first_of_next = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(month.replace(day=1) + timedelta(days=day - 1), first_of_next - timedelta(days=1))
