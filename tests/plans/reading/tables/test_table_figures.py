"""A table of what was done gives figures, not items."""

import pytest

from support.grids import read

TABLE = """
指标名称|单位|1-6月累计完成|同比增长（%）
研发投入|万元|1533.7|48.1
技术合同成交额|亿元|3.2|下降4.5%
新增高企|家|5|
专利申请|件|*|
"""


def test_each_row_is_a_figure_with_its_unit_and_its_growth() -> None:
    reading = read("云溪县科技局2026年上半年主要指标完成情况表", TABLE)

    told = [(one.indicator, one.value, one.unit, one.yoy) for one in reading.done_figures]
    assert told[:3] == [
        ("研发投入", 1533.7, "万元", 48.1),
        ("技术合同成交额", 3.2, "亿元", -4.5),
        ("新增高企", 5, "家", None),
    ]
    assert reading.done_figures[0].text == "研发投入\t万元\t1533.7\t48.1"
    assert reading.tables[0].use == "figures"
    assert reading.plan_items == ()


def test_of_month_and_sum_the_one_beside_the_growth_counts() -> None:
    reading = read("指标名称|单位|上年同期|6月完成数|1-6月累计|同比\n成交额|万元|90|20|120|33.3")

    assert [(one.value, one.as_of, one.yoy) for one in reading.done_figures] == [(120, "1-6月", 33.3)]


def test_the_months_are_said_by_the_header() -> None:
    assert {one.as_of for one in read(TABLE).done_figures} == {"1-6月"}


def test_a_hidden_figure_is_unknown() -> None:
    figure = read(TABLE).done_figures[3]

    assert (figure.masked, figure.value) == (True, None)


def test_the_unit_may_stand_in_the_header_or_beside_the_number() -> None:
    reading = read("指标|完成数（万元）|同比\n研发投入|1500|10%\n高企|5家|")

    assert [(one.value, one.unit) for one in reading.done_figures] == [(1500, "万元"), (5, "家")]


@pytest.mark.parametrize("cell", ["", "见附件", "正在统计"])
def test_a_row_without_a_number_is_no_figure(cell: str) -> None:
    assert read(f"指标名称|单位|累计完成|同比增长\n研发投入|万元|{cell}|").done_figures == ()
