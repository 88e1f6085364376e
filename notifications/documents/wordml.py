"""Pieces of WordprocessingML: text, paragraphs and tables as strings, fast enough for ten thousand rows.

Whatever is shown goes through ``shown``: names are hostile, and a character that XML forbids would spoil the document.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its lines, its style, and the colour (RRGGBB) of its text.

    One that ``begins`` a merged cell is continued by the ``merged`` ones below it.
    """

    lines: Sequence[str] = ()
    style: str = "TableText"
    colour: str = ""
    merged: bool = False
    begins: bool = False


@dataclass(frozen=True)
class Column:
    """A column: its head and its share of the width."""

    head: str
    share: float
    style: str = "TableText"


def seen(text: str) -> str:
    """The text on one line: whatever breaks a line or cannot be seen, and so what XML forbids, is a space."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def shown(text: str) -> str:
    """The text on one line, as XML."""
    return escape(seen(text))


def element(xml: str) -> Any:
    """The element of a piece, whose outermost tag is given the namespaces."""
    # python-docx is slow to import, and most commands write no document.
    from docx.oxml import parse_xml

    name_ends = min(xml.index(sign) for sign in " />" if sign in xml)
    return parse_xml(f"{xml[:name_ends]} {NAMESPACES}{xml[name_ends:]}")


def paragraph(style: str, *runs: str, properties: str = "") -> str:
    """A paragraph of a style; runs are XML."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def run(text: str, properties: str = "") -> str:
    """A run of text, which is escaped here."""
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{shown(text)}</w:t></w:r>'


def table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], width: int) -> str:
    """A table of that width (twentieths of a point); its head repeats on each page and no row is split.

    Where no column has a head it is a form, whose rows say themselves what they hold.
    """
    total = sum(column.share for column in columns)
    widths = [int(width * column.share / total) for column in columns]
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    named = any(column.head for column in columns)
    heads = _row([Cell([column.head], "TableHead") for column in columns], widths, "<w:tblHeader/>") if named else ""
    body = "".join(_row(cells, widths) for cells in rows)
    return f"<w:tbl>{_table_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{heads}{body}</w:tbl>"


def _table_properties(width: int) -> str:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for edge in edges)
    margins = "".join(f'<w:{edge} w:w="{space}" w:type="dxa"/>' for edge, space in _PADDING)
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )


_PADDING = (("top", 30), ("left", 60), ("bottom", 30), ("right", 60))


def _row(cells: Sequence[Cell], widths: Sequence[int], also: str = "") -> str:
    written = "".join(_cell(cell, width) for cell, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{also}</w:trPr>{written}</w:tr>"


def _cell(cell: Cell, width: int) -> str:
    merge = '<w:vMerge w:val="restart"/>' if cell.begins else "<w:vMerge/>" if cell.merged else ""
    colour = f"<w:color w:val={quoteattr(cell.colour)}/>" if cell.colour else ""
    lines = "".join(paragraph(cell.style, run(line, colour)) for line in cell.lines) or paragraph(cell.style)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
