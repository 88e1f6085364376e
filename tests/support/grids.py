"""Tables as a picture: a row a line, cells between |; < is merged into the cell to its left, ^ into the one above."""

from plans.reading.model import Item, Reading
from plans.reading.source import Block, Grid, Source, lay_out_source
from plans.reading.text import read_source


def grid(picture: str, name: str = "") -> Grid:
    """The table drawn by a picture."""
    rows = [[cell.strip() for cell in line.split("|")] for line in picture.strip().splitlines()]
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell in ("<", "^"):
                beside = (number, column - 1) if cell == "<" else (number - 1, column)
                origins[number, column] = origins.get(beside, beside)
    words = [["" if cell in ("<", "^") else cell for cell in row] for row in rows]
    return Grid(words, origins, name)


def source(*blocks: str | Grid) -> Source:
    """A document of paragraphs and tables; a paragraph with | in it is a picture of a table."""
    laid: list[Block] = [grid(block) if isinstance(block, str) and "|" in block else block for block in blocks]
    return lay_out_source(laid)


def read(*blocks: str | Grid) -> Reading:
    """What such a document says."""
    return read_source(source(*blocks))


def items(*blocks: str | Grid) -> tuple[Item, ...]:
    """The items of such a document."""
    return read(*blocks).plan_items
