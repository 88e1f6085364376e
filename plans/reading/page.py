"""What stands around the document: web-page junk, a teaser, the title, the signature. None of it is read as content."""

from collections.abc import Sequence

from plans.reading.closing import after_the_end
from plans.reading.document import Document, Span, blank, fold, line_ends, lines
from plans.reading.noise import adverts, chunk_joints, compact, decoration, is_junk, notices, outline
from plans.reading.rules import rule
from plans.reading.titles import HEAD, SHORTEST_TITLE, copies, find_title, more_titles, named_title
from plans.reading.wraps import wraps

TAIL = 5
"""How many lines of the document's tail may hold the signature."""
_SHORTEST_TEASER, _TEASER_REACH = 40, 4000


def lay_out(text: str, tables: Sequence[Span] = ()) -> Document:
    """The document, with everything that is not its content blanked in `body`; so are the tables, read elsewhere."""
    folded = blank(fold(text), tables)
    body = blank(folded, decoration(folded))
    body = blank(body, after_the_end(body, tuple(lines(body))))
    body = blank(body, chunk_joints(body))
    body = blank(body, notices(body, lines(body)))
    body = blank(body, (line for line in lines(body) if is_junk(body, line)))
    body = blank(body, adverts(body))
    body = blank(body, outline(body, tuple(lines(body))))
    content = list(lines(body))
    teasers = [line for line in content[:HEAD] if _is_teaser(body, line)]
    content = [line for line in content if line not in teasers]
    title = find_title(body, content)
    around = [*teasers, *copies(body, content, title), *more_titles(body, content), *_signature(body, content)]
    title = title or named_title(folded, tuple(lines(folded)))
    body = blank(body, around)
    return Document(
        text=text,
        body=blank(body, wraps(body)),
        title=text[title.start : title.end] if title else None,
        line_ends=line_ends(text),
    )


def _is_teaser(folded: str, line: Span) -> bool:
    """A line whose words come again right after it, whole or up to an ellipsis."""
    cut = rule("page", "ellipsis").search(folded, max(line.start, line.end - 8), line.end)
    words = compact(folded[line.start : min(cut.start() if cut else line.end, line.start + 400)])
    if len(words) < (SHORTEST_TITLE if cut else _SHORTEST_TEASER):
        return False
    return (words[:100] if cut else words) in compact(folded[line.end : line.end + _TEASER_REACH])


def _signature(folded: str, content: Sequence[Span]) -> list[Span]:
    tail = content[-TAIL:] if len(content) > TAIL else []
    closing = rule("page", "closing")
    signed = [line for line in tail if rule("page", "signature").search(folded[line.start : line.end][:40])]
    return signed + [line for line in tail if closing.search(folded[line.start : line.end][:40])]
