"""Returned tables become rows: a workbook with a row an enterprise, or a form of one enterprise, label beside value."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from plans.errors import Refused
from plans.reading.opening import open_source
from plans.reading.source import Cell, Source, Table
from plans.reading.tables.columns import bare
from plans.reading.tables.finding import told
from plans.units import Unit
from tasks.form import REASON, ZERO, Form

WORDS = Path(__file__).with_name("filing_columns.yaml")
REACH = 15
"""In how many rows of a table's head its header is looked for."""
_BRACKETED = re.compile(r"[(（【\[](?:单位)?[:：]?([^()（）\[\]【】]{1,6})[)）】\]]")
_UNIT_ABOVE = re.compile(r"单位\s*[:：]\s*([^\s()（），,；;|]{1,4})")
_MONTH = re.compile(r"(?<!\d)(20\d\d)\s*(?:年|[-/.])?\s*(1[0-2]|0?[1-9])(?!\d)")


@dataclass(frozen=True)
class Row:
    """What a table says of one enterprise. ``given`` are the words by field key; ``fault`` says what cannot be read."""

    where: str
    name: str = ""
    code: str = ""
    month: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.given.values()) and not self.fault


@dataclass(frozen=True)
class Returned:
    """The rows of a file, and what of it could not be used, as sentences."""

    rows: list[Row]
    notes: list[str]


def read_returned(name: str, data: bytes, form: Form) -> Returned:
    """The rows of one returned file. A file that cannot be opened has no rows and a note that says why."""
    try:
        source = open_source(name, data)
    except Refused as refused:
        return Returned([], [str(refused)])
    labels = _labels(form)
    rows: list[Row] = []
    notes = [f"“{name}”：{note}" for note in source.notes]
    for table in source.tables:
        place = " ".join(part for part in (name, table.name) if part)
        header = _find_header(table, labels)
        if header is None:
            rows += _of_form(table, labels, form, place)
            continue
        rows += _under(source, table, header, labels, form, place)
        notes += _unread(table.rows[header], labels, place)
    if not rows:
        notes.append(f"“{name}”里没有找到填报内容：表头要有企业名称和报表的栏目，或用“下载空表”里的格式。")
    return Returned(rows, notes)


@cache
def column_words() -> Mapping[str, tuple[str, ...]]:
    """The words of filing_columns.yaml by what they mean."""
    kept = YAML(typ="safe").load(WORDS.read_text(encoding="utf-8"))
    return {name: tuple(str(word) for word in words) for name, words in kept.items()}


def _labels(form: Form) -> dict[str, str]:
    """What each header means: a field's key, or name, code, month, zero, reason with a colon before it."""
    own = {
        bare(word): f":{kind}" for kind in ("name", "code", "month", "zero", "reason") for word in column_words()[kind]
    }
    fields = {bare(words): one.key for one in form.fields for words in (one.label, one.key)}
    zero = {bare(form.zero_reply): ":zero"} if form.zero_reply else {}
    return own | zero | fields


def _meaning(words: str, labels: Mapping[str, str]) -> str:
    return labels.get(bare(words), "")


def _find_header(table: Table, labels: Mapping[str, str]) -> int | None:
    found = None
    for number, row in enumerate(table.rows[:REACH]):
        if _is_header(row, labels) and (found is None or any(cell.merged for cell in row)):
            found = number
        elif found is not None:
            break
    return found


def _is_header(row: Sequence[Cell], labels: Mapping[str, str]) -> bool:
    """It says whose row it is, and names three fields, or one where most of its cells are headers we know."""
    said = told(row)
    known = [meaning for cell in said if (meaning := _meaning(cell.words, labels))]
    fields = sum(not one.startswith(":") for one in known)
    return bool({":name", ":code"} & set(known)) and (fields > 2 or (fields > 0 and 2 * len(known) > len(said)))


def _under(
    source: Source, table: Table, header: int, labels: Mapping[str, str], form: Form, place: str
) -> Iterator[Row]:
    heads = [cell.words for cell in table.rows[header]]
    above = _unit_above(source, table, header)
    for number in range(header + 1, len(table.rows)):
        words = [cell.words for cell in table.rows[number]]
        if any(words) and words != heads and not _is_total(words):
            units = [_unit_in(head) or above for head in heads]
            pairs = [*zip((_meaning(head, labels) for head in heads), words, units, strict=True)]
            yield _row(f"{place} 第{number + 1}行", pairs, form)


def _of_form(table: Table, labels: Mapping[str, str], form: Form, place: str) -> list[Row]:
    """One enterprise's form: each label followed by its value, and perhaps by the unit."""
    pairs = [pair for row in table.rows for pair in _beside(told(row), labels)]
    above = next((match[1] for row in table.rows for match in [_UNIT_ABOVE.search(row[0].words)] if match), "")
    row = _row(place, [(meaning, words, unit or above) for meaning, words, unit in pairs], form)
    return [row] if (row.name or row.code) and row.given else []


def _beside(cells: Sequence[Cell], labels: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for number, cell in enumerate(cells):
        if meaning := _meaning(cell.words, labels):
            after = [one.words for one in cells[number + 1 : number + 3]]
            value = after[0] if after and not _meaning(after[0], labels) else ""
            beside = after[1] if value and len(after) > 1 and not _meaning(after[1], labels) else ""
            yield meaning, value, _unit_in(cell.words) or beside


def _row(where: str, pairs: Sequence[tuple[str, str, str]], form: Form) -> Row:
    own: dict[str, str] = {}
    given: dict[str, str] = {}
    for meaning, words, unit in pairs:
        if meaning.startswith(":"):
            own.setdefault(meaning[1:], words)
        elif meaning:
            given.setdefault(meaning, _with_unit(words, unit, form.by_key[meaning].unit))
    zero = own.get("zero", "").strip().lower()
    fault = "" if zero in (*column_words()["yes"], *column_words()["no"]) else "“零报”一栏请写“是”，不是零报就空着"
    if zero in column_words()["yes"]:
        given[ZERO] = "1"
    if reason := own.get("reason", ""):
        given |= {REASON + question.key: reason for question in form.soft}
    return Row(where, own.get("name", ""), own.get("code", ""), _month(own.get("month", "")), given, fault)


def _with_unit(words: str, unit: str, wanted: str) -> str:
    """A figure with the unit its column names, where that is not the form's: the form's own check then refuses it."""
    unit = unicodedata.normalize("NFKC", unit)
    if not words or not wanted or not unit or unit == unicodedata.normalize("NFKC", wanted):
        return words
    return f"{words}{unit}" if Unit(unit).base == Unit(wanted).base else words


def _unit_in(head: str) -> str:
    found = _BRACKETED.search(head)
    return found[1].strip() if found else ""


def _unit_above(source: Source, table: Table, header: int) -> str:
    """单位：千元 in the table's title or in the line over it."""
    over = source.text[: table.span.start].rstrip().rpartition("\n")[2]
    lines = [over, *(cell.words for row in table.rows[:header] for cell in row)]
    return next((match[1] for words in lines for match in [_UNIT_ABOVE.search(words)] if match), "")


def _is_total(words: Sequence[str]) -> bool:
    first = next(word for word in words if word)
    return bare(first[:20]) in column_words()["total"]


def _month(words: str) -> str:
    found = _MONTH.search(unicodedata.normalize("NFKC", words))
    return f"{found[1]}-{int(found[2]):02}" if found else ""


def _unread(header: Sequence[Cell], labels: Mapping[str, str], place: str) -> Iterator[str]:
    strange = [cell.words for cell in told(header) if not _meaning(cell.words, labels) and bare(cell.words) != "序号"]
    if strange:
        yield f"“{place}”里这几列不是报表的栏目，没有读：{'、'.join(word[:20] for word in strange[:12])}。"
