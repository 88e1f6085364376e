"""A worksheet, whatever file it was in: cells here and there become a grid without the empty stretches."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from plans.reading.formats.bounds import MOST_CELLS
from plans.reading.source import Grid

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; 0-based."""


@dataclass(slots=True)
class Sheet:
    """`cells` holds only cells with words, by row and column. What is hidden is not read."""

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    last: tuple[int, int] = (-1, -1)
    count: int = 0

    def put(self, row: int, column: int, words: str) -> None:
        """Keep the words of a cell, if it has any and fewer than MOST_CELLS have."""
        self.last = row, column
        if words.strip():
            self.count += 1
            if self.count <= MOST_CELLS:
                self.cells.setdefault(row, {})[column] = words

    def notes(self) -> Iterable[str]:
        """What a person must know was left out."""
        hidden = self.hidden_rows & self.cells.keys()
        if hidden:
            yield f"工作表“{self.name}”里隐藏的 {len(hidden)} 行没有读取，需要时请取消隐藏后再试。"
        if self.count > MOST_CELLS:
            yield f"工作表“{self.name}”超过 {MOST_CELLS // 10_000} 万个单元格，多出的没有读取。"

    def grid(self) -> Grid | None:
        """Rows that are empty are dropped but for one between two tables; empty columns are dropped. None if empty."""
        moved = self._with_hidden_firsts_moved()
        rows = self._kept_rows(moved)
        columns = sorted({column for row in rows for column in moved.get(row, {})})
        if not columns:
            return None
        words = [[moved.get(row, {}).get(column, "") for column in columns] for row in self._fitting(rows, columns)]
        numbers = [row + 1 for row in rows[: len(words)]]
        return Grid(words, self._origins(rows[: len(words)], columns), self.name, numbers)

    def _fitting(self, rows: list[int], columns: list[int]) -> list[int]:
        """One row more than is read, so that the reader sees that something is left out."""
        return rows[: MOST_CELLS // len(columns) + 1]

    def _with_hidden_firsts_moved(self) -> dict[int, dict[int, str]]:
        """The visible cells; a merged cell whose first row is hidden shows its words in the next one."""
        shown = {row: dict(cells) for row, cells in self.cells.items() if row not in self.hidden_rows}
        for top, left, bottom, _ in self.merged if self.hidden_rows else ():
            words = self.cells.get(top, {}).get(left)
            first = _first_outside(self.hidden_rows, top, bottom)
            if words and top != first is not None:
                shown.setdefault(first, {})[left] = words
        return {row: {at: words for at, words in cells.items() if self._shows(at)} for row, cells in shown.items()}

    def _shows(self, column: int) -> bool:
        return not any(first <= column <= last for first, last in self.hidden_columns)

    def _kept_rows(self, cells: dict[int, dict[int, str]]) -> list[int]:
        kept: list[int] = []
        for row in sorted(row for row, inside in cells.items() if inside):
            if kept and row - 1 > kept[-1] and (row - 1) not in self.hidden_rows:
                kept.append(row - 1)
            kept.append(row)
        return kept

    def _origins(self, rows: list[int], columns: list[int]) -> dict[tuple[int, int], tuple[int, int]]:
        """For each covered cell the first cell of its area; areas that lie over one another end the counting."""
        origins: dict[tuple[int, int], tuple[int, int]] = {}
        left_over = MOST_CELLS
        for top, left, bottom, right in self.merged:
            first_row, end_row = bisect_left(rows, top), bisect_left(rows, bottom + 1)
            first, end = bisect_left(columns, left), bisect_left(columns, right + 1)
            left_over -= max(1, (end_row - first_row) * (end - first))
            if left_over < 0:
                break
            area = [(row, column) for row in range(first_row, end_row) for column in range(first, end)]
            origins.update({place: area[0] for place in area[1:] if place not in origins})
        return {place: first for place, first in origins.items() if first not in origins}


def _first_outside(hidden: set[int], top: int, bottom: int) -> int | None:
    return next((row for row in range(top, min(bottom, top + MOST_CELLS) + 1) if row not in hidden), None)
