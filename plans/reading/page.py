"""What stands around the document: web-page junk, a teaser, the title, the signature. None of it is read as content."""

import re
from collections.abc import Sequence

from plans.reading.document import Document, Span, blank, fold, line_ends, lines
from plans.reading.markers import opens_with_mark
from plans.reading.rules import rule

HEAD, TAIL = 12, 5
"""How many lines of the document's head may hold title and teaser, and of its tail the signature."""
LONGEST_JUNK, LONGEST_TITLE, SHORTEST_TITLE = 150, 45, 6
_BLANKS = re.compile(r"\s+")
_SENTENCE_STOP = re.compile("[。;!?]")


def lay_out(text: str) -> Document:
    """The document, with everything that is not its content blanked in `body`."""
    folded = fold(text)
    found = tuple(lines(folded))
    content, dropped = _split_junk(folded, found)
    teasers = [line for line in content[:HEAD] if _is_teaser(folded, line)]
    content = [line for line in content if line not in teasers]
    title = _title(folded, content)
    dropped += teasers + _copies(folded, content, title) + _signature(folded, content)
    title = title or _named_title(folded, found)
    return Document(
        text=text,
        body=blank(folded, dropped),
        title=text[title.start : title.end] if title else None,
        line_ends=line_ends(text),
    )


def _split_junk(folded: str, found: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    content: list[Span] = []
    junk: list[Span] = []
    for line in found:
        (junk if _is_junk(folded, line) else content).append(line)
    return content, junk


def _is_junk(folded: str, line: Span) -> bool:
    if line.end - line.start > LONGEST_JUNK:
        return False
    return rule("page", "junk").search(folded[line.start : line.end]) is not None


def _is_teaser(folded: str, line: Span) -> bool:
    """A line cut short with an ellipsis whose words come again right after it."""
    cut = rule("page", "ellipsis").search(folded, max(line.start, line.end - 8), line.end)
    if cut is None:
        return False
    opening = _compact(folded[line.start : min(cut.start(), line.start + 400)])[:100]
    return len(opening) >= SHORTEST_TITLE and opening in _compact(folded[line.end : line.end + 4000])


def _compact(piece: str) -> str:
    return _BLANKS.sub("", piece)


def _title(folded: str, content: Sequence[Span]) -> Span | None:
    for line in content[:HEAD]:
        glued = _glued_title(folded, line)
        if glued or _looks_like_title(folded[line.start : line.end]):
            return glued or line
        if line.end - line.start > LONGEST_TITLE or opens_with_mark(folded[line.start : line.end][:20]):
            return None
    return None


def _glued_title(folded: str, line: Span) -> Span | None:
    """A title printed twice and run into the first sentence: 云溪县科技局工作总结云溪县科技局工作总结一年来…"""
    longest = min(LONGEST_TITLE, (line.end - line.start) // 2)
    for length in range(longest, SHORTEST_TITLE - 1, -1):
        first = folded[line.start : line.start + length]
        if folded.startswith(first, line.start + length) and _looks_like_title(first):
            return Span(line.start, line.start + length)
    return None


def _looks_like_title(piece: str) -> bool:
    if not SHORTEST_TITLE <= len(piece) <= LONGEST_TITLE or _SENTENCE_STOP.search(piece):
        return False
    return rule("page", "title").search(piece) is not None and not opens_with_mark(piece)


def _named_title(folded: str, found: Sequence[Span]) -> Span | None:
    for line in (*found[:HEAD], *found[-HEAD:]):
        match = rule("page", "named_title").search(folded[line.start : line.end][:LONGEST_JUNK])
        if match:
            return Span(line.start + match.start("title"), line.start + match.end("title"))
    return None


def _copies(folded: str, content: Sequence[Span], title: Span | None) -> list[Span]:
    """The title wherever a line of the head starts with it."""
    if title is None:
        return []
    words, copies = folded[title.start : title.end], []
    for line in content[:HEAD]:
        start = line.start
        while folded.startswith(words, start) and start < line.end and _stands_alone(folded, line, start, words):
            copies.append(Span(start, start + len(words)))
            start += len(words)
    return copies


def _stands_alone(folded: str, line: Span, start: int, words: str) -> bool:
    """A copy fills its line, follows another copy or is followed by one: a sentence that starts alike is kept."""
    after = start + len(words)
    return after == line.end or start > line.start or folded.startswith(words, after)


def _signature(folded: str, content: Sequence[Span]) -> list[Span]:
    tail = content[-TAIL:] if len(content) > TAIL else []
    closing = rule("page", "closing")
    signed = [line for line in tail if rule("page", "signature").search(folded[line.start : line.end][:40])]
    return signed + [line for line in tail if closing.search(folded[line.start : line.end][:40])]
