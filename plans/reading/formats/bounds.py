"""How much of a file is read, in one place. Everything is checked before or while parsing, never after."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from plans.reading.errors import Unreadable
from plans.reading.source import Block, Grid, Source, lay_out_source

LARGEST_FILE = 20 * 1024 * 1024
MOST_TEXT = 1_000_000
"""Characters of a document, tables included."""
MOST_TABLES = 200
MOST_CELLS = 200_000
"""Cells of all tables together, the empty ones that make rows equally long included."""
MOST_COLUMNS = 1_000
MOST_PAGES = 500
MOST_ENTRIES = 2_000
"""Parts of an Office file (a zip)."""
LARGEST_UNPACKED = 100 * 1024 * 1024
"""Bytes of all parts that are read, counted while unpacking: what a zip declares may be a lie."""
STEEPEST = 200
"""How many times smaller than its content a part over FREE_RATIO bytes may be packed."""
FREE_RATIO = 10 * 1024 * 1024
MOST_MARKUP = 2_000_000
"""Tags and attributes of one XML part that is held as a tree (about 250 MB); of one that streams by, its tags."""
MOST_PIECES = 600_000
"""Cells and rows, empty ones too, that a part of a workbook may have, or strings."""
MOST_TAGS = 300_000
"""Tags of a web page."""
MOST_PAGE = 5_000_000
"""Characters of a web page, tags included, without overlong attributes (such as pictures inside a tag)."""
SECONDS = 30
"""Wall clock for a format that is read in a process of its own."""
MEMORY = 1024 * 1024 * 1024
"""Address space of such a process, where the platform can limit it."""
CONVERSION_SECONDS = 60

TOO_LONG = "的文字超过 100 万字，请只保留工作计划的正文后再试。"
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class _Intake:
    """What has been taken in so far, and what was left out."""

    most_text: int = MOST_TEXT
    characters: int = 0
    tables: int = 0
    cells: int = 0
    notes: list[str] = field(default_factory=list)

    def taken(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            kept = self._fitting(_clean(block)) if isinstance(block, Grid) else _UNSEEN.sub("", block)
            if kept:
                self._count(kept)
                yield kept

    def _fitting(self, grid: Grid) -> Grid | None:
        width = max((len(row) for row in grid.rows), default=0)
        if not width:
            return None
        if self.tables == MOST_TABLES:
            self._note(f"文档里的表格超过 {MOST_TABLES} 个，后面的表格没有读取。")
            return None
        rows = min(len(grid.rows), (MOST_CELLS - self.cells) // width)
        if rows < len(grid.rows):
            self._note(f"文档里的表格超过 {MOST_CELLS // 10_000} 万个单元格，多出的没有读取。")
        self.tables += 1
        self.cells += rows * width
        return Grid(grid.rows[:rows], grid.origins, grid.name, grid.numbers[:rows]) if rows else None

    def _count(self, block: Block) -> None:
        rows = block.rows if isinstance(block, Grid) else [[block]]
        self.characters += sum(len(words) + 1 for row in rows for words in row)
        if self.characters > self.most_text:
            raise Unreadable(TOO_LONG)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _clean(grid: Grid) -> Grid:
    rows = [[_UNSEEN.sub("", words) for words in row] for row in grid.rows]
    return Grid(rows, grid.origins, grid.name, grid.numbers)


def lay_out_bounded(blocks: Iterable[Block], notes: Iterable[str] = (), most_text: int = MOST_TEXT) -> Source:
    """The blocks as a source, at most MOST_TABLES tables and MOST_CELLS cells (a note tells of the rest).

    `notes` is read after the blocks, so that a reader can add to it. Raises Unreadable over `most_text` characters.
    """
    intake = _Intake(most_text)
    source = lay_out_source(intake.taken(blocks))
    return Source(source.text, source.tables, (*notes, *intake.notes))
