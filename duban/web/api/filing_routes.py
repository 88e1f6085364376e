"""填报: the matrix, one report, and what the officer does with it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session

from duban.web.api.admitting import filing_to_do, not_found, or_missing
from duban.web.api.calling import Call, Filing, Reading
from duban.web.api.filing_shapes import (
    Behalf,
    FilingItem,
    FilingWhole,
    MatrixShown,
    filing_whole,
    matrix_shown,
)
from duban.web.api.shapes import Noted, Nth, Number, Reasoned, Sought
from flows.reviewing import accept, file_on_behalf, filing_task
from flows.tasking import return_task
from flows.views.filing_states import SHOWN
from flows.views.matrix import Wanted, filing_item, filing_items, matrix_of
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.tables import PlanItem
from tasks.drafts import Seen
from tasks.tables import Task
from tasks.verbs import Act

routes = APIRouter(prefix="/filings", tags=["填报"])

STATES = "、".join(f"{key} {word}" for key, (word, _) in SHOWN.items() if key)
Deed = Callable[[Session, Task, Act], object]


@routes.get("/items", summary="要企业填报的事项")
def list_filing_items(call: Reading) -> list[FilingItem]:
    """新的计划在前。"""
    with reading(call.engine) as session:
        return [FilingItem.model_validate(item, from_attributes=True) for item in filing_items(session)]


@routes.get("", summary="填报矩阵：哪家企业哪个月报了没有")
def matrix(
    call: Reading,
    item: Annotated[int, Query(ge=0, le=2_147_483_647, description="事项编号，不写是第一个填报事项")] = 0,
    month: Annotated[str, Query(max_length=20, description="月份，不写是最近到期的", examples=["2026-10"])] = "",
    state: Annotated[str, Query(max_length=20, description=f"只看这个状态：{STATES}")] = "",
    q: Sought = "",
    agency: Annotated[int, Query(ge=0, le=2_147_483_647, description="只看这家代账公司的")] = 0,
    nth: Nth = 1,
) -> MatrixShown:
    """一页企业，每家十二个月以内；state 只对 month 这个月。"""
    wanted = Wanted(_month(month), _state(state), q.strip(), agency, "weight", nth)
    with reading(call.engine) as session:
        return matrix_shown(matrix_of(session, _item(session, item), call.today, wanted))


def _item(session: Session, number: int) -> PlanItem:
    if number:
        return or_missing(lambda: filing_item(session, number))
    items = filing_items(session)
    if not items:
        raise not_found("计划里还没有要企业填报的事项。")
    return items[0]


def _month(text: str) -> str:
    return Period.parse(text.strip()).key if text.strip() else ""


def _state(text: str) -> str:
    if text not in SHOWN:
        raise Refused(f"没有这个状态：请写 {STATES}。")
    return text


@routes.get("/{number}", summary="一份填报：内容、对照、历次和报表")
def one_filing(call: Reading, number: Number) -> FilingWhole:
    """编号是任务编号。"""
    with reading(call.engine) as session:
        return filing_whole(session, call, or_missing(lambda: filing_task(session, number)))


@routes.post("/{number}/accept", summary="核定")
def accepted(call: Filing, number: Number, given: Noted) -> FilingWhole:
    """报来的数算数，以后不再改。"""
    return _carry_out(call, number, lambda session, task, act: accept(session, task, act, given.note))


@routes.post("/{number}/return", summary="退回")
def returned(call: Filing, number: Number, given: Reasoned) -> FilingWhole:
    """请企业改正，要写明原因；企业会收到提醒。"""
    return _carry_out(
        call, number, lambda session, task, act: return_task(session, call.runtime, task, given.reason, act)
    )


@routes.post("/{number}/file", summary="代报")
def filed(call: Filing, number: Number, given: Behalf) -> FilingWhole:
    """企业在电话里说的，替它报上；留痕写明是谁代报的。"""
    seen = Seen(given.seen.filing, given.seen.draft)
    return _carry_out(
        call,
        number,
        lambda session, task, act: file_on_behalf(session, call.runtime, task, given.answers, seen, act),
    )


def _carry_out(call: Call, number: int, deed: Deed) -> FilingWhole:
    """Do it if the caller may, and tell how the report stands then."""
    with writing(call.engine) as session:
        task = or_missing(lambda: filing_task(session, number))
        deed(session, task, filing_to_do(session, call, task))
        session.flush()
        return filing_whole(session, call, task)
