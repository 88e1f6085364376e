"""Worksheets of our own that come back: every cell as text, also in rows and columns that are out of sight.

Read by calamine in a process of its own. A number is written as short as it can be, a day as 2026-10-12.
"""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from plans.reading.errors import DocumentError, Unreadable
from plans.reading.formats.bounds import LARGEST_FILE
from plans.reading.formats.child import DAMAGED, in_child
from plans.reading.formats.kinds import kind_of_bytes
from plans.reading.formats.old_excel import LOCKED

MARK = "督办标识"
"""The head of the column by which a row is known again."""
MOST_CELLS = 2_000_000
NOT_EXCEL = "不是 Excel 文件，请把写出的台账改好后存成 .xlsx 再试。"

Worksheets = list[tuple[str, list[tuple[int, list[str]]]]]
"""Name and rows of each worksheet that has such a column; a row is its number, from 1, and its cells."""


def read_marked(name: str, data: bytes) -> Worksheets:
    """The worksheets with a MARK in their first row. Raises DocumentError, whose sentence names the file."""
    try:
        _require_excel(data)
        return [(sheet, [(row, cells) for row, cells in rows]) for sheet, rows in in_child("marked.worksheets", data)]
    except Unreadable as error:
        raise DocumentError(f"“{name}”{error}") from error


def _require_excel(data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        raise Unreadable("超过 20 MB，请不要在台账里插入图片或别的工作表。")
    if kind_of_bytes(data) not in ("excel", "old_excel"):
        raise Unreadable(NOT_EXCEL)


def worksheets(data: bytes) -> list[list[Any]]:
    """The same as plain lists. In the child."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        found = [[name, _rows(book.get_sheet_by_name(name))] for name in names]
    except PasswordError as error:
        raise Unreadable(LOCKED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    return [[name, rows] for name, rows in found if rows]


def _rows(sheet: Any) -> list[list[Any]]:
    top, left = sheet.start or (0, 0)
    rows: list[list[Any]] = []
    cells = 0
    for number, values in enumerate(sheet.iter_rows(), top + 1):
        told = [""] * left + [words(value) for value in values]
        if not rows and MARK not in told:
            return []
        cells += len(told)
        if cells > MOST_CELLS:
            raise Unreadable("里的行太多了，请只留要改的行再试。")
        if any(told):
            rows.append([number, told])
    return rows


def words(value: object) -> str:
    """A cell as text."""
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip() if value is not None else ""
