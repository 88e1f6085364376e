"""Which words at the head of a document are its title, and where they stand again."""

import re
from collections.abc import Sequence
from itertools import pairwise

from plans.reading.document import Span, trim
from plans.reading.markers import opens_with_mark
from plans.reading.noise import LONGEST_JUNK
from plans.reading.rules import rule

HEAD = 12
"""How many lines of the document's head may hold title and teaser."""
LONGEST_TITLE, SHORTEST_TITLE = 45, 6
_SENTENCE_STOP = re.compile("[。;!?]")
_JOINED = frozenset("及和与暨")
_MOST_COPIES = 200


def find_title(folded: str, content: Sequence[Span]) -> Span | None:
    """The first words of the head that look like a title: a line or two, a line's opening, or a copy run into text.

    Under a notice that sends the document round, the title stands after the notice's signature.
    """
    enclosed = _enclosed_title(folded, content)
    if enclosed:
        return enclosed
    for index, line in enumerate(content[:HEAD]):
        if _looks_like_title(folded[line.start : line.end]):
            return _without_suffix(folded, _both_lines(folded, content, index))
        opening = _glued_title(folded, line) or _opening_title(folded, line)
        if opening:
            return opening
        if line.end - line.start > LONGEST_TITLE or opens_with_mark(folded[line.start : line.end][:20]):
            return None
    return None


def _enclosed_title(folded: str, content: Sequence[Span]) -> Span | None:
    dated = rule("page", "signature")
    for above, line in pairwise(content[: HEAD + HEAD // 2]):
        signed = folded[above.end - 1] in "日月" and dated.search(folded[above.start : above.end][:40])
        if signed and _looks_like_title(folded[line.start : line.end]):
            return line
    return None


def named_title(folded: str, found: Sequence[Span]) -> Span | None:
    """本文标题: what the site itself calls the document."""
    for line in (*found[:HEAD], *found[-HEAD:]):
        match = rule("page", "named_title").search(folded[line.start : line.end][:LONGEST_JUNK])
        if match:
            return Span(line.start + match.start("title"), line.start + match.end("title"))
    return None


def copies(folded: str, content: Sequence[Span], title: Span | None) -> list[Span]:
    """The title wherever a line of the head starts with it or a later line is it; and other titles in the head."""
    if title is None:
        return []
    words = folded[title.start : title.end]
    found = [Span(title.start, title.end)]
    for line in content[:HEAD]:
        found += _copies_in(folded, line, words)
    found += [line for line in content[HEAD:] if folded[line.start : line.end] == words][:_MOST_COPIES]
    return found + _other_titles(folded, content[:HEAD])


def more_titles(folded: str, content: Sequence[Span]) -> list[Span]:
    """Titles of other documents after the last sentence: links the site adds."""
    tail: list[Span] = []
    for line in reversed(content[HEAD // 2 :]):
        if not _names_a_bureau(folded, line):
            break
        tail.append(line)
    return tail


def _other_titles(folded: str, head: Sequence[Span]) -> list[Span]:
    first = next((i for i, line in enumerate(head) if line.end - line.start > LONGEST_TITLE), len(head))
    return [line for line in head[:first] if _names_a_bureau(folded, line)]


def _names_a_bureau(folded: str, line: Span) -> bool:
    words = folded[line.start : line.end]
    return "局" in words and _looks_like_title(words)


def _copies_in(folded: str, line: Span, words: str) -> list[Span]:
    start, found = line.start, []
    while folded.startswith(words, start) and start < line.end and _stands_alone(folded, line, start, words):
        found.append(Span(start, start + len(words)))
        start += len(words) + (folded[start + len(words) : start + len(words) + 1] == " ")
    return found


def _stands_alone(folded: str, line: Span, start: int, words: str) -> bool:
    """A copy fills its line, follows another copy or is followed by one: a sentence that starts alike is kept."""
    after = start + len(words)
    return after == line.end or start > line.start or folded.startswith((words, f" {words}"), after)


def _both_lines(folded: str, content: Sequence[Span], index: int) -> Span:
    """A title broken over two lines: the bureau above it, or 及下半年工作打算 below."""
    line = content[index]
    below = content[index + 1] if index + 1 < len(content) else None
    above = content[index - 1] if index else None
    if below and folded[below.start] in _JOINED and _looks_like_title(folded[below.start : below.end]):
        return Span(line.start, below.end)
    if above and above.end - above.start <= LONGEST_TITLE // 2 and folded[above.end - 1] == "局":
        return Span(above.start, line.end)
    return line


def _without_suffix(folded: str, title: Span) -> Span:
    """Without .docx or the site's name behind the title."""
    match = rule("page", "suffix").search(folded, title.start, title.end)
    shorter = trim(folded, Span(title.start, match.start())) if match else title
    return shorter if shorter.end - shorter.start >= SHORTEST_TITLE else title


def _glued_title(folded: str, line: Span) -> Span | None:
    """A title printed twice and run into the first sentence: 云溪县科技局工作总结云溪县科技局工作总结一年来…"""
    longest = min(LONGEST_TITLE, (line.end - line.start) // 2)
    for length in range(longest, SHORTEST_TITLE - 1, -1):
        first = folded[line.start : line.start + length]
        if folded.startswith((first, f" {first}"), line.start + length) and _looks_like_title(first):
            return Span(line.start, line.start + length)
    return None


def _opening_title(folded: str, line: Span) -> Span | None:
    """A title before a blank, its text running on in the same line: 云溪县科技局上半年工作总结 上半年,县科技局…"""
    match = rule("page", "opening_title").match(folded, line.start, min(line.end, line.start + LONGEST_TITLE + 1))
    return Span(*match.span("title")) if match and line.end - line.start > LONGEST_TITLE else None


def _looks_like_title(piece: str) -> bool:
    if not SHORTEST_TITLE <= len(piece) <= LONGEST_TITLE or _SENTENCE_STOP.search(piece):
        return False
    if opens_with_mark(piece) or rule("page", "bare_title").search(piece):
        return False
    return rule("page", "title").search(piece) is not None
