"""The 通报 in Word: what it says and in which order, whatever the names are, however many there are."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cast import at
from notifications.documents.digest_word import digest_docx
from support.digests import as_frozen_long_ago, counts, cut, item, month, report, target
from support.word_xml import every, opened, paragraphs, rows, styled, tree

MADE_AT = at("2026-11-02 09:00")
HOSTILE = '=HYPERLINK("x")<b>&amp;{{ 单位 }}\n## 假标题\x00\x0b\ud800' + "长" * 180


def docx(*items: dict[str, Any], **changes: Any) -> bytes:
    return digest_docx(month(*items, **changes), MADE_AT)


def headings(document: bytes, level: int = 1) -> list[str]:
    return styled(opened(document), f"Heading{level}")


def test_what_needs_a_decision_comes_first() -> None:
    asked = {"about": "延期申请", "told": "李明申请将“研发平台”（2026年10月）延至2026年11月10日，理由：评审推迟"}
    slow = target(floor_share=0.3, light="red", light_label="滞后")
    document = docx(
        item(targets=[slow], silent=["李明（2026年10月）"]), decisions=[asked], warnings=["缺2027年的放假安排"]
    )

    assert headings(document)[0] == "一、需要研究决定的事项"
    assert headings(document, 3) == [
        "1.延期申请。李明申请将“研发平台”（2026年10月）延至2026年11月10日，理由：评审推迟。",
        "2.指标滞后。高新技术企业认定4家，完成30%，慢于序时进度36.8个百分点（李明）。",
        "3.逾期没有回音。培育高新技术企业：李明（2026年10月）。",
        "4.需要核实。缺2027年的放假安排。",
    ]


def test_a_target_is_told_with_its_shares_its_month_and_its_pace() -> None:
    told = paragraphs(docx(item(targets=[target()])))

    assert (
        "培育高新技术企业（创新股李明）。高新技术企业认定4家，其中当月1家，同比增长4.7%，完成确保目标5家的80%、"
        "力争目标8家的50%，快于序时进度13.2个百分点。"
    ) in told


def test_a_figure_that_is_older_than_the_month_says_its_day() -> None:
    told = "".join(paragraphs(docx(item(targets=[target(read_on="2026-09-03", month_value="", yoy="")]))))

    assert "高新技术企业认定4家（截至9月3日），完成确保目标" in told


def test_a_figure_nobody_reported_is_to_be_filled_in_and_never_guessed() -> None:
    unknown = target(value="", floor_share=None, stretch_share=None, light="none", light_label="待填", month_value="")
    document = docx(item(targets=[unknown]))

    assert "高新技术企业认定待填。" in "".join(paragraphs(document))
    assert rows(document)[1][3:5] == ["待填", "—"]


def test_items_stand_below_their_programmes_and_what_has_none_comes_last() -> None:
    document = docx(item(1, programme=""), item(2, programme="科贷通"), item(3, programme="科技特派员"))

    assert headings(document, 2) == ["（一）科贷通", "（二）科技特派员", "（三）其他工作"]


def test_late_returned_and_noted_work_is_told_with_who_and_why() -> None:
    late = item(
        counts=counts(due=1, overdue=1, silent=1),
        late=["李明（2026年10月）"],
        silent=["李明（2026年10月）"],
        returned=[{"day": "2026-10-20", "by": "陈平", "told": "缺佐证材料", "name": "李明"}],
        notes=[{"day": "2026-10-28", "by": "李明", "told": "等省厅公示。", "finished": False}],
    )

    told = "".join(paragraphs(docx(late)))

    assert "逾期未办：李明（2026年10月），没有回音。退回李明：缺佐证材料。李明说明：等省厅公示。" in told


def test_enterprise_reports_tell_rates_by_number_and_by_weight_and_who_is_missing() -> None:
    document = docx(report(cut()), late_arrivals=[], corrections=[])

    told = "".join(paragraphs(document))

    assert (
        "应报3家，按时报送1家，迟报1家，未报1家。按家数计报送率66.7%，按上年研发费用计报送率98.6%，按时率33.3%。"
        in told
    )
    assert "未报企业：远山竹业有限公司。" in told


def test_what_came_late_or_was_corrected_is_told_by_day() -> None:
    late = {"day": "2026-10-20", "name": "远山竹业有限公司", "item": "研发月报", "label": "2026年8月", "late": "晚30天"}
    corrected = {**late, "day": "2026-10-08", "told": "研发费用 30万元 改为 35万元"}
    document = docx(report(cut()), late_arrivals=[late], corrections=[corrected])

    told = [line for line in paragraphs(document) if line.startswith("10月")]

    assert told == [
        "10月8日，远山竹业有限公司更正研发月报（2026年8月）：研发费用 30万元 改为 35万元。",
        "10月20日，远山竹业有限公司补报研发月报（2026年8月），晚30天。",
    ]


def test_the_table_of_progress_has_its_ten_columns_in_their_order() -> None:
    known = item(targets=[target()], due_next=[{"due_on": "2026-11-30", "purpose": "报进度"}])
    head, row = rows(docx(known))

    assert head == [
        "序号",
        "工作任务",
        "半年目标",
        "当前进度",
        "完成率",
        "责任股室",
        "责任人",
        "存在问题",
        "下步措施",
        "灯",
    ]
    assert row[1:7] == [
        "培育高新技术企业",
        "高新技术企业认定：确保5家，力争8家",
        "4家（当月1家）",
        "80%",
        "创新股",
        "李明",
    ]
    assert row[8:] == ["距确保还差1家，距力争还差4家11月30日报进度", "正常"]


def test_an_item_with_two_targets_is_one_merged_item_of_two_rows() -> None:
    document = docx(item(targets=[target(), target(indicator="高企申报")]))

    assert [row[0] for row in rows(document)] == ["序号", "1", ""]
    assert len(every(tree(opened(document)), "//w:vMerge")) == 8


def test_a_plan_of_a_year_has_goals_of_a_year() -> None:
    assert rows(docx(item(), period="2026"))[0][2] == "年度目标"


def test_what_was_cancelled_is_not_told() -> None:
    document = docx(item(title="不办了", cancelled=True, counts=counts()), item(2))

    assert "不办了" not in "".join([*paragraphs(document), *(cell for row in rows(document) for cell in row)])


def test_a_month_with_no_items_is_a_right_document() -> None:
    document = docx(totals=counts())

    assert headings(document) == ["一、需要研究决定的事项", "二、工作进展情况", "三、2026年11月工作安排"]
    assert "本月没有需要研究决定的事项。" in paragraphs(document)
    assert not any(line.startswith("附件") for line in paragraphs(document))


def test_facts_frozen_long_ago_are_told_without_what_they_lack() -> None:
    old = as_frozen_long_ago(month(item(targets=[target()], programme=""), report(cut())))

    document = digest_docx(old, MADE_AT)

    assert headings(document, 2) == []
    assert rows(document)[1][1:6] == [
        "培育高新技术企业",
        "高新技术企业认定：确保5家，力争8家",
        "4家（当月1家）",
        "80%",
        "",
    ]


def test_a_hostile_name_stays_text_on_its_line() -> None:
    document = docx(item(title=HOSTILE, targets=[target(indicator=HOSTILE)], late=[HOSTILE]), bureau=HOSTILE)

    assert headings(document)[1] == "二、工作进展情况"
    assert not [line for line in paragraphs(document) if line.startswith(("假标题", "## "))]
    assert any('=HYPERLINK("x")<b>&amp;{{ 单位 }} ## 假标题' in line for line in paragraphs(document))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_name_leaves_the_document_whole(name: str) -> None:
    document = docx(item(title=name, owner=name, late=[name], programme=name), report(cut(missing=[name])))

    assert len(headings(document)) == 4


def test_ten_thousand_missing_enterprises_are_an_attachment_made_in_time() -> None:
    names = [f"第{number}号有限公司" for number in range(1, 10_001)]
    began = time.perf_counter()
    document = docx(report(cut(due=10_000, missing=names)))
    took = time.perf_counter() - began

    assert "未报企业：共10000家，名单见附件。" in "".join(paragraphs(document))
    listed = rows(document, 1)
    assert listed[1] == ["1", "第1号有限公司", "5001", "第5001号有限公司"]
    assert listed[-1][3] == "第10000号有限公司"
    assert "附件2" in paragraphs(document)
    assert took < 10


def test_the_same_facts_are_the_same_bytes() -> None:
    facts = month(item(targets=[target()]), report(cut()))

    assert digest_docx(facts, MADE_AT) == digest_docx(facts, MADE_AT)


@pytest.mark.parametrize("draft", [True, False])
def test_a_draft_says_so_and_a_final_one_does_not(draft: bool) -> None:
    document = digest_docx(month(item()), MADE_AT, draft=draft)

    assert styled(opened(document), "Subtitle") == (["（草稿）"] if draft else [])


def test_it_is_signed_by_the_bureau_on_the_day_it_was_made() -> None:
    assert styled(opened(docx(item())), "Signature") == ["云溪县科技局", "2026年11月2日"]
