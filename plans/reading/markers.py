"""Numbers that open a heading or an item: 一、 （一） 1. （1） ① 一是 (domain.md §6.6)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from plans.reading.document import Document
from plans.reading.numbers import value_of

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_MARK = re.compile(
    rf"(?P<PART>第{_NUMERAL}部分[、:,]?)"
    rf"|(?P<SECTION>{_NUMERAL}(?:、|\.(?!\d)))"
    rf"|(?P<BRACKET>\({_NUMERAL}\)[、.]?|[㈠-㈩])"
    r"|(?P<ARABIC>\d{1,2}(?:、|\.(?!\d)|\.(?=[12]\d{3}年)))"
    r"|(?P<ENCLOSED>\(\d{1,2}\)[、.]?|\d{1,2}\)|[⑴-⒇])"
    r"|(?P<CIRCLED>[①-⑳])"
    rf"|(?P<ORDINAL>{_NUMERAL}[是要]|第{_NUMERAL}[,、])"
)
_DIGITS = re.compile(rf"{_NUMERAL}|\d{{1,2}}|[㈠-㈩⑴-⒇①-⑳]")
_OPENING = " >#●◆■▪•*"
"""What may stand between the start of a line, or a stop, and a marker."""
_STOPS = "。;:!?)"
_REACH = 8
_OPENS_LINE = re.compile(r"[ >#●◆■▪•*]{0,8}(?:[一二三四五六七八九十\d]{1,3}[、.)是要]|[(第①-⑳㈠-㈩])")


class Style(IntEnum):
    """How a marker is written, outermost first (GB/T 9704: 一、 （一） 1. （1）)."""

    PART = 0
    SECTION = 1
    BRACKET = 2
    ARABIC = 3
    ENCLOSED = 4
    CIRCLED = 5
    ORDINAL = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker: `start` to `end` is the marker itself; the words it opens begin at `end`."""

    style: Style
    number: int
    start: int
    end: int
    opens_line: bool


def find_marks(document: Document) -> tuple[Mark, ...]:
    """Every marker, in order. One inside a line counts only as the first of its style or the next after the last."""
    marks: list[Mark] = []
    last: dict[Style, int] = {}
    for mark in _standing(document.body, marks):
        if mark.opens_line or mark.number in (1, last.get(mark.style, 0) + 1):
            marks.append(mark)
            last[mark.style] = mark.number
    return tuple(marks)


def opens_with_mark(line: str) -> bool:
    """Whether a line looks numbered, so that it is no title and no bare heading."""
    return _OPENS_LINE.match(line) is not None


def _standing(body: str, accepted: list[Mark]) -> Iterator[Mark]:
    for match in _MARK.finditer(body):
        style = Style[match.lastgroup or "PART"]
        before = _stop_before(body, match.start(), accepted)
        if before == "\n" or before in _STOPS or style is Style.CIRCLED or (style is Style.ORDINAL and before == ","):
            yield Mark(style, _number(match.group()), match.start(), match.end(), before == "\n")


def _stop_before(body: str, start: int, accepted: list[Mark]) -> str:
    """The character before a marker, junk apart: a line break at the start of a line or right after a marker."""
    if accepted and accepted[-1].opens_line and accepted[-1].end == start:
        return "\n"
    lead = body[max(0, start - _REACH) : start].rstrip(_OPENING)
    return lead[-1].replace("\r", "\n") if lead else "\n"


def _number(written: str) -> int:
    digits = _DIGITS.search(written)
    return int(value_of(digits.group()) or 0) if digits else 0
