"""The 工作总结 in Word: three sections, signature and date, and behind them where its numbers are from."""

from typing import Any

import pytest

from cast import at
from notifications.documents.report_word import report_docx
from support.word_xml import every, one, opened, paragraphs, rows, styled, text, tree, value

MADE_AT = at("2026-07-08 09:00")
SOURCE = {
    "number": "4家",
    "indicator": "高新技术企业认定",
    "unit": "家",
    "calibre": "",
    "day": "2026-06-26",
    "by": "李明",
}


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "bureau": "云溪县科技局",
        "label": "2026年上半年",
        "title": "云溪县科技局2026年上半年工作总结",
        "preface": "现将有关情况汇报如下：",
        "done": [{"programme": "gaoqi", "heading": "培育高新技术企业", "text": "认定4家。"}],
        "problems": ["部分指标慢于序时进度。"],
        "nothing": "",
        "ahead_heading": "下半年工作打算",
        "ahead": [{"title": "组织复审", "text": "确保9家。"}, {"title": "交办的其他工作", "text": ""}],
        "no_plan": "待填。",
        "missing": ["组织复审：还没有报过数"],
        "sources": [SOURCE | {"origin": "任务1"}],
    } | changes


def test_the_sections_stand_in_their_order_and_the_signature_below() -> None:
    document = report_docx(facts(), MADE_AT)

    assert [line for line in paragraphs(document) if line] == [
        "云溪县科技局2026年上半年工作总结",
        "现将有关情况汇报如下：",
        "一、工作完成情况",
        "（一）培育高新技术企业。认定4家。",
        "二、存在的问题",
        "部分指标慢于序时进度。",
        "三、下半年工作打算",
        "（一）组织复审。确保9家。",
        "（二）交办的其他工作。",
        "云溪县科技局",
        "2026年7月8日",
        "附1：数字来源（供核对，不随文发送）",
        "附2：还要补齐的内容",
    ]


def test_a_point_opens_with_its_title_in_the_font_of_such_headings() -> None:
    document = tree(opened(report_docx(facts(), MADE_AT)))

    (point,) = [found for found in every(document, "//w:p") if text(found).startswith("（一）培育")]
    title, told = every(point, "w:r")
    assert (text(title), text(told)) == ("（一）培育高新技术企业。", "认定4家。")
    assert value(one(title, "w:rPr/w:rFonts"), "eastAsia") == "楷体_GB2312"


def test_the_sources_are_on_pages_of_their_own_that_lie() -> None:
    document = report_docx(facts(), MADE_AT)

    upright, lying = every(tree(opened(document)), "//w:pgSz")
    assert (value(upright, "orient"), value(lying, "orient")) == ("", "landscape")
    assert rows(document)[1] == ["1", "4家", "高新技术企业认定", "家", "—", "2026-06-26", "李明", "任务1"]


@pytest.mark.parametrize(
    ("name", "empty", "told"), [("done", [], "待填。"), ("ahead", [], "待填。"), ("problems", [], "没有。")]
)
def test_an_empty_section_keeps_its_heading(name: str, empty: list[str], told: str) -> None:
    document = report_docx(facts(nothing="没有。", **{name: empty}), MADE_AT)

    assert told in paragraphs(document)
    assert len(styled(opened(document), "Heading1")) == 3


def test_a_long_origin_does_not_outgrow_its_page() -> None:
    document = report_docx(facts(sources=[SOURCE | {"origin": "长" * 5000}]), MADE_AT)

    assert len(rows(document)[1][-1]) == 120
