"""Dated limits as written: 6月15日前, 年底, 第二批高企申报 (domain.md §5). Nothing is dated that is not written."""

from plans.reading.document import Document, Span
from plans.reading.rules import named_rules


def find_deadlines(document: Document, item: Span) -> tuple[Span, ...]:
    """Every dated limit of an item, by position; of two that overlap the one that starts first."""
    found = sorted(
        Span(match.start(), match.end())
        for _, pattern in named_rules("deadlines")
        for match in pattern.finditer(document.body, item.start, item.end)
    )
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)
