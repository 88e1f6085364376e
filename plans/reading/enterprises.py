"""Enterprises the document names, as written: 有限公司 names, short names in lists, short names that do something.

A short name is only believed where the words around it say that it is a firm; schools and institutes are not.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from plans.reading.document import Document, Span
from plans.reading.names import (
    LONGEST_SHORT_NAME,
    company_before,
    is_name,
    is_short_name,
    names_a_trade,
    names_something,
    since_break,
    without_lead,
)
from plans.reading.numbers import value_of
from plans.reading.rules import rule

_LONGEST_LIST = 240
_LIST_BREAKS = re.compile(r"[,。;:!?(“”\"《》\r\n]")
_LAST_TWO = re.compile("以及|和|与|及")
_HIDDEN = "\0"


@dataclass(frozen=True, slots=True)
class CountedList:
    """晨星、远山2家企业: the number it states and how many it names."""

    span: Span
    number: int
    named: int


def find_enterprises(document: Document) -> tuple[str, ...]:
    """Every enterprise named, once each, in the order of first mention; outside lists only with a telling word."""
    body = rule("enterprises", "remark").sub(lambda match: _HIDDEN * len(match.group()), document.body)
    found = sorted({*_companies(body), *_listed(body), *_announced(document.body)})
    found = sorted({*found, *_apart({*_acting(body), *_led(body)}, found)})
    found = sorted({*found, *_apart(_beside(body, found), found)})
    return tuple(dict.fromkeys(document.quote(span) for span in found))


def _apart(names: Iterable[Span], found: Sequence[Span]) -> Iterator[Span]:
    """The names that do not overlap one that was found on better grounds."""
    for name in names:
        place = bisect_right(found, (name.end,))
        if not any(other.end > name.start and other.start < name.end for other in found[max(0, place - 2) : place + 1]):
            yield name


def _companies(body: str) -> Iterator[Span]:
    """江西…有限公司: back from its ending to a break or a word such as 深入 or 与."""
    for match in rule("enterprises", "company").finditer(body):
        name = company_before(body, since_break(body, match.start()), match)
        if name:
            yield name


def counted_lists(document: Document) -> Iterator[CountedList]:
    """Every list of names with a count and without 等 whose beginning is sure: after a verb, or in brackets."""
    for match, pieces in _lists(document.body):
        number = _count(document.body, match.end())
        names = list(_list_names(document.body, pieces, trusted=False))
        if match.group() == "等" or number is None or len(pieces) < 2 or not names:
            continue
        if rule("enterprises", "verb").search(document.body[min(names).start - 4 : min(names).start]):
            yield CountedList(Span(min(names).start, _end_of_count(document.body, match.end())), number, len(names))
    yield from _bracketed_lists(document.body)


def _bracketed_lists(body: str) -> Iterator[CountedList]:
    for match in rule("enterprises", "counted_bracket").finditer(body):
        pieces = list(_pieces(body, Span(*match.span("names"))))
        if len(pieces) > 1 and all(is_name(body[piece.start : piece.end]) for piece in pieces):
            yield CountedList(Span(*match.span()), int(value_of(match["number"]) or 0), len(pieces))


def _listed(body: str) -> Iterator[Span]:
    """甲、乙、丙等5家企业: every name of the list before the count."""
    for match, pieces in _lists(body):
        if match.group() == "等" or len(pieces) > 1:
            yield from _list_names(body, pieces, _count(body, match.end()) == len(pieces))


def _lists(body: str) -> Iterator[tuple[re.Match[str], list[Span]]]:
    done = 0
    for match in rule("enterprises", "counted").finditer(body):
        window = body[max(done, match.start() - _LONGEST_LIST) : match.start()]
        start = match.start() - len(window) + _last_break(window)
        if not window.endswith("等"):
            yield match, list(_pieces(body, Span(start, match.start())))
        done = match.end()


def _announced(body: str) -> Iterator[Span]:
    """5家企业(甲、乙), 5家企业分别是甲、乙: the names after the count, as far as they are names."""
    for name in ("bracketed", "announced"):
        for match in rule("enterprises", name).finditer(body):
            pieces = list(_pieces(body, Span(*match.span("names"))))
            if len(pieces) == 1 and not match.groupdict().get("one"):
                continue
            yield from (piece for piece in pieces if is_name(body[piece.start : piece.end]))
    for match in rule("enterprises", "one_of").finditer(body):
        pieces = list(_pieces(body, Span(*match.span("names"))))
        if len(pieces) == value_of(match["number"]):
            yield from (piece for piece in pieces if is_name(body[piece.start : piece.end]))


def _acting(body: str) -> Iterator[Span]:
    """协助晨星新材申报: a name that ends in a trade, after a word that leads to it or before one that tells."""
    for match in rule("enterprises", "trade").finditer(body):
        if not rule("enterprises", "follow").match(body, match.end()):
            continue
        start = since_break(body, match.start())
        name = without_lead(body, Span(start, match.end()))
        if name is None or not is_short_name(body, name, match.start()):
            continue
        led = rule("enterprises", "verb").search(body[start : name.start])
        telling = rule("enterprises", "telling").match(body, match.end())
        siblings = _siblings(body, name, names_something if telling else names_a_trade)
        if led or siblings or telling:
            yield name
            yield from siblings


def _led(body: str) -> Iterator[Span]:
    """推荐三木种苗申报: between a verb and what it then does, where no ordinary word stands."""
    for match in rule("enterprises", "led").finditer(body):
        words = match["name"]
        plain = (rule("enterprises", name).search(words) for name in ("ordinary", "generic"))
        if is_name(words) and not any(plain):
            yield Span(*match.span("name"))


def _beside(body: str, found: Sequence[Span]) -> Iterator[Span]:
    """隆科特与泓达生物: a name that ends in a trade, joined to one already known."""
    known = {body[span.start : span.end] for span in found}
    for match in rule("enterprises", "beside").finditer(body):
        before = (body[max(0, match.start() - length) : match.start()] for length in range(2, LONGEST_SHORT_NAME + 1))
        if not known.isdisjoint(before) and names_something(match["name"]):
            yield Span(*match.span("name"))


def _siblings(body: str, name: Span, is_firm: Callable[[str], bool]) -> list[Span]:
    """组织远山、晨星新材申报: the names of the list before one that is a firm: a verb opens it, or they are firms."""
    window = body[max(0, name.end - _LONGEST_LIST) : name.end]
    pieces = list(_pieces(body, Span(name.end - len(window) + _last_break(window), name.end)))[:-1]
    found: list[Span] = []
    for piece in reversed(pieces):
        sibling = without_lead(body, piece)
        if sibling is None or "等" in body[piece.start : piece.end]:
            break
        found.append(sibling)
        if rule("enterprises", "verb").search(body[piece.start : sibling.start]):
            return found
    firms = takewhile(lambda one: is_firm(body[one.start : one.end]), (name, *found))
    return list(firms)[1:]


def _list_names(body: str, pieces: Sequence[Span], trusted: bool) -> Iterator[Span]:
    """The names of a list, from its end back to the piece that leads into it: 深入甲, or 名专家对甲."""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        name = without_lead(body, piece, trusted)
        if name is None and piece.end - piece.start > LONGEST_SHORT_NAME:
            return
        if name is None:
            continue
        led = rule("enterprises", "verb").search(body[piece.start : name.start])
        opens = index == 0 or led is not None or not is_name(body[piece.start : piece.end], trusted)
        yield name if opens else piece
        if opens:
            return


def _pieces(body: str, span: Span) -> Iterator[Span]:
    """The pieces between 、, and the last two that 和 joins: 甲、乙和丙."""
    start = span.start
    for piece in body[span.start : span.end].split("、"):
        words = piece.strip(f" {_HIDDEN}")
        offset = start + piece.find(words)
        start += len(piece) + 1
        yield from _joined(body, Span(offset, offset + len(words)), start > span.end)


def _joined(body: str, piece: Span, is_last: bool) -> Iterator[Span]:
    joint = _joint(body, piece) if is_last else None
    if joint is None:
        yield piece
        return
    yield Span(piece.start, joint.start())
    yield Span(joint.end(), piece.end)


def _joint(body: str, piece: Span) -> re.Match[str] | None:
    """The 和 between two names, not the one inside 泰和生物."""
    for match in _LAST_TWO.finditer(body, piece.start, piece.end):
        left = without_lead(body, Span(piece.start, match.start()))
        if left and is_name(body[match.end() : piece.end]):
            return match
    return None


def _count(body: str, position: int) -> int | None:
    """The number of a list that is counted: 4 of 4家企业."""
    match = rule("enterprises", "how_many").match(body, position)
    return int(value_of(match["number"]) or 0) if match else None


def _end_of_count(body: str, position: int) -> int:
    match = rule("enterprises", "how_many").match(body, position)
    return match.end() if match else position


def _last_break(window: str) -> int:
    found = [match.end() for match in _LIST_BREAKS.finditer(window)]
    return found[-1] if found else 0
