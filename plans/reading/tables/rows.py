"""From the rows of a task table to items: a row is an item, and so are the rows that share one task."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from plans.programmes import Programmes
from plans.reading.dates import Due, due_of, ends_with_plan
from plans.reading.deadlines import find_deadlines
from plans.reading.details import parties_in, stated_cadence
from plans.reading.document import Document, Span, trim
from plans.reading.duties import UNDATED
from plans.reading.items import title_after
from plans.reading.kinds import kind_of
from plans.reading.lines_of_work import OTHER, programme_of
from plans.reading.markers import find_marks
from plans.reading.model import Item, StatedTarget
from plans.reading.rules import rule
from plans.reading.source import Cell, Table
from plans.reading.tables.columns import folded
from plans.reading.tables.finding import Line, whole_span
from plans.reading.tables.goals import goals_of, holds_number
from plans.words import Kind

SPOKEN = ("task", "detail", "target")
_APART = ("deadline", "rhythm", "lead", "owner")
_BETWEEN_UNITS = "、,，;；/ \n"


@dataclass(frozen=True, slots=True)
class Ground:
    """A task table being read: the document with its tables in place, and the field of each column."""

    document: Document
    table: Table
    columns: tuple[str, ...]
    programmes: Programmes
    plan_period: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows that make one item. `shared`: their task stands over other items too, so their own words name it."""

    lines: tuple[Line, ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """An item that was read, when it is due and the cell that says so, and the cells that tell what is to be done."""

    item: Item
    due: Due
    due_cell: Cell | None
    spoken: tuple[Span, ...]


def entries_of(ground: Ground, lines: Sequence[Line]) -> Iterator[Entry]:
    """The items of a table, in order.

    Rows under one task (its cell merged over them, or empty below) are one item, unless their numbers, deadlines or
    people differ: then each row is an item, named by its own words where it has some.
    """
    run: list[Line] = []
    for line in lines:
        if run and _same_task(ground, run, line):
            run.append(line)
            continue
        yield from _split(ground, run)
        run = [line]
    yield from _split(ground, run)


def told_by(ground: Ground, entry: Entry) -> Told | None:
    """The item of an entry; None where no row says what is to be done."""
    named = _naming_cell(ground, entry)
    if named is None:
        return None
    spoken = tuple(cell.span for cell in cells_of(ground, entry.lines, *SPOKEN))
    due, cell = _due(ground, entry)
    stated = next(filter(None, (stated_cadence(ground.document, span) for span in spoken)), None)
    if due.question and stated and stated not in UNDATED:
        due = Due(due.words, stated)
    return Told(_item(ground, entry, named, spoken, due.cadence or stated), due, cell, spoken)


def _item(ground: Ground, entry: Entry, named: Cell, spoken: Sequence[Span], cadence: str | None) -> Item:
    document = ground.document
    marker, title = _title(ground, entry, named)
    first, last = (ground.table.row_span(line.row) for line in (entry.lines[0], entry.lines[-1]))
    whole = trim(document.body, whole_span(first, last))
    catch_all, programme = _programme(ground, entry, title, spoken)
    targets = goals_of(document, ground.columns, [line.cells for line in entry.lines], title)
    deadlines = _deadlines(ground, entry, spoken)
    kind = _kind(ground, entry, spoken, programme, targets, cadence)
    return Item(
        title=document.quote(title),
        marker=document.quote(marker),
        text=document.quote(whole),
        programme=programme,
        kind=kind,
        owner=_owner(ground, entry),
        targets=targets,
        cadence=_kept(cadence, kind, ground.plan_period),
        deadlines=deadlines,
        counterparties=tuple(dict.fromkeys(chain(_helpers(ground, entry), _parties(document, spoken)))),
        catch_all=catch_all,
        line=document.line_of(whole.start),
        start=whole.start,
        end=whole.end,
    )


def cells_of(ground: Ground, lines: Sequence[Line], *fields: str) -> list[Cell]:
    """The cells with words in the columns of these fields, a merged one once; field by field, then row by row."""
    found = (
        cell
        for field in fields
        for line in lines
        for cell, name in zip(line.cells, ground.columns, strict=True)
        if name == field and cell.words
    )
    return list({cell.span: cell for cell in found}.values())


def _same_task(ground: Ground, run: Sequence[Line], line: Line) -> bool:
    """The task's cell is merged from above, or empty like its number below a task."""
    if run[-1].groups != line.groups:
        return False
    here, above = cells_of(ground, [line], "task")[:1], cells_of(ground, [run[0]], "task")[:1]
    if here or not above:
        return bool(here and above) and here[0].span == above[0].span
    return all(cell.merged for cell in cells_of(ground, [line], "number"))


def _split(ground: Ground, run: Sequence[Line]) -> Iterator[Entry]:
    apart = ("number", *_APART) if len(run) > 1 else ()
    if any(len({cell.words for cell in cells_of(ground, run, field)}) > 1 for field in apart):
        for line in run:
            yield Entry((line,), shared=True)
    elif run:
        yield Entry(tuple(run))


def _naming_cell(ground: Ground, entry: Entry) -> Cell | None:
    if entry.shared:
        named = [*cells_of(ground, entry.lines, "detail"), *cells_of(ground, entry.lines, "target")]
        own = [cell for cell in named if not holds_number(ground.document, cell)]
        return next(iter([*own, *cells_of(ground, entry.lines, "task"), *named]), None)
    return next(iter(cells_of(ground, entry.lines, *SPOKEN)), None)


def _title(ground: Ground, entry: Entry, named: Cell) -> tuple[Span, Span]:
    """Marker and title: the number's cell, or what stands before the words; the first clause of a long cell."""
    numbers = cells_of(ground, entry.lines, "number")
    words = ground.document.body[slice(*named.span)]
    mark = next((mark for mark in find_marks(Document(words, words, None, ()))[:1] if mark.start == 0), None)
    opened = Span(named.span.start, named.span.start + (mark.end if mark and mark.end < len(words) else 0))
    title = title_after(ground.document, opened.end, named.span.end)
    return (numbers[0].span if numbers else opened), (title if title.end > title.start else named.span)


def _programme(ground: Ground, entry: Entry, title: Span, spoken: Sequence[Span]) -> tuple[bool, str]:
    """Whether it is 交办的其他工作; its programme by its own words, else by its task, its group and their headings."""
    body = ground.document.body
    named = body[slice(*title)]
    if rule("framing", "catch_all").search(named):
        return True, OTHER
    own = programme_of(named, " ".join(body[slice(*span)] for span in spoken), ground.programmes)
    if own != OTHER:
        return False, own
    groups = [
        *(cell.words for cell in cells_of(ground, entry.lines, "task", "group")),
        *reversed(entry.lines[0].groups),
    ]
    around = (programme_of(folded(words), "", ground.programmes) for words in groups)
    return False, next((key for key in around if key != OTHER), OTHER)


def _kind(
    ground: Ground,
    entry: Entry,
    spoken: Sequence[Span],
    programme: str,
    targets: Sequence[StatedTarget],
    cadence: str | None,
) -> Kind:
    """By its words and targets; a day to be done by is no rhythm, and so makes no duty."""
    words = " ".join(ground.document.body[slice(*span)] for span in spoken)
    limits = [cell.words for cell in cells_of(ground, entry.lines, "deadline", "rhythm")]
    limits += [ground.document.quote(limit) for span in spoken for limit in find_deadlines(ground.document, span)]
    rhythm = None if (cadence or "").startswith("once:") else cadence
    return kind_of(words, ground.programmes[programme].kind, targets, rhythm, limits)


def _owner(ground: Ground, entry: Entry) -> str | None:
    """责任人 as written, else the office that answers."""
    return next((cell.words for cell in cells_of(ground, entry.lines, "owner", "lead")), None)


def _helpers(ground: Ground, entry: Entry) -> Iterator[str]:
    for cell in cells_of(ground, entry.lines, "helpers"):
        words = cell.words
        for mark in _BETWEEN_UNITS:
            words = words.replace(mark, "\n")
        yield from filter(None, words.split("\n"))


def _parties(document: Document, spoken: Sequence[Span]) -> Iterator[str]:
    return chain.from_iterable(parties_in(document, span) for span in spoken)


def _deadlines(ground: Ground, entry: Entry, spoken: Sequence[Span]) -> tuple[str, ...]:
    """The cells of the column 完成时限, and the limits in the task's own words that say something else."""
    document = ground.document
    stated = [cell.words for cell in cells_of(ground, entry.lines, "deadline")]
    within = [document.quote(limit) for span in spoken for limit in find_deadlines(document, span)]
    others = [words for words in within if not any(words in one or one in words for one in stated)]
    return tuple(dict.fromkeys([*stated, *others]))


def _due(ground: Ground, entry: Entry) -> tuple[Due, Cell | None]:
    """What the columns 频次 and 完成时限 say: the first that gives a cadence, else the first question."""
    cells = cells_of(ground, entry.lines, "rhythm", "deadline")
    said = [(due_of(cell.words, ground.plan_period), cell) for cell in cells]
    dated = [(due, cell) for due, cell in said if due.cadence]
    return next(iter(dated + said), (Due(""), None))


def _kept(cadence: str | None, kind: Kind, plan_period: str | None) -> str | None:
    """A goal due at the plan's own end keeps its monthly progress: that day is the plan's, not its own."""
    return None if kind is Kind.GOAL and ends_with_plan(cadence, plan_period) else cadence
