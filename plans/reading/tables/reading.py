"""All tables of a document: the items of its task tables, the figures of its tables of what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from plans.programmes import Programmes
from plans.reading.dates import due_of
from plans.reading.document import Document, Span
from plans.reading.duties import UNDATED, find_rhythms
from plans.reading.items import Stretch
from plans.reading.model import Figure, Item, Problem, Severity, TableReading
from plans.reading.problems import hidden_in_items, undated_rhythms
from plans.reading.rules import rule
from plans.reading.source import Table
from plans.reading.tables.columns import bare
from plans.reading.tables.done import figures_of
from plans.reading.tables.finding import Line
from plans.reading.tables.laying import Layout, Tables
from plans.reading.tables.rows import Ground, Told, cells_of, entries_of, told_by

MOST_UNREAD = 20
"""How many tables that were not read are named one by one."""
_LONGEST_QUOTE = 60


@dataclass(slots=True)
class TablesRead:
    """What the tables of a document say, in order; `stretches` are where the items stand."""

    items: list[Item] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[TableReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stretches(self) -> list[Stretch]:
        return [_stretch(item) for item in self.items]


def read_tables(tables: Tables, programmes: Programmes, plan_period: str | None) -> TablesRead:
    """Items, figures and problems of every table, in the order of their rows."""
    found, document = TablesRead(), tables.document
    for layout in tables.layouts:
        items = len(found.items)
        if layout.use == "tasks":
            _read_tasks(Ground(document, layout.table, layout.columns, programmes, plan_period), layout, found)
        elif layout.use == "figures":
            found.figures += figures_of(document, layout)
        found.tables.append(_listed(layout, len(found.items) - items))
    found.problems += hidden_in_items(document, found.stretches, found.items)
    found.problems += _unread(document, tables.layouts)
    return found


def said_twice(document: Document, items: Sequence[Item], found: TablesRead) -> Iterator[Problem]:
    """Items of a table whose very title stands in the paragraphs too: a table attached to a plan often repeats it."""
    told = {bare(item.title) for item in items}
    for item in found.items:
        if bare(item.title) in told:
            message = "正文里也有这一项，请核对是否重复，只留一项。"
            yield _warning(document, Span(item.start, item.end), message, item.title)


def _stretch(item: Item) -> Stretch:
    start = Span(item.start, item.start)
    return Stretch(start, start, Span(item.start, item.end))


def _listed(layout: Layout, items: int) -> TableReading:
    return TableReading(
        name=layout.table.name,
        use=layout.use,
        header=layout.header.words,
        key=layout.header.key,
        header_row=layout.header.last + 1,
        columns=layout.columns,
        remembered=layout.remembered,
        items=items,
        start=layout.table.span.start,
        end=layout.table.span.end,
    )


def _read_tasks(ground: Ground, layout: Layout, found: TablesRead) -> None:
    waiting: list[Told] = []
    for entry in entries_of(ground, layout.lines):
        one = told_by(ground, entry)
        if one:
            found.items.append(one.item)
            waiting += [one] if one.due.question else []
            if one.item.cadence in UNDATED and not one.due.question:
                rhythms = [rhythm for span in one.spoken for rhythm in find_rhythms(ground.document, span)]
                found.problems += undated_rhythms(ground.document, rhythms)
        elif cells_of(ground, entry.lines, "lead", "owner", "deadline"):
            found.problems.append(_without_task(ground.document, layout.table, entry.lines[0]))
    found.problems += _due_questions(ground.document, waiting, ground.plan_period)


def _without_task(document: Document, table: Table, line: Line) -> Problem:
    span = table.row_span(line.row)
    return _warning(document, span, "表格的这一行没有写工作任务，没有读成事项，请核对。", document.quote(span))


def _due_questions(document: Document, waiting: Sequence[Told], plan_period: str | None) -> Iterator[Problem]:
    """Each deadline that a person must say; those that only wait for the plan's year are told once."""
    lasting = [one for one in waiting if plan_period or not due_of(one.due.words, "2026").cadence]
    yearless = len(waiting) - len(lasting)
    if yearless:
        first = next(one for one in waiting if due_of(one.due.words, "2026").cadence)
        message = f"表格没有写明是哪一年的计划：{yearless}个完成时限要先填计划期才能定下日期。"
        yield _warning(document, _due_span(first), message, first.due.words)
    for one in lasting:
        if not rule("masks", "token").search(one.due.words):
            yield _warning(document, _due_span(one), one.due.question, one.due.words)


def _due_span(one: Told) -> Span:
    return one.due_cell.span if one.due_cell else Span(one.item.start, one.item.end)


def _unread(document: Document, layouts: Sequence[Layout]) -> Iterator[Problem]:
    unread = [layout for layout in layouts if layout.use == "unread" and any(layout.header.words)]
    for layout in unread[:MOST_UNREAD]:
        span = layout.table.rows[max(0, layout.header.first)][0].span
        quote = document.quote(layout.table.row_span(max(0, layout.header.first)))[:_LONGEST_QUOTE]
        yield _warning(document, span, "这个表格没有读：认不出它的列，请指定各列是什么，或忽略它。", quote)
    if len(unread) > MOST_UNREAD:
        rest = unread[MOST_UNREAD].table
        message = f"还有{len(unread) - MOST_UNREAD}个表格没有读，请核对。"
        yield _warning(document, rest.span, message, document.quote(rest.row_span(0))[:_LONGEST_QUOTE])


def _warning(document: Document, span: Span, message: str, quote: str) -> Problem:
    return Problem(line=document.line_of(span.start), severity=Severity.WARNING, message=message, quote=quote)
