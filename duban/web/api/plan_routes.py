"""计划: plans, items, targets and their series, and changing an item while its plan runs."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from duban.web.api.admitting import OFFICE, admit_to_page, item_here, item_to_change, or_missing
from duban.web.api.calling import Call, Planning, Reading
from duban.web.api.plan_shapes import (
    ItemChanged,
    ItemShort,
    ItemWhole,
    PlanShort,
    TargetSeries,
    all_plans,
    item_whole,
)
from duban.web.api.shapes import Given, Nth, Number, Reasoned, Rows, Sought, page_of
from flows.changing import revising
from flows.planning import plan_rows
from flows.series import target_series
from plans.database import reading
from plans.people import person_here
from plans.tables import PlanItem
from tasks.changing import cancel_item, edit_item, split_item
from tasks.reassigning import reassign_item
from tasks.revision import Revision
from tasks.target_series import find_target

routes = APIRouter(prefix="/plan", tags=["计划"])

PLAN = f"{OFFICE}/plan"
Written = Annotated[str, Field(max_length=5_000)]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class Changes(Given):
    """要改的字段"""

    changes: dict[Annotated[str, Field(max_length=60)], Written] = Field(
        description="字段和新的值，写法同 duban plan edit 的 --set",
        min_length=1,
        max_length=30,
        examples=[{"标题": "培育和认定高新技术企业"}],
    )


class Parts(Given):
    """拆成哪几个"""

    titles: list[Title] = Field(min_length=2, max_length=20, description="各事项的标题", examples=[["培育", "认定"]])


class Receiver(Given):
    """改派给谁"""

    to: Annotated[str, Field(max_length=60, description="姓名", examples=["王芳"])]


@routes.get("/plans", summary="计划列表")
def list_plans(call: Reading) -> list[PlanShort]:
    """新的在前。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, PLAN)
        return all_plans(session)


@routes.get("/items", summary="事项列表")
def list_items(
    call: Reading,
    plan: Annotated[str, Query(max_length=40, description="计划期间，中文，如 2026年下半年；不写是全部")] = "",
    person: Annotated[str, Query(max_length=60, description="责任人的姓名")] = "",
    q: Sought = "",
    nth: Nth = 1,
) -> Rows[ItemShort]:
    """所有计划的事项，新的计划在前，按序号排列。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, PLAN)
    rows = [row for row in plan_rows(call.runtime) if row["plan"] == plan or not plan]
    found = [row for row in rows if q.strip() in row["title"] and (row["owner"] == person or not person)]
    return page_of((ItemShort(**row) for row in found), nth)


@routes.get("/items/{number}", summary="一个事项：内容、指标和变更经过")
def one_item(call: Reading, number: Number) -> ItemWhole:
    """指标带现在的数、完成率和灯。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, PLAN)
        return item_whole(session, call, item_here(session, number))


@routes.get("/targets/{number}/series", summary="一个指标逐月的数")
def series(call: Reading, number: Number) -> TargetSeries:
    """累计数、当月数、同比和各月的灯。定性指标没有数值，答复 422。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, PLAN)
        or_missing(lambda: find_target(session, number))
    return TargetSeries.model_validate(target_series(call.runtime, number, call.today), from_attributes=True)


@routes.post("/items/{number}/edit", summary="修改一个事项")
def edit(call: Planning, number: Number, given: Changes) -> ItemChanged:
    """待办任务随之调整，已办结的不变；有一处不对就什么都不改。"""
    return _change(call, number, lambda revision, item: edit_item(revision, item, given.changes))


@routes.post("/items/{number}/split", summary="把一个事项拆成几个")
def split(call: Planning, number: Number, given: Parts) -> ItemChanged:
    """指标和待办任务归第一个；原来的事项随即取消。"""
    return _change(call, number, lambda revision, item: len(split_item(revision, item, given.titles)))


@routes.post("/items/{number}/cancel", summary="取消一个事项")
def cancel(call: Planning, number: Number, given: Reasoned) -> ItemChanged:
    """待办任务一并取消，要写明原因。"""

    def call_off(revision: Revision, item: PlanItem) -> int:
        cancel_item(revision, item, given.reason)
        return 1

    return _change(call, number, call_off)


@routes.post("/items/{number}/reassign", summary="改派一个事项")
def reassign(call: Planning, number: Number, given: Receiver) -> ItemChanged:
    """待办任务一并转交。"""

    def give(revision: Revision, item: PlanItem) -> int:
        reassign_item(revision, item, person_here(revision.session, given.to))
        return 1

    return _change(call, number, give)


def _change(call: Call, number: int, deed: Callable[[Revision, PlanItem], int]) -> ItemChanged:
    with reading(call.engine) as session:
        admit_to_page(session, call, PLAN)
        _, act = item_to_change(session, call, number)
    with revising(call.runtime, act) as revision:
        # Asked again: the item may have been given away since.
        item, _ = item_to_change(revision.session, call, number)
        changed = deed(revision, item)
        revision.session.flush()
        return ItemChanged(changed=changed, item=item_whole(revision.session, call, item), at=call.now)
