"""Writing an Excel workbook that people can sort, filter and open without harm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from plans.zone import LOCAL

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767
"""The longest text a cell of Excel holds."""
WIDEST, NARROWEST = 50, 8
A4 = 9
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Value = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Page:
    """One worksheet: a header, frozen and filtered by, and rows. ``frozen`` counts the columns that stay in sight."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Value]]
    frozen: int = 1


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
    last = get_column_letter(max(1, len(page.heads)))
    sheet.freeze_panes = f"{get_column_letter(page.frozen + 1)}2"
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, _fitted()
    for number, head in enumerate(page.heads):
        column = [head, *(_told(row[number]) for row in rows[:200] if number < len(row))]
        sheet.column_dimensions[get_column_letter(number + 1)].width = _width(column)
    sheet.append([_head(sheet, head) for head in page.heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _fitted() -> Any:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _told(value: Value) -> str:
    return "" if value is None else str(value)[:LONGEST]


def _width(column: Sequence[str]) -> float:
    # A Chinese character is about two wide.
    longest = max(sum(2 if ord(char) > 255 else 1 for char in words[:WIDEST]) for words in column)
    return float(min(WIDEST, max(NARROWEST, longest + 2)))


def _head(sheet: Any, words: str) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _cell(sheet, words)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E4EEFA")
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
    cell.value = "".join(char if char.isprintable() or char == "\n" else " " for char in words)[:LONGEST]
    if cell.value:
        # Written as text and marked so, = + - @ stay what they are, also when the cell is edited in Excel.
        cell.data_type = "s"
        cell.quotePrefix = cell.value[0] in "=+-@"
    return cell
