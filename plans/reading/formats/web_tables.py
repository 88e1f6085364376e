"""Tables of a web page: those that hold data, not those that only lay the page out."""

from typing import TYPE_CHECKING

from plans.reading.formats.bounds import MOST_CELLS, MOST_COLUMNS
from plans.reading.formats.package import whole
from plans.reading.formats.web_article import DROPPED
from plans.reading.source import Grid

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_CELL = 800
"""Characters: a longer cell is a page that was put into a table."""


def data_table(table: "_Element") -> Grid | None:
    """The table as a grid; None when it lays out the page: one cell, one column, tables or long prose inside."""
    if table.get("role") == "presentation" or next(table.iterdescendants("table"), None) is not None:
        return None
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    rows = [row for row in rows if row]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return None
    grid = _Layout().grid(rows)
    return None if any(len(words) > LONGEST_CELL for row in grid.rows for words in row) else grid


class _Layout:
    """Cells put to their places one row after the other; `spare` is how many more cells wide ones may make."""

    def __init__(self) -> None:
        self.spare = MOST_CELLS
        self.origins: dict[tuple[int, int], tuple[int, int]] = {}

    def grid(self, rows: "list[list[_Element]]") -> Grid:
        """The rows with their words at their columns, the covered places with their origins."""
        words: list[list[str]] = []
        for number, row in enumerate(rows):
            placed: list[str] = []
            for cell in row:
                self._skip_covered(placed, number)
                self._cover(cell, (number, len(placed)), len(rows))
                placed.append(_words(cell))
            self._skip_covered(placed, number)
            words.append(placed)
        return Grid(words, self.origins)

    def _skip_covered(self, placed: list[str], number: int) -> None:
        while (number, len(placed)) in self.origins:
            placed.append("")

    def _cover(self, cell: "_Element", place: tuple[int, int], height: int) -> None:
        row, column = place
        across = max(1, min(whole(cell.get("colspan"), 1), MOST_COLUMNS))
        down = whole(cell.get("rowspan"), 1)
        end = height if down == 0 else min(row + max(1, down), height)
        if (end - row) * across > self.spare:
            return
        self.spare -= (end - row) * across - 1
        places = ((line, at) for line in range(row, end) for at in range(column, column + across))
        self.origins.update({covered: place for covered in places if covered != place and covered not in self.origins})


def _words(cell: "_Element") -> str:
    pieces: list[str] = []
    for element in cell.iter():
        dropped = element.tag in DROPPED
        pieces += ["" if dropped else element.text or "", " " if element.tag in {"br", "p", "div", "li"} else ""]
        pieces.append("" if element is cell else element.tail or "")
    return " ".join("".join(pieces).split())
