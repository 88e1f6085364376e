"""Page junk, titles, sections and items: which words are the plan, and where each item begins and ends."""

import pytest

from plans.reading.model import Reading
from plans.reading.text import read_text


def headings(reading: Reading) -> list[tuple[str, str]]:
    return [(section.heading, section.kind) for section in reading.sections]


def titles(reading: Reading) -> list[str]:
    return [item.title for item in reading.plan_items]


def test_section_words_tell_done_problems_and_plan() -> None:
    reading = read_text(
        "一、上半年工作完成情况\n（一）培育企业。\n二、存在的问题\n（一）人才不足。\n三、下半年工作打算\n（一）抓培育。\n"
    )

    assert headings(reading) == [
        ("一、上半年工作完成情况", "done"),
        ("二、存在的问题", "problems"),
        ("三、下半年工作打算", "plan"),
    ]


def test_only_the_planned_section_gives_items_though_numbers_repeat() -> None:
    reading = read_text(
        "一、存在问题\n1、企业少。\n2、人才缺。\n二、下步打算\n1、抓培育。持续发力。\n2、引人才。精准施策。\n"
    )

    assert titles(reading) == ["抓培育", "引人才"]


def test_numbering_may_run_on_from_the_section_before() -> None:
    reading = read_text("一、工作情况\n1.甲事。\n2.乙事。\n二、下一步工作计划\n3.丙事。\n4.丁事。\n")

    assert [(item.marker, item.title) for item in reading.plan_items] == [("3.", "丙事"), ("4.", "丁事")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("（一）", "（二）"),
        ("(一)", "(二)"),
        ("1.", "2."),
        ("1、", "2、"),
        ("（1）", "（2）"),
        ("①", "②"),
        ("一是", "二是"),
    ],
)
def test_every_way_to_number_items_is_read(first: str, second: str) -> None:
    reading = read_text(f"三、下一步工作打算\n{first}抓好培育。走访企业。\n{second}抓好服务。上门辅导。\n")

    assert [(item.marker, item.title) for item in reading.plan_items] == [
        (first, "抓好培育"),
        (second, "抓好服务"),
    ]


def test_items_that_follow_each_other_in_one_paragraph_are_told_apart() -> None:
    reading = read_text("二、下步打算\n重点做好以下工作：①抓好企业培育；②抓好平台建设；③抓好科普宣传。\n")

    assert titles(reading) == ["抓好企业培育", "抓好平台建设", "抓好科普宣传"]


def test_points_inside_an_item_stay_inside_it() -> None:
    reading = read_text("二、下步打算\n（一）抓党建。一是抓学习。二是抓作风。\n（二）抓培育。\n")

    assert titles(reading) == ["抓党建", "抓培育"]
    assert reading.plan_items[0].text == "（一）抓党建。一是抓学习。二是抓作风。"


def test_a_heading_that_only_leads_to_numbered_items_is_not_an_item() -> None:
    reading = read_text("二、下步打算\n（一）企业培育\n1.高企。新增5家。\n2.科小。入库60家。\n（二）科普。办活动周。\n")

    assert titles(reading) == ["高企", "科小", "科普"]


def test_an_item_runs_over_paragraphs_to_the_next_marker() -> None:
    text = "三、下半年思路\n\n1、抓合作。\n\n对接高校院所，落实协议。\n\n2、抓服务。\n"

    assert read_text(text).plan_items[0].text == "1、抓合作。\n\n对接高校院所，落实协议。"


def test_a_planned_section_without_numbers_has_one_item_a_paragraph() -> None:
    reading = read_text("二、下一步工作打算\n抓好高企培育。确保新增5家。\n抓好平台建设。拟新建1个工作站。\n")

    assert titles(reading) == ["抓好高企培育", "抓好平台建设"]
    assert [item.marker for item in reading.plan_items] == ["", ""]


def test_headings_without_numbers_are_sections() -> None:
    reading = read_text("上半年工作情况\n1.甲事完成。\n下半年工作打算\n1.乙事。持续推进。\n")

    assert headings(reading) == [("上半年工作情况", "done"), ("下半年工作打算", "plan")]


def test_a_paragraph_that_looks_ahead_is_a_plan_even_without_a_heading() -> None:
    reading = read_text("一、工作情况\n完成甲事。\n下一步，我局将重点做好：一是抓培育；二是抓平台。\n")

    assert titles(reading) == ["抓培育", "抓平台"]


def test_a_document_that_is_a_plan_by_its_title_has_items_under_every_subject() -> None:
    reading = read_text(
        "云溪县科技局2024年工作要点\n一、指导思想\n高质量发展。\n二、抓高企培育\n新增高企5家。\n三、抓科普\n办好活动周。\n"
    )

    assert titles(reading) == ["抓高企培育", "抓科普"]


def test_a_title_that_promises_a_plan_over_a_summary_gives_no_items_and_says_so() -> None:
    reading = read_text(
        "云溪县科技局下半年工作安排\n现将年度工作总结如下：一、培育企业。入库60家。二、兑现奖补。发放30万元。\n"
    )

    assert reading.plan_items == ()
    assert [kind for _, kind in headings(reading)] == ["done", "done"]
    (problem,) = reading.problems
    assert (problem.severity, problem.line, problem.quote) == ("error", 1, "云溪县科技局下半年工作安排")
    assert problem.message == "没有找到工作计划（下步打算）部分，未读出任何事项，请确认是否选对了文件。"


def test_a_teaser_line_is_not_read_twice() -> None:
    reading = read_text(
        "云溪县科技局季度总结 我局主动作为： >一、下步打算 1.抓培育。新增5家，持...\n"
        "云溪县科技局季度总结\n我局主动作为：\n>一、下步打算\n1.抓培育。新增5家，持续推进。\n"
    )

    assert reading.title == "云溪县科技局季度总结"
    assert titles(reading) == ["抓培育"]
    assert reading.plan_items[0].line == 5


def test_page_junk_and_signature_are_no_part_of_the_last_item() -> None:
    reading = read_text(
        "首页 > 文章 > 正文\n云溪县科技局下半年工作计划\n"
        "一、下半年工作打算\n1.抓培育。新增5家。\n2.抓服务。上门辅导。\n"
        "云溪县科技局\n2024年7月1日\n本文链接：https://example.com/1.html\n"
    )

    assert reading.title == "云溪县科技局下半年工作计划"
    assert reading.plan_items[-1].text == "2.抓服务。上门辅导。"


def test_a_title_printed_twice_into_the_first_sentence_is_found() -> None:
    title = "云溪县科技局上半年工作总结"

    assert read_text(f"{title}{title}一年来，全县科技工作稳步推进。\n").title == title


@pytest.mark.parametrize(
    ("title", "heading", "reported", "planned"),
    [
        ("云溪县科技局2023年上半年工作总结", "下半年工作打算", "2023H1", "2023H2"),
        ("云溪县科技局20_年一季度工作总结", "下一步工作打算", "20_Q1", None),
        ("云溪县科技局2023年工作总结", "2024年工作计划", "2023", "2024"),
    ],
)
def test_periods_are_those_written_and_never_guessed(
    title: str, heading: str, reported: str, planned: str | None
) -> None:
    reading = read_text(f"{title}\n一、工作完成情况\n1.甲事。\n二、{heading}\n1.乙事。\n")

    assert (reading.period_reported, reading.plan_period) == (reported, planned)


def test_the_catch_all_is_marked_so_that_nobody_schedules_it() -> None:
    (item,) = read_text("一、下步打算\n1.完成县委、县政府交办的其他工作。\n").plan_items

    assert (item.catch_all, item.programme, item.kind) == (True, "other", "duty")


def test_the_programme_is_told_by_the_title_before_the_text() -> None:
    (item,) = read_text("一、下步打算\n1.推进科技特派员工作。培育高新技术企业，引进人才。\n").plan_items

    assert item.programme == "tepaiyuan"


def test_an_owner_is_read_only_where_one_is_written() -> None:
    first, second = read_text("一、下步打算\n1.抓高企。责任股室：高新股\n2.抓科普。持续推进。\n").plan_items

    assert (first.owner, second.owner) == ("高新股", None)
