"""How each table of a document will be read: what it is, its header, its columns, its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from plans.reading.document import Document, Span, fold, line_ends, lines
from plans.reading.knowledge import Knowledge
from plans.reading.markers import opens_with_mark
from plans.reading.model import TableUse
from plans.reading.source import CELL_END, Cell, Source, Table
from plans.reading.tables.columns import load_columns, recognised, settled, use_of
from plans.reading.tables.finding import Header, Line, find_header, goes_on, likely_header, lines_under, told

_CAPTION_REACH, _LINES_ABOVE, _LONGEST_CAPTION = 200, 3, 60


@dataclass(frozen=True, slots=True)
class Layout:
    """How one table will be read: its header, its columns and the lines under it."""

    table: Table
    header: Header
    columns: tuple[str, ...]
    remembered: bool
    use: TableUse
    caption: Span | None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a document, ready to be read. Nothing of `document` is blanked: cells are read in it."""

    document: Document
    layouts: tuple[Layout, ...] = ()

    @property
    def has_tasks(self) -> bool:
        return any(layout.use == "tasks" for layout in self.layouts)

    @property
    def caption(self) -> str:
        """The name of the first task table that has one; empty where none has."""
        return next((self.document.quote(span) for span in self._captions), "")

    @property
    def spans(self) -> list[Span]:
        """What the paragraphs' reader must not see: the tables, and their names where those stand in no list."""
        own = [layout.table.span for layout in self.layouts]
        return own + [span for span in self._captions if _opens_no_section(self.document.body[slice(*span)])]

    @property
    def _captions(self) -> list[Span]:
        return [layout.caption for layout in self.layouts if layout.use == "tasks" and layout.caption]


def lay_tables(source: Source, knowledge: Knowledge) -> Tables:
    """How each table will be read. One without a header that goes on with the one before it has that one's.

    A box of a single column only frames its words: it is no table.
    """
    tables = [table for table in source.tables if len(table.rows[0]) > 1]
    if not tables:
        return Tables(Document(source.text, "", None, ()))
    document = Document(source.text, fold(source.text), None, line_ends(source.text))
    layouts: list[Layout] = []
    for table in tables:
        layout = _laid(document, table, knowledge)
        if layout.use == "unread" and layouts and goes_on(layouts[-1].table, table, document.text):
            layout = _continued(layouts[-1], table)
        layouts.append(layout)
    return Tables(document, tuple(layouts))


def _laid(document: Document, table: Table, knowledge: Knowledge) -> Layout:
    header = find_header(table, knowledge.columns)
    if header is None:
        likely = likely_header(table)
        return Layout(table, likely, recognised(likely.levels), False, "unread", None)
    said = knowledge.columns.get(header.key)
    columns = _fitted(said, len(table.rows[0])) if said is not None else _recognised(table, header)
    lines = tuple(lines_under(table, header, columns))
    return Layout(table, header, columns, said is not None, use_of(columns), _caption(document, table, header), lines)


def _continued(layout: Layout, table: Table) -> Layout:
    header = Header(layout.header.levels, 0, -1)
    lines = tuple(lines_under(table, header, layout.columns))
    return Layout(table, header, layout.columns, layout.remembered, layout.use, None, lines)


def _fitted(columns: Sequence[str], width: int) -> tuple[str, ...]:
    return (*columns[:width], *("",) * (width - len(columns)))


def _recognised(table: Table, header: Header) -> tuple[str, ...]:
    fields = recognised(header.levels)
    under: list[tuple[Cell, ...]] = list(zip(*table.rows[header.last + 1 :], strict=True)) or [()] * len(fields)
    return settled(fields, under)


def _caption(document: Document, table: Table, header: Header) -> Span | None:
    """The table's name: the first words over its header that sound like one, else those of a line above the table."""
    inside = [cell.span for row in table.rows[: header.first] for cell in told(row)]
    spans = [*inside, *_lines_above(document, table)]
    names = load_columns()["caption"]["name"].words
    return next((span for span in spans if _is_name(document.body[slice(*span)], names)), None)


def _opens_no_section(caption: str) -> bool:
    named = any(name in caption for name in load_columns()["caption"]["table"].words)
    return named and not opens_with_mark(caption)


def _lines_above(document: Document, table: Table) -> list[Span]:
    """The paragraphs right above a table, the nearest first."""
    start = max(0, table.span.start - _CAPTION_REACH)
    above = [Span(start + line.start, start + line.end) for line in lines(document.body[start : table.span.start])]
    return [line for line in reversed(above[-_LINES_ABOVE:]) if CELL_END not in document.quote(line)]


def _is_name(words: str, names: Sequence[str]) -> bool:
    return len(words) <= _LONGEST_CAPTION and "。" not in words and any(name in words for name in names)
