"""任务: the list, one with its history, and the verbs of the pages."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from sqlmodel import Session

from duban.web.api.admitting import (
    TASKS,
    not_found,
    or_missing,
    sees_page,
    task_to_do,
    task_to_judge,
    task_to_urge,
    visible_task,
    voice_ids,
)
from duban.web.api.calling import Call, Reading, Tasking
from duban.web.api.shapes import Given, Note, Noted, Nth, Number, Reason, Reasoned, Rows, Sought, one_page
from duban.web.api.task_shapes import TaskShort, TaskWhole, task_short, task_whole
from flows.supervising import decide
from flows.tasking import acknowledge_own, complete_from_form, readings_from_form, return_task
from flows.urging import urge_task
from flows.views.lines import one_page as paged
from flows.views.office import Filter, task_query
from plans.database import reading, writing
from tasks.extensions import ask_extension, find_extension
from tasks.tables import Task
from tasks.verbs import Act, close, report

routes = APIRouter(prefix="/tasks", tags=["任务"])

Shown = Literal["pending", "overdue", "soon", "finished", "lapsed", "cancelled", "all"]
STATES = "pending 未办结、overdue 逾期、soon 临期、finished 已办结、lapsed 未办过期、cancelled 已取消、all 全部"
Admit = Callable[[Session, Call, int], tuple[Task, Act]]
Deed = Callable[[Session, Task, Act], object]


class FigureGiven(Given):
    """一个指标的数"""

    target: int = Field(ge=1, le=2_147_483_647, description="指标编号，见任务的 asked", examples=[1])
    value: str = Field(max_length=60, description="数值，可带单位", examples=["3"])


class Reported(Noted):
    """报的数和说明"""

    figures: list[FigureGiven] = Field([], max_length=50, description="各指标的数；没有数值时要写说明")


class Postponed(Given):
    """延期申请"""

    to: date = Field(description="延到哪天", examples=["2026-12-20"])
    reason: Reason


class Answered(Given):
    """批复"""

    reason: Note = ""


@routes.get("", summary="任务列表，可筛选、分页")
def list_tasks(
    call: Reading,
    state: Annotated[Shown, Query(description=STATES)] = "pending",
    person: Annotated[str, Query(max_length=60, description="责任人的姓名")] = "",
    q: Sought = "",
    due_from: Annotated[date | None, Query(description="期限从哪天起")] = None,
    due_until: Annotated[date | None, Query(description="期限到哪天止，含当天")] = None,
    nth: Nth = 1,
) -> Rows[TaskShort]:
    """令牌的主人看得到的任务：未办结的先到期的在前，其余的后到期的在前。"""
    with reading(call.engine) as session:
        owners = None if sees_page(session, call, TASKS) else tuple(voice_ids(session, call))
        wanted = Filter(state, person.replace("\0", ""), q.strip(), owners, due_from, due_until)
        query = task_query(wanted, call.today, call.gauge)
        found = paged(session, query, nth, lambda *row: task_short(call, row))
    return one_page(found, lambda row: row)


@routes.get("/{number}", summary="一项任务：现状、要报的指标、经过、材料和填报")
def one_task(call: Reading, number: Number) -> TaskWhole:
    """看不到的任务和没有的任务一样，答复 404。"""
    with reading(call.engine) as session:
        return task_whole(session, call, visible_task(session, call, number))


@routes.post("/{number}/acknowledge", summary="签收")
def acknowledge(call: Tasking, number: Number, given: Noted) -> TaskWhole:
    """责任人已经看到；提醒照常。"""
    return _carry_out(
        call, number, task_to_do, lambda session, task, act: acknowledge_own(session, task, act, given.note)
    )


@routes.post("/{number}/done", summary="办结")
def done(call: Tasking, number: Number, given: Reported) -> TaskWhole:
    """办好了，提醒随即停止；有指标的要报数，没有数值要写说明。"""
    return _carry_out(
        call,
        number,
        task_to_do,
        lambda session, task, act: complete_from_form(session, task, _figures(given), given.note, act),
    )


@routes.post("/{number}/report", summary="反馈进展")
def tell(call: Tasking, number: Number, given: Reported) -> TaskWhole:
    """办到哪一步了；任务继续办理。"""

    def deed(session: Session, task: Task, act: Act) -> None:
        report(session, task, act, given.note, readings_from_form(session, task, _figures(given)))

    return _carry_out(call, number, task_to_do, deed)


@routes.post("/{number}/extend", summary="申请延期")
def extend(call: Tasking, number: Number, given: Postponed) -> TaskWhole:
    """要在到期日之前申请；等待批复。"""
    return _carry_out(
        call,
        number,
        task_to_do,
        lambda session, task, act: ask_extension(session, task, given.to, given.reason, act),
    )


@routes.post("/{number}/extensions/{request}/grant", summary="同意延期")
def grant(call: Tasking, number: Number, request: Number, given: Answered) -> TaskWhole:
    """由股室负责人或局领导批复。"""
    return _decide(call, number, request, True, given.reason)


@routes.post("/{number}/extensions/{request}/refuse", summary="不同意延期")
def refuse(call: Tasking, number: Number, request: Number, given: Reasoned) -> TaskWhole:
    """期限不变，要写明原因。"""
    return _decide(call, number, request, False, given.reason)


@routes.post("/{number}/close", summary="销号")
def confirm(call: Tasking, number: Number, given: Noted) -> TaskWhole:
    """由股室负责人或局领导确认已办结的任务。"""
    return _carry_out(call, number, task_to_judge, lambda session, task, act: close(session, task, act, given.note))


@routes.post("/{number}/return", summary="退回")
def send_back(call: Tasking, number: Number, given: Reasoned) -> TaskWhole:
    """已办结的任务退回去接着办，要写明原因；继续提醒。"""
    return _carry_out(
        call,
        number,
        task_to_judge,
        lambda session, task, act: return_task(session, call.runtime, task, given.reason, act),
    )


@routes.post("/{number}/urge", summary="催办")
def urge(call: Tasking, number: Number, given: Noted) -> TaskWhole:
    """并入承办人下一封提醒；隔几天才可再催，见设置。"""
    return _carry_out(
        call,
        number,
        task_to_urge,
        lambda session, task, act: urge_task(session, call.runtime, number, given.note, act),
    )


def _decide(call: Call, number: int, request: int, agreed: bool, answer: str) -> TaskWhole:
    def deed(session: Session, task: Task, act: Act) -> None:
        if or_missing(lambda: find_extension(session, request)).task_id != task.id:
            raise not_found("这个申请不属于这项任务。")
        decide(session, call.runtime, request, agreed, answer, act)

    return _carry_out(call, number, task_to_judge, deed)


def _carry_out(call: Call, number: int, admit: Admit, deed: Deed) -> TaskWhole:
    """Do it if the caller may, and tell how the task stands then."""
    with writing(call.engine) as session:
        task, act = admit(session, call, number)
        deed(session, task, act)
        session.flush()
        return task_whole(session, call, task)


def _figures(given: Reported) -> Mapping[int, str]:
    return {figure.target: figure.value for figure in given.figures}
