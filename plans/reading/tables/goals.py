"""Targets out of the cells of a task table: 年度目标, 确保, 力争 and 单位, else out of the task's own words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.document import QUOTE, Document, Span
from plans.reading.duties import find_rhythms
from plans.reading.model import Level, StatedTarget
from plans.reading.numbers import value_of
from plans.reading.quantities import find_quantities
from plans.reading.source import Cell
from plans.reading.tables.columns import bare_unit
from plans.reading.targets import find_targets

_BARE = re.compile(r"[≥>]?=?([0-9*xX×_]{1,12}(?:,\d{3}){0,4}(?:\.[0-9*xX×_]{1,6})?)(?:以上|左右)?")
_MASK = re.compile(r"[*xX×_]")
_NOTHING = frozenset({"", "/", "-", "—", "——", "无", "—-", "\\"})
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class _Number:
    """A cell that holds one number: `unit` is its own, else the one of the column 单位."""

    span: Span
    value: float | None
    unit: str | None
    masked: bool


def goals_of(document: Document, columns: Sequence[str], rows: Sequence[Row], title: Span) -> tuple[StatedTarget, ...]:
    """The targets of the rows of one item, in order; `title` names what a number counts that stands alone."""
    found = [goal for row in _once_each(rows) for goal in _in_columns(document, columns, row, title)]
    if not found:
        spoken = [
            cell.span for name in ("task", "detail") for row in _once_each(rows) for cell in _under(columns, row, name)
        ]
        found = [goal for span in spoken for goal in find_targets(document, span, title)]
    return tuple(dict.fromkeys(found))


def holds_number(document: Document, cell: Cell) -> bool:
    """True for a cell with a figure in it: 5, 5家, 新增5家."""
    return _bare_number(document, cell, None) is not None or any(find_quantities(document, cell.span))


def _once_each(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with a cell that is merged over several only in the first of them."""
    seen: set[Span] = set()
    for row in rows:
        yield [Cell("", cell.span) if cell.span in seen else cell for cell in row]
        seen.update(cell.span for cell in row)


def _in_columns(document: Document, columns: Sequence[str], row: Row, title: Span) -> Iterator[StatedTarget]:
    """What the columns of targets say: two levels, numbers that stand alone, or words."""
    named = [cell for cell in _under(columns, row, "target") if _bare_number(document, cell, None) is None]
    unit = next((bare_unit(cell.words) for cell in _under(columns, row, "unit")), None)
    levels = {name: _level(document, columns, row, name, unit) for name in ("floor", "stretch")}
    numbers = [_bare_number(document, cell, unit) for cell in _under(columns, row, "target")]
    indicator = named[0].span if named else title
    if levels["floor"] or levels["stretch"]:
        yield _levelled(document, indicator, levels["floor"], levels["stretch"])
        return
    yield from (_planned(document, indicator, number) for number in numbers if number)
    if not any(numbers):
        for cell in named:
            yield from _stated(document, cell, title)


def _under(columns: Sequence[str], row: Row, field: str) -> list[Cell]:
    cells = (cell for cell, name in zip(row, columns, strict=True) if name == field)
    return list({cell.span: cell for cell in cells if "".join(cell.words.split()) not in _NOTHING}.values())


def _level(document: Document, columns: Sequence[str], row: Row, field: str, unit: str | None) -> _Number | None:
    """The number of a column 确保 or 力争, alone or with its unit."""
    for cell in _under(columns, row, field):
        alone = _bare_number(document, cell, unit)
        if alone:
            return alone
        for quantity in find_quantities(document, cell.span):
            return _Number(cell.span, quantity.value, quantity.unit, quantity.masked)
    return None


def _bare_number(document: Document, cell: Cell, unit: str | None) -> _Number | None:
    match = _BARE.fullmatch(document.body[slice(*cell.span)].replace(" ", ""))
    if match is None:
        return None
    masked = _MASK.search(match.group(1)) is not None
    return _Number(cell.span, None if masked else value_of(match.group(1)), unit, masked)


def _levelled(document: Document, indicator: Span, floor: _Number | None, stretch: _Number | None) -> StatedTarget:
    said = [number for number in (floor, stretch) if number]
    level: Level = "ensure+strive" if len(said) > 1 else "ensure" if floor else "strive"
    return StatedTarget(
        indicator=document.quote(indicator),
        floor=floor.value if floor else None,
        stretch=stretch.value if stretch else None,
        unit=next((number.unit for number in said if number.unit), None),
        masked=any(number.masked for number in said),
        qualitative=False,
        level=level,
        quote=_quote(document, [number.span for number in said]),
    )


def _planned(document: Document, indicator: Span, number: _Number) -> StatedTarget:
    return StatedTarget(
        indicator=document.quote(indicator),
        floor=number.value,
        stretch=None,
        unit=number.unit,
        masked=number.masked,
        qualitative=False,
        level="plan",
        quote=_quote(document, [indicator, number.span]),
    )


def _quote(document: Document, spans: Sequence[Span]) -> str:
    """The words of all the spans where they stand near each other; else those of the last."""
    whole = Span(min(span.start for span in spans), max(span.end for span in spans))
    near = whole.end - whole.start <= QUOTE and "\n" not in document.quote(whole)
    return document.quote(whole if near else spans[-1])


def _stated(document: Document, cell: Cell, title: Span) -> Iterator[StatedTarget]:
    """The promises in the words of a cell that is all target: a number in it is one, and so are words without any."""
    found = find_targets(document, cell.span, title)
    if all(goal.level == "workload" for goal in found):
        found = tuple(goal.model_copy(update={"level": "plan"}) for goal in found)
    yield from found
    if not found and not any(find_rhythms(document, cell.span)):
        yield _in_words(document, cell)


def _in_words(document: Document, cell: Cell) -> StatedTarget:
    return StatedTarget(
        indicator=document.quote(cell.span),
        floor=None,
        stretch=None,
        unit=None,
        masked=False,
        qualitative=True,
        level="plan",
        quote=document.quote(cell.span),
    )
