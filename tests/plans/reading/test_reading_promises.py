"""What is promised and what is only counted: the verb before a number, the words around it, names that hold numbers."""

import pytest

from plans.reading.text import read_text

Promise = tuple[float | None, float | None, str | None]


def promises(sentence: str) -> list[Promise]:
    (item,) = read_text(f"一、下步打算\n1.抓工作。{sentence}\n").plan_items
    stated = [target for target in item.targets if not target.qualitative and target.level != "workload"]
    return [(target.floor, target.stretch, target.unit) for target in stated]


@pytest.mark.parametrize(
    "sentence",
    [
        "对今年到期的12家高企逐家上门。",
        "为20家企业提供服务，与10所高校保持联系。",
        "督促28家规上企业按月填报。",
        "对首次认定的高企给予20万元奖励。",
        "摸排年产值2000万元以上工业企业。",
        "目前已入库50家。",
        "落实研发费用100%加计扣除政策。",
        "深入5个乡镇走访。",
        "开展为期1个月的集中整治。",
        "抓好1个重点，突出3个亮点。",
        "培育专精特新企业，实施“5511”工程，落实“三个一批”。",
        "推进“1+1+N”服务，落实（云府发〔2023〕5号）文件。",
        "力争排名进入全省前30名。",
        "落实科技三项经费。",
    ],
)
def test_numbers_that_nobody_promises(sentence: str) -> None:
    assert promises(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("拟与两所高校签约。", [(2, None, "所")]),
        ("由目前的10家增加到15家。", [(15, None, "家")]),
        ("截至6月底已入库50家，全年力争达到80家。", [(None, 80, "家")]),
        ("重点培育10家企业，力争5家通过。", [(10, None, "家"), (None, 5, "家")]),
        ("确保增长10%以上，力争增长15%。", [(10, 15, "%")]),
        ("新增高企10家，努力实现15家。", [(10, 15, "家")]),
        ("力争成交额达2亿元，占比提高0.1个百分点以上。", [(None, 2, "亿元"), (0.1, None, "个百分点")]),
        ("创建星创天地一家。", [(1, None, "家")]),
        ("新建平台、众创空间各1家。", [(1, None, "家")]),
        ("完成下达的5家高企任务。", [(5, None, "家")]),
        ("三季度末完成年度任务的75%。", [(75, None, "%")]),
        ("高企数量增加一倍。", [(1, None, "倍")]),
        ("清零率达到百分之百，高企突破百家。", [(100, None, "%"), (100, None, "家")]),
        ("兑付研发后补助80万元。", [(80, None, "万元")]),
        ("年底前5家企业完成备案，备案高企6家左右。", [(6, None, "家")]),
        ("占GDP1.5%以上。", [(1.5, None, "%")]),
        ("认定高企**5家**。", [(5, None, "家")]),
    ],
)
def test_numbers_that_are_promised(sentence: str, expected: list[Promise]) -> None:
    assert promises(sentence) == expected


def test_a_marker_is_no_part_of_a_targets_words() -> None:
    (item,) = read_text("一、下步打算\n5、力争申报项目30项。\n").plan_items

    assert (item.targets[0].indicator, item.targets[0].quote) == ("申报项目", "力争申报项目30项")
