"""What a number measures: the words before it, else the noun behind it. Always a piece of the document."""

import re

from plans.reading.document import Document, Span, trim
from plans.reading.rules import rule

_NOUN = re.compile(r"[^,、;:。()“”\"和及与的\r\n0-9*xX×_]{0,20}")
_JOINTS = " ,、和及与)①②③④⑤⑥⑦⑧⑨⑩"
_SHORTEST = 2


def noun_after(document: Document, position: int, limit: int) -> Span:
    """院士工作站 of 1个院士工作站; empty where a stop follows the number."""
    match = _NOUN.match(document.body, position, max(position, limit))
    return trim(document.body, Span(position, match.end() if match else position))


def own_start(document: Document, clause: Span, previous: int, number: int) -> int:
    """Where the words of a number begin: at its clause, or after the number `previous` to it and that one's noun."""
    if previous <= clause.start:
        return min(clause.start, number)
    noun = noun_after(document, previous, number)
    start = noun.end if number - noun.end >= _SHORTEST else previous
    lead = document.body[start:number]
    return start + len(lead) - len(lead.lstrip(_JOINTS))


def indicator_of(document: Document, lead: Span, noun: Span, otherwise: Span) -> Span:
    """高新技术企业认定 of 确保完成高新技术企业认定5家.

    The lead without promise and verb; else the noun behind the number; else `otherwise`.
    """
    named = _bare(document, lead)
    if named.end - named.start >= _SHORTEST and document.body[named.end - 1] != "等":
        return named
    return noun if noun.end - noun.start >= _SHORTEST else otherwise


def names_something(document: Document, words: Span) -> bool:
    """Whether more is left of the words than promise and verb: 科小入库 but not 力争达到."""
    named = _bare(document, words)
    return named.end - named.start >= _SHORTEST


def _bare(document: Document, lead: Span) -> Span:
    words = document.body[lead.start : lead.end]
    opening, closing = rule("signs", "opening").match(words), rule("signs", "closing").search(words)
    start = lead.start + (opening.end() if opening else 0)
    end = lead.start + (closing.start() if closing else len(words))
    return trim(document.body, Span(start, max(start, end)))
