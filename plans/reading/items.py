"""The plan's items: what each planned section promises, one by one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import Document, Span, lines, trim
from plans.reading.markers import Mark, Style
from plans.reading.rules import rule
from plans.reading.sections import Part, heading_after

LONGEST_TITLE, SHORTEST_PARAGRAPH = 45, 8
_CLAUSE = re.compile(r"[^,]{1,80}")


@dataclass(frozen=True, slots=True)
class Stretch:
    """An item in place: `whole` runs from its marker to its last word, `marker` is empty when it has none."""

    marker: Span
    title: Span
    whole: Span


def find_items(document: Document, part: Part, marks: Sequence[Mark]) -> tuple[Stretch, ...]:
    """The items of one planned section, in order; `marks` are those inside its body.

    A section whose heading only names a subject (一、抓好研发投入。) and holds no markers is itself one item; one
    whose heading says it is the plan, and holds none, has one item a paragraph.
    """
    if marks:
        return tuple(_numbered(document, part.body, marks))
    if part.explicit or part.mark is None:
        return tuple(_paragraphs(document, part))
    if rule("framing", "frame").search(document.quote(part.heading)):
        return ()
    return (_stretch(document, part.mark, part.body.end),)


def _numbered(document: Document, body: Span, marks: Sequence[Mark]) -> Iterator[Stretch]:
    outer = _outermost(marks)
    ends = [mark.start for mark in outer[1:]] + [body.end]
    inner = iter([mark for mark in marks if mark.style > outer[0].style])
    waiting = next(inner, None)
    for mark, end in zip(outer, ends, strict=True):
        inside = []
        while waiting and waiting.start < end:
            inside += [waiting] if waiting.start > mark.start else []
            waiting = next(inner, None)
        item = _stretch(document, mark, end)
        if inside and _only_heads(document, item, inside[0]):
            yield from _numbered(document, Span(mark.end, end), inside)
        else:
            yield item


def _outermost(marks: Sequence[Mark]) -> list[Mark]:
    """The markers of the outermost style; those that open a line outrank those inside one."""
    opening = [mark for mark in marks if mark.opens_line]
    style = min(mark.style for mark in opening or marks)
    return [mark for mark in marks if mark.style is style]


def _only_heads(document: Document, item: Stretch, first: Mark) -> bool:
    """A heading with nothing of its own before numbered items on their own lines: they are the items, not it."""
    between = document.body[item.title.end : first.start].strip(" 。:>\r\n")
    return first.opens_line and first.style <= Style.ENCLOSED and not between


def _stretch(document: Document, mark: Mark, end: int) -> Stretch:
    whole = trim(document.body, Span(mark.start, end))
    whole = Span(whole.start, whole.start + len(document.body[whole.start : whole.end].rstrip(" >#\r\n")))
    return Stretch(Span(mark.start, mark.end), _title(document, mark.end, whole.end), whole)


def _title(document: Document, start: int, end: int) -> Span:
    """The heading; when that is a whole long sentence, only its first clause."""
    title = heading_after(document, start, end)
    if title.end - title.start > LONGEST_TITLE:
        clause = _CLAUSE.match(document.body, title.start, title.end)
        return trim(document.body, Span(title.start, clause.end() if clause else title.end))
    return title


def _paragraphs(document: Document, part: Part) -> Iterator[Stretch]:
    """One item a paragraph, after the stop that ends the heading; a paragraph that ends in ： only leads to others."""
    offset = part.body.start
    for line in lines(document.body[offset : part.body.end]):
        end = offset + line.end
        words = document.body[offset + line.start : end].lstrip("。:;> ")
        if len(words) >= SHORTEST_PARAGRAPH and not words.endswith(":"):
            start = end - len(words)
            yield Stretch(Span(start, start), _title(document, start, end), Span(start, end))
