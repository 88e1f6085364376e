"""Words that turn a number into a promise, and which of them governs which number (domain.md §6.8)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import QUOTE, Document, Span
from plans.reading.model import Level
from plans.reading.quantities import Quantity
from plans.reading.rules import rule

_APART = re.compile(r"[,:0-9*xX×_一二两三四五六七八九十]")
_TAIL = ",、;。)和及:"
_TIMES = frozenset({"次", "场", "期", "轮", "场次"})
"""每月走访1次 is a rhythm, not a target."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One word that promises (ensure, strive, bound, plan) or that only counts (at_hand)."""

    name: str
    span: Span

    @property
    def is_level(self) -> bool:
        return self.name in ("ensure", "strive", "bound")


@dataclass(frozen=True, slots=True)
class Governed:
    """A number with the sign nearest before it and the last 确保 or 力争 of its sentence, which reaches over commas."""

    quantity: Quantity
    clause: Span
    lead: Span
    nearest: Sign | None
    stated: Sign | None

    @property
    def stated_here(self) -> bool:
        """确保 or 力争 stands in the number's own clause."""
        return self.stated is not None and self.stated.span.start >= self.clause.start


def find_signs(document: Document, sentence: Span, quantities: Sequence[Quantity]) -> tuple[Sign, ...]:
    """The signs of a sentence by position; 零的突破 is a number, so its 突破 is no sign."""
    found = [
        Sign(name, Span(match.start(), match.end()))
        for name in ("ensure", "strive", "bound", "plan", "at_hand")
        for match in rule("signs", name).finditer(document.body, sentence.start, sentence.end)
    ]
    special = {index for quantity in quantities for index in range(*quantity.span)}
    standing = sorted((sign for sign in found if sign.span.start not in special), key=_place)
    return tuple(_without_echoes(document, standing))


def _without_echoes(document: Document, signs: Sequence[Sign]) -> Iterator[Sign]:
    """确保成交额不少于5亿元 promises once: a second such word in a clause, before any number, adds nothing."""
    stated: Sign | None = None
    for sign in signs:
        if sign.is_level and stated is not None and sign.span.start - stated.span.end <= QUOTE:
            between = document.body[stated.span.end : sign.span.start]
            if not _APART.search(between):
                continue
        stated = sign if sign.is_level else stated
        yield sign


def govern(
    document: Document, sentence: Span, quantities: Sequence[Quantity], signs: Sequence[Sign]
) -> Iterator[Governed]:
    """Each number of a sentence with what governs it, in order; 不少于 governs the next number and no other."""
    waiting = iter([*signs, None])
    sign = next(waiting)
    nearest = stated = bound = None
    before = sentence.start
    for quantity in quantities:
        while sign is not None and sign.span.end <= quantity.span.start:
            nearest = sign
            bound = sign if sign.name == "bound" else bound
            stated = sign if sign.name in ("ensure", "strive") else stated
            sign = next(waiting)
        lead = Span(max(before, quantity.span.start - QUOTE), quantity.span.start)
        yield Governed(quantity, document.clause(quantity.span, sentence), lead, nearest, bound or stated)
        before, bound = quantity.span.end, None


def level_of(document: Document, governed: Governed) -> Level:
    """ensure, strive, plan; or workload: a count of what is at hand, promised to nobody."""
    if not governed.stated_here and _is_at_hand(document, governed):
        return "workload"
    if governed.stated is not None:
        return "strive" if governed.stated.name == "strive" else "ensure"
    if governed.quantity.at_least:
        return "ensure"
    if governed.nearest is not None or governed.quantity.unit is None:
        return "plan"
    return "plan" if _ends_its_words(document, governed) else "workload"


def _is_at_hand(document: Document, governed: Governed) -> bool:
    """这9家, 需要复评的9家, 500万元以上的企业, 引导4个特派团."""
    lead = document.body[governed.lead.start : governed.lead.end]
    after = document.body[governed.quantity.span.end : governed.quantity.span.end + 1]
    if after == "的" or rule("signs", "this").search(lead):
        return True
    if governed.quantity.unit in _TIMES and rule("signs", "rhythmic").search(lead):
        return True
    return governed.nearest is not None and governed.nearest.name == "at_hand"


def _ends_its_words(document: Document, governed: Governed) -> bool:
    """高企5家, … : a noun with its number behind it, as lists of goals are written; 28家企业 is a subject."""
    end = governed.quantity.span.end
    after = document.body[end : end + 1]
    named = document.body[governed.lead.start : governed.lead.end].strip(" ,、")
    return bool(named) and (after in _TAIL or after.isspace())


def _place(sign: Sign) -> Span:
    return sign.span
