"""A .docx: its paragraphs with their automatic numbers, its tables, its text boxes, in the order of the page.

The body is walked once over the XML: python-docx finds a cell's merged neighbours anew for every cell. Headers,
footers, notes and comments are other parts and stay out. Of tracked changes the result is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import MOST_CELLS, MOST_COLUMNS
from plans.reading.formats.package import BROKEN, Package, attribute, child, local, whole
from plans.reading.formats.word_numbering import Numbering, read_numbering
from plans.reading.formats.word_words import Words
from plans.reading.source import Block, Grid

if TYPE_CHECKING:
    from lxml.etree import _Element

HOLDERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
"""What only wraps paragraphs, rows or cells."""
EMBEDDED = "文档里嵌入的另一份文档没有读取，需要时请单独导入。"


def read_word(data: bytes, notes: list[str]) -> Iterator[Block]:
    """The blocks of a .docx; adds to `notes` what was left out. Raises Unreadable."""
    package = Package(data)
    name = package.main_part()
    document = package.tree(name)
    body = child(document, "body")
    if body is None:
        raise Unreadable(BROKEN)
    parts = dict(package.related(name).values())
    trees = [package.tree(parts[kind]) if kind in parts else None for kind in ("numbering", "styles")]
    return _Body(read_numbering(*trees), notes).blocks(body)


@dataclass(slots=True)
class _Body:
    """A walk over the document; `held` is the beginning of a paragraph whose end mark was deleted, `spare` how many
    cells may still be made because a cell says it is wide.
    """

    numbering: Numbering
    notes: list[str]
    held: str = ""
    spare: int = MOST_CELLS

    def blocks(self, holder: "_Element") -> Iterator[Block]:
        for element in inside(holder):
            kind = local(element.tag)
            if kind == "p" and not _is_contents(element):
                yield from self._paragraph(element)
            elif kind == "tbl":
                yield from self._table(element)
            elif kind == "altChunk" and EMBEDDED not in self.notes:
                self.notes.append(EMBEDDED)

    def _paragraph(self, paragraph: "_Element") -> Iterator[Block]:
        properties = child(paragraph, "pPr")
        words = Words(paragraph)
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self.held += words.text
        else:
            label = self.numbering.label(properties)
            yield from _lines(label, self.held + words.text)
            self.held = ""
        for box in words.boxes:
            yield from self.blocks(box)

    def _table(self, table: "_Element") -> Iterator[Block]:
        rows = [[*inside(row, "tc")] for row in inside(table, "tr") if not _deleted(row)]
        if len(rows) == 1 and len(rows[0]) == 1:
            yield from self.blocks(rows[0][0])
        elif rows:
            yield self._grid(table)

    def _grid(self, table: "_Element") -> Grid:
        words: list[list[str]] = []
        origins: dict[tuple[int, int], tuple[int, int]] = {}
        for element in inside(table, "tr"):
            if not _deleted(element):
                words.append(self._row(element, len(words), words, origins))
        return Grid(words, origins)

    def _row(
        self,
        element: "_Element",
        number: int,
        above: list[list[str]],
        origins: dict[tuple[int, int], tuple[int, int]],
    ) -> list[str]:
        row = [""] * self._spared(_skipped(element))
        for cell in inside(element, "tc"):
            properties, column = child(cell, "tcPr"), len(row)
            text = self._cell(cell)
            if _continues(properties, "vMerge") and number and column < len(above[number - 1]):
                origins[number, column] = origins.get((number - 1, column), (number - 1, column))
            elif _continues(properties, "hMerge") and column:
                origins[number, column] = origins.get((number, column - 1), (number, column - 1))
            row.append(text)
            for covered in range(column + 1, column + 1 + self._spared(_width(properties) - 1)):
                origins[number, covered] = origins.get((number, column), (number, column))
                row.append("")
        return row

    def _spared(self, wanted: int) -> int:
        given = max(0, min(wanted, MOST_COLUMNS, self.spare))
        self.spare -= given
        return given

    def _cell(self, cell: "_Element") -> str:
        """The words of a cell, those of a table inside it too."""
        pieces = []
        for block in self.blocks(cell):
            rows: Iterable[Iterable[str]] = [[block]] if isinstance(block, str) else block.rows
            pieces += [words for row in rows for words in row if words]
        return " ".join(pieces)


def inside(holder: "_Element", *kinds: str) -> "Iterator[_Element]":
    """The children in order, through what only wraps them, of a choice the first; all or those of some kinds."""
    for element in holder:
        kind = local(element.tag)
        if kind in HOLDERS:
            yield from () if _is_contents(element) else inside(element, *kinds)
        elif kind == "AlternateContent":
            chosen = next(iter(element), None)
            yield from () if chosen is None else inside(chosen, *kinds)
        elif not kinds or kind in kinds:
            yield element


def _lines(label: str, text: str) -> Iterator[str]:
    """A paragraph's lines, the label before the first; an empty paragraph counts in Word but says nothing."""
    lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    if lines and label:
        touching = label[-1].isascii() and lines[0][0].isascii() and lines[0][0].isalnum()
        lines[0] = f"{label} {lines[0]}" if touching else label + lines[0]
    yield from lines


def _is_contents(element: "_Element") -> bool:
    """A table of contents says every heading twice: its block, or a line of it that leads to a heading."""
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    if gallery is not None:
        return attribute(gallery, "val") == "Table of Contents"
    return (attribute(child(element, "hyperlink"), "anchor") or "").startswith("_Toc")


def _deleted(row: "_Element") -> bool:
    return child(row, "trPr", "del") is not None


def _skipped(row: "_Element") -> int:
    before = child(row, "trPr", "gridBefore")
    return 0 if before is None else whole(attribute(before, "val"))


def _width(properties: "_Element | None") -> int:
    span = child(properties, "gridSpan")
    return 1 if span is None else whole(attribute(span, "val"), 1)


def _continues(properties: "_Element | None", merge: str) -> bool:
    """Whether a cell is merged into the one above or before it: the merge is there and does not start here."""
    found = child(properties, merge)
    return found is not None and attribute(found, "val") in {None, "continue"}
