"""Measured figures of the done part, with 同比 where one is given; a hidden number stays unknown (domain.md §6.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from plans.reading.document import QUOTE, Document, Span
from plans.reading.indicators import indicator_of, noun_after, own_start
from plans.reading.model import Figure
from plans.reading.quantities import Quantity, find_quantities
from plans.reading.rules import rule

_GROWTH_REACH = 24
_MEASURED_ONE = frozenset({"%", "万元", "亿元", "元"})


@dataclass(frozen=True, slots=True)
class _Measured:
    quantity: Quantity
    text: Span
    sentence: Span
    yoy: float | None = None
    has_yoy: bool = False


def find_figures(document: Document, part: Span) -> Iterator[Figure]:
    """Every measured figure of a done section, in order; a promise (力争3亿元) is not measured and left out."""
    for sentence in document.sentences(part):
        for measured in _measured(document, sentence):
            yield _figure(document, measured)


def _measured(document: Document, sentence: Span) -> list[_Measured]:
    found: list[_Measured] = []
    before = sentence.start
    for quantity in find_quantities(document, sentence):
        lead = document.body[max(before, quantity.span.start - _GROWTH_REACH) : quantity.span.start]
        sign = _growth(lead) if quantity.unit == "%" else 0
        text = _own_words(document, quantity, before, sentence)
        before = quantity.span.end
        if sign and found and not found[-1].has_yoy and found[-1].quantity.unit != "%":
            found[-1] = _grown(found[-1], quantity, sign)
        elif sign:
            rate = _signed(quantity, sign)
            found.append(_Measured(replace(quantity, value=rate), text, sentence, rate, has_yoy=True))
        elif not quantity.lone_one or quantity.unit in _MEASURED_ONE:
            found.append(_Measured(quantity, text, sentence))
    return [one for one in found if not _is_promise(document, one)]


def _growth(lead: str) -> int:
    """1 after 同比增长, -1 after 同比下降, 0 where the percentage is no growth on the year before."""
    if rule("growth", "other_base").search(lead):
        return 0
    if rule("growth", "rise").search(lead):
        return 1
    return -1 if rule("growth", "fall").search(lead) else 0


def _signed(rate: Quantity, sign: int) -> float | None:
    return None if rate.value is None else sign * rate.value


def _grown(level: _Measured, rate: Quantity, sign: int) -> _Measured:
    end = rate.span.end if rate.span.end - level.text.start <= 2 * QUOTE else level.text.end
    return replace(level, yoy=_signed(rate, sign), has_yoy=True, text=Span(level.text.start, max(end, level.text.end)))


def _own_words(document: Document, quantity: Quantity, before: int, sentence: Span) -> Span:
    """The clause of a figure, after the figure before it and after a bracket, with the noun behind it."""
    clause = document.clause(quantity.span, sentence)
    start = own_start(document, clause, before, quantity.span.start)
    lead = document.body[start : quantity.span.start]
    if lead.rfind("(") > lead.rfind(")"):
        start += lead.rfind("(") + 1
    return Span(start, max(quantity.span.end, noun_after(document, quantity.span.end, clause.end).end))


def _is_promise(document: Document, measured: _Measured) -> bool:
    clause = document.clause(measured.quantity.span, measured.sentence)
    said = document.body[clause.start : measured.quantity.span.start]
    return rule("growth", "promise").search(said) is not None


def _figure(document: Document, measured: _Measured) -> Figure:
    as_of = _as_of(document, measured)
    end = measured.quantity.span.end
    noun = Span(end, max(end, measured.text.end)) if not measured.has_yoy else Span(end, end)
    lead = Span(measured.text.start, measured.quantity.span.start)
    return Figure(
        indicator=document.quote(indicator_of(document, lead, noun, measured.text)),
        value=measured.quantity.value,
        unit=measured.quantity.unit or "",
        yoy=measured.yoy,
        as_of=document.quote(as_of) if as_of else None,
        masked=measured.quantity.masked,
        text=document.quote(measured.text),
    )


def _as_of(document: Document, measured: _Measured) -> Span | None:
    """The last time named before the figure in its sentence."""
    start = max(measured.sentence.start, measured.quantity.span.start - 2 * QUOTE)
    found = None
    for match in rule("growth", "as_of").finditer(document.body, start, measured.quantity.span.start):
        found = Span(match.start(), match.end())
    return found
