"""Excel files: opened again by two readers, text stays text, figures figures, dates dates; and read back."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from cast import MONTHLY_REPORT, at
from flows.filing_export import calls_workbook, filings_workbook, matrix_workbook, template_workbook
from flows.filing_import import Import, Verdict
from flows.runtime import Runtime
from flows.views.matrix import Wanted, filing_items
from flows.workbook import Page, workbook_bytes
from notifications.phone_list import CallRow, Phone
from plans.database import reading, writing
from plans.tables import Enterprise
from tasks.filings import file_answers
from tasks.tables import Task
from tasks.verbs import Act

NOW = at("2026-10-12 10:00")
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "=1+1", "phone": "+86139"}


@pytest.fixture
def database_url(empty_file: str) -> str:
    """What is written to a file does not depend on the database; its queries are tested on both elsewhere."""
    return empty_file


@pytest.fixture
def bureau(begin: Callable[..., Runtime]) -> Runtime:
    runtime = begin(MONTHLY_REPORT, on="2026-10-01 08:00")
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).join(Enterprise).where(Enterprise.name == "青禾药业有限公司")).one()
        act = Act("王芳", "phone", at("2026-10-09 09:30"))
        file_answers(session, task, runtime.forms["rd_monthly"], FULL, act)
        session.exec(select(Enterprise).where(Enterprise.name == "远山竹业有限公司")).one().name = "=HYPERLINK(0)"
    return runtime


def written(bureau: Runtime, what: str) -> bytes:
    with reading(bureau.engine) as session:
        item = filing_items(session)[0]
        if what == "matrix":
            return matrix_workbook(session, item, Wanted(), NOW)
        make = template_workbook if what == "template" else filings_workbook
        return make(session, item, "2026-09", NOW, bureau.forms)


def sheet(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data)).worksheets[0]


def rows(data: bytes) -> list[dict[str, Any]]:
    """The rows as calamine reads them, by header."""
    heads, *found = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    return [dict(zip((str(head) for head in heads), row, strict=True)) for row in found]


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a\x00b\x0bc", "甲" * 40_000, "<b>", "#N/A", "1e5"]


def test_text_is_never_a_formula_and_a_negative_number_is_a_number() -> None:
    data = workbook_bytes(
        Page("表", ["字", "数", "日", "时"], [[one, Decimal("-5.25"), date(2026, 10, 9), NOW] for one in HOSTILE])
    )

    cells = list(sheet(data).iter_rows(min_row=2))
    assert {row[0].data_type for row in cells} == {"s"}
    assert [row[0].value for row in cells[:4]] == HOSTILE[:4]
    assert [row[0].quotePrefix for row in cells[:4]] == [True] * 4
    assert {(row[1].data_type, row[1].value) for row in cells} == {("n", -5.25)}
    assert {row[2].value for row in cells} == {datetime.fromisoformat("2026-10-09")}
    assert rows(data)[0] == {"字": "=1+1", "数": -5.25, "日": date(2026, 10, 9), "时": NOW.replace(tzinfo=None)}


@pytest.mark.parametrize("what", ["matrix", "month", "template"])
def test_the_header_is_frozen_and_every_column_can_be_filtered(bureau: Runtime, what: str) -> None:
    found = sheet(written(bureau, what))

    assert found.freeze_panes == "B2"
    assert found.auto_filter.ref.startswith("A1:")


def test_the_matrix_has_every_enterprise_and_its_states(bureau: Runtime) -> None:
    found = {row["企业名称"]: row for row in rows(written(bureau, "matrix"))}

    assert found["青禾药业有限公司"]["2026年9月"] == "已报（代报）"
    assert found["云溪精工有限公司"]["2026年9月"] == "逾期（逾2天）"
    assert found["=HYPERLINK(0)"]["权重（上年研发，万元）"] == 20


def test_a_month_has_all_fields_with_units_and_says_who_filed(bureau: Runtime) -> None:
    missing, filed, _ = rows(written(bureau, "month"))

    assert (filed["本月研发费用（万元）"], filed["填表人"], filed["联系电话"]) == (85.5, "=1+1", "+86139")
    assert filed["填报人"] == "代报：王芳（电话）"
    assert (filed["到期日"], filed["填报时间"]) == (date(2026, 10, 10), datetime.fromisoformat("2026-10-09 09:30"))
    assert (missing["状态"], missing["本月研发费用（万元）"]) == ("逾期（逾2天）", "")


def test_what_was_exported_can_be_imported_and_changes_nothing(bureau: Runtime) -> None:
    data = written(bureau, "month")
    with reading(bureau.engine) as session:
        item = filing_items(session)[0]
        look = Import.of(item, "2026-09", [("导出.xlsx", data)], bureau.forms).look(session)

    assert [one.verdict for one in look.rows] == [Verdict.EMPTY, Verdict.UNCHANGED, Verdict.EMPTY]


def test_the_table_to_hand_out_has_those_who_still_owe_and_is_read_back(bureau: Runtime) -> None:
    book = openpyxl.load_workbook(BytesIO(written(bureau, "template")))
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    filled_in: dict[str, str | int] = {
        "研发人员（人）": 3,
        "本月研发费用（万元）": 9,
        "填表人": "赵",
        "联系电话": "139",
    }
    for head, value in filled_in.items():
        page.cell(2, heads.index(head) + 1, value)
    page.cell(2, heads.index("1月至本月累计研发费用（万元）") + 1, 90)
    filled = BytesIO()
    book.save(filled)
    with reading(bureau.engine) as session:
        look = Import.of(filing_items(session)[0], "2026-09", [("空表.xlsx", filled.getvalue())], bureau.forms).look(
            session
        )

    assert [(one.name, one.verdict) for one in look.rows] == [
        ("云溪精工有限公司", Verdict.ACCEPTED),
        ("=HYPERLINK(0)", Verdict.EMPTY),
    ]
    assert look.notes == []


def test_the_phone_list_says_whom_to_ring() -> None:
    row = CallRow("enterprise:1", "=甲厂", Decimal(900), (Phone("赵会计", "填报人", "139"),), (), 2, ("逾期2天",))

    [found] = rows(calls_workbook([row]))

    assert (found["企业或代账公司"], found["权重（万元）"], found["电话"]) == ("=甲厂", 900, "赵会计 139")
