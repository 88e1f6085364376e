"""Closing a plan and carrying over: the unfinished is listed, chosen items go into the next draft with their link."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.changing import finish, revising, unfinished_rows
from flows.planning import start_from_text
from flows.running import tick
from flows.runtime import Runtime
from flows.supervising import alarm_from
from notifications.digest import as_html, as_markdown, freeze, month_facts
from plans.database import reading, writing
from plans.draft import DraftRefused
from plans.errors import Refused
from plans.people import find_person
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from tasks.changing import cancel_item, edit_item
from tasks.extensions import ask_extension, grant_extension, refuse_extension
from tasks.finishing import find_plan
from tasks.revision import find_item
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act, Reading, complete, find_task

ONE_DAY = """
  - title: 企业座谈会
    programme: other
    kind: filing
    owner: 王芳
    cadence: once:2026-12-25
    needs_review: true
    weight: 2
"""
END = Act("陈平", "cli", at("2027-01-04 09:00"))
BEGUN = "2026-12-20 08:00"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def tasks(runtime: Runtime) -> list[Task]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Task).order_by(col(Task.id))))


def plan(runtime: Runtime) -> Plan:
    with reading(runtime.engine) as session:
        return find_plan(session, "2026H2")


def read_three(runtime: Runtime) -> None:
    """李明 closes the goal with 3 where 5 was promised."""
    with writing(runtime.engine) as session:
        complete(
            session, find_task(session, 1), Act("李明", "page", at("2026-12-30 10:00")), "", (Reading(1, Decimal(3)),)
        )


def test_what_is_unfinished_is_listed_open_tasks_and_targets_below_the_floor_or_unread(begin: Begin) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新技术企业", "瞪羚企业"), ONE_DAY, on=BEGUN)
    read_three(runtime)

    with reading(runtime.engine) as session:
        rows = unfinished_rows(session, find_plan(session, "2026H2"), END)

    assert [(row["id"], row["owner"], row["open_tasks"], row["targets"]) for row in rows] == [
        (1, "李明", 0, ["高新技术企业认定完成3家，目标5家"]),
        (2, "李明", 1, ["瞪羚企业认定没有数值"]),
        (3, "王芳", 1, []),
    ]


def test_chosen_items_go_into_the_next_plan_with_their_link_and_the_rest_is_cancelled(begin: Begin) -> None:
    runtime = begin(GAOQI, ONE_DAY, MONTHLY_REPORT, on=BEGUN)
    read_three(runtime)
    kept: list[str] = []

    assert finish(runtime, "2026H2", [1, 2], "不再报送", END, kept.append) == 2

    assert plan(runtime).closed_at == END.at
    assert {task.state for task in tasks(runtime)} == {State.DONE, State.CANCELLED}
    text = kept[0].replace("cadence: 待填", "cadence: once:2027-02-10")
    assert "- indicator: 高新技术企业认定 # 上期完成 3家" in " ".join(text.split())
    assert start_from_text(runtime.settings, text, "next.yaml", "陈平", at("2027-01-04 10:00")).items == 2
    with reading(runtime.engine) as session:
        goal, meeting = session.exec(select(PlanItem).where(PlanItem.plan_id == 2).order_by(col(PlanItem.number)))
        target = session.exec(select(Target).where(Target.item_id == goal.id)).one()
    assert (goal.carried_from, meeting.carried_from) == (1, 2)
    assert (target.floor, target.stretch, target.unit) == (Decimal(5), Decimal(8), "家")
    assert (meeting.needs_review, meeting.needs_sign, meeting.weight) == (True, False, Decimal(2))


def test_a_finished_plan_opens_no_more_tasks(begin: Begin) -> None:
    runtime = begin(GAOQI, on="2026-10-08 08:00")

    finish(runtime, "2026H2", [], "并入全县方案", Act("陈平", "cli", at("2026-10-09 09:00")), lambda _: None)
    tick(runtime, at("2026-11-20 08:31"))

    assert [(task.state, task.next_step_at) for task in tasks(runtime)] == [(State.CANCELLED, None)]


@ON_SQLITE
def test_what_is_asked_of_a_person_is_marked_in_the_draft(begin: Begin) -> None:
    runtime = begin(GAOQI, ONE_DAY, on=BEGUN)
    with writing(runtime.engine) as session:
        find_person(session, "李明").active = False
    kept: list[str] = []

    finish(runtime, "2026H2", [1, 2], "", END, kept.append)

    assert "owner: 待填" in kept[0]
    assert "上期是李明，已经离岗" in kept[0]
    with pytest.raises(DraftRefused) as refused:
        start_from_text(runtime.settings, kept[0], "next.yaml", "陈平", at("2027-01-04 10:00"))
    messages = [problem.message for problem in refused.value.problems]
    assert "有1个事项没有责任人：请填写全计划的责任人，或在各事项里写明。" in messages
    assert any(message.startswith("频次“待填”读不懂") for message in messages)


@ON_SQLITE
def test_a_draft_that_carries_over_what_was_never_there_is_refused(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    kept: list[str] = []
    finish(runtime, "2026H2", [1], "", END, kept.append)
    wrong = kept[0].replace("carried_from: 1", "carried_from: 99")

    with pytest.raises(DraftRefused) as refused:
        start_from_text(runtime.settings, wrong, "next.yaml", "陈平", at("2027-01-04 10:00"))

    told = "没有编号为 99 的事项可以结转：请删去这一行，或改成 duban plan show 里的编号。"
    assert told in [problem.message for problem in refused.value.problems]


@ON_SQLITE
@pytest.mark.parametrize(
    ("period", "carry", "reason", "on", "told"),
    [
        ("2026H2", [1], "", "2027-01-04 09:00", "还有1个事项没有完成：请用 --carry 结转，其余的用 --reason 写明原因。"),
        ("2026H2", [1, 2], "", "2026-12-28 09:00", "2026年下半年还没有过完：要提前结束，请用 --reason 写明原因。"),
        (
            "2026H2",
            [9],
            "不办",
            "2027-01-04 09:00",
            "2026年下半年的计划里没有编号为 9 的在办事项：请用 duban plan show 查看编号。",
        ),
        ("2026H1", [], "不办", "2027-01-04 09:00", "没有2026年上半年的计划：请用 duban plan show 查看。"),
        ("下半年", [], "不办", "2027-01-04 09:00", "“下半年”不是期间：请写成 2026-10、2026Q4、2026H2 或 2026。"),
    ],
)
def test_a_plan_that_cannot_be_closed_stays_open(
    begin: Begin, period: str, carry: list[int], reason: str, on: str, told: str
) -> None:
    runtime = begin(GAOQI, ONE_DAY, on=BEGUN)
    before = [task.model_dump() for task in tasks(runtime)]

    with pytest.raises(Refused) as refused:
        finish(runtime, period, carry, reason, Act("陈平", "cli", at(on)), lambda _: None)

    assert str(refused.value) == told
    assert plan(runtime).closed_at is None
    assert [task.model_dump() for task in tasks(runtime)] == before


@ON_SQLITE
def test_a_draft_that_cannot_be_kept_leaves_the_plan_open(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)

    def full(_: str) -> None:
        raise Refused("写不进去。")

    with pytest.raises(Refused, match="写不进去。"):
        finish(runtime, "2026H2", [1], "", END, full)

    assert plan(runtime).closed_at is None


@ON_SQLITE
def test_a_closed_plan_is_neither_closed_nor_changed_again(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    finish(runtime, "2026H2", [1], "", END, lambda _: None)

    with pytest.raises(Refused, match="2026年下半年的计划已于 2027-01-04 09:00 结束。"):
        finish(runtime, "2026H2", [1], "", END, lambda _: None)
    with (
        pytest.raises(Refused, match="这份计划已于 2027-01-04 09:00 结束，不能再改。"),
        revising(runtime, END) as revision,
    ):
        edit_item(revision, find_item(revision.session, 1), {"标题": "新"})


@pytest.fixture
def changed(begin: Begin) -> Runtime:
    """A plan that was changed twice in October and once in November."""
    runtime = begin(GAOQI, ONE_DAY, on="2026-10-08 08:00")
    for on, title in (("2026-10-09 09:12", "培育高企"), ("2026-11-01 00:30", "培育高新企业")):
        with revising(runtime, Act("陈平", "cli", at(on))) as revision:
            edit_item(revision, find_item(revision.session, 1), {"标题": title})
    with revising(runtime, Act("林岚", "page", at("2026-10-31 23:59"))) as revision:
        cancel_item(revision, find_item(revision.session, 2), "已并入年会")
    return runtime


def test_the_digest_says_what_was_changed_in_its_month_when_and_by_whom(changed: Runtime) -> None:
    with writing(changed.engine) as session:
        digest = freeze(session, Period.parse("2026-10"), at("2026-11-02 09:00"), changed.gauge)

    assert [change["told"] for change in digest.facts["changes"]] == [
        "陈平 2026-10-09 09:12 把 标题 从 培育高新技术企业 改为 培育高企",
        "林岚 2026-10-31 23:59 把 状态 从 执行中 改为 已取消（已并入年会）",
    ]
    for written in (as_html(digest.facts, digest.made_at), as_markdown(digest.facts, digest.made_at)):
        assert "五、计划变更" in written
        assert "2. 企业座谈会：林岚 2026-10-31 23:59 把 状态 从 执行中 改为 已取消（已并入年会）" in written


@ON_SQLITE
def test_a_digest_frozen_before_changes_were_kept_is_still_rendered(changed: Runtime) -> None:
    with writing(changed.engine) as session:
        digest = freeze(session, Period.parse("2026-10"), at("2026-11-02 09:00"), changed.gauge)
    old = {key: value for key, value in digest.facts.items() if key != "changes"}

    assert "计划变更" not in as_html(old, digest.made_at) + as_markdown(old, digest.made_at)
    assert date.fromisoformat(old["as_of"]) == date(2026, 10, 31)


@pytest.fixture
def extended(begin: Begin) -> Runtime:
    """October's figure was put off to 6 November, granted in October; another wish was refused."""
    runtime = begin(GAOQI, ONE_DAY, on="2026-10-08 08:00")
    granted, on = date(2026, 11, 6), Act("李明", "page", at("2026-10-20 10:00"))
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).where(Task.item_id == 1, Task.period == "2026-10")).one()
        no = ask_extension(session, task, date(2026, 12, 1), "想晚一点", on)
        refuse_extension(session, no, Act("陈平", "page", at("2026-10-20 11:00")), "太晚")
        yes = ask_extension(session, task, granted, "等省厅\n<b>批次</b>", on)
        grant_extension(
            session, yes, Act("陈平", "page", at("2026-10-31 23:59")), runtime.workdays, alarm_from(runtime)
        )
    return runtime


def test_the_digest_lists_what_was_put_off_in_its_month_and_names_the_date_there_was(extended: Runtime) -> None:
    with reading(extended.engine) as session:
        october = month_facts(session, Period.parse("2026-10"), at("2026-11-02 09:00"), extended.gauge)
        november = month_facts(session, Period.parse("2026-11"), at("2026-11-30 09:00"), extended.gauge)

    assert october["extended"] == [
        {
            "title": "培育高新技术企业",
            "period": "2026年10月",
            "holder": "李明",
            "original_due_on": "2026-10-30",
            "due_on": "2026-11-06",
            "reason": "等省厅 <b>批次</b>",
        }
    ]
    assert november["extended"] == []
    assert november["items"][0]["late"] == ["李明（2026年10月，原定 2026-10-30）"]
    text, page = as_markdown(october, END.at), as_html(october, END.at)
    assert "## 五、延期" in text
    assert "- 培育高新技术企业（2026年10月），李明：原定 2026-10-30，延到 2026-11-06，等省厅 <b>批次</b>" in text
    assert "等省厅 &lt;b&gt;批次&lt;/b&gt;" in page
    assert "、延期" not in as_markdown(november, END.at) + as_html(november, END.at)


def test_where_the_plan_changed_too_putting_off_comes_after_it(extended: Runtime) -> None:
    with revising(extended, Act("陈平", "cli", at("2026-10-09 09:12"))) as revision:
        edit_item(revision, find_item(revision.session, 1), {"标题": "培育高企"})
    with reading(extended.engine) as session:
        facts = month_facts(session, Period.parse("2026-10"), at("2026-11-02 09:00"), extended.gauge)

    text = as_markdown(facts, END.at)
    assert text.index("## 五、计划变更") < text.index("## 六、延期")
