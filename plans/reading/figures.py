"""Measured figures of the done part, with 同比 where one is given; a hidden number stays unknown (domain.md §6.1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from plans.reading.document import QUOTE, Document, Span
from plans.reading.indicators import indicator_of, noun_after, own_start
from plans.reading.model import Figure
from plans.reading.numbers import CHINESE
from plans.reading.quantities import Quantity, find_quantities, unit_as_written
from plans.reading.rules import rule
from plans.reading.sections import Part

_GROWTH_REACH = 24
_MONEY = frozenset({"万元", "亿元", "元", "千元"})
_MEASURED_ONE = _MONEY | {"%"}
_COUNTED_ONE = frozenset({"家", "项", "名", "件"})
"""两项通过、一项待审: 一项 is a count where more of the same are counted in the sentence."""
_LONGEST_RUN = 8
_JOINT = re.compile("[、,和及与 ]{0,3}")


@dataclass(frozen=True, slots=True)
class _Measured:
    """A figure found. `passing`: a share or a set task, which a growth behind it does not mean."""

    quantity: Quantity
    text: Span
    sentence: Span
    yoy: float | None = None
    has_yoy: bool = False
    passing: bool = False
    is_task: bool = False
    is_promise: bool = False


def told_spans(parts: Sequence[Part]) -> Iterator[Span]:
    """Where results are told: the done parts with their headings, and the preface when the first part is one."""
    if parts and parts[0].kind == "done":
        yield Span(0, parts[0].heading.start)
    yield from (Span(part.heading.start, part.body.end) for part in parts if part.kind == "done")


def find_figures(document: Document, part: Span) -> Iterator[Figure]:
    """Every measured figure of a done section, in order; a promise (力争3亿元) or a set task is not measured."""
    for sentence in document.sentences(part):
        for measured in _measured(document, sentence):
            yield _figure(document, measured)


def _measured(document: Document, sentence: Span) -> list[_Measured]:
    found: list[_Measured] = []
    quantities = list(find_quantities(document, sentence))
    counted = {quantity.unit for quantity in quantities if not quantity.lone_one} & _COUNTED_ONE | _MEASURED_ONE
    before = sentence.start
    for run in _runs(document, quantities):
        text = _own_words(document, run[0], before, sentence)
        words = document.body[max(before, run[0].span.start - _GROWTH_REACH) : run[0].span.start].rstrip()
        sign = _growth(words) if run[0].unit == "%" else 0
        if sign:
            _grow(document, found, [_level(document, rate, text, sentence) for rate in run], sign, words)
        elif not run[0].lone_one or run[0].unit in counted:
            found += [_level(document, one, text, sentence) for one in run]
        before = run[-1].span.end
    return [one for one in found if not one.is_task and not one.is_promise]


def _runs(document: Document, quantities: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """Quantities one by one, but percentages joined by 、 or 和 together: 分别增长5%、6%."""
    run: list[Quantity] = []
    for quantity in quantities:
        joined = run and run[-1].unit == quantity.unit == "%"
        if (
            joined
            and len(run) < _LONGEST_RUN
            and _JOINT.fullmatch(document.body, run[-1].span.end, quantity.span.start)
        ):
            run.append(quantity)
            continue
        if run:
            yield run
        run = [quantity]
    if run:
        yield run


def _level(document: Document, quantity: Quantity, text: Span, sentence: Span) -> _Measured:
    own = Span(max(text.start, quantity.span.start - 2 * QUOTE), max(text.end, quantity.span.end))
    lead = document.body[max(own.start, quantity.span.start - QUOTE) : quantity.span.start]
    clause = document.clause(quantity.span, sentence)
    said = document.body[clause.start : quantity.span.start]
    is_task = rule("growth", "task").search(said) is not None or _is_threshold(document, quantity)
    passing = is_task or rule("growth", "share").search(lead) is not None
    promise = rule("growth", "promise").search(said) is not None
    return _Measured(quantity, own, sentence, passing=passing, is_task=is_task, is_promise=promise)


def _is_threshold(document: Document, quantity: Quantity) -> bool:
    """10万元以上项目, 80名学生以上的学校: says which ones are meant, not how many there are."""
    after = document.body[quantity.span.end : quantity.span.end + 8]
    if quantity.unit is None or rule("growth", "stage").match(document.body, quantity.span.start):
        return True
    if _is_in_a_name(document, quantity):
        return True
    if quantity.at_least:
        return quantity.unit in _MONEY and rule("growth", "noun").match(after) is not None
    return rule("growth", "bounded").match(after) is not None


def _is_in_a_name(document: Document, quantity: Quantity) -> bool:
    """《帮扶企业十条》 and “工业四十条” are called so."""
    lead = document.body[max(0, quantity.span.start - QUOTE) : quantity.span.start]
    quoted = document.body[quantity.span.start] in CHINESE and lead.rfind("“") > lead.rfind("”")
    return quoted or lead.rfind("《") > lead.rfind("》")


def _growth(lead: str) -> int:
    """1 after 同比增长, -1 after 同比下降, 0 where the percentage is no growth on the year before."""
    if rule("growth", "other_base").search(lead):
        return 0
    if rule("growth", "rise").search(lead):
        return 1
    return -1 if rule("growth", "fall").search(lead) else 0


def _grow(document: Document, found: list[_Measured], rates: Sequence[_Measured], sign: int, words: str) -> None:
    """Give the rates to the levels before them; a rate whose level is not given is a figure itself."""
    own = _names_its_own(words) or rates[0].is_promise or rates[0].is_task
    levels = [] if own else _levels_behind(found, len(rates) if "分别" in words else 1)
    for place, rate in zip(levels, rates, strict=False):
        found[place] = _grown(found[place], rate.quantity, sign)
    for rate in rates[len(levels) :]:
        value = _signed(rate.quantity, sign)
        found.append(replace(rate, quantity=replace(rate.quantity, value=value), yoy=value, has_yoy=True))


def _names_its_own(words: str) -> bool:
    """税收增长5% after a comma is about 税收, not about the figure before the comma."""
    after = words.rpartition(",")[2] if "," in words else ""
    return bool(after) and rule("growth", "bare").match(after) is None


def _levels_behind(found: Sequence[_Measured], wanted: int) -> list[int]:
    """The places of the last levels without a rate, shares and tasks passed over; in order."""
    places: list[int] = []
    for place in range(len(found) - 1, -1, -1):
        one = found[place]
        if one.passing and not places:
            continue
        if one.has_yoy or one.quantity.unit == "%" or len(places) == wanted:
            break
        places.insert(0, place)
    return places


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


def _figure(document: Document, measured: _Measured) -> Figure:
    as_of = _as_of(document, measured)
    end = measured.quantity.span.end
    noun = Span(end, max(end, measured.text.end)) if not measured.has_yoy else Span(end, end)
    lead = Span(measured.text.start, measured.quantity.span.start)
    return Figure(
        indicator=document.quote(indicator_of(document, lead, noun, measured.text)),
        value=measured.quantity.value,
        unit=unit_as_written(document, measured.quantity) or "",
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
