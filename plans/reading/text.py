"""From a document's text to what it says. Pure: the same text always gives the same Reading, and any text gives one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from plans.reading import problems
from plans.reading.details import describe
from plans.reading.document import Document, Span
from plans.reading.duties import Rhythm, find_rhythms
from plans.reading.enterprises import find_enterprises
from plans.reading.figures import find_figures, told_spans
from plans.reading.flattened import source_of_text
from plans.reading.items import Stretch, find_items
from plans.reading.knowledge import Knowledge
from plans.reading.markers import Mark, find_marks
from plans.reading.model import Figure, Item, Problem, Reading, RecurringDuty
from plans.reading.page import lay_out
from plans.reading.reported import bureau_named, period_named, period_reported, plan_period
from plans.reading.sections import Part, find_parts
from plans.reading.source import Source
from plans.reading.sums import unequal_sums
from plans.reading.tables.laying import lay_tables
from plans.reading.tables.reading import TablesRead, read_tables, said_twice


def read_text(text: str, knowledge: Knowledge | None = None) -> Reading:
    """Everything the text says, and the problems a person must settle. Never raises; time grows with the text."""
    return read_source(source_of_text(text), knowledge)


def read_source(source: Source, knowledge: Knowledge | None = None) -> Reading:
    """Everything a document says, in its paragraphs and in its tables. Never raises; time grows with the document."""
    knowledge = knowledge or Knowledge()
    tables = lay_tables(source, knowledge)
    document = lay_out(source.text, tables.spans)
    marks = find_marks(document)
    parts = find_parts(document, marks)
    stretches = tuple(_stretches(document, parts, marks))
    items = tuple(describe(document, stretch, knowledge.programmes) for stretch in stretches)
    rhythms = tuple(_rhythms(document, parts))
    reported = period_reported(document, parts)
    period = plan_period(document, parts, reported)
    if period is None and tables.has_tasks:
        period = period_named([tables.caption, document.title or ""])
    told = read_tables(tables, knowledge.programmes, period)
    return Reading(
        title=document.title or tables.caption or None,
        bureau_area=bureau_named(document),
        period_reported=reported,
        plan_period=period,
        sections=tuple(part.listed(document) for part in parts if part.has_heading),
        plan_items=tuple(sorted((*items, *told.items), key=lambda item: item.start)),
        done_figures=(*_figures(document, parts), *told.figures),
        recurring_duties=tuple(_stated(document, rhythms)),
        enterprises=find_enterprises(document),
        problems=tuple(_problems(document, parts, stretches, items, rhythms, told)),
        tables=tuple(told.tables),
    )


def _stretches(document: Document, parts: Sequence[Part], marks: Sequence[Mark]) -> Iterator[Stretch]:
    starts = [mark.start for mark in marks]
    for part in parts:
        if part.kind == "plan":
            inside = marks[bisect_left(starts, part.body.start) : bisect_left(starts, part.body.end)]
            yield from find_items(document, part, inside)


def _figures(document: Document, parts: Sequence[Part]) -> Iterator[Figure]:
    for span in told_spans(parts):
        yield from find_figures(document, span)


def _rhythms(document: Document, parts: Sequence[Part]) -> Iterator[Rhythm]:
    """Rhythms of the preface and of every part but the problems, which tell of other people's rhythms."""
    yield from find_rhythms(document, Span(0, parts[0].heading.start))
    for part in parts:
        if part.kind != "problems":
            yield from find_rhythms(document, Span(part.heading.start, part.body.end))


def _stated(document: Document, rhythms: Sequence[Rhythm]) -> Iterator[RecurringDuty]:
    for rhythm in rhythms:
        if rhythm.cadence != "undated":
            yield RecurringDuty(quote=document.quote(rhythm.quote), cadence=rhythm.cadence)


def _problems(
    document: Document,
    parts: Sequence[Part],
    stretches: Sequence[Stretch],
    items: Sequence[Item],
    rhythms: Sequence[Rhythm],
    told: TablesRead,
) -> list[Problem]:
    """All problems by the line they stand on."""
    found = [
        *problems.masked_years(document),
        *([] if told.items else problems.missing_plan(document, parts)),
        *problems.empty_plans(document, parts, sorted([*stretches, *told.stretches], key=lambda one: one.whole)),
        *problems.hidden_in_items(document, stretches, items),
        *problems.undated_rhythms(document, rhythms),
        *problems.promises_outside(document, parts),
        *unequal_sums(document),
        *told.problems,
        *said_twice(document, items, told),
    ]
    return sorted(found, key=lambda problem: problem.line)
