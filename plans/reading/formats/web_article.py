"""Where on a web page the document itself is: the smallest block that holds nearly all of the prose."""

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED = (
    "script style noscript nav iframe frame object embed applet svg canvas audio video template head button select"
    " input textarea map footer"
)
_CONTAINERS = "html body div article section main table tbody tr td center form font span"
DROPPED = frozenset(_DROPPED.split())
CONTAINERS = frozenset(_CONTAINERS.split())
NEARLY_ALL = 0.75
"""The part of the page's prose that its article holds; the rest is notices and addresses around it."""
LEAST = 20
FEW = 5
_PROSE = re.compile("[。;；，,、：:]")
_HEADINGS = frozenset({"h1", "h2", "h3"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|－—]\s*[^-_|－—]*$")


def article(page: "_Element") -> "_Element":
    """The smallest block of the page with nearly all of its prose; the whole page when it has none."""
    weights = _weights(page)
    total = weights.get(page, 0)
    found = page
    while total >= LEAST:
        inner = max((child for child in found if child in weights), key=lambda one: weights[one], default=None)
        if inner is None or weights[inner] < NEARLY_ALL * total or names(inner) not in CONTAINERS:
            break
        found = inner
    return _not_a_row(found)


def title_of(page: "_Element", found: "_Element") -> str | None:
    """The document's title where it stands outside the article: the page's own field, a heading, or its <title>."""
    heads = {(meta.get("name") or "").lower(): meta.get("content") for meta in page.iter("meta")}
    headings = [words for element in islice(page.iter(*_HEADINGS), FEW) if (words := _words(element))]
    named = next((_SITE.sub("", _words(element)) for element in page.iter("title")), None)
    title = " ".join((heads.get("articletitle") or (headings[0] if headings else named) or "").split())[:200]
    return None if not title or _compact(title) in _compact(_words(found)) else title


def names(element: "_Element") -> str:
    """An element's name; that of a hidden one is one that is dropped."""
    if not isinstance(element.tag, str) or element.get("hidden") is not None:
        return "script"
    return "script" if _HIDDEN.search(element.get("style") or "") else element.tag


def _weights(page: "_Element") -> "dict[_Element, int]":
    """How many characters of prose, links apart, each element holds."""
    from lxml import etree

    weights: dict[_Element, int] = {}
    open_links = 0
    walk = etree.iterwalk(page, events=("start", "end"))
    for event, element in walk:
        name = names(element)
        if event == "start":
            if name in DROPPED:
                walk.skip_subtree()
            open_links += name == "a"
            weights[element] = 0 if open_links or name in DROPPED else _prose(element.text)
            continue
        open_links -= name == "a"
        parent = element.getparent()
        if parent is not None and parent in weights:
            weights[parent] += weights[element] + (0 if open_links else _prose(element.tail))
    return weights


def _prose(words: str | None) -> int:
    text = (words or "").strip()
    return len(text) if len(text) >= LEAST or _PROSE.search(text) else 0


def _not_a_row(found: "_Element") -> "_Element":
    """A part of a table makes sense only as the table, unless it is a cell that frames the article."""
    while found.tag in {"tr", "tbody", "thead"} and (parent := found.getparent()) is not None:
        found = parent
    return found


def _words(element: "_Element") -> str:
    return " ".join("".join(str(words) for words in element.itertext()).split())


def _compact(words: str) -> str:
    return "".join(words.split())
