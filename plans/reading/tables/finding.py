"""Where a table's header is, below its title and notes, and which of the rows under it tell of something."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import Span
from plans.reading.source import Cell, Table
from plans.reading.tables.columns import LONGEST_HEADER, bare, header_key, load_columns, recognised, use_of

REACH, DEEPEST = 15, 3
"""In how many rows of a table's head its header is looked for, and how many rows deep it may be."""
LONGEST_GROUP = 60
_GROUP_MARK = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.．]?")
_TOP_MARK = re.compile("[一二三四五六七八九十]{1,3}[、.．]?")


@dataclass(frozen=True, slots=True)
class Header:
    """The words over each column from the top (`levels`), and the rows they stand in: `first` to `last`, 0-based."""

    levels: tuple[tuple[str, ...], ...]
    first: int
    last: int

    @property
    def words(self) -> tuple[str, ...]:
        """One line of words a column: 完成情况 一季度."""
        return tuple(" ".join(words for words in column if words) for column in self.levels)

    @property
    def key(self) -> str:
        return header_key(self.words)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that tells of something: its place in the table (0-based), and the group headings it stands under."""

    row: int
    cells: tuple[Cell, ...]
    groups: tuple[str, ...]


def find_header(table: Table, known: Collection[str]) -> Header | None:
    """The first row, or rows, that name columns; or that a remembered mapping (`known` headers) is for."""
    for number in range(min(REACH, len(table.rows))):
        if len(told(table.rows[number])) < 2:  # the table's title is not a level of its header
            continue
        header = header_at(table, number)
        if (header.key and header.key in known) or _names_columns(header):
            return header
    return None


def likely_header(table: Table) -> Header:
    """The header of a table that could not be read: its first row with words in two cells or more, else its first."""
    rows = range(min(REACH, len(table.rows)))
    return header_at(table, next((number for number in rows if len(told(table.rows[number])) > 1), 0))


def told(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of a row that say something, a merged one once."""
    own = {cell.span: cell for cell in reversed(cells) if cell.words}
    return tuple(reversed(own.values()))


def lines_under(table: Table, header: Header, columns: Sequence[str]) -> Iterator[Line]:
    """The rows below a header without empty ones, sums, notes, headers that come again and group headings."""
    again = {_folded(table.rows[number]) for number in range(header.first, header.last + 1)}
    groups: tuple[str, ...] = ()
    for number in range(header.last + 1, len(table.rows)):
        cells = table.rows[number]
        own = [cell for cell in told(cells) if not cell.merged]
        if not own or _folded(cells) in again or is_aside(own[0].words):
            continue
        heading = _group_heading(cells, columns)
        if heading:
            groups = (*(groups[:1] if _is_inner(heading) else ()), heading)
        elif len(told(cells)) > 1 or _in_spoken_column(cells, columns):
            yield Line(number, cells, groups)


def header_at(table: Table, number: int) -> Header:
    """The header that begins in a row, with the rows that name parts of it."""
    last = number
    while last + 1 < min(len(table.rows), number + DEEPEST) and _goes_on(table.rows[last], table.rows[last + 1]):
        last += 1
    rows = table.rows[number : last + 1]
    levels = tuple(tuple(dict.fromkeys(cell.words for cell in column)) for column in zip(*rows, strict=True))
    return Header(levels, number, last)


def _goes_on(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """The lower row names parts of what the upper one merges over several columns, and nothing else."""
    parts = 0
    for column, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if below.span == above.span or not below.words:
            continue
        if below.merged or not _spreads(upper, column) or len(below.words) > LONGEST_HEADER:
            return False
        parts += 1
    return parts > 1


def _spreads(row: Sequence[Cell], column: int) -> bool:
    beside = (*row[max(0, column - 1) : column], *row[column + 1 : column + 2])
    return bool(row[column].words) and any(cell.span == row[column].span for cell in beside)


def _names_columns(header: Header) -> bool:
    """At least two different fields in at least half of the columns with words, among them what it is about."""
    fields = recognised(header.levels)
    said = {words for words in header.words if words}
    named = {words for words, name in zip(header.words, fields, strict=True) if name}
    if len(set(fields) - {""}) < 2 or 2 * len(named) < len(said):
        return False
    spoken = {"task", "target"} & set(fields) or ("detail" in fields and {"lead", "owner"} & set(fields))
    return use_of(fields) == "figures" or bool(spoken)


def _folded(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(bare(cell.words) for cell in cells)


def is_aside(words: str) -> bool:
    """合计, or a note such as 填表人：…"""
    rows, opening = load_columns()["rows"], words[:20].replace(" ", "").replace("：", ":")
    return bare(words[:20]) in rows["total"].words or opening.startswith(rows["note"].words)


def _group_heading(cells: Sequence[Cell], columns: Sequence[str]) -> str:
    """A merged row, or one with no more than 一、科技创新; empty for any other row."""
    own = told(cells)
    words = own[-1].words
    if len(words) > LONGEST_GROUP or len(own) > 2 or any(cell.merged for cell in own if not _in_row(cell, cells)):
        return ""
    if len(own) == 2:
        numbered = _GROUP_MARK.fullmatch(own[0].words) and _field(own[0], cells, columns) == "number"
        return " ".join(cell.words for cell in own) if numbered else ""
    wide = 2 * sum(cell.span == own[0].span for cell in cells) > len(cells) > 1
    alone = _GROUP_MARK.match(words) or _field(own[0], cells, columns) in ("number", "group")
    return words if wide or alone else ""


def _in_row(cell: Cell, cells: Sequence[Cell]) -> bool:
    """A merged cell whose words stand in this very row."""
    return any(other.span == cell.span and not other.merged for other in cells)


def _field(cell: Cell, cells: Sequence[Cell], columns: Sequence[str]) -> str:
    return next(name for other, name in zip(cells, columns, strict=True) if other.span == cell.span)


def _in_spoken_column(cells: Sequence[Cell], columns: Sequence[str]) -> bool:
    """A row with a single cell tells of something only where that is a task or what belongs to one."""
    return any(cell.words and name in ("task", "detail", "target") for cell, name in zip(cells, columns, strict=True))


def _is_inner(heading: str) -> bool:
    """（一）企业培育 stands under 一、科技创新."""
    return heading[0] in "（(" or not _TOP_MARK.match(heading)


def goes_on(table: Table, following: Table, text: str) -> bool:
    """True where nothing stands between two tables of the same width, as where a page ends."""
    same = len(table.rows[0]) == len(following.rows[0]) and table.name == following.name
    return same and not text[table.span.end : following.span.start].strip()


def whole_span(first: Span, last: Span) -> Span:
    """From the start of a row to the end of a later one."""
    return Span(min(first.start, last.start), max(first.end, last.end))
