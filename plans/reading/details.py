"""What is said inside one item: targets, dates, rhythm, owner, and whom it is done with."""

from plans.programmes import Programmes
from plans.reading.deadlines import find_deadlines
from plans.reading.document import Document, Span
from plans.reading.duties import UNDATED, find_rhythms
from plans.reading.items import Stretch
from plans.reading.kinds import kind_of
from plans.reading.lines_of_work import OTHER, programme_of
from plans.reading.model import Item
from plans.reading.rules import rule
from plans.reading.targets import find_targets


def describe(document: Document, stretch: Stretch, programmes: Programmes) -> Item:
    """The item that stands in a stretch of the document."""
    folded_title, folded = document.body[slice(*stretch.title)], document.body[slice(*stretch.whole)]
    catch_all = rule("framing", "catch_all").search(folded_title) is not None
    programme = OTHER if catch_all else programme_of(folded_title, folded, programmes)
    targets = find_targets(document, Span(stretch.marker.end, stretch.whole.end), stretch.title)
    deadlines = tuple(document.quote(span) for span in find_deadlines(document, stretch.whole))
    cadence = stated_cadence(document, stretch.whole)
    return Item(
        title=document.quote(stretch.title),
        marker=document.quote(stretch.marker),
        text=document.quote(stretch.whole),
        programme=programme,
        kind=kind_of(folded, programmes[programme].kind, targets, cadence, deadlines),
        owner=_owner(document, stretch.whole),
        targets=targets,
        cadence=cadence,
        deadlines=deadlines,
        counterparties=parties_in(document, stretch.whole),
        catch_all=catch_all,
        line=document.line_of(stretch.whole.start),
        start=stretch.whole.start,
        end=stretch.whole.end,
    )


def stated_cadence(document: Document, item: Span) -> str | None:
    """The first rhythm with a period, in its most exact form (每月 … 每月10日); else the first without (定期)."""
    stated = [rhythm.cadence for rhythm in find_rhythms(document, item) if rhythm.cadence != "undated"]
    dated = [cadence for cadence in stated if cadence not in UNDATED]
    first = next(iter(dated + stated), None)
    return next((cadence for cadence in dated if cadence.startswith(f"{first}:")), first)


def _owner(document: Document, item: Span) -> str | None:
    match = rule("framing", "owner").search(document.body, item.start, item.end)
    return document.quote(Span(*match.span("owner"))) if match else None


def parties_in(document: Document, item: Span) -> tuple[str, ...]:
    """Whom the item is done with, as written, once each."""
    found = rule("parties", "organs").finditer(document.body, item.start, item.end)
    return tuple(dict.fromkeys(document.quote(Span(match.start(), match.end())) for match in found))
