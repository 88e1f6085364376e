"""Amending put together: a draft or a sheet against the running plan, fenced, all of it or nothing."""

from collections.abc import Collection
from typing import Any

import pytest
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at, draft
from conftest import Begin
from flows.amending import (
    AmendmentView,
    amend_sheet,
    amendment_rows,
    apply_amendments,
    runs,
    sheet_amendments,
)
from flows.changing import revising
from flows.runtime import Runtime
from flows.sheets import SheetMoved
from plans.amending import ALL, AmendmentsMoved, UnknownAmendment
from plans.database import reading, writing
from plans.draft import Draft, DraftPerson, parse_draft
from plans.errors import Refused
from plans.programmes import load_programmes
from plans.sheet.model import Sheet, SheetItem, Standing
from plans.tables import Person, PlanItem, PlanSheet, SheetState, Target
from tasks.amending import Applied
from tasks.changing import edit_item
from tasks.finishing import find_plan, finish_plan
from tasks.revision import find_item
from tasks.tables import ItemChange, Task
from tasks.verbs import Act

BEGUN, NOW = "2026-10-01 08:00", "2026-10-12 10:00"
MORE_GAOQI = GAOQI.replace("floor: 5", "floor: 6")
FAIR = """
  - title: 技术对接会
    programme: other
    kind: review
    cadence: monthly:25
"""
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def written(*items: str, **given: Any) -> Draft:
    found = parse_draft(draft(*items)).draft
    assert found is not None
    return found.model_copy(update=given)


def hand_in(runtime: Runtime, wanted: Draft) -> int:
    """A sheet of this draft, somebody works on it."""
    items = tuple(
        SheetItem(key=key, item=item, standing=Standing.CONFIRMED) for key, item in enumerate(wanted.items, 1)
    )
    kept = wanted.model_dump(include={"title", "period", "owner"})
    sheet = Sheet(**kept, people=tuple(wanted.people), items=items, next_key=len(items) + 1)
    with writing(runtime.engine) as session:
        row = PlanSheet(name="修订.docx", sha256="0", handed_in_at=at(NOW), changed_at=at(NOW))
        row.sheet = sheet.model_dump(mode="json")
        session.add(row)
        session.flush()
        return row.id or 0


def apply(runtime: Runtime, wanted: Draft, chosen: Collection[str], **given: str) -> Applied:
    return apply_amendments(runtime, wanted, chosen, Act("陈平", "cli", at(NOW)), **given)


def every(runtime: Runtime, table: type[Any]) -> list[Any]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))))


def keys(view: AmendmentView) -> list[str]:
    return [key for row in view.rows for key in [one["key"] for one in row["differences"]] or [row["key"]]]


def test_the_differences_are_listed_and_nothing_is_written(begin: Begin) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, PATROL, on=BEGUN)

    view = amendment_rows(runtime, written(MORE_GAOQI, FAIR, MONTHLY_REPORT))

    assert (view.plan, view.period, view.same, view.ownerless) == ("云溪县科技局2026H2工作计划", "2026年下半年", 1, 0)
    assert keys(view) == ["item:1:target:1:floor", "add:2", "drop:3"]
    changed, added, dropped = view.rows
    assert changed["differences"][0] | {"key": ""} == {
        "key": "",
        "label": "高新技术企业认定的确保",
        "before": "5家",
        "after": "6家",
        "quote": "",
        "silent": False,
        "touched": "",
    }
    assert added["facts"] == [("业务线", "其他工作"), ("类别", "复审调度"), ("频次", "每月25日"), ("责任人", "李明")]
    assert (dropped["label"], dropped["facts"][-1]) == ("文件里没有了", ("待办任务", "4项"))
    assert every(runtime, ItemChange) == []


def test_what_was_chosen_is_applied_and_the_rest_stays(begin: Begin) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, PATROL, on=BEGUN)
    wanted = written(MORE_GAOQI, FAIR, MONTHLY_REPORT)
    seen = amendment_rows(runtime, wanted).seen

    assert apply(runtime, wanted, ["item:1", "add:2"], seen=seen) == Applied(added=1, changed=1)

    assert [one.floor for one in every(runtime, Target)] == [6]
    assert [(one.title, one.cancelled_at) for one in every(runtime, PlanItem)][2:] == [
        ("责任网格整治", None),
        ("技术对接会", None),
    ]
    assert any(task.item_id == 4 for task in every(runtime, Task))
    assert keys(amendment_rows(runtime, wanted)) == ["drop:3"]


def test_a_plan_that_moved_since_is_shown_anew_and_nothing_is_changed(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    wanted = written(MORE_GAOQI)
    seen = amendment_rows(runtime, wanted).seen
    with revising(runtime, Act("林岚", "page", at(NOW))) as revision:
        edit_item(revision, find_item(revision.session, 1), {"确保": "7"})

    with pytest.raises(AmendmentsMoved):
        apply(runtime, wanted, [ALL], seen=seen)
    with pytest.raises(UnknownAmendment):
        apply(runtime, wanted, ["item:1:target:1:stretch"])

    assert [one.floor for one in every(runtime, Target)] == [7]


def test_one_that_is_refused_keeps_all_the_others_out(begin: Begin) -> None:
    runtime = begin(GAOQI, PATROL, on=BEGUN)

    with pytest.raises(Refused, match="“责任网格整治”没有改成：取消事项要写明原因"):
        apply(runtime, written(MORE_GAOQI, FAIR), [ALL])

    assert [one.floor for one in every(runtime, Target)] == [5]
    assert len(every(runtime, PlanItem)) == 2
    assert every(runtime, ItemChange) == []


@ON_SQLITE
def test_it_needs_a_plan_that_runs_and_something_chosen(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)

    with pytest.raises(Refused, match="2027年上半年没有在执行的计划"):
        amendment_rows(runtime, written(GAOQI, period="2027H1"))
    with pytest.raises(Refused, match="没有写明计划期间"):
        amendment_rows(runtime, written(GAOQI, period="待填"))
    with pytest.raises(Refused, match="请先勾选"):
        apply(runtime, written(MORE_GAOQI), [])
    with revising(runtime, Act("陈平", "cli", at(NOW))) as revision:
        finish_plan(revision, find_plan(revision.session, "2026H2"), [], "机构调整")
        assert not runs(revision.session, "2026H2")
    with pytest.raises(Refused, match=r"2026年下半年的计划已于 .* 结束"):
        amendment_rows(runtime, written(GAOQI))


@ON_SQLITE
def test_a_new_person_of_the_draft_joins_with_the_work_and_known_ones_stay_as_they_are(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    people = [
        DraftPerson(name="赵六", mail="zhao@yunxi.example", office="创新股"),
        DraftPerson(name="孙七", mail="sun@yunxi.example"),
        DraftPerson(name="李明", mail="old@yunxi.example"),
    ]
    wanted = written(GAOQI.replace("李明", "赵六"), people=people)

    apply(runtime, wanted, [ALL])

    known = {one.name: one.email for one in every(runtime, Person)}
    assert (known["赵六"], known["李明"], "孙七" in known) == ("zhao@yunxi.example", "li@yunxi.example", False)
    assert every(runtime, PlanItem)[0].owner_id == every(runtime, Person)[-1].id


@ON_SQLITE
def test_a_new_person_without_an_address_is_asked_for_it(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    wanted = written(GAOQI.replace("李明", "赵六"), people=[DraftPerson(name="赵六")])

    with pytest.raises(Refused, match="赵六还不在人员名单里"):
        apply(runtime, wanted, [ALL])


def test_a_sheet_is_applied_once_and_remembers_its_plan(begin: Begin) -> None:
    runtime = begin(GAOQI, on=BEGUN)
    number = hand_in(runtime, written(MORE_GAOQI, FAIR))
    shown = sheet_amendments(runtime, number)

    done = amend_sheet(runtime, number, shown.version, keys(shown.view), "林岚", at(NOW), seen=shown.view.seen)

    (sheet,) = every(runtime, PlanSheet)
    assert done == Applied(added=1, changed=1)
    assert (sheet.state, sheet.plan_id, sheet.version) == (SheetState.APPLIED, 1, 2)
    assert {(change.by, change.via) for change in every(runtime, ItemChange)} == {("林岚", "page")}
    with pytest.raises(SheetMoved):
        amend_sheet(runtime, number, sheet.version, [ALL], "林岚", at(NOW))


def test_a_sheet_that_moved_or_is_refused_stays_open(begin: Begin) -> None:
    runtime = begin(GAOQI, PATROL, on=BEGUN)
    number = hand_in(runtime, written(MORE_GAOQI))

    with pytest.raises(SheetMoved):
        amend_sheet(runtime, number, 2, [ALL], "林岚", at(NOW), reason="不办了")
    with pytest.raises(Refused, match="取消事项要写明原因"):
        amend_sheet(runtime, number, 1, [ALL], "林岚", at(NOW))

    assert [(one.state, one.version, one.plan_id) for one in every(runtime, PlanSheet)] == [("open", 1, None)]
    assert [one.floor for one in every(runtime, Target)] == [5]


@ON_SQLITE
def test_a_sheet_says_nothing_of_what_its_programme_only_proposes(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, on=BEGUN)
    with revising(runtime, Act("陈平", "cli", at(NOW))) as revision:
        edit_item(revision, find_item(revision.session, 1), {"频次": "monthly:15"})
    programme = load_programmes()["rd_monthly"]
    proposed = MONTHLY_REPORT + f"    cadence: {programme.cadence}\n    kind: {programme.kind.value}\n"

    assert sheet_amendments(runtime, hand_in(runtime, written(proposed))).view.rows == []
