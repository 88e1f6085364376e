"""Which part of a document tells what was done, what is wrong, and what is planned (domain.md §6.5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from plans.reading.document import Document, Span, lines, trim
from plans.reading.markers import Mark, Style, opens_with_mark
from plans.reading.model import Section, SectionKind
from plans.reading.rules import named_rules, rule

_HEADING = re.compile(r"[^。:;!?\r\n]{1,80}")
_PUNCTUATION = re.compile("[,。;:]")
_KINDS = {"ahead": "plan", "problems": "problems", "done": "done", "plan": "plan"}
LONGEST_HEADING, LONGEST_BARE_HEADING = 40, 25


@dataclass(frozen=True, slots=True)
class Part:
    """A section in place. `explicit`: its own heading says its kind; else it has the kind of those around it."""

    kind: SectionKind
    explicit: bool
    heading: Span
    mark: Mark | None
    body: Span

    @property
    def has_heading(self) -> bool:
        return self.heading.end > self.heading.start

    def listed(self, document: Document) -> Section:
        return Section(heading=document.quote(self.heading), kind=self.kind)


@dataclass(frozen=True, slots=True)
class _Opening:
    mark: Mark | None
    heading: Span
    kind: SectionKind | None


def heading_after(document: Document, start: int, limit: int) -> Span:
    """The heading that begins at `start`: up to a stop, a line break or `limit`."""
    match = _HEADING.match(document.body, start, max(start, limit))
    return trim(document.body, Span(start, match.end() if match else start))


def find_parts(document: Document, marks: Sequence[Mark]) -> tuple[Part, ...]:
    """The sections in order. A document without any heading is one part with an empty heading."""
    openings = _openings(document, marks)
    size = len(document.body)
    kind = _default_kind(document, openings[0].heading.start if openings else size)
    if not openings:
        return (Part(kind, False, Span(0, 0), None, Span(0, size)),)
    parts = []
    ends = [opening.heading.start for opening in openings[1:]] + [size]
    for opening, end in zip(openings, ends, strict=True):
        kind = opening.kind or kind
        body = Span(opening.heading.end, end)
        parts.append(Part(kind, opening.kind is not None, opening.heading, opening.mark, body))
    return tuple(parts)


def kind_of_heading(words: str) -> SectionKind | None:
    """What a heading says of its section, None when it only names a subject."""
    if len(words) > LONGEST_HEADING:
        return None
    found = (name for name, pattern in named_rules("sections") if pattern.search(words))
    name = next(found, None)
    return cast(SectionKind, _KINDS[name]) if name else None


def _openings(document: Document, marks: Sequence[Mark]) -> list[_Opening]:
    """Headings of the outermost style that names kinds, else of 一、; and headings that stand bare on a line."""
    numbered = _numbered(document, marks)
    bare = _bare(document, {opening.heading.start for opening in numbered})
    depth = min((opening.mark.style for opening in numbered if opening.kind and opening.mark), default=None)
    if depth is None:
        depth = Style.PART if bare else Style.SECTION
    chosen = [opening for opening in numbered if opening.mark and opening.mark.style <= depth]
    if bare and depth > Style.PART:
        chosen = [opening for opening in chosen if opening.kind]
    chosen = sorted(chosen + bare, key=lambda opening: opening.heading.start)
    if any(opening.kind == "plan" for opening in chosen):
        return chosen
    return sorted(chosen + _unheaded_plan(document), key=lambda opening: opening.heading.start)


def _unheaded_plan(document: Document) -> list[_Opening]:
    """A paragraph that looks ahead without a heading: 下一步，我局将…; it opens the plan, with an empty heading."""
    for line in lines(document.body):
        if rule("framing", "ahead_paragraph").match(document.body[line.start : line.end][:80]):
            return [_Opening(None, Span(line.start, line.start), "plan")]
    return []


def _numbered(document: Document, marks: Sequence[Mark]) -> list[_Opening]:
    found = []
    limits = [mark.start for mark in marks[1:]] + [len(document.body)]
    for mark, limit in zip(marks, limits, strict=False):
        if mark.style > Style.ARABIC:
            continue
        words = heading_after(document, mark.end, limit)
        kind = kind_of_heading(document.body[words.start : words.end])
        found.append(_Opening(mark, Span(mark.start, words.end), kind))
    return found


def _bare(document: Document, taken: set[int]) -> list[_Opening]:
    """Lines such as 下半年工作打算 without a number; only when one of them looks ahead or names problems."""
    found = []
    for line in lines(document.body):
        words = document.body[line.start : line.end].rstrip(":")
        if len(words) > LONGEST_BARE_HEADING or _PUNCTUATION.search(words) or line.start in taken:
            continue
        kind = kind_of_heading(words)
        if kind and not opens_with_mark(words):
            found.append(_Opening(None, Span(line.start, line.start + len(words)), kind))
    return found if any(opening.kind != "done" for opening in found) else []


def _default_kind(document: Document, first: int) -> SectionKind:
    """What parts are about when no heading says: a preface 现将…总结如下 is stronger than a title that lies."""
    title = document.title or ""
    if rule("framing", "summary_preface").search(document.body, 0, min(first, 20_000)):
        return "done"
    if rule("framing", "summary_title").search(title):
        return "done"
    return "plan" if rule("framing", "plan_title").search(title) else "done"
