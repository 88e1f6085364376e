"""A row becomes an item: each of its values is a piece of the row."""

import pytest

from plans.programmes import load_programmes
from plans.reading.knowledge import Knowledge
from plans.reading.model import Item
from plans.reading.text import read_source
from support.grids import items, read, source

TITLE = "云溪县科技局2026年重点工作任务分解表"
HEAD = "序号|工作任务|年度目标|责任股室|责任人|配合单位|完成时限"


def only(row: str, head: str = HEAD, title: str = TITLE) -> Item:
    (item,) = items(title, f"{head}\n{row}")
    return item


def test_a_row_says_all_of_an_item() -> None:
    item = only("3|培育高新技术企业。组织申报|确保5家，力争8家|高新股|李明|税务局、财政局|2026年9月底")

    assert (item.marker, item.title, item.programme, item.kind.value) == ("3", "培育高新技术企业", "gaoqi", "goal")
    assert item.text == "3\t培育高新技术企业。组织申报\t确保5家，力争8家\t高新股\t李明\t税务局、财政局\t2026年9月底"
    assert item.owner == "李明"
    assert item.counterparties == ("税务局", "财政局")
    assert (item.deadlines, item.cadence) == (("2026年9月底",), "once:2026-09-30")
    assert [(one.floor, one.stretch, one.unit) for one in item.targets] == [(5, 8, "家")]
    assert item.line == 3


def test_without_a_person_the_office_answers() -> None:
    assert only("1|科普宣传|2场|综合股|||").owner == "综合股"
    assert only("1|科普宣传|2场||||").owner is None


def test_a_long_task_is_named_by_its_first_clause() -> None:
    task = "围绕全县主导产业和重点企业的技术需求开展产学研合作对接活动，组织专家教授深入企业车间一线，帮助解决生产难题"

    assert only(f"1|{task}|||||").title == "围绕全县主导产业和重点企业的技术需求开展产学研合作对接活动"


def test_a_number_inside_the_task_is_its_marker() -> None:
    item = only("（二）科普宣传|王芳", head="工作任务|责任人")

    assert (item.marker, item.title) == ("（二）", "科普宣传")


@pytest.mark.parametrize(
    ("deadline", "cadence"),
    [
        ("9月底前", "once:2026-09-30"),
        ("46295", "once:2026-09-30"),
        ("每月10日前", "monthly:10"),
        ("每季度末", "quarterly"),
        ("三季度末", "once:2026-09-30"),
    ],
)
def test_a_deadline_takes_the_year_of_the_plan(deadline: str, cadence: str) -> None:
    item = only(f"1|召开推进会||综合股|||{deadline}")

    assert (item.cadence, item.deadlines) == (cadence, (deadline,))


def test_a_goal_due_at_the_end_of_the_plan_keeps_its_monthly_progress() -> None:
    assert only("1|企业培育|5家|高新股|||年底前").cadence is None
    assert only("1|召开总结会||高新股|||年底前").cadence == "once:2026-12-31"


def test_a_rhythm_of_its_own_column_counts_before_the_deadline() -> None:
    item = only("1|报送研发月报|每月10日前|年底", head="序号|工作任务|报送频次|完成时限")

    assert (item.cadence, item.deadlines, item.kind.value) == ("monthly:10", ("年底",), "filing")


def test_a_deadline_without_a_day_is_asked_with_its_words() -> None:
    reading = read(TITLE, f"{HEAD}\n1|联系企业||综合股|||长期坚持")

    (problem,) = reading.problems
    assert (problem.quote, problem.line) == ("长期坚持", 3)
    assert problem.message == "完成时限“长期坚持”没有具体日期，请补充频次或日期。"
    assert reading.plan_items[0].cadence is None


def test_deadlines_that_only_wait_for_the_year_are_asked_once() -> None:
    reading = read("重点工作任务分解表", f"{HEAD}\n1|甲项工作||综合股|||6月底\n2|乙项工作||综合股|||9月底")

    (problem,) = reading.problems
    assert problem.message == "表格没有写明是哪一年的计划：2个完成时限要先填计划期才能定下日期。"
    assert [item.cadence for item in reading.plan_items] == [None, None]


def test_a_masked_date_and_a_masked_number_are_asked() -> None:
    reading = read(TITLE, f"{HEAD}\n1|企业培育|*家|高新股|||20_年*月底")

    assert [problem.message for problem in reading.problems] == [
        "目标数被遮盖，标为待填，请补充数字。",
        "日期被遮盖，标为待填，请补充日期。",
    ]
    assert reading.plan_items[0].targets[0].masked


def test_one_task_over_several_rows_is_one_item_with_several_targets() -> None:
    (item,) = items(
        TITLE,
        """
        序号|工作任务|年度目标|责任人|完成时限
        1|企业培育|新增高企5家|李明|2026年11月底
        ^|^|入库科技型中小企业60家|^|^
        """,
    )

    assert item.title == "企业培育"
    assert [(one.floor, one.unit) for one in item.targets] == [(5, "家"), (60, "家")]
    assert item.text.splitlines()[1].strip() == "入库科技型中小企业60家"


def test_a_task_left_empty_below_goes_on() -> None:
    (item,) = items(TITLE, "序号|任务|目标|责任人\n1|企业培育|高企5家|李明\n||科小60家|")

    assert [one.floor for one in item.targets] == [5, 60]


def test_one_task_over_rows_with_different_deadlines_is_an_item_a_row() -> None:
    reading = read(
        TITLE,
        """
        序号|重点工作|工作措施|责任人|完成时限
        1|高新技术企业培育|摸底排查|李明|2026年3月底
        ^|^|组织申报|王芳|2026年6月底
        """,
    )

    first, second = reading.plan_items
    assert [first.title, second.title] == ["摸底排查", "组织申报"]
    assert [first.cadence, second.cadence] == ["once:2026-03-31", "once:2026-06-30"]
    assert [first.owner, second.owner] == ["李明", "王芳"]
    assert (second.programme, second.marker) == ("gaoqi", "1")


def test_a_row_without_a_task_is_told() -> None:
    reading = read(TITLE, "任务|责任人|完成时限\n|李明|2026年9月底\n平台|王芳|2026年6月底")

    assert [item.title for item in reading.plan_items] == ["平台"]
    (problem,) = reading.problems
    assert problem.message == "表格的这一行没有写工作任务，没有读成事项，请核对。"
    assert problem.quote == "\t李明\t2026年9月底"


def test_rows_of_a_shared_task_are_named_by_what_they_measure() -> None:
    reading = read(
        """
        一级指标|二级指标|计量单位|年度目标值|责任股室
        科技创新|高新技术企业数|家|50|创新股
        ^|技术合同成交额|亿元|5|综合股
        """
    )

    assert [item.title for item in reading.plan_items] == ["高新技术企业数", "技术合同成交额"]
    assert [(one.floor, one.unit) for item in reading.plan_items for one in item.targets] == [(50, "家"), (5, "亿元")]


def test_a_rhythm_in_the_column_of_targets_is_no_target() -> None:
    item = only("3|研发月报报送|按月报送|综合股|王芳||每月10日前")

    assert (item.targets, item.kind.value, item.cadence) == ((), "filing", "monthly:10")


def test_work_that_will_be_handed_down_is_no_line_of_work() -> None:
    item = only("9|完成县委、县政府交办的其他工作||综合股|||")

    assert (item.catch_all, item.programme) == (True, "other")


def test_a_rhythm_without_a_date_in_the_task_is_asked() -> None:
    reading = read(TITLE, "任务|责任人\n联系企业。定期上门走访|李明")

    assert [(problem.quote, problem.line) for problem in reading.problems] == [("定期上门走访", 3)]
    assert reading.plan_items[0].cadence == "periodic-unspecified"


def test_a_lasting_task_with_a_rhythm_in_its_words_has_that_rhythm() -> None:
    reading = read(TITLE, "任务|责任人|完成时限\n联系企业。每月上门走访|李明|长期")

    assert (reading.plan_items[0].cadence, reading.problems) == ("monthly", ())


def test_what_the_paragraphs_say_too_is_told() -> None:
    reading = read("一、下步打算", "1.企业培育。新增高企5家。", "任务|责任人\n企业培育|李明\n平台建设|王芳")

    (problem,) = reading.problems
    assert (problem.quote, problem.line) == ("企业培育", 4)
    assert problem.message == "正文里也有这一项，请核对是否重复，只留一项。"


def test_the_bureau_s_own_programmes_are_respected() -> None:
    own = load_programmes()["kepu"].model_copy(update={"key": "zhiku", "words": ("智库",)})
    knowledge = Knowledge({**load_programmes(), "zhiku": own})

    reading = read_source(source("一、下步打算", "1.建智库。聘请专家。", "任务|责任人\n智库建设|李明"), knowledge)

    assert [item.programme for item in reading.plan_items] == ["zhiku", "zhiku"]


def test_a_table_in_traditional_characters_is_read_and_quoted_as_it_is() -> None:
    item = only(
        "1|培育高新技術企業|確保5家|創新股|||2026年9月底",
        head="序號|工作任務|年度目標|責任股室|責任人|配合單位|完成時限",
    )

    assert (item.title, item.programme, item.owner) == ("培育高新技術企業", "gaoqi", "創新股")
    assert [(one.floor, one.level, one.quote) for one in item.targets] == [(5, "ensure", "確保5家")]


def test_names_are_hostile_and_stay_as_they_are() -> None:
    item = only("1|<b>培育</b>|=1+1|'; DROP TABLE|李明</td>||2026年9月底")

    assert (item.title, item.owner) == ("<b>培育</b>", "李明</td>")
