"""Line breaks that only wrap a paragraph at a fixed width, as text copied out of a printed page has them."""

from collections import Counter
from collections.abc import Iterator

from plans.reading.document import Span, lines
from plans.reading.markers import opens_with_mark

NARROWEST, FEWEST = 36, 4
"""In half-width columns, and in lines: less is no sign that somebody wrapped the text."""
_STOPS = "。:;!?)”》"
_SLACK, _SHARE = 4, 0.6


def wraps(folded: str) -> list[Span]:
    """The line breaks inside paragraphs, when most lines that end without a stop end at the same width."""
    unended = list(_unended(folded))
    widths = Counter(width for width, _ in unended)
    width = max(widths, key=lambda one: (_near(widths, one), one), default=0)
    if width < NARROWEST or _near(widths, width) < max(FEWEST, _SHARE * len(unended)):
        return []
    return [gap for own, gap in unended if abs(own - width) <= _SLACK]


def _near(widths: Counter[int], width: int) -> int:
    return sum(widths[one] for one in range(width - _SLACK, width + _SLACK + 1))


def _unended(folded: str) -> Iterator[tuple[int, Span]]:
    """Lines that end without a stop right before a line without a marker: their width, and the break behind them."""
    before: Span | None = None
    for line in lines(folded):
        if before and folded[before.end - 1] not in _STOPS:
            gap = Span(before.end, line.start)
            if folded.count("\n", *gap) <= 1 and not opens_with_mark(folded[line.start : line.start + 12]):
                yield sum(1 + (character > "ÿ") for character in folded[before.start : before.end]), gap
        before = line
