"""As of when a done figure stands, as a Period key.

A day counts since the January before it: 2026-04-30 is 1–4月, 2026-06-30 the first half. 2026-04, 2026Q2 or 2026H2
stands for that stretch by itself. Empty where nobody can say: a hidden year, months that are no quarter.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from plans.errors import Refused
from plans.periods import MONTHS_IN, Period, PeriodError, Span
from plans.reading.dates import cadence_of_deadline
from plans.sheet.stretches import sign, squeezed

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Stand:
    """As of when; `said` is true where the document says it of this very figure."""

    key: str
    said: bool = True


def stand_of(written: str | None, reported: Period | None) -> Stand:
    """What the written time means in a document about ``reported``; undated figures stand for that period."""
    folded = squeezed(written or "")
    end = reported.last.isoformat() if reported else ""
    unsaid = Stand(_since_january(reported) if reported else "", said=False)
    if not folded:
        return unsaid
    if sign("times", "hidden").search(folded) or len(folded) > _LONGEST:
        return Stand("")
    if sign("times", "now").search(folded):
        return Stand(end)
    key = _key(folded, reported)
    if reported and key > end and sign("times", "whole_year").search(folded):
        return unsaid
    return Stand(key)


def typed_stand(typed: str, plan: Period | None) -> str:
    """The key of what a person typed: 2026年6月底, 上半年, 2026Q2; months without a year are of the plan's. Refused."""
    said = squeezed(typed)
    try:
        return _since_january(Period.parse(said.upper()))
    except PeriodError:
        key = "" if not said or len(said) > _LONGEST else _key(said, plan)
    if not key:
        raise Refused(f"“{typed.strip()[:_LONGEST]}”看不出截至哪天：请写成 2026年6月底、2026年1-6月 或 2026年二季度。")
    return key


def _key(folded: str, reported: Period | None) -> str:
    """The key of a time that is written; empty where it has no certain year or is no stretch with a key."""
    until = sign("times", "until").search(folded)
    dated = _with_year(folded[until.end() :] if until else folded, reported)
    dated = sign("times", "joint").sub("-", dated)
    if sign("times", "part").search(dated):
        return ""
    cadence = cadence_of_deadline(f"{dated}末" if dated.endswith("季度") else dated, None) or ""
    day = cadence.removeprefix("once:") if cadence.startswith("once:") else ""
    alone = None if until else sign("times", "alone").search(dated)
    return _alone(date.fromisoformat(day), alone.group()) if day and alone else day


def _with_year(words: str, reported: Period | None) -> str:
    if sign("times", "has_year").search(words):
        return words
    for name, back in (("last_year", 1), ("this_year", 0)):
        if found := sign("times", name).search(words):
            return f"{reported.first.year - back}年{words[found.end() :]}" if reported else ""
    rest = words.removeprefix("全年")
    return f"{reported.first.year}年{rest}" if reported else ""


def _alone(last: date, words: str) -> str:
    months = 6 if "半年" in words or words.startswith("7-12") else 3 if "季度" in words or "-" in words else 1
    span = next(span for span, count in MONTHS_IN.items() if count == months)
    return _since_january(Period.containing(span, last))


def _since_january(period: Period) -> str:
    """A stretch that begins in January as the day it ends on, any other as it is."""
    begins = period.first.month == 1 and period.first.day == 1 and period.span is not Span.DAY
    return (period.next().first - timedelta(days=1)).isoformat() if begins else period.key
