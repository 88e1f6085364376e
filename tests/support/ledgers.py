"""A ledger in the hands of a clerk: opened with openpyxl, changed by head and row, saved again."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook


class Clerk:
    """The workbook on somebody's screen."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(BytesIO(content))

    def place(self, sheet: str, head: str) -> int:
        """Which column, from 1, has that head."""
        return [cell.value for cell in self.book[sheet][1]].index(head) + 1

    def cell(self, sheet: str, row: int, head: str) -> Any:
        return self.book[sheet].cell(row, self.place(sheet, head))

    def write(self, sheet: str, row: int, **cells: object) -> "Clerk":
        """write("任务台账", 2, 责任人="王芳"): type into the cells of a row."""
        for head, value in cells.items():
            self.cell(sheet, row, head).value = value
        return self

    def column(self, sheet: str, head: str) -> list[Any]:
        """What stands below a head."""
        place = self.place(sheet, head)
        return [row[place - 1] for row in self.book[sheet].iter_rows(min_row=2, values_only=True)]

    @property
    def content(self) -> bytes:
        saved = BytesIO()
        self.book.save(saved)
        return saved.getvalue()
