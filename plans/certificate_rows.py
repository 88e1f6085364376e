"""A list of certificates as a table in any document: each row read, or refused with its reason. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from plans.errors import Refused
from plans.periods import add_months
from plans.reading.source import Cell, Source, Table
from plans.reading.tables.columns import Column, columns_of, named_field
from plans.reading.tables.finding import REACH, header_at, is_aside, told
from plans.roster.fields import canonical, read_day, read_field, roster_columns

OWN = Path(__file__).with_name("certificates.yaml")
SPANS = {"三年": 36, "3年": 36, "三年有效": 36}
"""A term in words, in months from the day of issue."""


@dataclass(frozen=True)
class CertificateRow:
    """A certificate as the file tells it; ``row`` is its number in the worksheet."""

    row: int
    name: str
    credit_code: str
    number: str
    issued_on: date
    ends_on: date
    revoked_on: date | None


@dataclass(frozen=True)
class RowProblem:
    """Why a row was not taken, with the words it stands on; row 0 is the whole file."""

    row: int
    message: str
    quote: str

    def __str__(self) -> str:
        return f"第{self.row}行：{self.message}" if self.row else self.message


@dataclass(frozen=True)
class CertificateReading:
    """What a file says."""

    rows: tuple[CertificateRow, ...]
    problems: tuple[RowProblem, ...]


@cache
def certificate_columns() -> Mapping[str, Column]:
    """The fields of a list of certificates by name."""
    own = columns_of(YAML(typ="safe").load(OWN.read_text(encoding="utf-8")))
    return {name: roster_columns()[name] for name in ("name", "credit_code")} | dict(own)


def read_certificates(source: Source) -> CertificateReading:
    """Every row of every table that has a day of issue and a name or a code."""
    rows: list[CertificateRow] = []
    problems: list[RowProblem] = []
    for table in source.tables:
        for found in _rows(table):
            (rows if isinstance(found, CertificateRow) else problems).append(found)  # type: ignore[arg-type]
    if not rows and not problems:
        said = "没有读到证书：表头要有“企业名称”和“发证日期”两列，下面每行一张证书。"
        problems.append(RowProblem(0, said, source.text[:60]))
    return CertificateReading(tuple(rows), tuple(problems))


def _rows(table: Table) -> Iterator[CertificateRow | RowProblem]:
    for number in range(min(REACH, len(table.rows))):
        header = header_at(table, number)
        fields = tuple(named_field(words, certificate_columns()) for words in header.words)
        if "issued_on" in fields and {"name", "credit_code"} & set(fields):
            for line in range(header.last + 1, len(table.rows)):
                cells = table.rows[line]
                if (said := told(cells)) and not (len(said) < 3 and is_aside(said[0].words)):
                    yield _row(table.number_of(line), cells, fields)
            return


def _row(number: int, cells: Sequence[Cell], fields: Sequence[str]) -> CertificateRow | RowProblem:
    words = {field: canonical(cell.words) for field, cell in zip(fields, cells, strict=True) if field}
    try:
        return _read(number, words)
    except Refused as refused:
        return RowProblem(number, str(refused), " ".join(cell.words for cell in told(cells))[:200])


def _read(number: int, words: Mapping[str, str]) -> CertificateRow:
    issued = read_day(words.get("issued_on", ""))
    if not issued:
        raise Refused("没有发证日期，没有读取：请补上。")
    issued_on = date.fromisoformat(issued)
    ends_on = _end(words.get("ends_on", ""), issued_on)
    if ends_on <= issued_on:
        raise Refused(f"有效期 {ends_on} 不在发证日期 {issued_on} 之后：请核对。")
    revoked = read_day(words.get("revoked_on", ""))
    return CertificateRow(
        row=number,
        name=read_field("name", words.get("name", "")),
        credit_code=read_field("credit_code", words.get("credit_code", "")),
        number=words.get("certificate_number", "")[:100],
        issued_on=issued_on,
        ends_on=ends_on,
        revoked_on=date.fromisoformat(revoked) if revoked else None,
    )


def _end(words: str, issued_on: date) -> date:
    if words in SPANS:
        return add_months(issued_on, SPANS[words])
    if not words:
        raise Refused("没有写有效期：请写到期日期，或写“三年”。")
    return date.fromisoformat(read_day(words))
