"""Promises with a number: 确保 → floor, 力争 → stretch, a bare verb → plan (domain.md §6.8, gold/README.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import QUOTE, Document, Span, trim
from plans.reading.indicators import indicator_of, names_something, noun_after, own_start
from plans.reading.model import Level, StatedTarget
from plans.reading.quantities import Quantity, find_quantities, unit_as_written
from plans.reading.rules import rule
from plans.reading.signs import Governed, Sign, ends_its_words, find_signs, govern, level_of

LONGEST_LINK = 24
"""确保5家，力争8家 is one target when no more words than these stand between the two numbers."""
_SAID: dict[str, Level] = {"ensure": "ensure", "strive": "strive"}
_PROMISED_ONE = frozenset({"家", "项", "名", "个"})


@dataclass(frozen=True, slots=True)
class _Promise:
    level: Level
    floor: Quantity | None
    stretch: Quantity | None
    quote: Span
    indicator: Span


def find_targets(document: Document, item: Span, title: Span) -> tuple[StatedTarget, ...]:
    """Every target of an item: those with a number, those whose number is hidden, those with none (qualitative).

    `title` names what a number counts where its own words do not: 力争完成8家.
    """
    found: list[StatedTarget] = []
    for sentence in document.sentences(item):
        quantities = tuple(find_quantities(document, sentence))
        signs = find_signs(document, sentence, quantities)
        governed = govern(document, sentence, quantities, signs)
        promises = [_promise(document, one, title) for one in governed if _counts(document, one)]
        found += [_stated(document, promise) for promise in _merged(document, promises)]
        found += _qualitative(document, sentence, signs, quantities)
    return tuple(found)


def _counts(document: Document, governed: Governed) -> bool:
    """一家 is a number only where it is promised: 力争新增一家, 创建平台一家, but not 形成一个集体."""
    quantity = governed.quantity
    if not quantity.lone_one:
        return True
    promised = governed.stated is not None or (governed.nearest_here == "plan" and ends_its_words(document, governed))
    return promised and quantity.unit in _PROMISED_ONE


def _promise(document: Document, governed: Governed, title: Span) -> _Promise:
    level, quantity = level_of(document, governed), governed.quantity
    quote_start = _quote_start(document, governed, level)
    if quantity.upper and any(word in document.body[slice(*quantity.span)] for word in "争冲"):
        level = "ensure+strive"
    strives = level == "strive" and quantity.upper is None
    noun = noun_after(document, quantity.span.end, governed.clause.end)
    quote = Span(quote_start, max(quantity.span.end, noun.end))
    return _Promise(
        level=level,
        floor=None if strives else quantity,
        stretch=quantity if strives else None,
        quote=quote,
        indicator=indicator_of(document, _own_words(document, governed), noun, title),
    )


def _own_words(document: Document, governed: Governed) -> Span:
    """The words of the number's own clause after 确保 or 力争 and after the number before it.

    Where none stand between, those before the word: 成交额 of 成交额确保5亿元.
    """
    number = governed.quantity.span.start
    start = own_start(document, governed.clause, governed.lead.start, number)
    sign = governed.stated if governed.stated_here else None
    if sign is None or sign.name == "bound":
        return Span(min(start, number), number)
    if start < sign.span.start and not names_something(document, Span(sign.span.end, number)):
        return Span(start, sign.span.start)
    return Span(min(max(start, sign.span.end), number), number)


def _quote_start(document: Document, governed: Governed, level: Level) -> int:
    """The word that promises, or the start of the number's own words."""
    start = own_start(document, governed.clause, governed.lead.start, governed.quantity.span.start)
    sign = governed.stated
    if sign is None or (sign.name == "strive") != (level == "strive"):
        return start
    return min(start, sign.span.start) if governed.quantity.span.end - sign.span.start <= QUOTE else start


def _merged(document: Document, promises: Sequence[_Promise]) -> Iterator[_Promise]:
    """确保5家，力争8家 is one target with two values."""
    waiting: _Promise | None = None
    for promise in promises:
        if waiting and _continues(document, waiting, promise):
            yield _joined(waiting, promise)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = promise
    if waiting:
        yield waiting


def _continues(document: Document, first: _Promise, second: _Promise) -> bool:
    """The second says no more than another level of the same unit."""
    if first.level == second.level or "workload" in (first.level, second.level):
        return False
    one, other = first.floor or first.stretch, second.floor or second.stretch
    if (first.floor is None) == (second.floor is None) or one is None or other is None or one.unit != other.unit:
        return False
    floor, stretch = (one, other) if first.floor else (other, one)
    if floor.value is not None and stretch.value is not None and stretch.value < floor.value:
        return False
    link = document.body[one.span.end : other.span.start]
    if len(link) > LONGEST_LINK:
        return False
    for name in ("ensure", "strive"):
        link = rule("signs", name).sub("", link)
    link = link.replace(document.body[slice(*first.indicator)], "", 1)
    return rule("signs", "filler").search(link) is not None


def _joined(first: _Promise, second: _Promise) -> _Promise:
    return _Promise(
        level="ensure+strive",
        floor=first.floor or second.floor,
        stretch=first.stretch or second.stretch,
        quote=Span(first.quote.start, second.quote.end),
        indicator=first.indicator,
    )


def _stated(document: Document, promise: _Promise) -> StatedTarget:
    floor, stretch = promise.floor, promise.stretch
    numbers = [number for number in (floor, stretch) if number]
    upper = floor.upper if floor else None
    return StatedTarget(
        indicator=document.quote(promise.indicator),
        floor=floor.value if floor else None,
        stretch=stretch.value if stretch else upper,
        unit=unit_as_written(document, numbers[0]),
        masked=any(number.masked for number in numbers),
        qualitative=False,
        level=promise.level,
        quote=document.quote(promise.quote),
        approximate=any(number.approximate for number in numbers),
    )


def _qualitative(
    document: Document, sentence: Span, signs: Sequence[Sign], quantities: Sequence[Quantity]
) -> Iterator[StatedTarget]:
    """力争再次有所突破: a promise without any number up to the next promise or the end of the sentence."""
    promising = [sign for sign in signs if sign.name in _SAID or document.quote(sign.span) == "拟"]
    ends = [sign.span.start for sign in promising[1:]] + [sentence.end]
    starts = iter([*(quantity.span.start for quantity in quantities), len(document.body)])
    number = next(starts)
    for sign, end in zip(promising, ends, strict=False):
        while number < sign.span.start:
            number = next(starts)
        if number >= end:
            yield _without_number(document, sentence, sign)


def _without_number(document: Document, sentence: Span, sign: Sign) -> StatedTarget:
    clause = document.clause(sign.span, sentence)
    return StatedTarget(
        indicator=document.quote(trim(document.body, Span(sign.span.end, clause.end))),
        floor=None,
        stretch=None,
        unit=None,
        masked=False,
        qualitative=True,
        level=_SAID.get(sign.name, "plan"),
        quote=document.quote(clause),
    )
