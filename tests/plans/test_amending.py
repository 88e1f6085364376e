"""Amending: what a new document changes in a running plan, and nothing that it does not say."""

import random
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.amending import (
    ALL,
    Amendment,
    Change,
    UnknownAmendment,
    amendments,
    as_the_document_says,
    fingerprint,
    pick,
)
from plans.differences import Difference, Running
from plans.draft import Draft, DraftItem, DraftTarget
from plans.matching import bare
from plans.programmes import load_programmes
from plans.tables import PlanItem, Target
from plans.words import DuePolicy, Kind

PROGRAMMES = load_programmes()


def running(number: int, title: str, *targets: Target, owner: str = "李明", **given: Any) -> Running:
    usual: dict[str, Any] = {"id": number, "plan_id": 1, "number": number, "owner_id": 4, "programme": "gaoqi"}
    return Running(PlanItem(**usual | {"title": title} | given), owner, targets)


def drafted(title: str, *targets: DraftTarget, **given: Any) -> DraftItem:
    return DraftItem(**{"title": title, "programme": "gaoqi", "targets": list(targets)} | given)


def target(number: int, indicator: str, floor: int | None = 5, unit: str = "家", **given: Any) -> Target:
    return Target(id=number, item_id=1, indicator=indicator, floor=as_decimal(floor), unit=unit, **given)


def as_decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def promise(indicator: str, floor: int | None = 5, unit: str = "家", **given: Any) -> DraftTarget:
    return DraftTarget(indicator=indicator, floor=as_decimal(floor), unit=unit, **given)


def draft(*items: DraftItem) -> Draft:
    return Draft(bureau="云溪县科技局", title="工作计划", period="2026H2", items=list(items))


def diff(running: Sequence[Running], *items: DraftItem) -> tuple[Amendment, ...]:
    return amendments(running, draft(*items), PROGRAMMES)


def told(found: Sequence[Amendment]) -> list[str]:
    """What a person is told: 编号 字段 从 … 改为 …"""
    return [f"{one.key} {it.label} {it.before}→{it.after}" for one in found for it in one.differences or ()] + [
        f"{one.key} {one.title}" for one in found if one.change in (Change.ADDED, Change.DROPPED)
    ]


def test_numbering_width_blanks_and_punctuation_are_no_change() -> None:
    plan = [running(1, "（三）培育高新技术企业", text="（三）培育高新技术企业，确保5家。")]

    found = diff(plan, drafted("3．培育 高新技术企业：", text="四、培育高新技术企业, 确保 ５ 家"))

    assert [one.change for one in found] == [Change.SAME]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（三）培育高企。", "培育高企"),
        ("①培育高企", "培育高企"),
        ("二是 培育高企", "培育高企"),
        ("12.培育高企", "培育高企"),
        ("1.5亿元", "1.5亿元"),
        ("９－１０月", "9-10月"),
        ("15%，力争20%", "15%力争20%"),
        ("……", "......"),
    ],
)
def test_a_bare_text_keeps_what_tells_two_numbers_apart(text: str, expected: str) -> None:
    assert bare(text) == expected


def test_each_field_is_told_before_and_after_with_the_sentence_of_the_document() -> None:
    plan = [running(7, "科技简报", programme="other", kind="filing", cadence="monthly:20", text="每月20日前报简报。")]
    new = drafted(
        "科技信息简报",
        programme="xuanchuan" if "xuanchuan" in PROGRAMMES else "gaoqi",
        kind=Kind.DUTY,
        cadence="monthly:25",
        due_policy=DuePolicy.NEXT,
        owner="王芳",
        text="每月25日前报简报。",
    )

    (only,) = diff(plan, new)

    fields = {one.field: (one.before, one.after) for one in only.differences}
    assert fields["title"] == ("科技简报", "科技信息简报")
    assert fields["cadence"] == ("每月20日", "每月25日")
    assert fields["kind"] == ("报送", "日常")
    assert fields["due_policy"] == ("提前", "顺延")
    assert fields["owner"] == ("李明", "王芳")
    assert fields["text"] == ("每月20日前报简报。", "每月25日前报简报。")
    assert {one.quote for one in only.differences if one.field != "text"} == {"每月25日前报简报。"}
    assert only.differences[0].key == "item:7:title"


def test_what_the_document_does_not_say_stays() -> None:
    plan = [running(1, "研发月报", target(1, "填报率", 95, "%"), cadence="monthly:15", text="每月报。", owner="王芳")]

    found = diff(plan, drafted("研发月报", programme="other"))

    assert told(found) == []


def test_a_masked_or_unsaid_number_is_no_change() -> None:
    plan = [running(1, "培育高企", target(1, "高企", 5, stretch=Decimal(8)))]

    assert told(diff(plan, drafted("培育高企", promise("高企", None, masked=True)))) == []
    assert told(diff(plan, drafted("培育高企", promise("高企", 5)))) == []


def test_what_was_only_proposed_for_a_document_is_not_said_by_it() -> None:
    programme = PROGRAMMES["rd_monthly"]
    plan = [running(1, "研发月报", programme="rd_monthly", kind="duty", cadence="monthly:15")]
    read = drafted("研发月报", programme="rd_monthly", kind=programme.kind, cadence=programme.cadence)

    assert programme.cadence != "monthly:15"
    assert told(amendments(plan, as_the_document_says(draft(read), PROGRAMMES), PROGRAMMES)) == []
    assert len(told(diff(plan, read))) == 2


def test_targets_are_changed_added_and_gone() -> None:
    plan = [running(1, "培育高企", target(1, "高企认定", 5), target(2, "瞪羚企业", 2), target(3, "合同额", 3, "亿元"))]
    new = drafted(
        "培育高企",
        promise("高企认定", 6, quote="确保6家"),
        promise("合同额", 4, "份"),
        promise("独角兽企业", None, stretch=Decimal(1)),
    )

    (only,) = diff(plan, new)

    assert told([only]) == [
        "item:1 高企认定的确保 5家→6家",
        "item:1 合同额的单位 确保3亿元→确保4份",
        "item:1 指标 无→独角兽企业 力争1家",
        "item:1 指标 瞪羚企业 确保2家→无",
    ]
    assert [one.key for one in only.differences] == [
        "item:1:target:1:floor",
        "item:1:target:3:unit",
        "item:1:target:new3",
        "item:1:target:2:gone",
    ]
    assert [one.silent for one in only.differences] == [False, False, False, True]
    assert only.differences[0].quote == "确保6家"


@pytest.mark.parametrize(
    ("floor", "unit", "expected"),
    [
        (30_000, "万元", []),
        (40_000, "万元", ["item:1 合同额的确保 3亿元→4亿元"]),
        (1, "元", ["item:1 合同额的单位 确保3亿元→确保1元"]),
    ],
)
def test_the_same_amount_in_another_unit_is_no_change(floor: int, unit: str, expected: list[str]) -> None:
    plan = [running(1, "技术合同登记", target(1, "合同额", 3, "亿元"))]

    assert told(diff(plan, drafted("技术合同登记", promise("合同额", floor, unit)))) == expected


def test_new_and_missing_items_are_added_and_dropped() -> None:
    plan = [running(1, "培育高企"), running(2, "科普宣传周")]

    found = diff(plan, drafted("组织技术需求对接会"), drafted("培育高企"))

    assert [(one.key, one.change) for one in found] == [
        ("item:1", Change.SAME),
        ("add:1", Change.ADDED),
        ("drop:2", Change.DROPPED),
    ]


def test_an_item_with_a_new_title_is_the_same_item_where_programme_and_targets_agree() -> None:
    plan = [running(1, "培育高新技术企业", target(1, "高企认定")), running(2, "培育科技型中小企业")]

    found = diff(plan, drafted("培育高新技术企业和独角兽", promise("高企认定")), drafted("培育科技型中小企业"))

    assert [one.key for one in found] == ["item:1", "item:2"]
    assert told(found) == ["item:1 标题 培育高新技术企业→培育高新技术企业和独角兽"]


def test_of_two_that_are_alike_only_one_goes_on() -> None:
    plan = [running(1, "培育高新技术企业")]

    found = diff(plan, drafted("培育高新技术企业一批"), drafted("培育高新技术企业两批"))

    assert sorted(one.change for one in found) == [Change.ADDED, Change.CHANGED]


def test_namesakes_are_told_apart_by_their_targets() -> None:
    plan = [running(1, "申报项目", target(1, "省级")), running(2, "申报项目", target(2, "市级"))]

    found = diff(plan, drafted("申报项目", promise("市级")), drafted("申报项目", promise("省级")))

    assert [one.change for one in found] == [Change.SAME, Change.SAME]


def test_namesakes_are_told_apart_by_what_little_each_says() -> None:
    plan = [running(1, "申报项目", cadence="quarterly"), running(2, "申报项目", owner="王芳", cadence="monthly:10")]

    found = diff(
        plan, drafted("申报项目"), drafted("申报项目", owner="李明"), drafted("申报项目", cadence="monthly:20")
    )

    assert [(one.key, one.change) for one in found] == [
        ("item:1", Change.SAME),
        ("item:2", Change.SAME),
        ("add:3", Change.ADDED),
    ]


def test_single_differences_and_whole_amendments_are_picked_by_their_keys() -> None:
    plan = [running(1, "培育高企", target(1, "高企认定")), running(2, "科普宣传周")]
    found = diff(plan, drafted("培育高企", promise("高企认定", 6, stretch=Decimal(9)), owner="王芳"))

    assert [one.key for one in pick(found, [ALL])] == ["item:1", "drop:2"]
    (only,) = pick(found, ["item:1:target:1:stretch"])
    assert [one.field for one in only.differences] == ["stretch"]
    with pytest.raises(UnknownAmendment, match="没有“item:9”这处变化"):
        pick(found, ["item:9"])


def test_a_fingerprint_changes_with_the_plan_and_with_the_document() -> None:
    plan, new = [running(1, "培育高企", target(1, "高企认定"))], drafted("培育高企", promise("高企认定", 6))
    shown = fingerprint(diff(plan, new))

    assert fingerprint(diff(plan, new)) == shown
    assert fingerprint(diff([running(1, "培育高企", target(1, "高企认定", 4))], new)) != shown
    assert fingerprint(diff(plan, drafted("培育高企", promise("高企认定", 7)))) != shown


TITLES = st.sampled_from(["培育高企", "培育高新技术企业", "研发月报", "科普宣传周", "技术合同登记", "①", "申报项目"])
NAMES = st.sampled_from(["高企认定", "合同成交额", "填报率", "省级项目"])
NUMBERS = st.none() | st.integers(0, 20).map(Decimal)
PROMISES = st.builds(DraftTarget, indicator=NAMES, floor=NUMBERS, stretch=NUMBERS, unit=st.sampled_from(["家", "万元"]))
DRAFTED = st.builds(
    DraftItem,
    title=TITLES,
    programme=st.sampled_from(["gaoqi", "rd_monthly"]),
    kind=st.sampled_from(Kind),
    owner=st.sampled_from(["李明", "王芳"]),
    cadence=st.sampled_from(["monthly:10", "weekly:fri", "quarterly"]),
    due_policy=st.sampled_from(DuePolicy),
    targets=st.lists(PROMISES, max_size=3),
    text=st.sampled_from(["", "按月推进。", "年底前完成。"]),
)
PLANS = st.lists(DRAFTED, max_size=7)


def started(items: Sequence[DraftItem]) -> list[Running]:
    """The plan as it runs right after this draft was started."""
    return [as_running(number, item, number * 10) for number, item in enumerate(items, start=1)]


def as_running(number: int, item: DraftItem, targets_from: int) -> Running:
    same = {name: getattr(item, name) for name in ("text", "programme", "cadence")}
    kind, policy = item.kind or Kind.GOAL, item.due_policy or DuePolicy.PREVIOUS
    targets = [Target(id=targets_from + at, item_id=number, **one.model_dump()) for at, one in enumerate(item.targets)]
    return running(number, item.title, *targets, owner=item.owner, kind=kind.value, due_policy=policy.value, **same)


@settings(max_examples=40)
@given(PLANS)
def test_a_plan_against_its_own_draft_is_all_the_same(items: list[DraftItem]) -> None:
    assert {one.change for one in diff(started(items), *items)} <= {Change.SAME}


@settings(max_examples=40)
@given(PLANS, PLANS)
def test_everything_goes_on_or_is_new_or_is_gone_and_nothing_twice(old: list[DraftItem], new: list[DraftItem]) -> None:
    found = diff(started(old), *new)

    went_on = [one for one in found if one.running and one.drafted]
    assert len({one.running.item.id for one in found if one.running}) == len(old)
    assert len(went_on) + sum(one.change is Change.ADDED for one in found) == len(new)
    keys = [key for one in found for key in (one.key, *one.keys)]
    assert len(set(keys)) == len(keys) - sum(not one.differences for one in found)


@settings(max_examples=40)
@given(PLANS, PLANS, st.randoms(use_true_random=False))
def test_the_order_of_the_document_changes_nothing(
    old: list[DraftItem], new: list[DraftItem], chance: random.Random
) -> None:
    mixed = list(new)
    chance.shuffle(mixed)

    plain, other = (diff(started(old), *items) for items in (new, mixed))

    assert sorted(without_place(plain)) == sorted(without_place(other))


def without_place(found: Sequence[Amendment]) -> list[str]:
    return [
        repr(("add" if one.change is Change.ADDED else one.key, one.title, plain(one.differences))) for one in found
    ]


def plain(differences: Sequence[Difference]) -> list[tuple[str, str, str]]:
    return [(one.key, one.before, one.after) for one in differences]


def test_a_thousand_against_a_thousand_items_take_seconds() -> None:
    plan = [running(number, f"高新技术企业培育工作第{number}号") for number in range(1000)]
    began = time.perf_counter()

    diff(plan, *(drafted(f"第{number}批高新技术企业培育工作第{number}号") for number in range(1000)))

    assert time.perf_counter() - began < 10
