"""Promises: floor and stretch, ranges, hidden numbers, and numbers that promise nothing. And dated limits."""

import pytest

from plans.reading.model import StatedTarget
from plans.reading.text import read_text


def targets(sentence: str) -> list[StatedTarget]:
    (item,) = read_text(f"一、下步打算\n1.抓工作。{sentence}\n").plan_items
    return list(item.targets)


def numbers(sentence: str) -> list[tuple[str, float | None, float | None, str | None]]:
    return [
        (target.level, target.floor, target.stretch, target.unit)
        for target in targets(sentence)
        if not target.qualitative
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("确保全年新增高企5家。", ("ensure", 5, None, "家")),
        ("成交额不少于3.5亿元。", ("ensure", 3.5, None, "亿元")),
        ("入库科小60家以上。", ("ensure", 60, None, "家")),
        ("力争登记技术合同120份。", ("strive", None, 120, "份")),
        ("争取引进人才两名。", ("strive", None, 2, "名")),
        ("拟新建1个院士工作站。", ("plan", 1, None, "个")),
        ("研发投入增长10%。", ("plan", 10, None, "%")),
        ("全年举办科普活动十二场。", ("plan", 12, None, "场")),
        ("走访企业40余家。", ("plan", 40, None, "家")),
        ("发放贷款1,200万元。", ("plan", 1200, None, "万元")),
        ("引进专家1-2名。", ("plan", 1, 2, "名")),
        ("争取省科学技术奖实现零的突破。", ("strive", None, 1, None)),
        ("成交额实现翻一番。", ("plan", 2, None, "倍")),
        ("申报通过率达到五成。", ("plan", 50, None, "%")),
        ("研发投入占比提高0.2个百分点。", ("plan", 0.2, None, "个百分点")),
        ("申报１０家。", ("plan", 10, None, "家")),
    ],
)
def test_the_word_before_a_number_sets_its_level(
    sentence: str, expected: tuple[str, float | None, float | None, str | None]
) -> None:
    assert numbers(sentence) == [expected]


def test_floor_and_stretch_of_one_thing_are_one_target() -> None:
    (target,) = targets("全年确保高企认定5家，力争完成8家。")

    assert (target.level, target.floor, target.stretch, target.unit) == ("ensure+strive", 5, 8, "家")
    assert (target.indicator, target.quote) == ("高企认定", "全年确保高企认定5家，力争完成8家")


def test_floor_and_stretch_of_two_things_are_two_targets() -> None:
    assert numbers("确保新增高企5家，力争科小入库60家。") == [
        ("ensure", 5, None, "家"),
        ("strive", None, 60, "家"),
    ]


@pytest.mark.parametrize(
    ("sentence", "floor", "stretch"),
    [
        ("保6争8家。", 6, 8),
        ("高企确保6家、冲刺8家。", 6, 8),
        ("底线目标6亿元、奋斗目标8亿元。", 6, 8),
        ("入库目标60家（力争80家）。", 60, 80),
        ("确保成交额达到6亿元，全年力争突破8亿元。", 6, 8),
        ("确保成交额达到6亿元，成交额力争突破8亿元。", 6, 8),
    ],
)
def test_floor_and_stretch_are_one_target_in_many_shapes(sentence: str, floor: float, stretch: float) -> None:
    (target,) = targets(sentence)

    assert (target.level, target.floor, target.stretch) == ("ensure+strive", floor, stretch)


@pytest.mark.parametrize("clause", ["完成技术合同登记3亿元", "登记技术合同3亿元以上"])
def test_a_clause_with_a_verb_of_its_own_is_not_striven_for(clause: str) -> None:
    first, second = targets(f"力争新增高企8家，{clause}。")

    assert (first.stretch, second.floor, second.stretch) == (8, 3, None)
    assert second.quote.startswith(clause[:2])


def test_what_is_joined_on_is_striven_for_too() -> None:
    assert [target.stretch for target in targets("力争新增高企8家，并登记技术合同3亿元。")] == [8, 3]


@pytest.mark.parametrize("words", ["约20家", "近20家", "20家左右", "20余家", "大约20家"])
def test_a_round_number_stays_known_as_one(words: str) -> None:
    (about,), (exact,) = targets(f"确保入库{words}。"), targets("确保入库20家。")

    assert (about.floor, about.approximate, exact.approximate) == (20, True, False)


def test_one_promise_reaches_over_a_list() -> None:
    assert numbers("力争高企达到30家、科小入库60家，成交额5亿元。") == [
        ("strive", None, 30, "家"),
        ("strive", None, 60, "家"),
        ("strive", None, 5, "亿元"),
    ]


def test_a_bound_holds_for_its_own_number_only() -> None:
    assert numbers("新建省级平台不少于2个，引进人才5名。") == [("ensure", 2, None, "个"), ("plan", 5, None, "名")]


def test_two_promising_words_before_one_number_are_one_promise() -> None:
    (target,) = targets("力争登记技术合同不少于120份。")

    assert (target.level, target.floor, target.stretch) == ("strive", None, 120)


@pytest.mark.parametrize(
    ("sentence", "indicator"),
    [
        ("全年确保完成高企认定5家。", "高企认定"),
        ("市级平台不少于5个。", "市级平台"),
        ("拟新建1个院士工作站和2个博士工作站。", "院士工作站"),
        ("年底前力争8家。", "抓工作"),
    ],
)
def test_a_number_is_named_by_its_own_words_or_by_the_items_title(sentence: str, indicator: str) -> None:
    assert targets(sentence)[0].indicator == indicator


@pytest.mark.parametrize("mask", ["*", "**", "x", "xx.x", "×", "_"])
def test_a_masked_number_is_unknown_not_zero(mask: str) -> None:
    (target,) = targets(f"力争完成{mask}亿元。")

    assert (target.masked, target.floor, target.stretch, target.unit) == (True, None, None, "亿元")


def test_a_masked_target_is_a_problem_that_a_person_fills_in() -> None:
    reading = read_text("一、下步打算\n1.技术合同。力争成交额达*亿元。\n")

    (problem,) = reading.problems
    assert (problem.severity, problem.line, problem.quote) == ("warning", 2, "力争成交额达*亿元")
    assert "待填" in problem.message


@pytest.mark.parametrize(
    "sentence",
    [
        "今年需要复评的9家，逐家辅导。",
        "仔细审核这9家企业。",
        "积极引导4个科技特派团下乡。",
        "充分发挥20名特派员的特长。",
    ],
)
def test_a_count_of_what_is_at_hand_is_workload_not_a_promise(sentence: str) -> None:
    assert {target.level for target in targets(sentence)} == {"workload"}


@pytest.mark.parametrize(
    "sentence", ["抓好三个方面的工作。", "申报第2批项目。", "每月走访一次。", "形成一个团结的集体。"]
)
def test_ordinals_and_figures_of_speech_are_no_targets(sentence: str) -> None:
    assert targets(sentence) == []


def test_a_promise_without_a_number_is_qualitative() -> None:
    (target,) = targets("力争列入创新型县名单。")

    assert (target.qualitative, target.level, target.quote) == (True, "strive", "力争列入创新型县名单")


def test_a_promise_in_the_done_part_is_pointed_out() -> None:
    reading = read_text("一、工作情况\n成交额2亿元，力争达到5亿元。\n二、下步打算\n1.抓登记。\n")

    assert [(problem.line, problem.quote) for problem in reading.problems] == [(2, "力争达到5亿元")]
    assert [figure.value for figure in reading.done_figures] == [2]


@pytest.mark.parametrize(
    ("sentence", "deadlines"),
    [
        ("6月15日前报送材料。", ("6月15日前",)),
        ("2024年10月底前完成验收。", ("2024年10月底前",)),
        ("年底完成评估。", ("年底",)),
        ("10月完成第二批验收，梳理1-6月数据。", ("10月", "第二批验收")),
        ("3月10日24时前网上填报。", ("3月10日24时前",)),
        ("做好第二批高企申报和科小评价。", ("第二批高企申报",)),
        ("*月底前完成摸底。", ("*月底前",)),
        ("近期召开推进会，今年抓紧实施。", ()),
    ],
)
def test_deadlines_are_kept_as_written(sentence: str, deadlines: tuple[str, ...]) -> None:
    (item,) = read_text(f"一、下步打算\n1.抓工作。{sentence}\n").plan_items

    assert item.deadlines == deadlines


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("确保新增高企5家。", "goal"),
        ("3月10日前完成年报填报。", "filing"),
        ("每月调度一次进展。", "review"),
        ("每天安排专人值守。", "duty"),
    ],
)
def test_the_signs_in_an_item_propose_its_kind(sentence: str, kind: str) -> None:
    (item,) = read_text(f"一、下步打算\n1.抓工作。{sentence}\n").plan_items

    assert item.kind == kind
