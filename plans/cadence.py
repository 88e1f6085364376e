"""Cadence 频次: how often an item comes round, and on which dates.

Written as ``once:2026-09-30``, ``daily`` (workdays), ``daily:every`` (days off too), ``weekly:fri-pm``, ``monthly``,
``monthly:10``, ``quarterly``, ``quarterly:10``, ``half-yearly``, ``annual``, ``annual:03-10``, ``certificate`` or
``irregular``. Without a day a rhythm falls on the last day of its period (Friday for a week). ``irregular`` has no
dates: it asks. ``certificate`` has those of the certificates that end (plans/certificates.py).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plans.errors import Refused
from plans.periods import Period, Span, day_of_month

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_LABELS = "一二三四五六日"
SPANS = {
    "daily": Span.DAY,
    "weekly": Span.WEEK,
    "monthly": Span.MONTH,
    "quarterly": Span.QUARTER,
    "half-yearly": Span.HALF,
    "annual": Span.YEAR,
}
LABELS = {
    "once": "一次",
    "daily": "每天",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季度",
    "half-yearly": "每半年",
    "annual": "每年",
    "certificate": "按证书到期",
    "irregular": "不定期",
}


class CadenceError(Refused):
    """频次“monthly:45”读不懂：请写成 monthly:10、weekly:fri、once:2026-09-30 等。"""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"频次“{text}”读不懂：请写成 monthly:10、weekly:fri、annual:03-10、once:2026-09-30 或 irregular。"
        )


@dataclass(frozen=True)
class Cadence:
    """A rhythm and the day in it. ``day`` is kept as written after the colon."""

    rhythm: str
    day: str = ""

    @classmethod
    def parse(cls, text: str) -> "Cadence":
        """Read the written form. Raises CadenceError with what to write instead."""
        rhythm, _, day = text.partition(":")
        valid = _DAY_RULES.get(rhythm)
        if valid is None or not valid(day):
            raise CadenceError(text)
        return cls(rhythm, day)

    @property
    def label(self) -> str:
        return LABELS[self.rhythm] + _day_label(self.rhythm, self.day)

    @property
    def has_dates(self) -> bool:
        return self.rhythm not in ("certificate", "irregular")

    @property
    def every_day(self) -> bool:
        """True when days off count too, so that its reminder may fall on one."""
        return self.rhythm == "daily" and self.day == "every"

    def __str__(self) -> str:
        return f"{self.rhythm}:{self.day}" if self.day else self.rhythm

    def dates(self, first: date, last: date, in_arrears: bool = False) -> Iterator[tuple[Period, date]]:
        """(period it is about, stated date) for every date from first to last, in order.

        In arrears a date is about the period before the one it lies in: 10 November about October, 10 January
        about the fourth quarter.
        """
        if self.rhythm == "once":
            day = date.fromisoformat(self.day)
            if first <= day <= last:
                yield Period.containing(Span.DAY, day), day
        elif self.has_dates:
            yield from self._repeats(first, last, in_arrears)

    def _repeats(self, first: date, last: date, in_arrears: bool) -> Iterator[tuple[Period, date]]:
        period = Period.containing(SPANS[self.rhythm], first)
        while period.first <= last:
            day = self._day_in(period, in_arrears)
            if first <= day <= last:
                yield (period.previous() if in_arrears else period), day
            period = period.next()

    def span_end(self, day: date) -> date:
        """The last day of the rhythm's period in which the day lies; the day itself for a single date."""
        span = SPANS.get(self.rhythm)
        return Period.containing(span, day).last if span else day

    def _day_in(self, period: Period, in_arrears: bool) -> date:
        if period.span is Span.DAY:
            return period.first
        if period.span is Span.WEEK:
            return period.first + timedelta(days=WEEKDAYS.index((self.day or "fri")[:3]))
        if not self.day:
            return period.last
        if period.span is Span.YEAR:
            month, day = (int(part) for part in self.day.split("-"))
            return day_of_month(date(period.first.year, month, 1), day)
        return day_of_month(period.first if in_arrears else period.last, int(self.day))


def _is_date(day: str) -> bool:
    # fromisoformat alone also takes 20260930 and 2026-W40.
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _is_day_of_month(day: str) -> bool:
    return day == "" or (re.fullmatch(r"\d{1,2}", day) is not None and 1 <= int(day) <= 31)


_DAY_RULES: dict[str, Callable[[str], bool]] = {
    "once": _is_date,
    "daily": lambda day: day in ("", "every"),
    "weekly": lambda day: day == "" or re.fullmatch(f"({'|'.join(WEEKDAYS)})(-am|-pm)?", day) is not None,
    "monthly": _is_day_of_month,
    "quarterly": _is_day_of_month,
    "half-yearly": _is_day_of_month,
    "annual": lambda day: day == "" or _is_date(f"2024-{day}"),
    "certificate": lambda day: day == "",
    "irregular": lambda day: day == "",
}


def _day_label(rhythm: str, day: str) -> str:
    if rhythm == "once" and day:
        return f"（{day}）"
    if rhythm == "daily" and day:
        return "（含休息日）"
    if rhythm == "weekly" and day:
        half = {"-am": "上午", "-pm": "下午"}.get(day[3:], "")
        return WEEKDAY_LABELS[WEEKDAYS.index(day[:3])] + half
    if rhythm == "annual" and day:
        month, number = day.split("-")
        return f"{int(month)}月{int(number)}日"
    return f"{int(day)}日" if day else ""
