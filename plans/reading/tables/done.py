"""A table of what was done (指标名称, 单位, 累计完成, 同比) as measured figures."""

import re
from collections.abc import Iterator, Sequence

from plans.reading.document import Document, Span
from plans.reading.model import Figure
from plans.reading.numbers import value_of
from plans.reading.rules import rule
from plans.reading.source import Cell
from plans.reading.tables.columns import bare_unit
from plans.reading.tables.laying import Layout

_NUMBER = re.compile(r"([-+]?)([0-9,]{1,15}(?:\.\d{1,6})?|[*xX×_.]{1,12})(.{0,6})")
_BRACKETED = re.compile(r"\((?:单位:?)?([^()]{1,6})\)")
_FALLS = re.compile("下降|减少|降低")


def figures_of(document: Document, layout: Layout) -> Iterator[Figure]:
    """A figure a row, where the row names an indicator and gives a number (or hides it)."""
    over = [_over(layout, name) for name in ("value", "yoy")]
    as_of = _as_of(document, [span for span in (*over, layout.caption) if span])
    for line in layout.lines:
        cells = {name: cell for cell, name in zip(line.cells, layout.columns, strict=True) if name and cell.words}
        indicator = cells.get("indicator")
        value, yoy = (_number(document, cells.get(name)) for name in ("value", "yoy"))
        if indicator and (value or yoy):
            yield Figure(
                indicator=indicator.words,
                value=value[0] if value else yoy[0] if yoy else None,
                unit=_unit(document, cells.get("unit"), value, over[0]) if value else "%",
                yoy=yoy[0] if yoy else None,
                as_of=as_of,
                masked=(value or yoy or (0, "", False))[2],
                text=document.quote(layout.table.row_span(line.row)),
            )


def _over(layout: Layout, field: str) -> Span | None:
    """Where the words over a column stand."""
    if field not in layout.columns or layout.header.last < 0:
        return None
    return layout.table.rows[layout.header.last][_last(layout.columns, field)].span


def _last(columns: Sequence[str], field: str) -> int:
    """Of 本月 and 累计 the later column: that is the one 同比 stands beside."""
    return len(columns) - 1 - list(columns)[::-1].index(field)


def _as_of(document: Document, spans: Sequence[Span]) -> str | None:
    """1-6月 in the header 1-6月累计完成, else in the words over the table."""
    for span in spans:
        match = rule("growth", "as_of").search(document.body, span.start, span.end)
        if match:
            return document.quote(Span(match.start(), match.end()))
    return None


def _number(document: Document, cell: Cell | None) -> tuple[float | None, str, bool] | None:
    """Value, unit written beside it, and whether it is hidden; None where the cell holds no number."""
    words = "".join(document.body[slice(*cell.span)].split()) if cell else ""
    match = _NUMBER.fullmatch(_FALLS.sub("-", words).removeprefix("增长").removeprefix("+"))
    if match is None:
        return None
    sign, written, unit = match.groups()
    value = value_of(written)
    masked = value is None and any(character in "*xX×_" for character in written)
    if value is None and not masked:
        return None
    return (None if value is None else -value if sign == "-" else value), unit, masked


def _unit(document: Document, cell: Cell | None, value: tuple[float | None, str, bool], over: Span | None) -> str:
    """Beside the number, in the column 单位, or in the header: 完成数（万元）."""
    bracketed = _BRACKETED.search(document.body, over.start, over.end) if over else None
    return value[1] or (bare_unit(cell.words) if cell else "") or (bracketed.group(1) if bracketed else "")
