"""Word's automatic numbers (一、（一）1.): they are not in the text, so they are counted again as Word does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plans.reading.formats.numerals import written
from plans.reading.formats.package import attribute, child, local, whole

if TYPE_CHECKING:
    from lxml.etree import _Element

LEVELS = 9
_DEEPEST_STYLE = 50
_PLACE = re.compile("%([1-9])")
_REMOVED = "0"


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list; `restarts_after` is the 1-based level that sets it back, 0 never, None any above it."""

    start: int
    style: str
    pattern: str
    restarts_after: int | None
    legal: bool
    paragraph_style: str | None


@dataclass(frozen=True, slots=True)
class _List:
    """One w:num: the abstract list it counts on with, its levels, and the levels it starts anew."""

    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str | None
    list_id: str | None
    level: int | None


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted."""

    lists: dict[str, _List] = field(default_factory=dict)
    styles: dict[str, _Style] = field(default_factory=dict)
    default_style: str | None = None
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, properties: "_Element | None") -> str:
        """The label of the next paragraph with these properties (w:pPr), counted on; empty when it has none."""
        list_id, level = self._list_and_level(properties)
        found = self.lists.get(list_id or _REMOVED)
        if found is None or level not in found.levels:
            return ""
        counts = self._counts.setdefault(found.abstract, {})
        self._count_on(counts, list_id or "", found, level)
        return _label(found, counts, level)

    def _list_and_level(self, properties: "_Element | None") -> tuple[str | None, int]:
        """The paragraph's own numbering before its style's; a style's level is the one that names the style."""
        own = child(properties, "numPr")
        list_id, level = _reference(own)
        style = _value(child(properties, "pStyle")) or self.default_style
        if list_id is None or level is None:
            inherited, inherited_level = self._inherited(style)
            list_id = list_id or inherited
            level = inherited_level if level is None else level
        if level is None:
            level = self._level_naming(list_id, style)
        return list_id, level

    def _inherited(self, name: str | None) -> tuple[str | None, int | None]:
        list_id: str | None = None
        level: int | None = None
        for style in self._ancestry(name):
            list_id = style.list_id if list_id is None else list_id
            level = style.level if level is None else level
        return list_id, level

    def _ancestry(self, name: str | None) -> Iterator[_Style]:
        for _ in range(_DEEPEST_STYLE):
            style = self.styles.get(name or "")
            if style is None:
                return
            yield style
            name = style.parent

    def _level_naming(self, list_id: str | None, style: str | None) -> int:
        found = self.lists.get(list_id or "")
        levels = found.levels.items() if found and style else ()
        return next((number for number, level in levels if level.paragraph_style == style), 0)

    def _count_on(self, counts: dict[int, int], list_id: str, found: _List, level: int) -> None:
        if level in found.restarts and (list_id, level) not in self._begun:
            counts[level] = found.restarts[level]
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = found.restarts.get(level, found.levels[level].start)
        self._begun.add((list_id, level))
        for deeper in [number for number in counts if number > level]:
            if _set_back(found.levels.get(deeper), level):
                del counts[deeper]


def read_numbering(numbering: "_Element | None", styles: "_Element | None") -> Numbering:
    """The lists of numbering.xml and the styles that use them; anything absurd in them numbers nothing."""
    found = Numbering()
    _read_styles(found, styles)
    if numbering is not None:
        _read_lists(found, numbering)
    return found


def _set_back(deeper: _Level | None, level: int) -> bool:
    return deeper is None or deeper.restarts_after is None or level < deeper.restarts_after


def _label(found: _List, counts: dict[int, int], level: int) -> str:
    own = found.levels[level]

    def number(place: re.Match[str]) -> str:
        index = int(place.group(1)) - 1
        shown = found.levels.get(index, own)
        return written(counts.get(index, shown.start), "decimal" if own.legal else shown.style)

    return "" if own.style == "bullet" else _PLACE.sub(number, own.pattern).strip()


def _read_styles(found: Numbering, styles: "_Element | None") -> None:
    for style in () if styles is None else styles:
        if local(style.tag) != "style" or attribute(style, "type") not in {None, "paragraph", "numbering"}:
            continue
        name = attribute(style, "styleId") or ""
        list_id, level = _reference(child(style, "pPr", "numPr"))
        found.styles[name] = _Style(_value(child(style, "basedOn")), list_id, level)
        if attribute(style, "default") in {"1", "true", "on"} and attribute(style, "type") == "paragraph":
            found.default_style = name


def _read_lists(found: Numbering, numbering: "_Element") -> None:
    abstract = {attribute(one, "abstractNumId") or "": one for one in numbering if local(one.tag) == "abstractNum"}
    uses = {attribute(one, "numId") or "": one for one in numbering if local(one.tag) == "num"}
    for list_id, use in uses.items():
        name = _linked(found, abstract, uses, _value(child(use, "abstractNumId")) or "")
        if name in abstract and list_id != _REMOVED:
            found.lists[list_id] = _read_list(name, abstract[name], use)


def _linked(found: Numbering, abstract: "dict[str, _Element]", uses: "dict[str, _Element]", name: str) -> str:
    """An abstract list may only name a numbering style, which names the list that has the levels."""
    style = _value(child(abstract.get(name), "numStyleLink"))
    linked = found.styles.get(style or "")
    target = uses.get(linked.list_id or "") if linked else None
    return name if target is None else _value(child(target, "abstractNumId")) or name


def _read_list(name: str, abstract: "_Element", use: "_Element") -> _List:
    levels = dict(_level(one) for one in abstract if local(one.tag) == "lvl")
    restarts: dict[int, int] = {}
    for override in use:
        if local(override.tag) != "lvlOverride":
            continue
        number = whole(attribute(override, "ilvl"))
        replaced, start = child(override, "lvl"), child(override, "startOverride")
        if replaced is not None:
            levels[number] = _level(replaced)[1]
        if start is not None:
            restarts[number] = whole(_value(start), 1)
    return _List(name, {number: level for number, level in levels.items() if 0 <= number < LEVELS}, restarts)


def _level(element: "_Element") -> tuple[int, _Level]:
    restart = _value(child(element, "lvlRestart"))
    legal = child(element, "isLgl")
    return whole(attribute(element, "ilvl")), _Level(
        start=whole(_value(child(element, "start"))),
        style=_number_style(element),
        pattern=(_value(child(element, "lvlText")) or "")[:100],
        restarts_after=None if restart is None else whole(restart),
        legal=legal is not None and _value(legal) not in {"0", "false", "off"},
        paragraph_style=_value(child(element, "pStyle")),
    )


def _number_style(level: "_Element") -> str:
    """A newer format stands in a choice with an older one to fall back on."""
    chosen = child(level, "numFmt")
    if chosen is None:
        chosen = child(level, "AlternateContent", "Fallback", "numFmt")
    return _value(chosen) or "decimal"


def _reference(properties: "_Element | None") -> tuple[str | None, int | None]:
    level = _value(child(properties, "ilvl"))
    return _value(child(properties, "numId")), None if level is None else whole(level)


def _value(element: "_Element | None") -> str | None:
    return None if element is None else attribute(element, "val")
