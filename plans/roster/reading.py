"""From a table to the rows of a roster, and everything a person must know about it. Pure: the file is only read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from plans.errors import Refused
from plans.reading.model import Severity
from plans.reading.source import Cell, Source, Table
from plans.reading.tables.columns import named_field
from plans.reading.tables.finding import REACH, Header, header_at, is_aside, told
from plans.roster.fields import IGNORED, UNIT, canonical, label_of, read_field, roster_columns, unit_in
from plans.roster.others import read_others, written_others


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Something about a row: its number in the worksheet (0 for the whole file), the column, and the words there."""

    row: int
    column: str
    message: str
    quote: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = (f"第{self.row}行" if self.row else "") + self.column
        return f"{where}：{self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One enterprise: ``values`` in canonical form by field, without what could not be read; ``quotes`` the cells."""

    row: int
    values: Mapping[str, str]
    quotes: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values.get("name", "")

    def of(self, name: str) -> str:
        """The value of a field; empty where the file says nothing."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Shared:
    """One mail address that several enterprises give: it may be one agency."""

    email: str
    contact: str
    phone: str
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"agency:{self.email.lower()}"


@dataclass(frozen=True, slots=True)
class RosterReading:
    """What a file says; ``shared`` are agencies it may hold without saying so."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    shared: tuple[Shared, ...] = ()


@dataclass(frozen=True, slots=True)
class _Columns:
    """A table's header, the field of each column, and the unit of the amounts."""

    header: Header
    fields: tuple[str, ...]
    unit: str


def read_table_rows(source: Source) -> tuple[list[RosterRow], list[RosterProblem]]:
    """The rows of every table that has a column of names, and what is wrong with single cells."""
    rows: list[RosterRow] = []
    problems = [RosterProblem(0, "", note, severity=Severity.WARNING) for note in source.notes]
    for table in source.tables:
        columns = _columns_of(table)
        if columns is None:
            problems.append(_unread(table))
            continue
        problems += _header_problems(columns)
        for number, cells in _lines(table, columns):
            row = _row(table.number_of(number), cells, columns, problems)
            rows += [row] if row else []
    if not rows:
        problems.append(RosterProblem(0, "", "没有读到企业：表头要有“企业名称”一列，下面每行一家。"))
    return rows, problems


def _unread(table: Table) -> RosterProblem:
    where = f"工作表“{table.name}”" if table.name else "有一张表"
    told_first = next((cell.words for row in table.rows for cell in row if cell.words), "")
    return RosterProblem(0, "", f"{where}里没有“企业名称”一列，没有读取。", told_first[:60], Severity.WARNING)


def _columns_of(table: Table) -> _Columns | None:
    for number in range(min(REACH, len(table.rows))):
        if len(told(table.rows[number])) < min(2, len(table.rows[number])):  # the table's title, merged over it
            continue
        header = header_at(table, number)
        fields = _fields_of(header)
        if "name" in fields and (len(set(fields) - {"", IGNORED}) > 1 or len(fields) == 1):
            weight = header.words[fields.index("weight")] if "weight" in fields else ""
            return _Columns(header, fields, unit_in(weight))
    return None


def _fields_of(header: Header) -> tuple[str, ...]:
    named = (
        next((name for words in reversed(column) if (name := named_field(words, roster_columns()))), "")
        for column in header.levels
    )
    fields: list[str] = []
    for name in named:
        fields.append("" if name in fields and name != IGNORED else name)
    return tuple(fields)


def _header_problems(columns: _Columns) -> Iterator[RosterProblem]:
    unknown = [words for words, name in zip(columns.header.words, columns.fields, strict=True) if words and not name]
    if unknown:
        said = f"这些列没有认出来，或前面已有同样的列，没有读取：{'、'.join(words[:20] for words in unknown)}。"
        yield RosterProblem(0, "表头", said, " ".join(unknown)[:200], Severity.WARNING)
    if "weight" in columns.fields:
        words = columns.header.words[columns.fields.index("weight")]
        if not columns.unit:
            told_unit = f"“{words}”没有写单位，按{UNIT}读取。"
            yield RosterProblem(0, "表头", told_unit, words, Severity.WARNING)
        elif columns.unit != UNIT:
            yield RosterProblem(0, "表头", f"“{words}”的数都换算成了{UNIT}。", words, Severity.WARNING)
    if "credit_code" not in columns.fields:
        told_code = "没有“统一社会信用代码”一列，只能按名称认企业：改过名的会当成新的一家。"
        yield RosterProblem(0, "表头", told_code, severity=Severity.WARNING)


def _lines(table: Table, columns: _Columns) -> Iterator[tuple[int, Sequence[Cell]]]:
    again = {_said(table.rows[number]) for number in range(columns.header.first, columns.header.last + 1)}
    for number in range(columns.header.last + 1, len(table.rows)):
        cells = table.rows[number]
        own = [cell for cell in told(cells) if not cell.merged]
        # 合计, 填表人：…: said in a cell or two, or where no name stands.
        aside = own and is_aside(own[0].words) and (len(own) < 3 or not cells[columns.fields.index("name")].words)
        if own and not aside and _said(cells) not in again:
            yield number, cells


def _said(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple("".join(cell.words.split()) for cell in cells)


def _row(number: int, cells: Sequence[Cell], columns: _Columns, problems: list[RosterProblem]) -> RosterRow | None:
    values: dict[str, str] = {}
    quotes: dict[str, str] = {}
    for cell, name in zip(cells, columns.fields, strict=True):
        if not name or name == IGNORED:
            continue
        if cell.words:
            quotes[name] = cell.words
        try:
            values[name] = _value(name, cell.words, columns.unit)
        except Refused as refused:
            problems.append(RosterProblem(number, label_of(name), str(refused), cell.words[:200]))
    if _ends_before_it_begins(values):
        said = f"停报月份 {values.pop('last_month')} 在起报月份 {values['first_month']} 之前，没有读取：请核对。"
        problems.append(RosterProblem(number, label_of("last_month"), said, quotes["last_month"][:200]))
    if values.get("name"):
        return RosterRow(number, values, quotes)
    if any(values.values()):
        quote = " ".join(quotes.values())[:200]
        problems.append(RosterProblem(number, label_of("name"), "没有企业名称，没有读取这一行：请补上。", quote))
    return None


def _ends_before_it_begins(values: Mapping[str, str]) -> bool:
    first, last = values.get("first_month", ""), values.get("last_month", "")
    return bool(first and last and last < first)


def _value(name: str, words: str, unit: str) -> str:
    if name == "others":
        return written_others(read_others(canonical(words)))
    return read_field(name, words, unit or UNIT)


def told_unread(problems: Sequence[RosterProblem]) -> str:
    """How much is wrong, in a few words: 3处须改正，2处请留意; empty for nothing."""
    counted = Counter(problem.severity for problem in problems)
    words = {Severity.ERROR: "须改正", Severity.WARNING: "请留意"}
    return "，".join(f"{counted[severity]}处{word}" for severity, word in words.items() if counted[severity])
