"""Series 序列: cumulative readings (1–10月) as the months between them, and 同比 of like with like. Pure.

Readings of different calibres (预报, 网报, 认定) are different series and never meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from plans.columns import figure_text
from plans.errors import Refused
from plans.periods import Period, Span
from plans.units import Unit, convert
from tasks.units import Growth, Points, growth, points


class RateHasNoMonths(Refused):
    """“研发强度”是比率，不能逐月相减。"""


@dataclass(frozen=True)
class CumulativeReading:
    """What has come together since January, at the end of a month."""

    month: Period
    value: Decimal
    unit: str = ""
    calibre: str = ""


@dataclass(frozen=True)
class MonthValue:
    """What came in from the first to the last month, both inside; more than one where a reading is missing."""

    first: Period
    last: Period
    value: Decimal
    unit: str = ""
    calibre: str = ""

    @property
    def is_span(self) -> bool:
        """True when it covers months that were not read one by one."""
        return self.first != self.last

    @property
    def label(self) -> str:
        """2026年3月, or 2026年1–3月 where it covers several."""
        if not self.is_span:
            return self.first.label
        return f"{self.first.first.year}年{self.first.first.month}–{self.last.first.month}月"


@dataclass(frozen=True)
class Fall:
    """A cumulative reading below the one before it: a problem for a person, never a negative month."""

    month: Period
    value: Decimal
    before: Decimal
    unit: str = ""
    calibre: str = ""

    @property
    def told(self) -> str:
        now, then = figure_text(self.value), figure_text(self.before)
        return f"{self.month.label}累计{now}{self.unit}，比上一次的{then}{self.unit}还少：请核对。"


def month_values(readings: Iterable[CumulativeReading], since: Period | None = None) -> list[MonthValue | Fall]:
    """The months of cumulative readings, series by series, in order. Of several for one month the last counts.

    A year's first reading stands for all months since January, or since the month the count began. After a fall the
    next difference is taken from the last reading that was not one. Raises RateHasNoMonths.
    """
    found: list[MonthValue | Fall] = []
    for _, series in groupby(sorted(readings, key=_series), key=_series):
        newest = {reading.month: reading for reading in series}
        found += _differences([newest[month] for month in sorted(newest)], since)
    return found


def _series(reading: CumulativeReading) -> tuple[str, str, int]:
    unit = Unit(reading.unit)
    if unit.is_rate:
        raise RateHasNoMonths(f"{reading.month.label}的读数是比率（{reading.unit}），不能逐月相减。")
    return reading.calibre, unit.base, reading.month.first.year


def _differences(readings: Sequence[CumulativeReading], since: Period | None) -> list[MonthValue | Fall]:
    found: list[MonthValue | Fall] = []
    unit, calibre = readings[0].unit, readings[0].calibre
    january = Period(Span.MONTH, date(readings[0].month.first.year, 1, 1))
    before, first = Decimal(0), min(readings[0].month, max(january, since or january))
    for reading in readings:
        value = convert(reading.value, reading.unit, unit)
        if value < before:
            found.append(Fall(reading.month, value, before, unit, calibre))
            continue
        found.append(MonthValue(first, reading.month, value - before, unit, calibre))
        before, first = value, reading.month.next()
    return found


def year_on_year(value: MonthValue, earlier: Iterable[MonthValue | Fall]) -> Growth | None:
    """同比: against the same months of the year before, of the same calibre and dimension; else None."""
    for other in earlier:
        if isinstance(other, MonthValue) and _like_with_like(value, other):
            return growth(value.value, convert(other.value, other.unit, value.unit))
    return None


def cumulative_year_on_year(reading: CumulativeReading, before: CumulativeReading) -> Growth | Points | None:
    """同比 of two cumulative readings: 增长X% of amounts, X个百分点 of rates; None unless like meets like."""
    same = reading.calibre == before.calibre and Unit(reading.unit).base == Unit(before.unit).base
    if not same or _year_before(reading.month) != before.month:
        return None
    if Unit(reading.unit).is_rate:
        return points(reading.value, before.value)
    return growth(reading.value, convert(before.value, before.unit, reading.unit))


def _like_with_like(value: MonthValue, other: MonthValue) -> bool:
    months = (other.first, other.last) == (_year_before(value.first), _year_before(value.last))
    return months and value.calibre == other.calibre and Unit(value.unit).base == Unit(other.unit).base


def _year_before(month: Period) -> Period:
    return Period(month.span, month.first.replace(year=month.first.year - 1))
