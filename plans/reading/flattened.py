"""A table that lost its lines when it was copied as text: 序号 任务 目标 时限, then a cell a line or a row a line."""

import re
from collections.abc import Iterator, Sequence

from plans.reading.document import Span, fold, lines
from plans.reading.source import Cell, Source, Table
from plans.reading.tables.columns import LONGEST_HEADER
from plans.reading.tables.finding import find_header

FEWEST_COLUMNS, MOST_COLUMNS, FEWEST_ROWS = 3, 10, 2
_FIRST_HEADER, _CELL = "序号", re.compile(r"[^ \r\n]+")


def source_of_text(text: str) -> Source:
    """Plain text as a source, with the tables that can still be told in it."""
    folded = fold(text)
    if _FIRST_HEADER not in folded:
        return Source(text)
    rows = list(_by_rows(folded)) or list(_by_cells(folded))
    table = _table(text, rows)
    return Source(text, (table,) if table else ())


def _table(text: str, rows: Sequence[Sequence[Span]]) -> Table | None:
    if len(rows) <= FEWEST_ROWS:
        return None
    cells = tuple(tuple(Cell(" ".join(text[slice(*span)].split()), span) for span in row) for row in rows)
    table = Table(cells, Span(rows[0][0].start, rows[-1][-1].end))
    return table if find_header(table, ()) else None


def _by_rows(folded: str) -> Iterator[list[Span]]:
    """A row a line, blanks between its cells; the first cell counts the rows."""
    header = None
    for line in lines(folded):
        cells = [Span(match.start(), match.end()) for match in _CELL.finditer(folded, *line)]
        opens = folded[slice(*cells[0])] == _FIRST_HEADER and FEWEST_COLUMNS <= len(cells) <= MOST_COLUMNS
        if header is None and opens:
            header, number = len(cells), 0
            yield cells
        elif header is not None:
            if len(cells) != header or folded[slice(*cells[0])] != str(number + 1):
                return
            number += 1
            yield cells


def _by_cells(folded: str) -> Iterator[list[Span]]:
    """A cell a line: the header until the line that says 1, then rows as wide as it, counted up."""
    found = list(lines(folded))
    words = [folded[slice(*line)] if line.end - line.start <= LONGEST_HEADER else "" for line in found]
    start = next((index for index, said in enumerate(words) if said == _FIRST_HEADER), len(words))
    width = next((index for index, said in enumerate(words[start:][: MOST_COLUMNS + 1]) if said == "1"), 0)
    if width < FEWEST_COLUMNS:
        return
    yield found[start : start + width]
    for number, first in enumerate(range(start + width, len(found) - width + 1, width), 1):
        if words[first] != str(number):
            return
        yield found[first : first + width]
