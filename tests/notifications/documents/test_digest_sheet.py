"""The 通报 as a workbook, opened again by openpyxl and by calamine."""

import time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from cast import at
from notifications.documents.digest_sheet import digest_xlsx
from support.digests import as_frozen_long_ago, cut, item, month, report, target

MADE_AT = at("2026-11-02 09:00")


def opened(facts: dict[str, Any]) -> Any:
    return load_workbook(BytesIO(digest_xlsx(facts, MADE_AT)))


def test_each_list_has_a_page_with_a_frozen_and_filtered_head() -> None:
    book = opened(month(item(targets=[target()]), report(cut())))

    assert book.sheetnames == ["概要", "进展表", "企业报送", "未报企业"]
    assert book["进展表"].freeze_panes == "B2"
    assert book["进展表"].auto_filter.ref == "A1:K3"
    assert [cell.value for cell in book["进展表"][1]][2:6] == ["工作任务", "半年目标", "当前进度", "完成率"]


def test_a_share_is_a_number_with_a_bar_and_a_light_has_its_colour() -> None:
    sheet = opened(month(item(targets=[target()])))["进展表"]

    assert (sheet["F2"].value, sheet["F2"].number_format) == (0.8, "0.0%")
    rules = {str(found.sqref): [rule.type for rule in found.rules] for found in sheet.conditional_formatting}
    assert rules["F2"] == ["dataBar"]
    assert set(rules["K2"]) == {"cellIs"}


def test_text_that_begins_like_a_formula_stays_text() -> None:
    for sign in "=+-@":
        sheet = opened(month(item(title=f"{sign}1+1")))["进展表"]

        assert (sheet["C2"].value, sheet["C2"].data_type, sheet["C2"].quotePrefix) == (f"{sign}1+1", "s", True)


def test_long_text_is_wrapped() -> None:
    assert opened(month(item(title="长" * 200)))["进展表"]["C2"].alignment.wrap_text


def test_it_can_be_read_by_another_library() -> None:
    written = digest_xlsx(month(report(cut(missing=["远山竹业有限公司"]))), MADE_AT)

    book = CalamineWorkbook.from_filelike(BytesIO(written))

    assert book.get_sheet_by_name("未报企业").to_python()[1] == ["研发月报", "2026年9月", "远山竹业有限公司"]


def test_a_month_with_nothing_and_one_frozen_long_ago_are_right_workbooks() -> None:
    assert opened(month()).sheetnames == ["概要", "进展表"]
    old = opened(as_frozen_long_ago(month(item(targets=[target()]))))
    assert old["进展表"]["C2"].value == "培育高新技术企业"


def test_the_same_facts_are_the_same_bytes() -> None:
    facts = month(item(targets=[target()]), report(cut()))

    assert digest_xlsx(facts, MADE_AT) == digest_xlsx(facts, MADE_AT)


def test_three_thousand_rows_are_made_in_time() -> None:
    facts = month(*(item(number, targets=[target()]) for number in range(3_000)))
    began = time.perf_counter()

    book = CalamineWorkbook.from_filelike(BytesIO(digest_xlsx(facts, MADE_AT)))

    assert time.perf_counter() - began < 10
    assert len(book.get_sheet_by_name("进展表").to_python()) == 3_001
