"""The plan's items: what each planned section promises, one by one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import Document, Span, lines, trim
from plans.reading.markers import Mark, Style
from plans.reading.rules import rule
from plans.reading.sections import Part, heading_after

LONGEST_TITLE, SHORTEST_PARAGRAPH, SHORTEST_MEASURE = 45, 6, 15
_BULLETS = "。:;,、> -—–●◆■▪•◇○★☆►▶√*"
_BEFORE_WORDS = " \r\n,、:;。.!?"
_TRAILING = re.compile("(?:,?其中|[,、 ])+$")
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
    heading = document.quote(part.heading)
    if not marks and (rule("framing", "frame").search(heading) or part.body.end <= part.body.start):
        return ()
    if marks and not (_names_a_subject(part) and _only_points(marks)):
        return tuple(_numbered(document, part.body, marks))
    if part.mark and (not part.explicit or rule("framing", "goals").search(heading)):
        return (_stretch(document, part.mark, part.body.end),)
    return tuple(_paragraphs(document, part))


def _names_a_subject(part: Part) -> bool:
    return part.mark is not None and not part.explicit


def _only_points(marks: Sequence[Mark]) -> bool:
    """一是, ① inside a paragraph under a subject are points of it, no items."""
    return all(mark.style >= Style.ENCLOSED and not mark.opens_line for mark in marks)


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
        title = document.body[slice(*item.title)]
        if inside and (_only_heads(document, item, inside, end) or rule("framing", "goals").search(title)):
            yield from _numbered(document, Span(mark.end, end), inside)
        elif not rule("framing", "frame").search(title):
            yield item


def _outermost(marks: Sequence[Mark]) -> list[Mark]:
    """The markers of the outermost style; those that open a line outrank those inside one."""
    opening = [mark for mark in marks if mark.opens_line]
    style = min(mark.style for mark in opening or marks)
    return [mark for mark in marks if mark.style is style]


def _only_heads(document: Document, item: Stretch, inside: Sequence[Mark], end: int) -> bool:
    """A heading with nothing of its own before numbered items on their own lines: they are the items, not it.

    But where those are bare sentences without headings of their own, they are the measures of the one item.
    """
    first = inside[0]
    between = document.body[item.title.end : first.start].strip(" 。:>\r\n")
    if not first.opens_line or first.style > Style.ENCLOSED or between:
        return False
    points = [mark for mark in inside if mark.style is first.style]
    ends = [mark.start for mark in points[1:]] + [end]
    bare = sum(_is_a_sentence(document, Span(mark.end, last)) for mark, last in zip(points, ends, strict=True))
    return 2 * bare <= len(points)


def _is_a_sentence(document: Document, words: Span) -> bool:
    """One sentence and no more: 每月召开调度会。 but not 召开调度会。每月… nor a heading alone on its line."""
    heading = heading_after(document, *words)
    rest = document.body[heading.end : words.end]
    if rest.strip(" 。;\r\n"):
        return False
    long = heading.end - heading.start >= SHORTEST_MEASURE and rest.startswith(("。", ";"))
    return long or "," in document.body[slice(*heading)]


def _stretch(document: Document, mark: Mark, end: int) -> Stretch:
    whole = trim(document.body, Span(mark.start, end))
    whole = Span(whole.start, whole.start + len(document.body[whole.start : whole.end].rstrip(" >#\r\n")))
    return Stretch(Span(mark.start, mark.end), title_after(document, mark.end, whole.end), whole)


def title_after(document: Document, start: int, end: int) -> Span:
    """The heading; when that is a whole long sentence, only its first clause."""
    start += len(document.body[start:end]) - len(document.body[start:end].lstrip(_BEFORE_WORDS))
    title = heading_after(document, start, end)
    remark = rule("framing", "remark").search(document.body, title.start, title.end)
    title = trim(document.body, Span(title.start, remark.start() if remark else title.end))
    if title.end - title.start > LONGEST_TITLE:
        clause = _CLAUSE.match(document.body, title.start, title.end)
        return trim(document.body, Span(title.start, clause.end() if clause else title.end))
    return Span(title.start, title.start + len(_TRAILING.sub("", document.body[slice(*title)])))


def _paragraphs(document: Document, part: Part) -> Iterator[Stretch]:
    """One item a paragraph, after the stop that ends the heading; 重点做好以下工作： only leads to others."""
    found = list(_worded(document, part.body))
    telling = [span for span in found if not rule("framing", "lead_in").search(document.body[slice(*span)])]
    for start, end in telling or [span for span in found if document.body[span.end - 1] != ":"]:
        yield Stretch(Span(start, start), title_after(document, start, end), Span(start, end))


def _worded(document: Document, body: Span) -> Iterator[Span]:
    for line in lines(document.body[body.start : body.end]):
        end = body.start + line.end
        words = document.body[body.start + line.start : end].lstrip(_BULLETS)
        if len(words) >= SHORTEST_PARAGRAPH:
            yield Span(end - len(words), end)
