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
    r"|(?P<ARABIC>\d{1,2}(?:、|\\?\.(?!\d)|\\?\.(?=(?:[12]\d{3}|20[0-9*xX×_]{1,2})年)))"
    r"|(?P<ENCLOSED>\(\d{1,2}\)[、.]?|\d{1,2}\)|[⑴-⒇])"
    r"|(?P<CIRCLED>[①-⑳])"
    rf"|(?P<ORDINAL>{_NUMERAL}[是要]|第{_NUMERAL}[,、])"
)
_DIGITS = re.compile(rf"{_NUMERAL}|\d{{1,2}}|[㈠-㈩⑴-⒇①-⑳]")
_OPENING = " >#●◆■▪•*"
"""What may stand between the start of a line, or a stop, and a marker."""
_HEADING = re.compile(r"[^。:;!?,\r\n]{2,30}")
_STOPS, _JOINTS, _JOINT = "。;:!?)", " ,", ","
"""After a joint only the next number of a row is a marker: 1.高企,2.科小."""
_TITLE_ENDS = "结划点排报路案算"
_REACH, _BREAK = 8, 2
"""How far back to look, and how many blanks stand for a lost line break."""
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
    for mark, before in _standing(document.body, marks):
        follows = mark.number == last.get(mark.style, 0) + 1
        begins = mark.number == 1 and (before != _JOINT or _heads(document.body, marks, mark))
        if mark.opens_line or follows or begins:
            marks.append(mark)
            last[mark.style] = mark.number
    return tuple(marks)


def _heads(body: str, marks: list[Mark], mark: Mark) -> bool:
    """一、工作情况 （一）…: right after the heading of a marker further out, nothing but a blank between."""
    if not marks or marks[-1].style >= mark.style:
        return False
    return _HEADING.fullmatch(body, marks[-1].end, mark.start) is not None


def opens_with_mark(line: str) -> bool:
    """Whether a line looks numbered, so that it is no title and no bare heading."""
    return _OPENS_LINE.match(line) is not None


def _standing(body: str, accepted: list[Mark]) -> Iterator[tuple[Mark, str]]:
    """Markers that may open something, each with what stands before it: a line break, a stop or a joint."""
    for match in _MARK.finditer(body):
        style = Style[match.lastgroup or "PART"]
        before = _stop_before(body, match.start(), accepted)
        if before not in _STOPS and before != "\n" and not _may_follow(style, before, match, accepted):
            continue
        if before in _JOINTS:
            before = _JOINT
        yield Mark(style, _number(match.group()), match.start(), match.end(), before == "\n"), before


def _may_follow(style: Style, before: str, match: re.Match[str], accepted: list[Mark]) -> bool:
    """① anywhere, the next number after a comma or a blank, 一、 right after a title, （一） after a heading."""
    if style is Style.CIRCLED or before in _JOINTS:
        return True
    if style is Style.SECTION:
        return match.group() == "一、" and before in _TITLE_ENDS
    if style is not Style.BRACKET or not accepted or accepted[-1].style is not Style.SECTION:
        return False
    return _HEADING.fullmatch(match.string, accepted[-1].end, match.start()) is not None


def _stop_before(body: str, start: int, accepted: list[Mark]) -> str:
    """The character before a marker, junk apart: a line break at the start of a line or right after a marker."""
    if accepted and accepted[-1].opens_line and accepted[-1].end == start:
        return "\n"
    lead = body[max(0, start - _REACH) : start]
    bare = lead.rstrip(_OPENING)
    if not bare:
        return "\n"
    if bare[-1] in _STOPS or bare[-1] in "\r\n":
        return bare[-1].replace("\r", "\n")
    blanks = len(lead) - len(lead.rstrip(" "))
    return "\n" if blanks >= _BREAK else " " if blanks else bare[-1]


def _number(written: str) -> int:
    digits = _DIGITS.search(written)
    return int(value_of(digits.group()) or 0) if digits else 0
