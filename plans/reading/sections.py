"""Which part of a document tells what was done, what is wrong, and what is planned (domain.md §6.5)."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from plans.reading.document import Document, Span, lines, trim
from plans.reading.markers import Mark, Style, opens_with_mark
from plans.reading.model import Section, SectionKind
from plans.reading.rules import named_rules, rule

_HEADING = re.compile(r"(?:[^。:;!?.\r\n]|(?<![一-龥])\.){1,80}")
_ALONE = re.compile(
    r"[^,。 \r\n](?:[^,。\r\n]{3,28}[一-龥)])(?= {1,2}[一-龥(0-9][^ ,。]{1,40}[,0-9*xX×])(?! {1,2}[^ ,]{0,6} )"
)
"""一、工作情况 今年以来,…: where a line break was lost, a blank before a sentence ends the heading."""
_NAMED = re.compile("《[^》]{0,60}》")
_PUNCTUATION = re.compile("[,。;:]")
_KINDS = {"ahead": "plan", "problems": "problems", "done": "done", "plan": "plan", "period": "done"}
_STRONG = frozenset({"ahead", "problems"})
"""Signs that open a part wherever they stand; 重点任务 below a heading of its own is only a subject."""
LONGEST_HEADING, LONGEST_BARE_HEADING, DEEPEST_LEAD = 40, 25, 2


@dataclass(frozen=True, slots=True)
class Part:
    """A section in place. `explicit`: its own heading says its kind; else it has the kind of those around it.

    `inner`: a stretch of a section that has a kind of its own (下步打算 inside 存在问题及下步打算); it is not listed.
    """

    kind: SectionKind
    explicit: bool
    heading: Span
    mark: Mark | None
    body: Span
    inner: bool = False

    @property
    def has_heading(self) -> bool:
        return not self.inner and self.heading.end > self.heading.start

    def listed(self, document: Document) -> Section:
        return Section(heading=document.quote(self.heading), kind=self.kind)


@dataclass(frozen=True, slots=True)
class _Opening:
    mark: Mark | None
    heading: Span
    sign: str | None

    @property
    def kind(self) -> SectionKind | None:
        return cast(SectionKind, _KINDS[self.sign]) if self.sign else None


def heading_after(document: Document, start: int, limit: int) -> Span:
    """The heading that begins at `start`: up to a stop, a line break or `limit`."""
    match = _HEADING.match(document.body, start, max(start, limit))
    heading = trim(document.body, Span(start, match.end() if match else start))
    alone = _ALONE.match(document.body, *heading)
    return Span(heading.start, alone.end()) if alone else heading


def find_parts(document: Document, marks: Sequence[Mark]) -> tuple[Part, ...]:
    """The sections in order. A document without any heading is one part with an empty heading."""
    numbered = _numbered(document, marks)
    openings, labels = _openings(document, numbered)
    outer = _outer_parts(document, openings)
    outermost = {opening.heading.start for opening in openings}
    strong = [one for one in numbered if one.sign in _STRONG and one.heading.start not in outermost]
    strong = sorted(strong + labels, key=_place)
    ends = _ends(marks, len(document.body))
    parts = tuple(piece for part in outer for piece in _pieces(document, part, _inside(strong, part), ends))
    if any(part.kind == "plan" for part in parts):
        return parts
    return tuple(piece for part in parts for piece in _plan_apart(document, part))


def _inside(strong: Sequence[_Opening], part: Part) -> Sequence[_Opening]:
    first, last = (bisect_left(strong, position, key=_place) for position in part.body)
    return strong[first:last]


def _ends(marks: Sequence[Mark], size: int) -> dict[int, int]:
    """Where what each marker opens ends: at the next marker as far out as it."""
    ends: dict[int, int] = {}
    waiting: list[Mark] = []
    for mark in marks:
        while waiting and waiting[-1].style >= mark.style:
            ends[waiting.pop().start] = mark.start
        waiting.append(mark)
    return ends | {mark.start: size for mark in waiting}


def _pieces(document: Document, part: Part, strong: Sequence[_Opening], ends: Mapping[int, int]) -> tuple[Part, ...]:
    """The part, or, where it tells of results or problems before the plan, its heading and the two of them."""
    other = None if part.inner else _told_before(document, part.heading, part.kind)
    if other is None:
        return tuple(_with_inner(document, part, strong, ends))
    start = part.body.start
    before = Part(other, True, Span(start, start), None, part.body, inner=True)
    pieces = tuple(_with_inner(document, before, strong, ends))
    if all(piece.kind != "plan" for piece in pieces):
        pieces = tuple(_plan_apart(document, before))
    planned = any(piece.kind == "plan" for piece in pieces)
    return (replace(part, body=Span(start, start)), *pieces) if planned else (part,)


def sign_of_heading(words: str) -> str | None:
    """The sign in a heading that tells its kind, None when it only names a subject."""
    if len(words) > LONGEST_HEADING:
        return None
    return next((name for name, pattern in named_rules("sections") if pattern.search(words)), None)


def _outer_parts(document: Document, openings: Sequence[_Opening]) -> tuple[Part, ...]:
    size = len(document.body)
    kind = _default_kind(document, openings)
    if not openings:
        return (Part(kind, False, Span(0, 0), None, Span(0, size)),)
    parts = _goals_before(document, openings[0].heading.start) if kind == "plan" else []
    usual, telling, done = kind, None, False
    ends = [opening.heading.start for opening in openings[1:]] + [size]
    for opening, end in zip(openings, ends, strict=True):
        kind = opening.kind or (usual if _climbs(opening, telling) else kind)
        telling = opening if opening.kind else telling
        if opening.sign == "period" and (usual == "plan" or done):
            kind = "plan"
        done = done or kind == "done"
        body = Span(opening.heading.end, end)
        parts.append(Part(kind, opening.kind is not None, opening.heading, opening.mark, body))
    return tuple(parts)


def _goals_before(document: Document, first: int) -> list[Part]:
    """The goals that a plan may list before its first heading: 2024年的目标要求:1、…2、…"""
    match = rule("framing", "goals_listed").search(document.body, 0, first)
    if match is None:
        return []
    return [Part("plan", True, Span(match.end(), match.end()), None, Span(match.end(), first), inner=True)]


def _climbs(opening: _Opening, telling: _Opening | None) -> bool:
    """A subject further out than the last heading that told a kind: 二、研发投入 after （二）下步打算."""
    if opening.mark is None or telling is None or telling.mark is None:
        return False
    return opening.mark.style < telling.mark.style


def _openings(document: Document, numbered: Sequence[_Opening]) -> tuple[list[_Opening], list[_Opening]]:
    """Headings of the outermost style that names kinds, else of 一、; and headings that stand bare on a line.

    Bare ones below a heading that tells both problems and plan are only labels inside it, given apart.
    """
    bare = _bare(document, {opening.heading.start for opening in numbered})
    depth = _depth(numbered)
    if depth is None:
        depth = Style.PART if bare else Style.SECTION
    chosen = [opening for opening in numbered if opening.mark and opening.mark.style <= depth]
    if bare and depth > Style.PART:
        chosen = [opening for opening in chosen if opening.kind]
    openings: list[_Opening] = []
    labels: list[_Opening] = []
    around: _Opening | None = None
    for opening in sorted(chosen + bare, key=_place):
        around = opening if opening.mark else around
        inside = opening.mark is None and around and _told_before(document, around.heading, around.kind)
        (labels if inside else openings).append(opening)
    return openings, labels


def _place(opening: _Opening) -> int:
    return opening.heading.start


def _depth(numbered: Sequence[_Opening]) -> Style | None:
    """How deep the headings lie that divide the document: 工作目标 only at the top, 下步打算 at any depth."""
    signs = [(opening.mark.style, opening.sign) for opening in numbered if opening.mark]
    outermost = min((style for style, _ in signs), default=None)
    return min((style for style, sign in signs if sign in _STRONG or (sign and style is outermost)), default=None)


def _numbered(document: Document, marks: Sequence[Mark]) -> list[_Opening]:
    found = []
    limits = [mark.start for mark in marks[1:]] + [len(document.body)]
    for mark, limit in zip(marks, limits, strict=False):
        if mark.style > Style.ARABIC:
            continue
        words = heading_after(document, mark.end, limit)
        sign = sign_of_heading(document.body[words.start : words.end])
        found.append(_Opening(mark, Span(mark.start, words.end), sign))
    return found


def _bare(document: Document, taken: set[int]) -> list[_Opening]:
    """Lines such as 下半年工作打算 without a number; only when one of them looks ahead or names problems."""
    found = []
    for line in lines(document.body):
        words = document.body[line.start : line.end].rstrip(":。 ")
        if len(words) > LONGEST_BARE_HEADING or _PUNCTUATION.search(words) or line.start in taken:
            continue
        sign = sign_of_heading(words)
        if sign and not opens_with_mark(words) and not rule("framing", "title_line").search(words):
            found.append(_Opening(None, Span(line.start, line.start + len(words)), sign))
    return found if any(opening.kind != "done" for opening in found) else []


def _with_inner(document: Document, part: Part, strong: Sequence[_Opening], ends: Mapping[int, int]) -> Iterator[Part]:
    """The part, with what is headed 存在的问题 or 下步打算 deeper inside it standing apart."""
    at = part.body.start
    for opening in strong:
        if opening.heading.start < at or not _stands_apart(document, part, opening):
            continue
        end = min(ends.get(opening.heading.start, part.body.end), part.body.end)
        yield _piece(part, at, opening.heading.start)
        kind = opening.kind or part.kind
        yield Part(kind, True, opening.heading, opening.mark, Span(opening.heading.end, end), inner=True)
        at = end
    if at < part.body.end or at == part.body.start:
        yield _piece(part, at, part.body.end)


def _stands_apart(document: Document, part: Part, opening: _Opening) -> bool:
    """Its heading begins with the sign, and says something else than the part around it."""
    start = opening.mark.end if opening.mark else opening.heading.start
    match = rule("sections", opening.sign or "ahead").search(document.body[start : opening.heading.end])
    return match is not None and match.start() <= DEEPEST_LEAD and opening.kind != part.kind


def _told_before(document: Document, heading: Span, kind: SectionKind | None) -> SectionKind | None:
    """What 存在问题及下一步打算, or 2023年工作总结和2024年工作安排, tells before its plan; None of a plan alone."""
    if kind != "plan":
        return None
    if rule("sections", "problems").search(document.body, *heading):
        return "problems"
    return "done" if rule("framing", "told_before").search(document.body, *heading) else None


def _piece(part: Part, start: int, end: int) -> Part:
    """The stretch of a part from `start` on; it keeps the heading only where the part begins."""
    if start == part.body.start:
        return replace(part, body=Span(start, end))
    return replace(part, body=Span(start, end), heading=Span(start, start), mark=None, inner=True)


def _plan_apart(document: Document, part: Part) -> Iterator[Part]:
    """Where the plan stands under no heading, a part from 下一步，我局将… on is the plan."""
    start = _ahead(document, part.body)
    if start is None:
        yield part
        return
    yield _piece(part, part.body.start, start)
    yield Part("plan", True, Span(start, start), None, Span(start, part.body.end), inner=True)


def _ahead(document: Document, body: Span) -> int | None:
    match = rule("framing", "ahead_paragraph").search(document.body, body.start, body.end)
    return match.start() if match else None


def _default_kind(document: Document, openings: Sequence[_Opening]) -> SectionKind:
    """What parts are about when no heading says: a preface 现将…总结如下 is stronger than a title that lies."""
    first = openings[0].heading.start if openings else len(document.body)
    title = _NAMED.sub("", document.title or "")
    if rule("framing", "summary_preface").search(document.body, 0, min(first, 20_000)):
        return "done"
    if rule("framing", "summary_title").search(title):
        return "done"
    if any(opening.sign in _STRONG for opening in openings) and not (openings and openings[0].kind):
        return "done"
    if rule("framing", "plan_title").search(title):
        return "plan"
    return "plan" if _looks_ahead(document) else "done"


def _looks_ahead(document: Document) -> bool:
    """More words of what will be than of what has been, and no 下一步，我局将… that sets the two apart."""
    ahead = _ahead(document, Span(0, len(document.body)))
    if ahead is not None and document.body[:ahead].strip():
        return False
    future, past = (
        sum(1 for _ in rule("framing", name).finditer(document.body, 0, 50_000)) for name in ("will_be", "has_been")
    )
    return future > past
