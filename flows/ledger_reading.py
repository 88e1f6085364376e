"""A ledger that came back: its rows by their marks, and what in the file cannot be taken, all of it together."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flows.ledger_marks import Mark, Marks, bare, print_of
from notifications.documents.ledger_sheet import TARGETS, TASKS, closed_fields, ledger_columns, open_fields
from plans.errors import Refused
from plans.reading.formats.marked import MARK, read_marked

NO_LEDGER = "“{name}”里没有台账：请用从督办写出的台账，改好后再上传，不要另做一份。"
NOT_OURS = "这一行不是台账写出来的，没有读取：新的事项请在工作计划里增加。"
FOREIGN = "这一行不是从本单位的台账写出来的：请重新写出一份，在里面改。"
CLOSED = "这一列不能在台账里改，改动没有读取：请在网页上办。"
TWICE = "和第{row}行是同一项，只能留一行。"
UNKNOWN = "台账没有这一列，没有读取。"
HEAD_TWICE = "有两列都叫这个名字，请删去一列。"


@dataclass(frozen=True)
class Fault:
    """What of a file cannot be done: where it stands, and why. A ``notice`` keeps nothing back. ``key`` is the row's
    change, empty where it has none."""

    sheet: str
    row: int
    column: str
    message: str
    key: str = ""
    notice: bool = False

    @property
    def where(self) -> str:
        """任务台账 第5行“到期”"""
        return f"{self.sheet} 第{self.row}行" + (f"“{self.column}”" if self.column else "")

    def __str__(self) -> str:
        return f"{self.where}：{self.message}"


@dataclass(frozen=True)
class FileRow:
    """A row with its mark; ``cells`` by field, of the columns that are there. ``sheet`` is what the file calls it."""

    sheet: str
    number: int
    mark: Mark
    cells: Mapping[str, str]
    heads: Mapping[str, str]

    @property
    def key(self) -> str:
        kind = "target" if self.mark.sheet == TARGETS else "task"
        return f"{kind}-{self.mark.id}"

    @property
    def changed(self) -> dict[str, str]:
        """The fields a person changed, as they stand in the file."""
        here = {name: self.cells[name] for name in open_fields(self.mark.sheet) if name in self.cells}
        return {name: text for name, text in here.items() if not _same(text, self.mark.was.get(name, ""))}

    def fault(self, name: str, message: str) -> Fault:
        """What is wrong with one of its fields."""
        return Fault(self.sheet, self.number, self.heads.get(name, ""), message, self.key)


@dataclass
class LedgerFile:
    """The rows of a file, and what is wrong with it."""

    rows: list[FileRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_ledger(name: str, content: bytes, marks: Marks) -> LedgerFile:
    """A ledger file. Raises DocumentError, or Refused for one that holds no ledger."""
    sheets = read_marked(name, content)
    if not sheets:
        raise Refused(NO_LEDGER.format(name=name))
    file = LedgerFile()
    for sheet, rows in sheets:
        _Sheet(sheet, file, marks).take(rows)
    file.faults += _twice(file.rows)
    return file


@dataclass
class _Sheet:
    name: str
    file: LedgerFile
    marks: Marks
    places: dict[str, int] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    kind: str = ""

    def take(self, rows: Sequence[tuple[int, list[str]]]) -> None:
        (number, heads), *others = rows
        self._take_heads(number, [bare(head) for head in heads])
        for number, cells in others:
            self._take_row(number, cells)

    def _take_heads(self, number: int, heads: list[str]) -> None:
        known = {name: {one.head: one.field for one in ledger_columns()[name]} for name in (TARGETS, TASKS)}
        self.kind = max(known, key=lambda name: len(known[name].keys() & set(heads)))
        for place, head in enumerate(heads):
            name = "mark" if head == MARK else known[self.kind].get(head, "")
            if name in self.places:
                self.file.faults.append(Fault(self.name, number, head, HEAD_TWICE))
            elif name:
                self.places[name], self.heads[name] = place, head
            elif head:
                self.file.faults.append(Fault(self.name, number, head, UNKNOWN, notice=True))

    def _take_row(self, number: int, texts: list[str]) -> None:
        cells = {name: bare(texts[place]) for name, place in self.places.items() if place < len(texts)}
        written = cells.pop("mark", "")
        if not written:
            if any(cells.values()):
                self.file.faults.append(Fault(self.name, number, "", NOT_OURS))
            return
        mark = self.marks.read(written)
        if mark is None or mark.sheet != self.kind:
            self.file.faults.append(Fault(self.name, number, MARK, FOREIGN))
            return
        row = FileRow(self.name, number, mark, cells, self.heads)
        self.file.rows.append(row)
        self.file.faults += _closed(row)


def _closed(row: FileRow) -> Iterator[Fault]:
    for name, print_was in zip(closed_fields(row.mark.sheet), row.mark.closed, strict=False):
        if name in row.cells and print_of(row.cells[name]) != print_was:
            yield row.fault(name, CLOSED)


def _twice(rows: Sequence[FileRow]) -> Iterator[Fault]:
    first: dict[str, FileRow] = {}
    for row in rows:
        before = first.setdefault(row.key, row)
        if before is not row:
            yield Fault(row.sheet, row.number, "", TWICE.format(row=before.number), row.key)


def _same(text: str, was: str) -> bool:
    if text == was:
        return True
    try:
        # Excel keeps fifteen digits, and other programs write them in other ways.
        return math.isclose(float(text), float(was), rel_tol=1e-14)
    except ValueError:
        return False


def read_day(text: str) -> date | None:
    """A day as Excel or a person writes it: 2026-10-20, 2026/10/20, 2026年10月20日, also with a time; else None."""
    plain = text.split(" ")[0].translate(str.maketrans("年月/.", "----", "日"))
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return date(year, month, day)
    except ValueError:
        return None
