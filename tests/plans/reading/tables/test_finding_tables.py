"""The header is found below titles and notes, over one row or two, and other rows are told from items."""

import pytest

from support.grids import grid, items, read

PLAIN = """
序号|工作任务|责任股室|完成时限
1|企业培育|高新股|2026年9月底
2|平台建设|规划股|2026年12月底
"""
TITLE = "云溪县科技局2026年重点工作任务分解表"


def titles(*blocks: str) -> list[str]:
    return [item.title for item in items(*blocks)]


def test_every_row_of_a_task_table_is_an_item() -> None:
    assert titles(TITLE, PLAIN) == ["企业培育", "平台建设"]


def test_the_header_is_found_below_title_and_notes() -> None:
    reading = read(f"{TITLE}|<|<|<\n填报单位：云溪县科技局|<|填报日期：2026年1月5日|<{PLAIN}")

    (table,) = reading.tables
    assert (table.header_row, table.columns) == (3, ("number", "task", "lead", "deadline"))
    assert (reading.title, reading.plan_period) == (TITLE, "2026")
    assert [item.title for item in reading.plan_items] == ["企业培育", "平台建设"]


def test_the_title_may_stand_in_the_paragraph_over_the_table() -> None:
    reading = read("附件1", "云溪县科技局2026年下半年目标任务分解表", PLAIN)

    assert (reading.title, reading.plan_period) == ("云溪县科技局2026年下半年目标任务分解表", "2026H2")
    assert reading.sections == ()


def test_a_note_may_stand_between_the_title_and_the_table() -> None:
    assert read(TITLE, "（单位：家、万元）", PLAIN).title == TITLE


def test_a_row_of_the_table_before_is_no_title() -> None:
    reading = read(PLAIN, "附件", grid("1月|2月\n办公用品采购计划|3"), grid(PLAIN))

    assert reading.title is None


def test_a_timetable_of_a_meeting_is_no_task_table() -> None:
    assert read("时间|内容|地点\n9:00|签到|会议室").tables[0].use == "unread"


def test_a_heading_over_a_table_stays_a_heading() -> None:
    reading = read(
        "云溪县科技局2026年上半年工作总结",
        "上半年工作完成情况",
        "新增高企3家。",
        "下半年工作打算",
        PLAIN.replace("2026年", ""),
    )

    assert [section.kind for section in reading.sections] == ["done", "plan"]
    assert (reading.plan_period, reading.plan_items[0].cadence) == ("2026H2", "once:2026-09-30")
    assert reading.problems == ()


def test_a_header_of_two_rows_names_parts_of_a_merged_cell() -> None:
    reading = read(
        """
        序号|工作任务|年度目标|<|完成情况|<|责任分工|<
        ^|^|确保|力争|一季度|二季度|牵头单位|配合单位
        1|企业培育|5家|8家|2家|3家|高新股|县税务局
        """
    )

    (table,) = reading.tables
    assert table.header_row == 2
    assert table.header[2:5] == ("年度目标 确保", "年度目标 力争", "完成情况 一季度")
    assert table.columns[1:4] == ("task", "floor", "stretch")
    assert table.columns[6:] == ("lead", "helpers")
    assert reading.plan_items[0].owner == "高新股"


def test_a_header_that_comes_again_on_each_page_is_no_item() -> None:
    assert titles(PLAIN + "序号|工作任务|责任股室|完成时限\n3|科普宣传|综合股|2026年5月底") == [
        "企业培育",
        "平台建设",
        "科普宣传",
    ]


@pytest.mark.parametrize("aside", ["合计|2|", "合 计||", "|小计|", "备注：本表一式两份|<|<", "填表人：王芳||", "||"])
def test_sums_notes_and_empty_rows_are_no_items(aside: str) -> None:
    assert titles(f"工作任务|目标值|责任人\n企业培育|5家|李明\n{aside}\n平台建设|1个|王芳") == ["企业培育", "平台建设"]


def test_a_merged_row_is_a_heading_and_tells_the_programme_of_what_stands_under_it() -> None:
    reading = read(
        """
        序号|工作任务|责任人
        一、高新技术企业|<|<
        1|组织开展政策培训|李明
        二、科普工作|<|<
        2|办好活动周|王芳
        """
    )

    assert [(item.title, item.programme) for item in reading.plan_items] == [
        ("组织开展政策培训", "gaoqi"),
        ("办好活动周", "kepu"),
    ]


@pytest.mark.parametrize(
    "heading", ["一|高新技术企业||", "一、高新技术企业|||", "高新技术企业|<|<|<", "|高新技术企业|<|<"]
)
def test_a_heading_may_be_written_in_its_own_cells(heading: str) -> None:
    reading = read(f"序号|工作任务|目标|责任人\n{heading}\n1|开展政策培训|2场|李明")

    assert [(item.title, item.programme) for item in reading.plan_items] == [("开展政策培训", "gaoqi")]


def test_an_inner_heading_stands_under_an_outer_one() -> None:
    (item,) = items("序号|任务|责任人\n一、科技金融|<|<\n（一）上门对接|<|<\n1|上门走访|李明")

    assert item.programme == "kedaitong"


def test_a_table_that_goes_on_without_a_header_has_that_of_the_one_before() -> None:
    reading = read(PLAIN, grid("3|科普宣传|综合股|2026年5月底"))

    assert [item.title for item in reading.plan_items] == ["企业培育", "平台建设", "科普宣传"]
    assert [table.header_row for table in reading.tables] == [1, 0]


def test_every_worksheet_with_a_task_table_is_read() -> None:
    reading = read(grid(PLAIN, "业务"), grid("事项|责任人|频次\n三会一课|王芳|每月", "党建"))

    assert [(table.name, table.items) for table in reading.tables] == [("业务", 2), ("党建", 1)]
    assert [item.title for item in reading.plan_items] == ["企业培育", "平台建设", "三会一课"]


def test_a_table_of_something_else_is_named_and_not_read() -> None:
    reading = read("一、下步打算\n1.抓培育。", "品名|规格\n打印纸|A4\n墨盒|黑色")

    (problem,) = reading.problems
    assert problem.message.startswith("这个表格没有读")
    assert (problem.quote, problem.line) == ("品名\t规格", 3)
    assert reading.tables[0].use == "unread"
    assert reading.tables[0].header == ("品名", "规格")


def test_many_tables_of_something_else_are_not_all_named() -> None:
    reading = read(
        "一、下步打算\n1.抓培育。", *[block for n in range(25) for block in (f"表{n}", "品名|规格\n打印纸|A4")]
    )

    told = [problem.message for problem in reading.problems]
    assert len(told) == 21
    assert told[-1] == "还有5个表格没有读，请核对。"


def test_words_in_a_box_are_paragraphs() -> None:
    reading = read("云溪县科技局2026年工作计划", grid("一、下步工作打算\n（一）抓高企。确保新增5家。"))

    assert [item.title for item in reading.plan_items] == ["抓高企"]
    assert reading.tables == ()


def test_rows_are_not_read_as_paragraphs() -> None:
    reading = read(
        "云溪县科技局2026年工作总结",
        "一、工作完成情况",
        "新增高企3家。",
        "二、下步工作打算",
        "1.抓科普。每月开展一次活动。",
        "附表：",
        "序号|工作任务|完成情况|责任人\n1|一、企业培育每周调度|新增高企2家|李明",
    )

    assert [figure.value for figure in reading.done_figures] == [3]
    assert [item.title for item in reading.plan_items] == ["抓科普", "企业培育每周调度"]
    assert [duty.cadence for duty in reading.recurring_duties] == ["monthly"]


def test_a_plan_that_is_all_table_is_not_missed() -> None:
    reading = read(TITLE, PLAIN)

    assert reading.sections == ()
    assert reading.problems == ()
