"""Changing a running plan: open tasks follow, done ones never change, and the trail says who changed what and when."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from cast import GAOQI, MONTHLY_REPORT, at, draft
from conftest import Begin
from flows.changing import revising
from flows.planning import start_from_text
from flows.running import tick
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from notifications.tables import Notice
from plans.database import reading, writing
from plans.errors import Refused
from plans.people import find_person, person_here
from plans.tables import Plan, PlanItem, Target
from tasks.audit import verify
from tasks.changing import cancel_item, edit_item, split_item
from tasks.item_history import history, sentence
from tasks.reassigning import reassign_all, reassign_item, reassign_task
from tasks.revision import Revision, find_item
from tasks.states import State, Verb
from tasks.tables import ItemChange, Task, TaskChange
from tasks.verbs import Act, cancel, complete, find_task

BRIEF = """
  - title: 科技简报
    programme: other
    kind: filing
    owner: 李明
    cadence: monthly:20
    ladder: staff
"""
ONE_DAY = BRIEF.replace("monthly:20", "once:2026-10-20")
MASKED = GAOQI.replace("floor: 5, stretch: 8", "masked: true")
BEGUN = "2026-10-08 08:00"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def changing(runtime: Runtime, on: str = "2026-10-09 09:12") -> Iterator[tuple[Revision, PlanItem]]:
    """陈平 changes item 1."""
    with revising(runtime, Act("陈平", "cli", at(on))) as revision:
        yield revision, find_item(revision.session, 1)


def edit(runtime: Runtime, on: str = "2026-10-09 09:12", **changes: str) -> int:
    with changing(runtime, on) as (revision, item):
        return edit_item(revision, item, changes)


def finish_task(runtime: Runtime, number: int = 1) -> None:
    with writing(runtime.engine) as session:
        complete(session, find_task(session, number), Act("李明", "page", at("2026-10-08 10:00")))


def every(runtime: Runtime, table: type[Any]) -> list[Any]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))))


def only(runtime: Runtime, table: type[Any]) -> Any:
    (row,) = every(runtime, table)
    return row


def told(runtime: Runtime, number: int = 1) -> list[str]:
    with reading(runtime.engine) as session:
        return [sentence(change) for change in history(session, find_item(session, number))]


def moves(runtime: Runtime) -> list[tuple[int, str, str]]:
    """What happened to tasks besides being opened: (task, verb, note)."""
    return [(row.task_id, row.verb, row.note) for row in every(runtime, TaskChange) if row.verb != Verb.OPEN]


def person(runtime: Runtime, name: str) -> int:
    with reading(runtime.engine) as session:
        return find_person(session, name).id or 0


def test_open_tasks_follow_a_new_due_day_with_their_alarm(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    assert edit(runtime, 频次="monthly:22") == 1

    task = only(runtime, Task)
    assert (task.period, task.due_on, task.inner_on) == ("2026-10", date(2026, 10, 22), date(2026, 10, 22))
    assert (task.original_due_on, task.next_step_at) == (date(2026, 10, 20), at("2026-10-19 08:30"))
    assert told(runtime) == ["陈平 2026-10-09 09:12 把 频次 从 每月20日 改为 每月22日"]
    why = "频次从 每月20日 改为 每月22日；到期日 2026-10-20 改为 2026-10-22"
    assert moves(runtime) == [(1, Verb.CHANGE, why)]


@ON_SQLITE
def test_what_was_said_for_the_old_day_is_said_for_the_new_one_too(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    tick(runtime, at("2026-10-15 08:31"))

    edit(runtime, "2026-10-15 10:00", 频次="monthly:28")
    for day in ("2026-10-16", "2026-10-20", "2026-10-23", "2026-10-28"):
        tick(runtime, at(f"{day} 08:31"))

    assert [notice.step for notice in every(runtime, Notice)] == ["-3", "1028:-3", "1028:0"]


def test_a_done_task_never_changes_and_its_period_is_not_opened_again(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    finish_task(runtime)
    before = only(runtime, Task).model_dump()

    edit(runtime, 频次="monthly:22", 责任人="王芳")
    tick(runtime, at("2026-10-12 08:31"))

    assert only(runtime, Task).model_dump() == before


def test_of_another_rhythm_old_tasks_are_dropped_and_missing_ones_opened_and_back_again(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    edit(runtime, 频次="weekly:fri")
    monthly, *weekly = every(runtime, Task)
    assert (monthly.state, monthly.next_step_at) == (State.CANCELLED, None)
    assert [task.period for task in weekly] == ["2026-W41", "2026-W42", "2026-W43", "2026-W44", "2026-W45"]
    assert (1, Verb.CHANGE, "频次从 每月20日 改为 每周五") in moves(runtime)

    edit(runtime, "2026-10-09 09:30", 频次="monthly:20")
    monthly, *weekly = every(runtime, Task)
    assert (monthly.state, monthly.due_on) == (State.OPEN, date(2026, 10, 20))
    assert monthly.next_step_at == at("2026-10-15 08:30")
    assert {task.state for task in weekly} == {State.CANCELLED}


@ON_SQLITE
def test_a_task_a_person_cancelled_stays_cancelled_when_the_day_changes(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    with changing(runtime) as (revision, _):
        cancel(revision.session, find_task(revision.session, 1), revision.act, "停刊一期")

    edit(runtime, 频次="monthly:22")

    assert only(runtime, Task).state == State.CANCELLED


@ON_SQLITE
def test_a_single_date_that_moves_keeps_its_task(begin: Begin) -> None:
    runtime = begin(ONE_DAY, on=BEGUN)

    edit(runtime, 频次="once:2026-12-15")

    task = only(runtime, Task)
    assert (task.state, task.period, task.due_on) == (State.OPEN, "2026-12-15", date(2026, 12, 15))


@ON_SQLITE
def test_a_change_alone_makes_no_task_late(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    edit(runtime, 频次="monthly:8")

    october, november = every(runtime, Task)
    assert (october.period, october.due_on) == ("2026-10", date(2026, 10, 20))
    assert (november.period, november.due_on) == ("2026-11", date(2026, 11, 6))


@ON_SQLITE
def test_another_ladder_sets_the_alarms_anew(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    edit(runtime, 催办阶梯="filing")

    task = only(runtime, Task)
    assert task.next_step_at == runtime.rules.first_alarm(only(runtime, PlanItem), task, task.stepped_on)
    assert moves(runtime) == [(1, Verb.CHANGE, "催办阶梯从 staff 改为 filing")]


TYPED: list[tuple[str, str, tuple[str, object], str, str]] = [
    ("标题", " 科技工作简报 ", ("title", "科技工作简报"), "科技简报", "科技工作简报"),
    ("text", "每月一期", ("text", "每月一期"), "无", "每月一期"),
    ("业务线", "高新技术企业", ("programme", "gaoqi"), "其他工作", "高新技术企业"),
    ("类别", "日常", ("kind", "duty"), "报送", "日常"),
    ("遇休息日", "顺延", ("due_policy", "next"), "提前", "顺延"),
    ("报上期", "是", ("in_arrears", True), "否", "是"),
    ("报表", "rd_monthly", ("form", "rd_monthly"), "无", "rd_monthly"),
    ("须签收", "是", ("needs_sign", True), "否", "是"),
    ("须复核", "是", ("needs_review", True), "否", "是"),
    ("须佐证", "是", ("needs_evidence", True), "否", "是"),
    ("权重", "2.5", ("weight", Decimal("2.5")), "1", "2.5"),
]


@ON_SQLITE
def test_every_field_is_changed_as_it_is_typed(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    assert edit(runtime, **{field: typed for field, typed, *_ in TYPED}) == len(TYPED)

    item = only(runtime, PlanItem)
    kept = [(name, getattr(item, name)) for _, _, (name, _), *_ in TYPED]
    assert kept == [row[2] for row in TYPED]
    noted = [(change.before, change.after, change.by, change.at) for change in every(runtime, ItemChange)]
    assert noted == [(before, after, "陈平", at("2026-10-09 09:12")) for *_, before, after in TYPED]


@ON_SQLITE
def test_what_is_typed_as_it_was_is_no_change(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)

    assert edit(runtime, 标题="培育高新技术企业", 确保="5", 责任人="李明") == 0

    assert told(runtime) == []


def test_a_masked_target_is_filled_in_and_floor_and_stretch_rise_together(begin: Begin) -> None:
    runtime = begin(MASKED, on=BEGUN)

    edit(runtime, 确保="5")
    edit(runtime, **{"高新技术企业认定.确保": "9", "力争": "12", "单位": "户"})

    target = only(runtime, Target)
    assert (target.floor, target.stretch, target.unit, target.masked) == (9, 12, "户", False)
    assert told(runtime) == [
        "陈平 2026-10-09 09:12 把 高新技术企业认定的确保 从 待填 改为 5",
        "陈平 2026-10-09 09:12 把 高新技术企业认定的确保 从 5 改为 9",
        "陈平 2026-10-09 09:12 把 高新技术企业认定的力争 从 待填 改为 12",
        "陈平 2026-10-09 09:12 把 高新技术企业认定的单位 从 家 改为 户",
    ]


def test_split_its_open_tasks_and_targets_go_on_with_the_first_part(begin: Begin) -> None:
    runtime = begin(GAOQI, BRIEF, on=BEGUN)

    with changing(runtime) as (revision, item):
        split_item(revision, item, ["培育高企", "培育瞪羚"])

    old, _, first, second = every(runtime, PlanItem)
    assert old.cancelled_at == at("2026-10-09 09:12")
    assert [(part.number, part.title, part.carried_from) for part in (first, second)] == [
        (3, "培育高企", 1),
        (4, "培育瞪羚", 1),
    ]
    assert only(runtime, Target).item_id == first.id
    held = [(task.item_id, task.period, task.state) for task in every(runtime, Task)]
    assert held == [(3, "2026-10", "open"), (2, "2026-10", "open"), (4, "2026-10", "open")]
    assert told(runtime) == ["陈平 2026-10-09 09:12 把 状态 从 执行中 改为 拆分为第3、4项"]


def test_a_cancelled_item_takes_its_open_tasks_with_it_and_opens_no_more(begin: Begin) -> None:
    runtime = begin(BRIEF.replace("monthly:20", "weekly:fri"), on=BEGUN)
    finish_task(runtime)

    with changing(runtime) as (revision, item):
        assert cancel_item(revision, item, "并入月报") == 4
    tick(runtime, at("2026-11-12 08:31"))

    assert [task.state for task in every(runtime, Task)] == ["done", *["cancelled"] * 4]
    assert {note for _, verb, note in moves(runtime) if verb == Verb.CANCEL} == {"并入月报"}
    assert told(runtime) == ["陈平 2026-10-09 09:12 把 状态 从 执行中 改为 已取消（并入月报）"]


def test_reassigned_the_new_owner_hears_once_where_it_stands_and_the_old_one_nothing_more(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    tick(runtime, at("2026-10-15 08:31"))

    with changing(runtime, "2026-10-16 09:00") as (revision, item):
        reassign_item(revision, item, person_here(revision.session, "王芳"))
    for day in ("2026-10-16 10:00", "2026-10-19 08:31", "2026-10-20 08:31"):
        tick(runtime, at(day))

    task = every(runtime, Task)[0]
    li, wang = f"person:{person(runtime, '李明')}", f"person:{person(runtime, '王芳')}"
    assert (task.assignee, task.owner_id) == (wang, person(runtime, "王芳"))
    said = [(notice.step, notice.recipient) for notice in every(runtime, Notice)]
    assert said == [("-3", li), ("-3", wang), ("0", wang)]
    assert moves(runtime) == [(1, Verb.REASSIGN, "李明 改为 王芳")]


def test_one_task_is_reassigned_and_the_clock_opens_no_second_one(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    with changing(runtime) as (revision, _):
        reassign_task(revision, find_task(revision.session, 1), person_here(revision.session, "王芳"))
    tick(runtime, at("2026-10-12 08:31"))

    assert only(runtime, Task).owner_id == person(runtime, "王芳")
    assert only(runtime, PlanItem).owner_id == person(runtime, "李明")


def test_all_of_a_persons_work_goes_to_another_at_once(begin: Begin) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, BRIEF.replace("李明", "陈平"), on=BEGUN)

    with changing(runtime) as (revision, _):
        reassign_task(revision, find_task(revision.session, 5), person_here(revision.session, "李明"))
        held = reassign_all(revision, find_person(revision.session, "李明"), person_here(revision.session, "王芳"))

    wang = person(runtime, "王芳")
    assert ([item.id for item in held.items], len(held.tasks)) == ([1, 2], 5)
    assert [item.owner_id == wang for item in every(runtime, PlanItem)] == [True, True, False]
    assert {task.owner_id for task in every(runtime, Task)} == {wang}
    enterprises = [task.assignee for task in every(runtime, Task) if task.enterprise_id]
    assert enterprises == ["enterprise:1", "enterprise:2", "enterprise:3"]


@ON_SQLITE
def test_the_chain_of_changes_holds_and_names_the_deputy_and_whom_he_acts_for(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)

    with revising(runtime, Act("王芳", "page", at("2026-10-09 09:12"), "陈平")) as revision:
        edit_item(revision, find_item(revision.session, 1), {"频次": "monthly:22"})

    assert only(runtime, ItemChange).by == "王芳（代陈平）"
    with reading(runtime.engine) as session:
        assert [chain.broken for chain in verify(session)] == ["", "", ""]


def snapshot(runtime: Runtime) -> list[dict[str, Any]]:
    tables: tuple[type[SQLModel], ...] = (Plan, PlanItem, Target, Task, ItemChange, TaskChange)
    return [row.model_dump() for table in tables for row in every(runtime, table)]


FIELDS = (
    "标题、内容、业务线、类别、频次、遇休息日、报上期、催办阶梯、报表、须签收、须复核、须佐证、权重、"
    "责任人、确保、力争、单位"
)
BAD_EDITS: list[tuple[dict[str, str], str]] = [
    ({"颜色": "红"}, f"没有“颜色”这个字段：可以改 {FIELDS}。"),
    ({"标题": "  "}, "“标题”不能空着。"),
    ({"标题": "长" * 201}, "“标题”太长了，最多200字。"),
    ({"业务线": "gaochi"}, "没有“gaochi”这条业务线"),
    ({"类别": "闲事"}, "“类别”没有“闲事”：可以写 目标、报送、复审调度、日常。"),
    ({"频次": "monthly:45"}, "频次“monthly:45”读不懂"),
    ({"频次": "once:2026-10-01"}, "到期日 2026-10-01 已经过去了。"),
    ({"频次": "once:2027-01-05"}, "到期日 2027-01-05 不在2026年下半年内。"),
    ({"须签收": "也许"}, "“须签收”只能写 是 或 否。"),
    ({"权重": "0"}, "“权重”要大于零，小于一百万，最多四位小数。"),
    ({"权重": "1e-99999"}, "“权重”要大于零，小于一百万，最多四位小数。"),
    ({"确保": "5.00001"}, "“确保”最多四位小数：请检查单位。"),
    ({"权重": "重"}, "“权重”请写数字，“重”不是。"),
    ({"催办阶梯": "天梯"}, "没有“天梯”这个催办阶梯"),
    ({"催办阶梯": "天梯", "责任人": "王芳"}, "没有“天梯”这个催办阶梯"),
    ({"报表": "白纸"}, "没有“白纸”这张报表"),
    ({"责任人": "张三"}, "没有叫“张三”的人"),
    ({"责任人": "周正"}, "周正已经离岗，不能承办：请换一位。"),
    ({"标题": "新", "确保": "9"}, "“高新技术企业认定”的确保（9）比力争（8）还高。"),
    ({"确保": "-1"}, "“确保”不能是负数"),
    ({"力争": "NaN"}, "“力争”不能是负数"),
    ({"确保": "五"}, "“确保”请写数字，不知道就写“待填”。"),
    ({"瞪羚.确保": "5"}, "请写明是哪个指标，如 高新技术企业认定.确保=5；这个事项的指标有：高新技术企业认定。"),
]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """One plan for all that is refused, for it changes nothing; 周正 has left."""
    folder = tmp_path_factory.mktemp("standing")
    settings = read_settings(data=folder, database_url=f"sqlite:///{folder / 'duban.db'}", secret="s" * 32)
    start_from_text(settings, draft(GAOQI), "draft.yaml", "陈平", at(BEGUN))
    runtime = open_runtime(settings)
    with writing(runtime.engine) as session:
        find_person(session, "周正").active = False
    yield runtime
    runtime.engine.dispose()


@pytest.mark.parametrize(("changes", "sentence"), BAD_EDITS)
def test_a_bad_edit_is_one_sentence_and_changes_nothing(
    standing: Runtime, changes: dict[str, str], sentence: str
) -> None:
    before = snapshot(standing)

    with pytest.raises(Refused) as refused:
        edit(standing, **changes)

    assert str(refused.value).startswith(sentence)
    assert str(refused.value).count("。") == 1
    assert snapshot(standing) == before


BAD_MOVES: list[tuple[Callable[[Revision, PlanItem], object], str]] = [
    (lambda revision, _: find_item(revision.session, 99), "没有编号为 99 的事项：请用 duban plan show 查看编号。"),
    (lambda revision, item: cancel_item(revision, item, "  "), "取消事项要写明原因。"),
    (lambda revision, item: split_item(revision, item, ["一个"]), "拆分要写两个或更多不同的标题。"),
    (lambda revision, item: split_item(revision, item, ["甲", "甲"]), "拆分要写两个或更多不同的标题。"),
    (lambda revision, item: split_item(revision, item, ["甲", " "]), "“标题”不能空着。"),
    (
        lambda revision, item: reassign_item(revision, item, person_here(revision.session, "周正")),
        "周正已经离岗，不能承办：请换一位。",
    ),
    (
        lambda revision, item: reassign_item(revision, item, person_here(revision.session, "李明")),
        "本来就由李明负责，不用改派。",
    ),
    (
        lambda revision, _: reassign_all(
            revision, find_person(revision.session, "王芳"), person_here(revision.session, "李明")
        ),
        "王芳没有在办的事项和任务。",
    ),
]


@pytest.mark.parametrize(("move", "sentence"), BAD_MOVES)
def test_a_bad_move_is_one_sentence_and_changes_nothing(
    standing: Runtime, move: Callable[[Revision, PlanItem], object], sentence: str
) -> None:
    before = snapshot(standing)

    with pytest.raises(Refused) as refused, changing(standing) as (revision, item):
        move(revision, item)

    assert str(refused.value) == sentence
    assert snapshot(standing) == before


@ON_SQLITE
def test_a_cancelled_item_cannot_be_changed_any_more(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    with changing(runtime) as (revision, item):
        cancel_item(revision, item, "并入月报")

    with pytest.raises(Refused, match="“科技简报”已于 2026-10-09 09:12 取消，不能再改。"):
        edit(runtime, 标题="简报")


@ON_SQLITE
def test_a_done_task_is_not_reassigned(begin: Begin) -> None:
    runtime = begin(BRIEF, on=BEGUN)
    finish_task(runtime)

    with pytest.raises(Refused, match="这项任务是“已办结”，不能改派。"), changing(runtime) as (revision, _):
        reassign_task(revision, find_task(revision.session, 1), person_here(revision.session, "王芳"))
