"""Where the plan is: headings of every make, sections that tell two things, plans under no heading at all."""

import pytest

from plans.reading.model import Reading
from plans.reading.text import read_text


def kinds(reading: Reading) -> list[str]:
    return [section.kind for section in reading.sections]


def titles(reading: Reading) -> list[str]:
    return [item.title for item in reading.plan_items]


def test_a_document_that_lost_its_line_breaks_keeps_its_headings() -> None:
    reading = read_text(
        "云溪县科技局上半年工作总结一、上半年工作情况(一)高企培育。认定5家。二、存在的问题(一)人才缺乏。"
        "三、下半年工作打算(一)抓高企培育。力争认定8家。(二)抓平台建设。新建2个。"
    )

    assert kinds(reading) == ["done", "problems", "plan"]
    assert titles(reading) == ["抓高企培育", "抓平台建设"]


def test_two_blanks_before_a_number_stand_for_a_lost_line_break() -> None:
    reading = read_text(
        "一、工作成效   1、科普。发放资料。   二、下半年工作安排   1、抓项目。申报8项。   2、抓科普。\n"
    )

    assert titles(reading) == ["抓项目", "抓科普"]


def test_items_after_commas_in_one_paragraph_are_told_apart() -> None:
    reading = read_text("一、下步打算\n1.高企培育，2.科小入库，3.平台建设。\n")

    assert titles(reading) == ["高企培育", "科小入库", "平台建设"]


@pytest.mark.parametrize(
    "inside",
    [
        "（一）存在的问题\n1.人才少。\n（二）下一步打算\n1.抓人才。引进3名。\n",
        "主要问题：人才少；投入低。\n下一步打算：\n1.抓人才。引进3名。\n",
        "存在问题：一是人才少；二是投入低。\n下一步，我局将：一是抓人才；\n",
    ],
)
def test_a_section_of_problems_and_plan_gives_only_the_plan_as_items(inside: str) -> None:
    reading = read_text(f"一、工作情况\n认定5家。\n二、存在问题及下一步打算\n{inside}")

    assert kinds(reading) == ["done", "plan"]
    assert titles(reading) == ["抓人才"]


def test_a_plan_inside_each_line_of_work_is_read_there() -> None:
    reading = read_text(
        "云溪县科技局工作汇报\n一、高企培育\n（一）进展情况\n认定5家。\n（二）下一步打算\n1.抓摸底。逐户走访。\n"
        "二、研发投入\n（一）进展情况\n增长10%。\n（二）下一步打算\n1.抓填报。按时上报。\n"
    )

    assert titles(reading) == ["抓摸底", "抓填报"]


def test_a_section_of_results_and_plan_gives_only_the_plan_as_items() -> None:
    reading = read_text(
        "一、2023年工作总结和2024年工作安排\n（一）2023年工作总结\n1.高企。认定5家。\n（二）2024年工作安排\n1.抓高企。新增8家。\n"
    )

    assert (titles(reading), reading.plan_period) == (["抓高企"], "2024")
    assert [figure.value for figure in reading.done_figures] == [5]


def test_goals_listed_before_the_first_heading_are_items() -> None:
    reading = read_text(
        "云溪县科技局2024年工作打算汇报\n2024年的目标要求：1、新增高企5家。2、成交额2亿元。\n主要措施\n1、抓高企。逐户走访。\n"
    )

    assert titles(reading) == ["新增高企5家", "成交额2亿元", "抓高企"]


def test_last_quarters_work_is_done_and_this_quarters_is_planned() -> None:
    reading = read_text("一、一季度工作\n1.高企。认定5家。\n二、二季度工作\n1.抓高企。申报8家。\n")

    assert kinds(reading) == ["done", "plan"]
    assert titles(reading) == ["抓高企"]


def test_a_year_plan_without_title_is_a_plan_from_its_first_heading_on() -> None:
    reading = read_text(
        "一、指导思想\n坚持创新。\n二、主要目标\n①新增高企5家；②入库科小60家。\n三、工作重点：\n（一）抓高企。\n"
    )

    assert kinds(reading) == ["plan", "plan", "plan"]
    assert titles(reading) == ["新增高企5家", "入库科小60家", "抓高企"]


def test_guiding_words_are_no_item_and_goals_without_numbers_are_one() -> None:
    reading = read_text(
        "一、工作情况\n甲事。\n二、下半年工作思路\n（一）总体思路\n以创新为主线。\n"
        "（二）主要目标\n高企达到30家，研发投入增长10%。\n（三）重点工作\n1.抓高企。\n2.抓投入。\n"
    )

    assert titles(reading) == ["主要目标", "抓高企", "抓投入"]


def test_points_under_a_subject_stay_inside_it() -> None:
    reading = read_text(
        "云溪县科技局2024年工作计划\n一、培育创新主体\n新增高企5家。一是摸底。二是辅导。\n二、加大研发投入\n增长10%。\n"
    )

    assert titles(reading) == ["培育创新主体", "加大研发投入"]


@pytest.mark.parametrize("bullet", ["●", "—", "◆ ", "☆"])
def test_a_bullet_is_no_part_of_a_title(bullet: str) -> None:
    reading = read_text(f"一、下步打算\n{bullet}抓好高企培育。新增5家。\n{bullet}抓好研发投入。增长10%。\n")

    assert titles(reading) == ["抓好高企培育", "抓好研发投入"]


def test_a_paragraph_that_only_leads_to_the_items_is_none() -> None:
    reading = read_text(
        "一、下半年工作打算\n下半年，我局将坚持创新驱动，重点做好以下工作。\n抓好高企培育。新增5家。\n抓好平台建设。\n"
    )

    assert titles(reading) == ["抓好高企培育", "抓好平台建设"]


def test_advice_to_others_is_no_plan() -> None:
    reading = read_text("一、下步打算\n1.抓高企。新增5家。\n二、意见和建议\n1.建议加大支持力度。\n")

    assert titles(reading) == ["抓高企"]


def test_who_does_it_is_no_part_of_the_title() -> None:
    reading = read_text(
        "云溪县科技局2024年重点任务清单\n1.研发投入（责任股室：规划股；完成时限：2024年12月）\n增长10%。\n"
    )

    (item,) = reading.plan_items
    assert (item.title, item.owner, item.deadlines) == ("研发投入", "规划股", ("2024年12月",))


def test_a_list_of_goals_under_no_heading_is_a_plan() -> None:
    reading = read_text("今年全县科技工作的目标是：一是高企突破40家；二是成交额突破2亿元。\n")

    assert titles(reading) == ["高企突破40家", "成交额突破2亿元"]


def test_a_news_item_ends_in_a_plan_where_it_looks_ahead() -> None:
    reading = read_text("今年以来，我局已走访企业85家。\n接下来，我局将继续做好跟踪服务。\n")

    assert [item.text for item in reading.plan_items] == ["接下来，我局将继续做好跟踪服务。"]


@pytest.mark.parametrize(
    ("title", "heading", "planned"),
    [
        ("云溪县科技局二〇二三年工作总结", "明年工作打算", "2024"),
        ("云溪县科技局20XX年工作总结", "明年工作打算", None),
        ("云溪县科技局2023年三季度工作总结", "四季度工作计划", "2023Q4"),
    ],
)
def test_the_year_of_a_plan_may_follow_from_a_year_reported_that_is_not_hidden(
    title: str, heading: str, planned: str | None
) -> None:
    reading = read_text(f"{title}\n一、工作完成情况\n1.甲事。\n二、{heading}\n1.乙事。\n")

    assert reading.plan_period == planned
