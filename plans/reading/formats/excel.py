"""An .xlsx: each visible worksheet a grid of what its cells show.

Read over the XML itself: openpyxl keeps merged cells only in the mode that makes an object of every cell of a merged
area, and knows neither Chinese Excel's date formats nor the strict kind of file. Results of formulas are the ones the
file keeps; nothing is computed, no link is followed.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plans.reading.errors import Unreadable
from plans.reading.formats.excel_values import BUILT_IN, moment_words, shown
from plans.reading.formats.package import BROKEN, Package, attribute, child, local, streamed, whole
from plans.reading.formats.sheets import Area, Sheet
from plans.reading.source import Block

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_MERGED = 100_000
MOST_HIDDEN = 100
PIECES = frozenset({"c", "row", "mergeCell", "col"})
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FALSE = {None, "0", "false"}


def read_excel(data: bytes, notes: list[str]) -> Iterator[Block]:
    """The worksheets of an .xlsx; adds to `notes` what was left out. Raises Unreadable."""
    package = Package(data)
    name = package.main_part()
    workbook = package.tree(name)
    sheets = child(workbook, "sheets")
    if sheets is None:
        raise Unreadable(BROKEN)
    parts = package.related(name)
    return _Workbook(package, workbook, dict(parts.values()), notes).blocks(sheets, parts)


class _Workbook:
    """What all worksheets share: strings, formats, where days are counted from."""

    def __init__(self, package: Package, workbook: "_Element | None", parts: dict[str, str], notes: list[str]) -> None:
        self._package = package
        self._notes = notes
        self._strings = [*self._read_strings(parts.get("sharedStrings", ""))]
        self._forms = _forms(package.tree(parts.get("styles", "")))
        self._from_1904 = attribute(child(workbook, "workbookPr"), "date1904") not in _FALSE

    def blocks(self, sheets: "_Element", parts: dict[str, tuple[str, str]]) -> Iterator[Block]:
        for sheet in sheets:
            name = sheet.get("name", "")
            kind, part = parts.get(attribute(sheet, "id") or "", ("", ""))
            if sheet.get("state", "visible") != "visible":
                self._notes.append(f"隐藏的工作表“{name}”没有读取，需要时请取消隐藏后再试。")
            elif kind == "worksheet":
                yield from self._sheet(name, part)

    def _sheet(self, name: str, part: str) -> Iterator[Block]:
        sheet = Sheet(name)
        unsaved = sum(self._take(element, sheet) for element in streamed(self._package.part(part), PIECES))
        grid = sheet.grid()
        self._notes += sheet.notes()
        if unsaved:
            self._notes.append(f"工作表“{name}”里有 {unsaved} 个公式没有保存结果，请用办公软件打开、保存后再试。")
        if grid is not None:
            yield grid

    def _take(self, element: "_Element", sheet: Sheet) -> bool:
        """Take in a cell, a row, a merged area or a column; whether it is a formula without result."""
        kind = local(element.tag)
        if kind == "c":
            return self._take_cell(element, sheet)
        if kind == "row" and element.get("hidden") not in _FALSE:
            sheet.hidden_rows.add(_row_number(element, sheet))
        elif kind == "mergeCell" and len(sheet.merged) < MOST_MERGED:
            sheet.merged += _area(element.get("ref", ""))
        elif kind == "col" and element.get("hidden") not in _FALSE and len(sheet.hidden_columns) < MOST_HIDDEN:
            sheet.hidden_columns.append((whole(element.get("min")) - 1, whole(element.get("max")) - 1))
        return False

    def _take_cell(self, cell: "_Element", sheet: Sheet) -> bool:
        words = self._words(cell)
        place = _place(cell.get("r", ""))
        if place is None:
            place = _row_number(cell.getparent(), sheet), sheet.last[1] + 1
        sheet.put(*place, words)
        return not words and child(cell, "f") is not None and cell.get("t", "n") == "n"

    def _words(self, cell: "_Element") -> str:
        kind, inline = cell.get("t", "n"), child(cell, "is")
        stored = child(cell, "v")
        value = _unescaped((stored.text or "") if stored is not None else "")
        if kind == "s":
            return self._strings[whole(value)] if 0 <= whole(value, -1) < len(self._strings) else ""
        if inline is not None:
            return _string(inline)
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind == "d":
            return _iso(value)
        return shown(value, self._form(cell), self._from_1904) if kind == "n" else value

    def _form(self, cell: "_Element") -> str:
        index = whole(cell.get("s"))
        return self._forms[index] if 0 <= index < len(self._forms) else ""

    def _read_strings(self, part: str) -> Iterator[str]:
        for element in streamed(self._package.part(part), frozenset({"si"})):
            yield _string(element)


def _row_number(element: "_Element | None", sheet: Sheet) -> int:
    """A row says its number, or is the one after the last."""
    return whole(element.get("r") if element is not None else None, sheet.last[0] + 2) - 1


def _forms(styles: "_Element | None") -> list[str]:
    """The number format of each cell style."""
    own = child(styles, "numFmts")
    given = {whole(one.get("numFmtId")): one.get("formatCode", "")[:200] for one in (() if own is None else own)}
    cells = child(styles, "cellXfs")
    ids = [whole(one.get("numFmtId")) for one in (() if cells is None else cells)]
    return [given.get(one) or BUILT_IN.get(one, "") for one in ids]


def _string(element: "_Element") -> str:
    """A string with its differently written runs, without pronunciation."""
    runs = [element, *(run for run in element if local(run.tag) == "r")]
    return _unescaped("".join(text.text or "" for run in runs for text in run if local(text.tag) == "t"))


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), words) if "_x" in words else words


def _area(reference: str) -> list[Area]:
    corners = [_place(corner) for corner in reference.split(":")]
    if len(corners) != 2 or corners[0] is None or corners[1] is None:
        return []
    return [(*corners[0], *corners[1])]


def _place(reference: str) -> tuple[int, int] | None:
    """B3 as row 2, column 1."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _iso(value: str) -> str:
    from datetime import datetime

    try:
        return moment_words(datetime.fromisoformat(value))
    except ValueError:
        return value
