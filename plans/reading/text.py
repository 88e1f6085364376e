"""From a document's text to what it says. Pure: the same text always gives the same Reading, and any text gives one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from plans.reading import problems
from plans.reading.details import describe
from plans.reading.document import Document, Span
from plans.reading.duties import Rhythm, find_rhythms
from plans.reading.enterprises import find_enterprises
from plans.reading.figures import find_figures
from plans.reading.items import Stretch, find_items
from plans.reading.markers import Mark, find_marks
from plans.reading.model import Item, Problem, Reading, RecurringDuty
from plans.reading.page import lay_out
from plans.reading.reported import bureau_named, period_reported, plan_period
from plans.reading.sections import Part, find_parts
from plans.reading.source import Source


def read_text(text: str) -> Reading:
    """Everything the text says, and the problems a person must settle. Never raises; time grows with the text."""
    return read_source(Source(text))


def read_source(source: Source) -> Reading:
    """Everything a document says, in its paragraphs and in its tables. Never raises; time grows with the document."""
    document = lay_out(source.text)
    marks = find_marks(document)
    parts = find_parts(document, marks)
    stretches = tuple(_stretches(document, parts, marks))
    items = tuple(describe(document, stretch) for stretch in stretches)
    rhythms = tuple(_rhythms(document, parts))
    reported = period_reported(document, parts)
    return Reading(
        title=document.title,
        bureau_area=bureau_named(document),
        period_reported=reported,
        plan_period=plan_period(document, parts, reported),
        sections=tuple(part.listed(document) for part in parts if part.has_heading),
        plan_items=items,
        done_figures=tuple(
            figure for part in parts if part.kind == "done" for figure in find_figures(document, part.body)
        ),
        recurring_duties=tuple(_stated(document, rhythms)),
        enterprises=find_enterprises(document),
        problems=tuple(_problems(document, parts, stretches, items, rhythms)),
    )


def _stretches(document: Document, parts: Sequence[Part], marks: Sequence[Mark]) -> Iterator[Stretch]:
    starts = [mark.start for mark in marks]
    for part in parts:
        if part.kind == "plan":
            inside = marks[bisect_left(starts, part.body.start) : bisect_left(starts, part.body.end)]
            yield from find_items(document, part, inside)


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
) -> list[Problem]:
    """All problems by the line they stand on."""
    found = [
        *problems.masked_years(document),
        *problems.missing_plan(document, parts),
        *problems.empty_plans(document, parts, stretches),
        *problems.hidden_in_items(document, stretches, items),
        *problems.undated_rhythms(document, rhythms),
        *problems.promises_outside(document, parts),
    ]
    return sorted(found, key=lambda problem: problem.line)
