"""A document laid out for reading: the original text, and a folded body of the same length to match on.

Offsets mean the same in both, so whatever is found in the body is quoted from the original.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from plans.reading.traditional import simplify

_WIDTHS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0xFF61: "。", 0xFF64: "、"}
_ODD_BLANKS = (0x00A0, 0x00AD, 0x0009, 0x000B, 0x000C, 0x3000, 0xFEFF, 0x202F, 0x205F, *range(0x2000, 0x2010))
_BLANKS = dict.fromkeys((*_ODD_BLANKS, 0x2028, 0x2029), " ")
_BRACKETS = dict(zip("〔〕﹙﹚︵︶﹐﹔﹕﹑", "()()(),;:、", strict=True))
_COMPATIBLE = (range(0x2E80, 0x2FD6), range(0xF900, 0xFADA))
"""Radicals and compatibility forms that a PDF prints in place of the usual characters."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]+")
_SENTENCE = re.compile(r"[^。;!?\r\n]+")
_CLAUSE_STOP = re.compile(r"[,;:。!?\r\n]")
_AFTER_LAST_STOP = re.compile(r"[,;:。!?\r\n][^,;:。!?\r\n]*\Z")
QUOTE = 60
"""The most characters a quote reaches back: keeps the work linear when a document has no punctuation."""


class Span(NamedTuple):
    """A half-open stretch of the document, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """`text` is the original; `body` is folded, with page junk, title and signature blanked; same length."""

    text: str
    body: str
    title: str | None
    line_ends: tuple[int, ...]

    def quote(self, span: Span) -> str:
        """The original words of a span."""
        return self.text[span.start : span.end]

    def line_of(self, position: int) -> int:
        """The 1-based line a position is on."""
        return bisect_right(self.line_ends, position) + 1

    def sentences(self, span: Span) -> Iterator[Span]:
        """The sentences of a span, without their stops."""
        for match in _SENTENCE.finditer(self.body, span.start, span.end):
            yield Span(match.start(), match.end())

    def clause(self, span: Span, within: Span) -> Span:
        """The clause around a span: between commas, inside `within`, at most QUOTE characters either side."""
        start = max(within.start, span.start - QUOTE)
        start += _last_stop(self.body[start : span.start])
        end = min(within.end, span.end + QUOTE)
        end = span.end + _first_stop(self.body[span.end : end])
        return trim(self.body, Span(start, end))


def fold(text: str) -> str:
    """Half width, plain blanks, Simplified: one character for one."""
    return simplify(text.translate(_folding()))


@cache
def _folding() -> dict[int, str]:
    usual = {code: unicodedata.normalize("NFKC", chr(code)) for codes in _COMPATIBLE for code in codes}
    brackets = {ord(odd): plain for odd, plain in _BRACKETS.items()}
    return {code: plain for code, plain in usual.items() if len(plain) == 1} | _WIDTHS | _BLANKS | brackets


def line_ends(text: str) -> tuple[int, ...]:
    """Where each line break ends, ascending."""
    return tuple(match.end() for match in _LINE_END.finditer(text))


def lines(folded: str) -> Iterator[Span]:
    """Every line that is not blank, trimmed."""
    for match in _LINE.finditer(folded):
        span = trim(folded, Span(match.start(), match.end()))
        if span.start < span.end:
            yield span


def trim(folded: str, span: Span) -> Span:
    """The span without blanks at either end."""
    piece = folded[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.start + len(piece.rstrip())))


def blank(folded: str, spans: Iterable[Span]) -> str:
    """The same length of text with the spans made blank."""
    pieces, done = [], 0
    for span in sorted(spans):
        pieces += [folded[done : span.start], " " * (span.end - max(done, span.start))]
        done = max(done, span.end)
    return "".join([*pieces, folded[done:]])


def _last_stop(lead: str) -> int:
    match = _AFTER_LAST_STOP.search(lead)
    return match.start() + 1 if match else 0


def _first_stop(tail: str) -> int:
    match = _CLAUSE_STOP.search(tail)
    return match.start() if match else len(tail)
