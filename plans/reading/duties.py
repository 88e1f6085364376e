"""Rhythms a document states: 每天, 每周五下午, 每月10日, 定期 (domain.md §1, §5). 定期 has no date and gets none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plans.reading.document import Document, Span
from plans.reading.numbers import value_of
from plans.reading.rules import named_rules

_WEEKDAYS = dict(zip("一二三四五六日天", ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "sun"), strict=True))
_HALVES = {"上午": "-am", "下午": "-pm"}
_LAST_DAYS = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
UNDATED = frozenset({"irregular", "periodic-unspecified", "undated"})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A rhythm in place. `cadence` is a cadence of design.md, or undated: 适时, 近期."""

    cadence: str
    words: Span
    quote: Span


def find_rhythms(document: Document, span: Span) -> Iterator[Rhythm]:
    """Every rhythm of a stretch, in order; the same one said twice in a sentence counts once."""
    for sentence in document.sentences(span):
        said: set[str] = set()
        for match, cadence in _matches(document, sentence):
            if cadence not in said:
                said.add(cadence)
                words = Span(match.start(), match.end())
                yield Rhythm(cadence, words, document.clause(words, sentence))


def _matches(document: Document, sentence: Span) -> list[tuple[re.Match[str], str]]:
    """Matches by position; of two that overlap the one whose rule is written first."""
    found = [
        (match, order, name)
        for order, (name, pattern) in enumerate(named_rules("cadences"))
        for match in pattern.finditer(document.body, sentence.start, sentence.end)
    ]
    kept: list[tuple[re.Match[str], str]] = []
    for match, _, name in sorted(found, key=lambda one: (one[0].start(), one[1])):
        if not kept or match.start() >= kept[-1][0].end():
            kept.append((match, _cadence(name, match)))
    return kept


def _cadence(name: str, match: re.Match[str]) -> str:
    if name == "weekly":
        day, half = _WEEKDAYS.get(match["weekday"] or ""), _HALVES.get(match["half"] or "", "")
        return f"weekly:{day}{half}" if day else "weekly"
    if name == "uncommon":
        return "periodic-unspecified"
    if name == "monthly":
        day_of_month = int(value_of(match["monthday"] or match["nextmonthday"] or "0") or 0)
        return f"monthly:{day_of_month}" if 1 <= day_of_month <= 31 else "monthly"
    return _annual(match) if name == "annual-dated" else name


def _annual(match: re.Match[str]) -> str:
    """每年3月10日 and 每年5月底, and the yearly close of the net filing: 3月10日网报截止."""
    month = int(value_of(match["month"] or match["netmonth"]) or 0)
    day = _LAST_DAYS.get(month, 31) if match["last"] else int(value_of(match["day"] or match["netday"]) or 0)
    return f"annual:{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else "annual"
