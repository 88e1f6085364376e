"""Arithmetic a document states: parts and their total, a list of names and its count (domain.md §6.10).

Only what must hold is checked: parts may be some of a total, so a smaller sum is told of only where the parts are set
out as all there is, in brackets or after a colon, and come near it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose

from plans.reading.document import Document, Span
from plans.reading.enterprises import counted_lists
from plans.reading.model import Problem, Severity
from plans.reading.quantities import Quantity, find_quantities
from plans.reading.rules import rule

_REACH, _TOTAL_REACH = 300, 80
_NEAR = 0.7
"""How much of the total the parts must make up before a smaller sum looks like a slip."""
_PEOPLE = frozenset({"名", "人", "位"})
_STOP, _CLOSING, _COMMA = (re.compile(f"[{more}。;!?\\r\\n]") for more in ("", ")", ",("))


@dataclass(frozen=True, slots=True)
class _Split:
    """A total and the parts the document gives of it; `whole` where they are set out as all of it."""

    total: Quantity
    parts: tuple[Quantity, ...]
    whole: bool

    @property
    def span(self) -> Span:
        return Span(self.total.span.start, self.parts[-1].span.end)


def unequal_sums(document: Document) -> Iterator[Problem]:
    """A warning for every total its parts do not make up, and for every list whose names are not as many as it says."""
    for split in _splits(document):
        total, together = split.total.value or 0, sum(part.value or 0 for part in split.parts)
        if not isclose(total, together, rel_tol=1e-6) and _is_slip(document, split, total, together):
            unit = split.total.unit or ""
            message = f"各分项合计{together:.10g}{unit}，总数写的是{total:.10g}{unit}，请核对。"
            yield _warning(document, split.span, message)
    for listed in counted_lists(document):
        if listed.named != listed.number:
            message = f"列出{listed.named}家，写的是{listed.number}家，请核对。"
            yield _warning(document, listed.span, message)


def _splits(document: Document) -> Iterator[_Split]:
    matches = list(rule("sums", "opens").finditer(document.body))
    limits = [*(match.start() for match in matches), len(document.body)]
    for match, limit in zip(matches, limits[1:], strict=True):
        parts, whole = _parts(document, match, min(limit, match.end() + _REACH))
        totals = _totals(document, match.start()) if len(parts) > 1 else []
        total = next((total for total in reversed(totals) if _alike(total, parts)), None)
        if total is not None:
            yield _Split(total, parts, whole)


def _totals(document: Document, position: int) -> list[Quantity]:
    """The numbers before 其中, in the same sentence or in the one that ends there."""
    window = Span(max(0, position - _TOTAL_REACH), position)
    stops = [match.end() for match in _STOP.finditer(document.body, window.start, max(0, position - 2))]
    return list(find_quantities(document, Span(stops[-1] if stops else window.start, position)))


def _parts(document: Document, match: re.Match[str], end: int) -> tuple[tuple[Quantity, ...], bool]:
    """The numbers after 其中: to the closing bracket, to the stop after a colon or a fresh start, else to a comma."""
    bracketed, set_out = match.group().startswith("("), match.group().endswith(":")
    fresh = document.body[max(0, match.start() - 1) : match.start()] == "。"
    stop = (_CLOSING if bracketed else _STOP if set_out or fresh else _COMMA).search(document.body, match.end(), end)
    if stop is None:
        return (), False
    region = Span(match.end(), stop.start())
    if rule("sums", "not_all").search(document.body, region.start, region.end):
        return (), False
    return tuple(find_quantities(document, region)), bracketed or set_out


def _alike(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Known numbers of one unit, none larger than the total."""
    units = {"人" if part.unit in _PEOPLE else part.unit for part in (total, *parts)}
    known = all(part.value is not None and part.upper is None for part in (total, *parts))
    largest = max((part.value or 0 for part in parts), default=0)
    return len(units) == 1 and "%" not in units and known and largest <= (total.value or 0)


def _is_slip(document: Document, split: _Split, total: float, together: float) -> bool:
    words = document.body[split.span.start : split.span.end]
    if together > total:
        return rule("sums", "overlapping").search(words) is None
    return split.whole and together >= _NEAR * total


def _warning(document: Document, span: Span, message: str) -> Problem:
    line = document.line_of(span.start)
    return Problem(line=line, severity=Severity.WARNING, message=message, quote=document.quote(span))
