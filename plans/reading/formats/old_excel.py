"""An .xls or .et: each visible worksheet a grid, by calamine in a process of its own.

calamine gives dates as dates and numbers without their format: a percent stays 0.085.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import MOST_CELLS
from plans.reading.formats.child import DAMAGED, in_child
from plans.reading.formats.excel_values import day_words, moment_words, shown
from plans.reading.formats.sheets import Sheet
from plans.reading.source import Block

LOCKED = "有密码，请在办公软件中打开、去掉密码并保存后再试。"


def read_old_excel(data: bytes, notes: list[str]) -> Iterator[Block]:
    """The worksheets of an .xls; adds to `notes` what was left out. Raises Unreadable."""
    return read_worksheets(in_child("old_excel.worksheets", data), notes)


def read_worksheets(found: Sequence[Sequence[Any]], notes: list[str]) -> Iterator[Block]:
    """The grids of the worksheets that `worksheets` gives."""
    for name, visible, cells, merged in found:
        if not visible:
            notes.append(f"隐藏的工作表“{name}”没有读取，需要时请取消隐藏后再试。")
            continue
        sheet = Sheet(name, merged=[tuple(area) for area in merged])
        for row, column, words in cells:
            sheet.put(row, column, words)
        notes += sheet.notes()
        grid = sheet.grid()
        if grid is not None:
            yield grid


def worksheets(data: bytes) -> list[list[Any]]:
    """Name, visibility, [row, column, words] of the cells and the merged areas of each worksheet. In the child."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        return [_worksheet(book, one.name, one.visible is SheetVisibleEnum.Visible) for one in sheets]
    except PasswordError as error:
        raise Unreadable(LOCKED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def _worksheet(book: Any, name: str, visible: bool) -> list[Any]:
    if not visible:
        return [name, False, [], []]
    sheet = book.get_sheet_by_name(name)
    top, left = sheet.start or (0, 0)
    cells: list[list[Any]] = []
    for row, values in enumerate(sheet.iter_rows(), top):
        cells += ([row, column, words(value)] for column, value in enumerate(values, left) if value not in {"", None})
        if len(cells) > MOST_CELLS:
            break
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    return [name, True, cells, merged]


def words(value: object) -> str:
    """A cell's value as it is shown, as far as calamine tells."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return moment_words(value)
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value) if isinstance(value, str | timedelta) else shown(repr(value), "")
