"""Days and rhythms as people write them, to a cadence of plans/cadence.py or a question: nothing is guessed.

`dates.yaml` holds the ways of writing. No library does this: of fifteen ways of a task table dateparser 1.5 reads two
right, ten not at all (9月底, 三季度末, 年底) and three wrong (9月30日前, 9.30).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from plans.cadence import Cadence
from plans.periods import Period, PeriodError, Span
from plans.reading.document import Document, fold
from plans.reading.document import Span as Stretch
from plans.reading.duties import UNDATED, find_rhythms
from plans.reading.numbers import value_of
from plans.reading.traditional import simplify_words

OWN = Path(__file__).with_name("dates.yaml")
_BARE = "(?:(?<!\\d)(?P<year>(?:20)?\\d\\d|二[〇零○][〇零○一二三四五六七八九]{2})|[今本当])"
_NUMBER = "(?<!\\d)(?:\\d{1,2}(?!\\d)|[一二三四五六七八九十]{1,3})"
_RANGE = re.compile("[-~—–至到]{1,2}")
_UNREAD = re.compile(r"\d{1,4}个?(?:工作)?[年月日号天]|\d{3}|每|季|旬")
_SERIAL = re.compile(r"(\d{5})(?:\.0{1,6})?")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050
"""1 January 2000 and 31 December 2099 as a worksheet counts days."""
_EPOCH = date(1899, 12, 30)
_THIRDS = {"上": 10, "中": 20, "下": 31}
_EVES = {"五一": (4, 30), "七一": (6, 30), "国庆": (9, 30)}
_LAST_DAY = 31
LONGEST = 200
"""Longer words are a text, not a date, and are not searched."""


class DateRule(BaseModel):
    """One way of writing: what it means in a plan of 2026, or what it asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    example: str
    means: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due: `cadence` as in plans/cadence.py, or the `question` a person must answer (Chinese).

    `words` is what was written. Neither cadence nor question: nothing was written.
    """

    words: str
    cadence: str | None = None
    question: str = ""


def cadence_of_deadline(words: str, plan_period: str | None) -> str | None:
    """once:2026-06-15 for 6月15日前 in a plan of 2026 or 2026H1; None where a person must say.

    A year that is not written is the plan's, and only where the day then lies inside the plan's period.
    """
    return due_of(words, plan_period).cadence


def due_of(words: str, plan_period: str | None) -> Due:
    """What a deadline, or the cell of a column 完成时限 or 频次, says. Never raises."""
    folded = "".join(simplify_words(fold(words)).split())
    if not folded:
        return Due(words)
    if len(folded) > LONGEST:
        return Due(words, question=_asked(words, "太长，看不出日期，请补充"))
    serial = _of_serial(folded)
    if serial:
        return Due(words, f"once:{serial}")
    asks = next((rule.asks for rule, pattern in _rules("questions") if pattern.search(folded)), "")
    rhythm = None if asks else _rhythm(folded)
    if rhythm:
        return Due(words, rhythm)
    return Due(words, question=_asked(words, asks)) if asks else _due_by_days(words, folded, _period(plan_period))


def ends_with_plan(cadence: str | None, plan_period: str | None) -> bool:
    """True for a single day that is the last of the plan's period."""
    plan = _period(plan_period)
    return plan is not None and cadence == f"once:{plan.last}"


def load_date_rules() -> Mapping[str, Mapping[str, DateRule]]:
    """Every rule of dates.yaml by group and name, in the order written."""
    groups = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    return {group: {name: DateRule(**fields) for name, fields in entries.items()} for group, entries in groups.items()}


@cache
def _rules(group: str) -> tuple[tuple[DateRule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(_spelled(rule.pattern))) for rule in load_date_rules()[group].values())


def _spelled(pattern: str) -> str:
    return pattern.replace("@year", f"{_BARE}年度?").replace("@bare", _BARE).replace("@n", _NUMBER)


@cache
def _any_day() -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for _, pattern in _rules("days"))


def _rhythm(folded: str) -> str | None:
    """The first rhythm with a period, in its most exact form; else one written without 每."""
    document = Document(folded, folded, None, ())
    found = [rhythm.cadence for rhythm in find_rhythms(document, Stretch(0, len(folded)))]
    dated = [cadence for cadence in found if cadence not in UNDATED]
    if dated:
        return next((cadence for cadence in dated if cadence.startswith(f"{dated[0]}:")), dated[0])
    return next((rule.means for rule, pattern in _rules("rhythms") if pattern.search(folded)), None)


def _period(key: str | None) -> Period | None:
    try:
        return Period.parse(key) if key else None
    except PeriodError:
        return None


def _of_serial(folded: str) -> date | None:
    """The day a worksheet counted: 46295 is 30 September 2026."""
    match = _SERIAL.fullmatch(folded)
    number = int(match.group(1)) if match else 0
    return _EPOCH + timedelta(days=number) if _FIRST_SERIAL <= number <= _LAST_SERIAL else None


def _due_by_days(words: str, folded: str, plan: Period | None) -> Due:
    matches = tuple(_matches(folded))
    if not matches:
        return Due(words, question=_asked(words, "看不出日期，请补充频次或日期"))
    if _UNREAD.search(_rest(folded, matches)):
        return Due(words, question=_asked(words, "没有全部读懂，请补充频次或日期"))
    days = _days(_without_beginnings(folded, matches), plan)
    if days is None:
        return Due(words, question=_asked(words, "没有写年份，按计划期也定不下来，请补充完整日期"))
    return _due(words, days, plan)


def _matches(folded: str) -> Iterator[re.Match[str]]:
    """Every day that is written, in order; at each place the rule that is written first."""
    position = 0
    while position < len(folded):
        found = [match for pattern in _any_day() if (match := pattern.search(folded, position))]
        if not found:
            return
        first = min(found, key=lambda match: match.start())
        yield first
        position = first.end()


def _rest(folded: str, matches: Sequence[re.Match[str]]) -> str:
    ends = [0, *(match.end() for match in matches)]
    starts = [*(match.start() for match in matches), len(folded)]
    return " ".join(folded[end:start] for end, start in zip(ends, starts, strict=True))


def _without_beginnings(folded: str, matches: Sequence[re.Match[str]]) -> list[tuple[re.Match[str], str]]:
    """The days with the year in force for each; of 7月1日至9月30日 only the end."""
    kept: list[tuple[re.Match[str], str]] = []
    year = ""
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        year = match.groupdict().get("year") or year
        if following is None or not _RANGE.fullmatch(folded, match.end(), following.start()):
            kept.append((match, year))
    return kept


def _days(matches: Sequence[tuple[re.Match[str], str]], plan: Period | None) -> list[date] | None:
    """The days in order, once each; None where one of them has no certain year or is in no calendar."""
    found = {_day(match.groupdict(), year, plan) for match, year in matches}
    days = [day for day in found if day is not None]
    return sorted(days) if len(days) == len(found) else None


def _day(said: Mapping[str, str | None], year: str, plan: Period | None) -> date | None:
    month, day = _month_and_day(said)
    number = _number(year) if year else (plan.first.year if plan else 0)
    number += 2000 if 0 < number < 100 else 0
    try:
        first = date(number, month, 1)
    except ValueError:
        return None
    last = Period.containing(Span.MONTH, first).last
    if day > _LAST_DAY or day < 1 or (day > last.day and said.get("day")):
        return None
    found = last.replace(day=min(day, last.day))
    return found if year or (plan and found in plan) else None


def _month_and_day(said: Mapping[str, str | None]) -> tuple[int, int]:
    """Where only a longer span is said its last month; where no day is said, 31."""
    if feast := said.get("feast"):
        return _EVES[feast]
    if quarter := said.get("quarter") or said.get("quarter_number"):
        return 3 * _number(quarter), _LAST_DAY
    if half := said.get("half"):
        return (6 if half == "上" else 12), _LAST_DAY
    third, day = said.get("third"), said.get("day") or said.get("late_day")
    month = _number(said.get("month") or "12")
    return month, _THIRDS[third] if third else _number(day) if day else _LAST_DAY


def _number(written: str) -> int:
    return int(value_of(written) or 0)


def _due(words: str, days: Sequence[date], plan: Period | None) -> Due:
    if len(days) == 1:
        return Due(words, f"once:{days[0]}")
    span = plan or Period.containing(Span.YEAR, days[0])
    for rhythm in ("monthly", "quarterly", "half-yearly"):
        if [day for _, day in Cadence(rhythm).dates(span.first, span.last)] == list(days):
            return Due(words, rhythm)
    return Due(words, question=_asked(words, "写了几个日期，请选定一个，或分成几项"))


def _asked(words: str, what: str) -> str:
    return f"完成时限“{words[:40]}”{what}。"
