"""Printed lines joined to paragraphs again; page numbers and running heads dropped."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from plans.reading.markers import opens_with_mark

NEAR = 0.06
"""How far from the right margin, in shares of the page, a full line may end."""
INDENT = 0.02
EDGE = 0.12
"""The part of a page, above and below, where page numbers and running heads are."""
HALF = 0.5
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*第?\s*\d{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-—–－·\s]*")
_DIGITS = re.compile(r"\d+")
_LOOSE = re.compile(r"(?<=[\u2e80-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u2e80-\u9fff])")
"""The gap a printer sets between Chinese and Western characters: nobody wrote a blank there."""


class Line(NamedTuple):
    """A printed line: its words, where it begins and ends across the page, and how far down it is (0 to 1)."""

    words: str
    left: float
    right: float
    top: float


Page = Sequence[Line]


def paragraphs(pages: Sequence[Page]) -> Iterator[str]:
    """The paragraphs of all pages: a full line goes on in the next one, unless that is indented or numbered."""
    heads = _running_heads(pages)
    lines = [line for page in pages for line in page if not _is_furniture(line, heads)]
    if not lines:
        return
    left, right = _margins(lines)
    words, before = "", None
    for line in lines:
        if before is not None and before.right >= right - NEAR and _goes_on(line, left):
            words += _joint(words, line.words) + line.words
        else:
            yield from [_LOOSE.sub("", words)] if words else []
            words = line.words
        before = line
    yield _LOOSE.sub("", words)


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    """Where most lines begin, and where nearly the longest end; of short lines only, as far from the other edge."""
    left = Counter(round(line.left, 2) for line in lines).most_common(1)[0][0]
    rights = sorted(line.right for line in lines)
    return left, max(rights[int((len(rights) - 1) * 0.95)], 1 - left - NEAR)


def _goes_on(line: Line, left: float) -> bool:
    return line.left < left + INDENT and not opens_with_mark(line.words)


def _joint(words: str, following: str) -> str:
    """Western words are parted by a blank, Chinese ones by nothing."""
    return " " if words[-1:].isascii() and following[:1].isascii() and following[:1].isalpha() else ""


def _running_heads(pages: Sequence[Page]) -> set[str]:
    """Lines at the edge of at least three and half of the pages, numbers apart."""
    seen = Counter(head for page in pages for head in {_head(line) for line in page if _at_edge(line)})
    return {head for head, count in seen.items() if count >= max(3, HALF * len(pages))}


def _is_furniture(line: Line, heads: set[str]) -> bool:
    return _at_edge(line) and (_head(line) in heads or _PAGE_NUMBER.fullmatch(line.words) is not None)


def _at_edge(line: Line) -> bool:
    return not EDGE < line.top < 1 - EDGE


def _head(line: Line) -> str:
    return _DIGITS.sub("0", "".join(line.words.split()))
