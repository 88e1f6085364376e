"""Enterprises the document names, as written: 有限公司 names, short names in lists, short names that do something.

A short name is only believed where the words around it say that it is a firm; schools and institutes are not.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from plans.reading.document import Document, Span
from plans.reading.rules import rule

_REACH, _LONGEST_LIST = 30, 200
_LONGEST_NAME, _LONGEST_SHORT_NAME, _LONGEST_STEM = 26, 10, 5
_BREAKS = re.compile(r"[、,。;:!?()“”\"《》\s]")
_LIST_BREAKS = re.compile(r"[,。;:!?(“”\"《》\r\n]")
_HIDDEN = "\0"


def find_enterprises(document: Document) -> tuple[str, ...]:
    """Every enterprise named, once each, in the order of first mention; outside lists only with a telling word."""
    body = rule("enterprises", "remark").sub(lambda match: _HIDDEN * len(match.group()), document.body)
    found = [*_companies(body), *_listed(body), *_bracketed(document.body), *_acting(body)]
    names = (document.quote(span) for span in sorted(found))
    return tuple(dict.fromkeys(names))


def _companies(body: str) -> Iterator[Span]:
    """江西…有限公司: back from its ending to a break or a word such as 深入 or 与."""
    for match in rule("enterprises", "company").finditer(body):
        lead = _since_break(body, match.start())
        name = _without_lead(body, Span(lead, match.end()))
        stem = body[name.start : match.start()] if name else ""
        if name and not rule("enterprises", "pronoun").search(stem):
            yield name


def _listed(body: str) -> Iterator[Span]:
    """甲、乙、丙等5家企业: every name of the list before the count."""
    for match in rule("enterprises", "counted").finditer(body):
        window = body[max(0, match.start() - _LONGEST_LIST) : match.start()]
        start = match.start() - len(window) + _last_break(window)
        pieces = list(_pieces(body, Span(start, match.start())))
        if match.group() == "等" or (len(pieces) > 1 and not window.endswith("等")):
            yield from _list_names(body, pieces)


def _bracketed(body: str) -> Iterator[Span]:
    for match in rule("enterprises", "bracketed").finditer(body):
        pieces = list(_pieces(body, Span(*match.span("names"))))
        if len(pieces) > 1:
            yield from (piece for piece in pieces if _is_name(body, piece))


def _acting(body: str) -> Iterator[Span]:
    """协助晨星新材申报: a name that ends in a trade, after a word that leads to it or before one that tells."""
    for match in rule("enterprises", "trade").finditer(body):
        if not rule("enterprises", "follow").match(body, match.end()):
            continue
        start = _since_break(body, match.start())
        name = _without_lead(body, Span(start, match.end()))
        if name is None or not _is_short_name(body, name, match.start()):
            continue
        listed = start > 0 and body[start - 1] == "、"
        telling = rule("enterprises", "telling").match(body, match.end())
        led = rule("enterprises", "verb").search(body[start : name.start])
        if led or telling or listed:
            yield name


def _is_short_name(body: str, name: Span, trade: int) -> bool:
    stem = body[name.start : trade]
    if not 1 < len(stem) <= _LONGEST_STEM or rule("enterprises", "generic").search(stem):
        return False
    return not _is_made_of_trades(stem) and not rule("enterprises", "pronoun").search(stem)


def _list_names(body: str, pieces: Sequence[Span]) -> Iterator[Span]:
    """The names of a list, from its end back to the piece that leads into it: 深入甲, or 名专家对甲."""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        name = _without_lead(body, piece)
        if name is None and piece.end - piece.start > _LONGEST_SHORT_NAME:
            return
        if name is None:
            continue
        led = rule("enterprises", "verb").search(body[piece.start : name.start])
        opens = index == 0 or led is not None or not _is_name(body, piece)
        yield name if opens else piece
        if opens:
            return


def _pieces(body: str, span: Span) -> Iterator[Span]:
    start = span.start
    for piece in body[span.start : span.end].split("、"):
        words = piece.strip(f" {_HIDDEN}")
        offset = start + piece.find(words)
        yield Span(offset, offset + len(words))
        start += len(piece) + 1


def _without_lead(body: str, piece: Span) -> Span | None:
    """The name at the end of a piece, after the last word that leads to one and still leaves a name."""
    words = body[piece.start : piece.end]
    ends = [match.end() for match in rule("enterprises", "lead").finditer(words)]
    for end in reversed(ends):
        name = Span(piece.start + end, piece.end)
        if _is_name(body, name):
            return name
    return piece if _is_name(body, piece) else None


def _is_name(body: str, name: Span) -> bool:
    words = body[name.start : name.end]
    if rule("enterprises", "company").search(words):
        stem = rule("enterprises", "company").split(words)[0]
        return len(stem) > 1 and len(words) <= _LONGEST_NAME and not _is_made_of_trades(stem)
    if not 1 < len(words) <= _LONGEST_SHORT_NAME or _BREAKS.search(words) or _is_made_of_trades(words):
        return False
    return not any(rule("enterprises", refused).search(words) for refused in ("not_firms", "generic", "pronoun"))


@cache
def _trades_only() -> re.Pattern[str]:
    return re.compile(f"(?:{rule('enterprises', 'trade').pattern}){{1,5}}")


def _is_made_of_trades(words: str) -> bool:
    """机械制造, 电子信息: lines of business, not names."""
    return _trades_only().fullmatch(words) is not None


def _since_break(body: str, end: int) -> int:
    window = body[max(0, end - _REACH) : end]
    found = [match.end() for match in _BREAKS.finditer(window)]
    return end - len(window) + (found[-1] if found else 0)


def _last_break(window: str) -> int:
    found = [match.end() for match in _LIST_BREAKS.finditer(window)]
    return found[-1] if found else 0
