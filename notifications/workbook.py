"""Writing an Excel workbook that people can sort, filter and open without harm."""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

from plans.zone import LOCAL

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767
"""The longest text a cell of Excel holds."""
WIDEST, WRAPPED, NARROWEST, SHARE = 50, 32, 8, 12.0
LINE, TALLEST = 15, 405
"""The height of a line and of the tallest row, in points."""
A4 = 9
CLOSED, OPEN = "E4EEFA", "FFF2CC"
"""What a head is filled with; the second where its column may be changed."""
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

LIGHTS = {"2F8F4E": ("正常",), "B97700": ("偏慢",), "C8352F": ("滞后", "逾期", "未办"), "1F6FC0": ("临期",)}
"""The colour of each word a light says."""

Value = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Page:
    """One worksheet: a header, frozen and filtered by, and rows. ``frozen`` counts the columns that stay in sight.

    ``wrapped`` text is broken inside its cell. ``shares`` are the heads of columns that hold shares (1 is 100%), shown
    as per cent with a bar; ``lit`` is that of the lights, whose words are coloured. The columns of ``open_heads`` may
    be changed by who gets the file, and look so; the last ``hidden`` ones are out of sight.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Value]]
    frozen: int = 1
    wrapped: bool = False
    shares: Sequence[str] = ()
    lit: str = ""
    open_heads: Sequence[str] = ()
    hidden: int = 0

    @property
    def in_sight(self) -> int:
        """How many columns can be seen."""
        return len(self.heads) - self.hidden


def workbook_bytes(*pages: Page) -> bytes:
    """The workbook as an .xlsx. Text is never a formula, whatever it begins with; dates are dates, figures numbers."""
    # openpyxl is slow to import, and most commands write no workbook.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for page in pages:
        _write(book.create_sheet(_sheet_name(page.name)), page)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _sheet_name(name: str) -> str:
    return "".join(char for char in name.translate(_NOT_IN_NAMES) if char.isprintable())[:31].strip() or "表"


def _write(sheet: Any, page: Page) -> None:
    from openpyxl.utils import get_column_letter

    rows = [list(row) for row in page.rows]
    last = get_column_letter(max(1, page.in_sight))
    sheet.freeze_panes = f"{get_column_letter(page.frozen + 1)}2"
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, _fitted()
    widths = [_width_of(page, rows, number) for number in range(len(page.heads))]
    for number, width in enumerate(widths):
        dimension = sheet.column_dimensions[get_column_letter(number + 1)]
        dimension.width, dimension.hidden = width, number >= page.in_sight
    sheet.append([_head(sheet, head, OPEN if head in page.open_heads else CLOSED) for head in page.heads])
    looks = _Looks.of(page, sheet)
    for number, row in enumerate(rows, 2):
        if page.wrapped and (lines := _lines_of(row[: page.in_sight], widths)) > 1:
            sheet.row_dimensions[number].height = min(lines * LINE, TALLEST)
        sheet.append([looks.dressed(_cell(sheet, value), place) for place, value in enumerate(row)])
    _add_rules(sheet, page, max(2, len(rows) + 1))


def _add_rules(sheet: Any, page: Page, last: int) -> None:
    from openpyxl.utils import get_column_letter

    for head, rules in _rules(page).items():
        letter = get_column_letter(list(page.heads).index(head) + 1)
        for rule in rules:
            sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _width_of(page: Page, rows: Sequence[Sequence[Value]], number: int) -> float:
    """How wide a column is for its head and its first rows; shares are short whatever their digits."""
    if page.heads[number] in page.shares:
        return SHARE
    column = [page.heads[number], *(_told(row[number]) for row in rows[:200] if number < len(row))]
    return _width(column, WRAPPED if page.wrapped else WIDEST)


def _lines_of(row: Sequence[Value], widths: Sequence[float]) -> int:
    """How many lines the fullest cell of a row takes: not every program finds that out by itself."""
    texts = ((value, width) for value, width in zip(row, widths, strict=False) if isinstance(value, str))
    return max((ceil(_wide(value[:LONGEST]) / (width - 1)) for value, width in texts), default=1)


def _wide(words: str) -> int:
    # A Chinese character is about two wide, as it is two bytes of GBK.
    return len(words.encode("gbk", "replace"))


@dataclass(frozen=True)
class _Looks:
    """How the cells of a page look, asked for once and not once a cell."""

    shares: frozenset[int]
    wrapped: Any

    @classmethod
    def of(cls, page: Page, sheet: Any) -> "_Looks":
        from openpyxl.cell import WriteOnlyCell

        shares = frozenset(place for place, head in enumerate(page.heads) if head in page.shares)
        return cls(shares, _wrapped(WriteOnlyCell(sheet)) if page.wrapped else None)

    def dressed(self, cell: Any, place: int) -> Any:
        # Given an Alignment for each cell, openpyxl compares it with all it has: half of the time of a large sheet.
        if self.wrapped is not None and not cell.has_style:
            cell._style = copy(self.wrapped)
        elif self.wrapped is not None:
            cell._style.alignmentId = self.wrapped.alignmentId
        if place in self.shares:
            cell.number_format = "0.0%"
        return cell


def _wrapped(cell: Any) -> Any:
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell._style


def _rules(page: Page) -> dict[str, list[Any]]:
    from openpyxl.formatting import rule
    from openpyxl.styles import Font

    bar: Any = rule.DataBarRule
    equal: Any = rule.CellIsRule
    ends = {"start_type": "num", "start_value": 0, "end_type": "num", "end_value": 1}
    found: dict[str, list[Any]] = {head: [bar(color="9DC3E6", **ends)] for head in page.shares}
    if page.lit:
        words = {word: colour for colour, told in LIGHTS.items() for word in told}
        found[page.lit] = [
            equal("equal", [f'"{word}"'], font=Font(color=colour, bold=True)) for word, colour in words.items()
        ]
    return found


def _fitted() -> Any:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _told(value: Value) -> str:
    return "" if value is None else str(value)[:LONGEST]


def _width(column: Sequence[str], widest: int) -> float:
    longest = max(_wide(words[:widest]) for words in column)
    return float(min(widest, max(NARROWEST, longest + 2)))


def _head(sheet: Any, words: str, colour: str) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _cell(sheet, words)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=colour)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: Any, value: Value) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, str):
        return _text(sheet, value)
    cell: Any = WriteOnlyCell(sheet)
    if isinstance(value, datetime):
        # Excel knows no zones: people read the bureau's time.
        value = value.astimezone(LOCAL).replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    cell.value = value
    return cell


def _text(sheet: Any, words: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(sheet)
    shown = "".join(char if char.isprintable() or char == "\n" else " " for char in words)[:LONGEST]
    # Excel takes _x0041_ for an A: such an underscore is written as one.
    cell.value = _ESCAPE.sub("_x005F_", shown) if "_x" in shown else shown
    if cell.value:
        # Written as text and marked so, = + - @ stay what they are, also when the cell is edited in Excel.
        cell.data_type = "s"
        cell.quotePrefix = cell.value[0] in "=+-@"
    return cell
