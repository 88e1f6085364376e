"""A document as the reader takes it: its words in order, and where its tables lie in them.

Every format becomes this (plans/reading/formats/); nothing after it knows Word or Excel. A quote is a piece of `text`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from plans.reading.document import Span

CELL_END = "\t"
"""Between the cells of a row laid out in the text; never inside one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its words, blanks and line breaks made single blanks. Merged cells all hold the words of the first."""

    words: str
    span: Span
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table in place. Rows have the same number of cells; `name` is the worksheet's, empty in Word.

    Each row is one line of the document's text, its cells between CELL_END; a cell merged into an earlier one is empty
    there, and its `span` is where the words really stand. `numbers` are the rows' own numbers in a worksheet.
    """

    rows: tuple[tuple[Cell, ...], ...]
    span: Span
    name: str = ""
    numbers: tuple[int, ...] = ()

    def number_of(self, row: int) -> int:
        """What a person calls a row (0-based): its number in the worksheet, else how many rows down it is."""
        return self.numbers[row] if row < len(self.numbers) else row + 1

    def row_span(self, number: int) -> Span:
        """Where a row (0-based) lies in the text: the cells that are its own."""
        own = [cell.span for cell in self.rows[number] if not cell.merged]
        return Span(own[0].start, own[-1].end) if own else self.rows[number][0].span


@dataclass(frozen=True, slots=True)
class Source:
    """A document ready to be read. `notes` are sentences for the person: what of the file could not be taken along."""

    text: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on its way in: rows of words; `origins` names, for a cell (row, column) that was merged into an earlier
    one, the cell whose words it shares. `numbers` are the rows' own numbers (1-based) where empty ones were dropped.
    """

    rows: Sequence[Sequence[str]]
    origins: dict[tuple[int, int], tuple[int, int]]
    name: str = ""
    numbers: Sequence[int] = ()


Block = str | Grid
"""A paragraph (one line of words) or a table."""


def lay_out_source(blocks: Iterable[Block], notes: Sequence[str] = ()) -> Source:
    """The blocks in order as one text, a paragraph a line and a table row a line, with every cell's place known."""
    lines: list[str] = []
    tables: list[Table] = []
    position = 0
    for block in blocks:
        if isinstance(block, str):
            lines.append(block)
            position += len(block) + 1
            continue
        width = max((len(row) for row in block.rows), default=0)
        rows = [_row_words(block, number, width) for number in range(len(block.rows))]
        if not rows:
            continue
        starts = list(accumulate((len(CELL_END.join(row)) + 1 for row in rows), initial=position))
        tables.append(_table(block, rows, starts))
        lines += [CELL_END.join(row) for row in rows]
        position = starts[-1]
    return Source("\n".join(lines), tuple(tables), tuple(notes))


def _row_words(grid: Grid, number: int, width: int) -> list[str]:
    row = [" ".join(words.split()) for words in grid.rows[number]]
    row += [""] * (width - len(row))
    return ["" if (number, column) in grid.origins else words for column, words in enumerate(row)]


def _table(grid: Grid, rows: Sequence[Sequence[str]], starts: Sequence[int]) -> Table:
    cells: list[tuple[Cell, ...]] = []
    for number, row in enumerate(rows):
        ends = list(accumulate((len(words) + 1 for words in row), initial=starts[number]))
        own = [Cell(words, Span(ends[column], ends[column + 1] - 1)) for column, words in enumerate(row)]
        cells.append(tuple(_filled(grid, cells, own, number, column) for column in range(len(row))))
    return Table(tuple(cells), Span(starts[0], starts[-1] - 1), grid.name, tuple(grid.numbers))


def _filled(grid: Grid, above: Sequence[Sequence[Cell]], own: Sequence[Cell], number: int, column: int) -> Cell:
    origin = grid.origins.get((number, column))
    if origin is None:
        return own[column]
    first = own[origin[1]] if origin[0] == number else above[origin[0]][origin[1]]
    return Cell(first.words, first.span, merged=True)
