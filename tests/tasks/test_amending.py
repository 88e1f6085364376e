"""Amending a running plan: new items and targets, dropped ones, all or nothing, and the trail of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from cast import GAOQI, PATROL, at
from conftest import Begin
from flows.changing import revising
from flows.runtime import Runtime
from flows.tasking import targets_of
from plans.amending import ALL, Amendment, amendments, pick
from plans.database import reading, writing
from plans.draft import Draft, DraftItem, DraftTarget
from plans.errors import Refused
from plans.tables import Plan, PlanItem, Target
from plans.words import Kind
from tasks.amending import AmendmentRefused, Applied, add_item, amend, running_of
from tasks.audit import verify
from tasks.item_history import history, sentence
from tasks.lights import Gauge, Thresholds
from tasks.retargeting import add_target, add_typed_target, change_unit, end_named_target, typed_target
from tasks.revision import Revision, find_item
from tasks.rollup import roll_up
from tasks.states import State, Verb
from tasks.tables import Progress, Task, TaskChange
from tasks.targets import target_statuses
from tasks.verbs import Act, MoveRefused, Reading, find_task, report

BRIEF = """
  - title: 科技简报
    programme: other
    kind: filing
    owner: 李明
    cadence: monthly:20
    ladder: staff
"""
BEGUN = "2026-10-08 08:00"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FLOOR, STRETCH = Decimal(5), Decimal(8)
GAOQI_NOW = DraftItem(
    title="培育高新技术企业",
    programme="gaoqi",
    targets=[DraftTarget(indicator="高新技术企业认定", floor=FLOOR, stretch=STRETCH, unit="家")],
)
BRIEF_NOW = DraftItem(title="科技简报", programme="other", kind=Kind.FILING, cadence="monthly:20")
FAIR = DraftItem(
    title="技术对接会", programme="other", kind=Kind.REVIEW, owner="王芳", cadence="monthly:25", text="每月一场。"
)


@contextmanager
def changing(runtime: Runtime, on: str = "2026-10-09 09:12") -> Iterator[Revision]:
    with revising(runtime, Act("陈平", "cli", at(on))) as revision:
        yield revision


def amend_to(runtime: Runtime, *items: DraftItem, chosen: str = ALL, **given: str) -> Applied:
    """The plan amended to a document of these items."""
    with changing(runtime) as revision:
        plan = revision.session.exec(select(Plan)).one()
        return amend(revision, plan, pick(differing(revision, plan, *items), [chosen]), **given)


def differing(revision: Revision, plan: Plan, *items: DraftItem) -> tuple[Amendment, ...]:
    draft = Draft(bureau="云溪县科技局", title="计划", period="2026H2", items=list(items))
    return amendments(running_of(revision.session, plan), draft, revision.bureau.programmes)


def every(runtime: Runtime, table: type[Any]) -> list[Any]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))))


def told(runtime: Runtime, number: int = 1) -> list[str]:
    with reading(runtime.engine) as session:
        return [
            sentence(change).removeprefix("陈平 2026-10-09 09:12 ")
            for change in history(session, find_item(session, number))
        ]


def report_figure(runtime: Runtime, value: int, target: int = 1, on: str = "2026-10-09 09:00") -> None:
    with writing(runtime.engine) as session:
        figures = (Reading(target, Decimal(value)),)
        report(session, find_task(session, 1), Act("李明", "page", at(on)), "", figures)


def shares(runtime: Runtime, on: date = date(2026, 10, 9)) -> list[tuple[str, Decimal | None]]:
    """Each target that counts on that day with its value."""
    with reading(runtime.engine) as session:
        plan = session.exec(select(Plan)).one()
        rolled = roll_up(session, plan.id or 0, on, Gauge(runtime.workdays, Thresholds()))
        found = target_statuses(session, plan.id or 0, rolled.period, on, Thresholds())
        assert sum(sum(item.results.values()) for item in rolled.items) == sum(map(len, found.values()))
        return [(one.target.indicator, one.value) for item in found.values() for one in item]


def is_sound(runtime: Runtime) -> bool:
    with reading(runtime.engine) as session:
        return all(chain.broken == "" for chain in verify(session))


def test_a_new_item_is_numbered_last_has_its_targets_and_its_tasks(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    fair = FAIR.model_copy(update={"targets": [DraftTarget(indicator="对接会", floor=Decimal(3), unit="场")]})

    assert amend_to(runtime, GAOQI_NOW, fair) == Applied(added=1)

    item = every(runtime, PlanItem)[-1]
    assert (item.number, item.title, item.kind, item.text) == (2, "技术对接会", "review", "每月一场。")
    assert [(one.item_id, one.indicator) for one in every(runtime, Target)][1:] == [(item.id, "对接会")]
    assert [(one.item_id, one.due_on) for one in every(runtime, Task)][-1] == (item.id, date(2026, 10, 23))
    assert told(runtime, item.id) == [
        "把 状态 从 未列入 改为 执行中（每月一场。）",
        "把 指标 从 无 改为 对接会 确保3场",
    ]
    assert is_sound(runtime)


def test_add_item_opens_its_tasks_at_once(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)

    with changing(runtime) as revision:
        item = add_item(revision, revision.session.exec(select(Plan)).one(), FAIR)

    assert [task.due_on for task in every(runtime, Task) if task.item_id == item.id] == [date(2026, 10, 23)]


def test_a_new_item_without_an_owner_goes_to_the_one_chosen_or_is_refused(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    nobody = FAIR.model_copy(update={"owner": ""})

    with pytest.raises(AmendmentRefused, match="“技术对接会”没有改成：没有写明责任人"):
        amend_to(runtime, GAOQI_NOW, nobody)
    amend_to(runtime, GAOQI_NOW, nobody, owner="林岚")

    assert every(runtime, PlanItem)[-1].owner_id == 2


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"programme": "moon"}, "没有“moon”这条业务线"),
        ({"cadence": "monthly:45"}, "频次“monthly:45”读不懂"),
        ({"cadence": "once:2026-09-01"}, "到期日 2026-09-01 已经过去了"),
        ({"ladder": "steep"}, "没有“steep”这个催办阶梯"),
        ({"owner": "赵六"}, "没有叫“赵六”的人"),
        ({"carried_from": 99}, "没有编号为 99 的事项可以结转"),
    ],
)
@ON_SQLITE
def test_a_wrong_new_item_is_refused_by_name_and_nothing_at_all_is_changed(
    begin: Begin, wrong: dict[str, str], why: str
) -> None:
    runtime = begin(GAOQI, BRIEF, on=BEGUN)
    later = BRIEF_NOW.model_copy(update={"cadence": "monthly:22"})

    with pytest.raises(AmendmentRefused, match=f"“技术对接会”没有改成：{why}"):
        amend_to(runtime, GAOQI_NOW, later, FAIR.model_copy(update=wrong))

    assert [item.cadence for item in every(runtime, PlanItem)] == ["", "monthly:20"]
    assert told(runtime, 2) == []


def test_changed_fields_are_changed_open_tasks_follow_and_done_ones_stay(begin: Begin) -> None:
    runtime = begin(GAOQI, BRIEF, on=BEGUN)
    new = BRIEF_NOW.model_copy(
        update={"title": "科技信息简报", "cadence": "monthly:22", "owner": "王芳", "text": "报简报。"}
    )

    assert amend_to(runtime, GAOQI_NOW, new) == Applied(changed=1)

    item, task = every(runtime, PlanItem)[1], every(runtime, Task)[-1]
    assert (item.title, item.text, item.cadence, item.owner_id) == ("科技信息简报", "报简报。", "monthly:22", 5)
    assert (task.due_on, task.owner_id) == (date(2026, 10, 22), 5)
    assert told(runtime, 2) == [
        "把 标题 从 科技简报 改为 科技信息简报",
        "把 内容 从 无 改为 报简报。",
        "把 频次 从 每月20日 改为 每月22日",
        "把 责任人 从 李明 改为 王芳",
    ]
    assert is_sound(runtime)


def test_only_the_chosen_difference_is_made(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    new = BRIEF_NOW.model_copy(update={"cadence": "monthly:22", "owner": "王芳"})

    amend_to(runtime, new, chosen="item:1:owner")

    assert [(item.cadence, item.owner_id) for item in every(runtime, PlanItem)] == [("monthly:20", 5)]


def test_a_dropped_item_is_cancelled_with_the_reason(begin: Begin) -> None:
    runtime = begin(GAOQI, BRIEF, on=BEGUN)

    with pytest.raises(AmendmentRefused, match="“科技简报”没有改成：取消事项要写明原因"):
        amend_to(runtime, GAOQI_NOW)
    assert amend_to(runtime, GAOQI_NOW, reason="并入信息专报") == Applied(dropped=1)

    assert every(runtime, PlanItem)[1].cancelled_at == at("2026-10-09 09:12")
    assert {task.state for task in every(runtime, Task) if task.item_id == 2} == {State.CANCELLED}


def test_goals_change_with_the_quote_in_the_trail(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    wanted = DraftTarget(
        indicator="高新技术企业认定", floor=Decimal(6), stretch=Decimal(9), unit="家", quote="确保6家力争9家"
    )

    amend_to(runtime, GAOQI_NOW.model_copy(update={"targets": [wanted]}))

    (target,) = every(runtime, Target)
    assert (target.floor, target.stretch, target.quote) == (6, 9, "确保6家力争9家")
    assert told(runtime) == [
        "把 高新技术企业认定的确保 从 5 改为 6（确保6家力争9家）",
        "把 高新技术企业认定的力争 从 8 改为 9（确保6家力争9家）",
    ]


def test_one_goal_alone_may_not_climb_over_the_other(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    wanted = DraftTarget(indicator="高新技术企业认定", floor=Decimal(9), stretch=Decimal(12), unit="家")
    new = GAOQI_NOW.model_copy(update={"targets": [wanted]})

    with pytest.raises(AmendmentRefused, match=r"“培育高新技术企业”没有改成：.*比力争.*还高"):
        amend_to(runtime, new, chosen="item:1:target:1:floor")
    amend_to(runtime, new)

    assert [(one.floor, one.stretch) for one in every(runtime, Target)] == [(9, 12)]


def test_a_dropped_target_keeps_its_readings_and_counts_no_more(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    with changing(runtime) as revision:
        add_typed_target(revision, find_item(revision.session, 1), "瞪羚企业=2家")
    report_figure(runtime, 1, target=2)
    assert shares(runtime) == [("高新技术企业认定", None), ("瞪羚企业", 1)]

    amend_to(runtime, GAOQI_NOW, chosen="item:1:target:2:gone", reason="合并统计")

    assert shares(runtime) == [("高新技术企业认定", None)]
    assert shares(runtime, date(2026, 10, 8)) == [("高新技术企业认定", None), ("瞪羚企业", None)]
    assert [one.value for one in every(runtime, Progress)] == [1]
    with reading(runtime.engine) as session:
        assert [one.indicator for one in targets_of(session, find_task(session, 1))] == ["高新技术企业认定"]
    with pytest.raises(MoveRefused, match="“瞪羚企业”已不再作为指标"):
        report_figure(runtime, 2, target=2)
    assert told(runtime)[-1] == "把 指标 从 瞪羚企业 确保2家 改为 已取消（合并统计）"


def test_a_target_taken_up_again_goes_on_with_its_readings(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    report_figure(runtime, 3)
    with changing(runtime) as revision:
        item = find_item(revision.session, 1)
        end_named_target(revision, item, "高新技术企业认定", "看错了")
        target = add_target(revision, item, DraftTarget(indicator="高新技术企业认定", floor=Decimal(4), unit="家"))

    assert (target.id, target.floor, target.stretch) == (1, Decimal(4), None)
    assert shares(runtime) == [("高新技术企业认定", Decimal(3))]
    assert told(runtime)[-1] == "把 指标 从 已取消 改为 高新技术企业认定 确保4家"


def test_readings_stay_in_their_unit_when_the_unit_changes(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    report_figure(runtime, 3)
    wanted = DraftTarget(indicator="高新技术企业认定", floor=Decimal(50), unit="%")

    amend_to(runtime, GAOQI_NOW.model_copy(update={"targets": [wanted]}), chosen="item:1:target:1:unit")

    assert [(one.unit, one.ended_at is None) for one in every(runtime, Target)] == [("家", False), ("%", True)]
    assert shares(runtime) == [("高新技术企业认定", None)]


def test_a_unit_changes_in_place_while_nothing_was_read(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    with changing(runtime) as revision:
        item, target = find_item(revision.session, 1), revision.session.get_one(Target, 1)
        change_unit(revision, item, target, DraftTarget(indicator="高新技术企业认定", floor=Decimal(50), unit="%"))

    assert [(one.unit, one.floor, one.stretch) for one in every(runtime, Target)] == [("%", 50, None)]
    assert told(runtime) == ["把 高新技术企业认定的单位 从 确保5家，力争8家 改为 确保50%"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高企认定=5/8家", ("高企认定", 5, 8, "家", False, False)),
        ("合同额＝ 3.5 亿元", ("合同额", Decimal("3.5"), None, "亿元", False, False)),
        ("服务企业=1,200／1,500家次", ("服务企业", 1200, 1500, "家次", False, False)),
        ("高企认定=待填", ("高企认定", None, None, "", True, False)),
        ("高企认定=/8家", ("高企认定", None, 8, "家", False, False)),
        ("落实包保制度", ("落实包保制度", None, None, "", False, True)),
    ],
)
def test_a_target_is_typed_in_one_piece(text: str, expected: tuple[object, ...]) -> None:
    target = typed_target(text)

    assert (target.indicator, target.floor, target.stretch, target.unit, target.masked, target.qualitative) == expected


@pytest.mark.parametrize(
    "text", ["=5家", "", "高企=", "高企=5/8/9家", "高企=1.2.3家", "高企=0.00001家", "高" * 101 + "=5"]
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        typed_target(text)


@ON_SQLITE
def test_a_target_of_the_same_name_is_not_added_twice_by_hand(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)

    with pytest.raises(Refused, match="已有指标“高新技术企业认定”"), changing(runtime) as revision:
        add_typed_target(revision, find_item(revision.session, 1), "高新技术企业认定=6家")


@ON_SQLITE
def test_nothing_is_left_to_amend_after_everything_was_applied(begin: Begin) -> None:
    runtime = begin(GAOQI, BRIEF, PATROL, on=BEGUN)
    wanted = [
        DraftTarget(indicator="高企", floor=Decimal(6), unit="家"),
        DraftTarget(indicator="合同额", unit="亿元", masked=True),
    ]
    items = (
        GAOQI_NOW.model_copy(
            update={"targets": wanted, "text": "（一）培育。", "kind": Kind.REVIEW, "cadence": "quarterly"}
        ),
        BRIEF_NOW.model_copy(update={"programme": "gaoqi", "owner": "王芳"}),
        FAIR,
    )

    assert amend_to(runtime, *items, reason="不再办") == Applied(added=1, changed=2, dropped=1)

    with changing(runtime) as revision:
        left = differing(revision, revision.session.exec(select(Plan)).one(), *items)
    assert {one.change.value for one in left} == {"same"}
    assert is_sound(runtime)


def test_a_done_task_of_a_dropped_target_stays_as_it_was(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    report_figure(runtime, 2)
    before = [row.model_dump() for row in every(runtime, TaskChange)]

    amend_to(
        runtime,
        GAOQI_NOW.model_copy(update={"targets": [DraftTarget(indicator="新品", floor=FLOOR, unit="个")]}),
        reason="改了",
    )

    assert [row.model_dump() for row in every(runtime, TaskChange)][: len(before)] == before
    assert {row.verb for row in every(runtime, TaskChange)} == {Verb.OPEN, Verb.REPORT}
