"""Dates and rhythms as bureaus write them."""

import pytest

from plans.reading.text import read_text


@pytest.mark.parametrize(
    ("sentence", "deadlines"),
    [
        ("二〇二四年六月底前完成验收。", ("二〇二四年六月底前",)),
        ("本月底前上报。", ("本月底前",)),
        ("年内完成验收，四季度完成评价。", ("年内", "四季度")),
        ("9月25日至10月10日评审。", ("9月25日至10月10日",)),
        ("完成时限：2023年12月", ("2023年12月",)),
        ("组织第二、三批高企申报。", ("第二、三批高企申报",)),
        ("中秋节前走访。", ("中秋节前",)),
        ("20××年×月底前完成。", ("20××年×月底前",)),
        ("春节前后走访，第四季度评价，以11月9日消防日为契机。", ()),
    ],
)
def test_dates_are_kept_as_written(sentence: str, deadlines: tuple[str, ...]) -> None:
    (item,) = read_text(f"一、下步打算\n1.抓工作。{sentence}\n").plan_items

    assert item.deadlines == deadlines


@pytest.mark.parametrize(
    ("sentence", "cadences"),
    [
        ("每逢周五下午打扫卫生。", ["weekly:fri-pm"]),
        ("每周一调度，每月一通报。", ["weekly", "monthly"]),
        ("每周一上午召开例会。", ["weekly:mon-am"]),
        ("每月1次。", ["monthly"]),
        ("每月十日前报送。", ["monthly:10"]),
        ("每月中旬调度。", ["monthly"]),
        ("一月一调度、一季度一通报、半年一督查、一年一考核。", ["monthly", "quarterly", "half-yearly", "annual"]),
        ("周周走访、月月通报。", ["weekly", "monthly"]),
        ("实行周调度、月通报、季观摩、年考核。", ["weekly", "monthly", "quarterly", "annual"]),
        ("开展月度调度、季度考核。", ["monthly", "quarterly"]),
        ("3月10日前完成网上填报。", ["annual:03-10"]),
        ("纳入年度考核，一季度考核优秀，科技活动周例会，12月20日前召开年报布置会。", []),
    ],
)
def test_a_rhythm_in_every_wording(sentence: str, cadences: list[str]) -> None:
    reading = read_text(f"一、工作完成情况\n{sentence}\n")

    assert [duty.cadence for duty in reading.recurring_duties] == cadences


@pytest.mark.parametrize("rhythm", ["每两周", "每旬", "半月一次", "双月调度"])
def test_a_rhythm_that_has_no_cadence_is_asked_about(rhythm: str) -> None:
    reading = read_text(f"一、下步打算\n1.抓调度。{rhythm}会商。\n")

    (problem,) = reading.problems
    assert [duty.cadence for duty in reading.recurring_duties] == ["periodic-unspecified"]
    assert "请改为每周、每月、每季度等" in problem.message
