"""Where in a document the things stand that the reading only quotes."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from plans.reading.source import Source

Place = tuple[int, int]
REACH = 300
"""The most characters a sentence reaches to either side of its quote."""
_STOPS = re.compile("[。；;！!？?\r\n\t]")


class Ground:
    """A document to find places in."""

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self._tables = source.tables

    @cached_property
    def _table_starts(self) -> list[int]:
        return [table.span.start for table in self._tables]

    def in_table(self, position: int) -> bool:
        """True where the position lies in a table."""
        before = bisect_right(self._table_starts, position) - 1
        return before >= 0 and position < self._tables[before].span.end

    def sentence(self, place: Place) -> Place:
        """The sentence around a place, its stop included, or the cell of a table."""
        lead = self.text[max(0, place[0] - REACH) : place[0]]
        starts = [match.end() for match in _STOPS.finditer(lead)]
        start = place[0] - len(lead) + (starts[-1] if starts else 0)
        stop = _STOPS.search(self.text, place[1], place[1] + REACH)
        end = min(len(self.text), place[1] + REACH) if stop is None else stop.start() + (not stop.group().isspace())
        start += len(self.text[start : place[0]]) - len(self.text[start : place[0]].lstrip())
        return start, end


def find_in_order(text: str, quotes: Sequence[str]) -> Iterator[Place | None]:
    """Where each quote stands, for quotes in the order of the document; the same quote again stands further on."""
    cursor, before = 0, ""
    for quote in quotes:
        start = text.find(quote, cursor + (quote == before)) if quote else -1
        if start < 0:
            yield None
            continue
        cursor, before = start, quote
        yield start, start + len(quote)
