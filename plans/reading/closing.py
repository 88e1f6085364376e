"""Where the document ends on a web page: after the signature or the site's first link, nothing is the bureau's."""

from collections.abc import Sequence

from plans.reading.document import Span
from plans.reading.rules import rule

_LONGEST_REST, _FEW_LINKS, _LONGEST_LINK = 0.4, 400, 90
"""The share of a page that may stand behind the end, the characters that may behind 相关文章, and those of a link."""


def after_the_end(folded: str, found: Sequence[Span]) -> list[Span]:
    """The lines from the signature's date or from 相关文章 on, where none of them is a heading or a paragraph."""
    first = len(found)
    while first and _is_the_sites(folded, found[first - 1]):
        first -= 1
    for index in range(first, len(found)):
        if _ends(folded, found[index], found[-1].end - found[index].end):
            return list(found[index - 1 if index and _names_a_bureau(folded, found[index - 1]) else index :])
    return []


def _is_the_sites(folded: str, line: Span) -> bool:
    """A short line without a heading's marker; a paragraph goes on with the document."""
    words = folded[line.start : line.end]
    return len(words) <= _LONGEST_LINK and rule("page", "heading_line").match(words) is None


def _ends(folded: str, line: Span, rest: int) -> bool:
    links = rule("page", "links").search(folded[line.start : line.end][:40]) is not None
    most = max(_LONGEST_REST * len(folded), _FEW_LINKS if links else 0)
    return rest <= most and (links or _signed(folded, line))


def _names_a_bureau(folded: str, line: Span) -> bool:
    words = folded[line.start : line.end][:40]
    return words.endswith("局") and rule("page", "signature").search(words) is not None


def _signed(folded: str, line: Span) -> bool:
    """A date alone on its line, with or without the bureau."""
    words = folded[line.start : line.end][:40]
    return words[-1:] in "日月" and rule("page", "signature").search(words) is not None
