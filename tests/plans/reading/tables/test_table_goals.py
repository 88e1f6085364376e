"""Targets of a row: 确保, 力争, a number with its unit, or words."""

import pytest

from plans.reading.model import StatedTarget
from support.grids import items

Short = tuple[str, float | None, float | None, str | None, str]


def goals(head: str, row: str) -> list[StatedTarget]:
    (item,) = items(f"工作任务|{head}|责任人\n高企培育|{row}|李明")
    return list(item.targets)


def short(goal: StatedTarget) -> Short:
    return goal.indicator, goal.floor, goal.stretch, goal.unit, goal.level


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("年度目标", "5家", ("高企培育", 5, None, "家", "plan")),
        ("年度目标", "新增高新技术企业5家", ("高新技术企业", 5, None, "家", "plan")),
        ("年度目标", "确保5家，力争8家", ("高企培育", 5, 8, "家", "ensure+strive")),
        ("年度目标", "5", ("高企培育", 5, None, None, "plan")),
        ("年度目标|计量单位", "1,200|万元", ("高企培育", 1200, None, "万元", "plan")),
        ("指标|目标值|单位", "高企数|5|家", ("高企数", 5, None, "家", "plan")),
        ("确保|力争", "5家|8家", ("高企培育", 5, 8, "家", "ensure+strive")),
        ("确保|力争|单位", "5|8|家", ("高企培育", 5, 8, "家", "ensure+strive")),
        ("确保|力争", "5家|", ("高企培育", 5, None, "家", "ensure")),
        ("指标|确保|力争", "高企数||8家", ("高企数", None, 8, "家", "strive")),
    ],
)
def test_a_target_is_read_out_of_its_columns(head: str, row: str, said: Short) -> None:
    assert [short(goal) for goal in goals(head, row)] == [said]


def test_a_masked_number_is_unknown() -> None:
    (goal,) = goals("目标值|单位", "*|家")

    assert (goal.masked, goal.floor, goal.unit) == (True, None, "家")


def test_words_without_a_number_are_a_target_without_one() -> None:
    (goal,) = goals("年度目标", "全省前列")

    assert (goal.qualitative, goal.indicator, goal.quote) == (True, "全省前列", "全省前列")


@pytest.mark.parametrize("nothing", ["", "/", "—", "无"])
def test_a_cell_that_says_nothing_is_no_target(nothing: str) -> None:
    assert goals("年度目标", nothing) == []


def test_without_a_column_of_targets_they_are_in_the_task() -> None:
    (item,) = items("工作任务|责任人\n高企培育。确保新增高企5家|李明")

    assert [short(goal) for goal in item.targets] == [("高企", 5, None, "家", "ensure")]


def test_figures_of_what_was_done_are_no_targets() -> None:
    (item,) = items("工作任务|年度目标|完成情况|一季度目标|责任人\n高企培育|5家|已新增3家|1家|李明")

    assert [goal.floor for goal in item.targets] == [5]
