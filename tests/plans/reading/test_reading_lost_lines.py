"""Text that lost its line breaks, or got one after every cell, on the way out of a page."""

import pytest

from plans.reading.model import Reading
from plans.reading.text import read_text


def titles(reading: Reading) -> list[str]:
    return [item.title for item in reading.plan_items]


def test_a_page_in_one_line_keeps_its_sections_and_its_items() -> None:
    reading = read_text(
        "云溪县科技局上半年工作总结 一、主要工作情况 (一)抓实企业培育 今年以来，认定高企5家。(二)抓实投入 申报9项。 "
        "二、下半年工作打算 (一)抓好企业培育 组织企业申报，力争新增高企8家。(二)落实研发投入 9月底前填报，确保5亿元。 "
        "云溪县科技局 2023年7月8日 未经允许不得转载，如需修改请联系我们。本站每日更新不少于30篇公文。"
    )

    assert [section.heading for section in reading.sections] == ["一、主要工作情况", "二、下半年工作打算"]
    assert titles(reading) == ["抓好企业培育", "落实研发投入"]
    assert [target.unit for item in reading.plan_items for target in item.targets] == ["家", "亿元"]
    assert reading.plan_items[-1].text.endswith("确保5亿元。")


HEADER, ROWS = (
    ("序号", "工作任务", "目标", "完成时限", "责任股室"),
    (
        ("1", "高企培育", "新增10家，力争12家", "11月底", "高新股"),
        ("2", "研发统计", "研发投入5亿元", "12月底", "规划股"),
    ),
)


@pytest.mark.parametrize("between", ["\n", " "])
def test_a_table_copied_as_text_is_a_table(between: str) -> None:
    rows = "\n".join(between.join(row) for row in (HEADER, *ROWS))
    reading = read_text(f"云溪县科技局2023年重点工作任务清单\n{rows}\n")

    assert titles(reading) == ["高企培育", "研发统计"]
    assert [item.owner for item in reading.plan_items] == ["高新股", "规划股"]
    assert [item.deadlines for item in reading.plan_items] == [("11月底",), ("12月底",)]


def test_lines_that_count_otherwise_than_a_table_are_no_table() -> None:
    cells = "\n".join((*HEADER, *ROWS[0], *ROWS[1][1:]))

    assert read_text(f"云溪县科技局2023年重点工作\n{cells}\n").tables == ()


def test_sentences_numbered_under_a_heading_are_its_measures() -> None:
    reading = read_text(
        "一、重点工作\n（一）加大研发投入\n1.联合税务部门开展培训，上门辅导企业。\n2.召开调度会，通报进度。\n"
        "（二）抓平台\n1.抓中心。新建中心1个。\n2.抓载体。新建载体2个。\n"
    )

    assert titles(reading) == ["加大研发投入", "抓中心", "抓载体"]


def test_a_paragraph_of_nothing_but_points_is_no_item() -> None:
    assert titles(read_text("一、工作情况\n认定5家。\n二、下步打算\n，：1111\n抓好企业培育。\n")) == ["抓好企业培育"]


@pytest.mark.parametrize("heading", ["三、下半年干什么", "三、下半年怎么干", "三、明年怎么抓"])
def test_plain_words_head_a_plan_too(heading: str) -> None:
    reading = read_text(f"一、干了什么\n高企：报了7家。\n二、啥问题\n人手少。\n{heading}\n1.高企。再报3家。\n")

    assert [section.kind for section in reading.sections] == ["done", "problems", "plan"]
    assert titles(reading) == ["高企"]
