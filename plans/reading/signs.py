"""Words that turn a number into a promise, and which of them governs which number (domain.md §6.8)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import QUOTE, Document, Span
from plans.reading.indicators import names_something
from plans.reading.model import Level
from plans.reading.quantities import Quantity
from plans.reading.rules import rule

_APART = re.compile(r"[,:0-9*xX×_一二两三四五六七八九十]")
_TAIL = ",、;。)和及:"
_TIMES = frozenset({"次", "场", "期", "轮", "场次"})
"""每月走访1次 is a rhythm, not a target."""
_SHARES = frozenset({"%", "个百分点", "百分点", "倍"})


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
    def nearest_here(self) -> str | None:
        """The name of the nearest sign, when it stands in the number's own clause."""
        return self.nearest.name if self.nearest and self.nearest.span.start >= self.clause.start else None

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
    strives = governed.stated is not None and governed.stated.name == "strive"
    if governed.quantity.at_least and not (strives and governed.stated_here):
        return "ensure"
    if strives and not governed.stated_here and _stands_by_itself(document, governed):
        return "plan"
    if governed.stated is not None:
        return "strive" if strives else "ensure"
    if governed.nearest_here == "plan" or _intends(document, governed) or governed.quantity.unit in (None, "倍"):
        return "plan"
    return "plan" if ends_its_words(document, governed) else "workload"


def _stands_by_itself(document: Document, governed: Governed) -> bool:
    """力争申报10家，完成合同额3亿元: a clause with a subject and a verb of its own, not joined on by 和 or 并."""
    if governed.nearest_here != "plan":
        return False
    words = Span(max(governed.clause.start, governed.lead.start), governed.quantity.span.start)
    joined = rule("signs", "joined").match(document.body, *words)
    return joined is None and names_something(document, words)


def _is_at_hand(document: Document, governed: Governed) -> bool:
    """这9家, 需要复评的9家, 500万元以上的企业, 引导4个特派团, 已入库50家."""
    lead, unit = document.body[governed.lead.start : governed.lead.end], governed.quantity.unit
    if rule("signs", "this").search(lead) or _describes(document, governed, lead):
        return True
    if unit in _TIMES and rule("signs", "rhythmic").search(lead):
        return True
    if governed.nearest_here == "at_hand" and governed.nearest and governed.nearest.span.start >= governed.lead.start:
        return not _intends(document, governed)
    onward = rule("signs", "onward").search(lead) is not None or _intends(document, governed)
    return _is_past(document, governed) and not onward


def _intends(document: Document, governed: Governed) -> bool:
    return rule("signs", "intend").search(document.body, *_clause_before(governed)) is not None


def _is_past(document: Document, governed: Governed) -> bool:
    return rule("signs", "past").search(document.body, *_clause_before(governed)) is not None


def _clause_before(governed: Governed) -> Span:
    return Span(governed.clause.start, governed.quantity.span.start)


def _describes(document: Document, governed: Governed, lead: str) -> bool:
    """The number only says which: 复评的9家, 2000万元以上的企业; but not 下达的5家任务, 任务的75%."""
    end, unit = governed.quantity.span.end, governed.quantity.unit or ""
    after = document.body[end : end + QUOTE]
    if after.startswith(("的", "中的")) or (unit.endswith("元") and rule("signs", "described").match(after)):
        return True
    if unit in _SHARES or not lead.endswith("的") or lead.endswith("中的"):
        return False
    return rule("signs", "assigned").match(after) is None


def ends_its_words(document: Document, governed: Governed) -> bool:
    """高企5家, … : a noun with its number behind it, as lists of goals are written; 28家企业 is a subject."""
    end = governed.quantity.span.end
    after = document.body[end : end + 1] or " "
    named = document.body[governed.lead.start : governed.lead.end].strip(" ,、")
    return bool(named) and (after in _TAIL or after.isspace())


def _place(sign: Sign) -> Span:
    return sign.span
