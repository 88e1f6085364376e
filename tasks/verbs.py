"""The verbs: every way a task changes, each one a conditional update and a row that says who, when and how.

All take the session of a writing transaction, and ``at``, the instant it happens (UTC).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import update
from sqlmodel import Session, col, select

from plans.errors import Refused
from plans.tables import PlanItem, Target
from plans.zone import local_day, local_text
from tasks.audit import append
from tasks.states import MOVES, PENDING, State, Verb
from tasks.tables import Evidence, Progress, Task, TaskChange


@dataclass(frozen=True)
class Act:
    """Who acts, through what (page, mail, cli, clock, api) and when; a deputy acts on behalf of the person named."""

    by: str
    via: str
    at: datetime
    on_behalf_of: str = ""


class MoveRefused(Refused):
    """这项任务现在不能办结：李明已于 2026-10-09 09:12 办结。"""


class TaskNotFound(Refused):
    """没有编号为 12 的任务：请用 duban task list 查看编号。"""


@dataclass(frozen=True)
class Reading:
    """A figure reported with a task, for one of the item's targets; of the day of the act where no day is given."""

    target_id: int
    value: Decimal
    calibre: str = ""
    as_of: date | None = None


def find_task(session: Session, task_id: int) -> Task:
    """The task of that number. Raises TaskNotFound."""
    task = session.get(Task, task_id)
    if task is None:
        raise TaskNotFound(f"没有编号为 {task_id} 的任务：请用 duban task list 查看编号。")
    return task


def acknowledge(session: Session, task: Task, act: Act, note: str = "") -> None:
    """签收: the holder has seen it. The ladder goes on."""
    _move(session, task, Verb.ACKNOWLEDGE, act, note)


def complete(session: Session, task: Task, act: Act, note: str = "", readings: tuple[Reading, ...] = ()) -> None:
    """办结: the work is done, with figures where the item has targets. Stops the ladder at once.

    An item that asks for sign-for or for a file has them first. Raises MoveRefused.
    """
    _require_first_steps(session, task)
    _move(session, task, Verb.COMPLETE, act, note, next_step_at=None, done_at=act.at, done_on=local_day(act.at))
    for reading in readings:
        record_progress(session, task, reading, act, note)


def report(session: Session, task: Task, act: Act, note: str, readings: tuple[Reading, ...] = ()) -> None:
    """反馈: how far it is, with figures or words; the task stays open and its ladder goes on."""
    if not is_pending(task):
        raise MoveRefused(_why_not(session, task, Verb.REPORT))
    if not note.strip() and not readings:
        raise MoveRefused("请填写数值或说明。", "note")
    _require_sign(session, task)
    record(session, task, Verb.REPORT, task.state, act, note.strip())
    for reading in readings:
        record_progress(session, task, reading, act, note.strip())


def _require_first_steps(session: Session, task: Task) -> None:
    _require_sign(session, task)
    wanting = item_of(session, task).needs_evidence and is_pending(task)
    if wanting and session.exec(select(Evidence.id).where(Evidence.task_id == task.id).limit(1)).first() is None:
        raise MoveRefused("这项任务要附材料才能办结：请先上传。", "file")


def _require_sign(session: Session, task: Task) -> None:
    if task.state == State.OPEN and item_of(session, task).needs_sign:
        raise MoveRefused("这项任务要先签收。")


def send_back(session: Session, task: Task, act: Act, reason: str, next_step_at: datetime | None) -> None:
    """退回: reopen a task that was called done, with a reason; the alarm is set again."""
    if not reason.strip():
        raise MoveRefused("退回要写明原因。", "reason")
    again = {"returns": Task.returns + 1, "returned_on": local_day(act.at), "done_at": None, "done_on": None}
    _move(session, task, Verb.RETURN, act, reason, next_step_at=next_step_at, **again)


def close(session: Session, task: Task, act: Act, note: str = "") -> None:
    """销号: the supervisor confirms what was done."""
    _move(session, task, Verb.CLOSE, act, note)


def lapse(session: Session, task: Task, act: Act) -> None:
    """过期: a routine duty whose period is over is counted as missed and not chased further."""
    _move(session, task, Verb.LAPSE, act, "本期已过", next_step_at=None)


def cancel(session: Session, task: Task, act: Act, reason: str) -> None:
    """取消: the task is no longer wanted; it is left out of every rate."""
    _move(session, task, Verb.CANCEL, act, reason, next_step_at=None)


def record_progress(session: Session, task: Task, reading: Reading, act: Act, note: str = "") -> None:
    """Keep a figure for one of the item's targets. Raises MoveRefused for a target of another item."""
    target = session.get(Target, reading.target_id)
    if target is None or target.item_id != task.item_id:
        raise MoveRefused("这个指标不属于这项任务。")
    if target.ended_at is not None:
        raise MoveRefused(f"“{target.indicator}”已不再作为指标，不用再报数。")
    session.add(
        Progress(
            target_id=reading.target_id,
            task_id=task.id,
            as_of=reading.as_of or local_day(act.at),
            value=reading.value,
            cumulative=target.cumulative,
            calibre=reading.calibre,
            note=note,
            by=act.by,
            at=act.at,
        )
    )


def item_of(session: Session, task: Task) -> PlanItem:
    """The promise a task comes from."""
    item = session.get(PlanItem, task.item_id)
    assert item is not None  # noqa: S101 - a foreign key
    return item


def _move(session: Session, task: Task, verb: Verb, act: Act, note: str, **values: object) -> None:
    allowed, to_state = MOVES[verb]
    # Held and read anew: somebody else may have moved it since this session first saw it.
    session.refresh(task, with_for_update=True)
    from_state = task.state
    if from_state not in allowed:
        raise MoveRefused(_why_not(session, task, verb))
    session.execute(update(Task).where(col(Task.id) == task.id).values(state=to_state, **values))
    session.refresh(task)
    record(session, task, verb, from_state, act, note)


def record(session: Session, task: Task, verb: Verb, from_state: str, act: Act, note: str = "") -> None:
    """Add one row to the audit chain: who did what to a task, when, and for whom."""
    change = {"task_id": task.id or 0, "verb": verb.value, "from_state": from_state, "to_state": task.state}
    who = {"by": act.by, "via": act.via, "at": act.at, "note": note, "on_behalf_of": act.on_behalf_of}
    append(session, TaskChange, [change | who])


def _why_not(session: Session, task: Task, verb: Verb) -> str:
    moves = select(TaskChange).where(TaskChange.task_id == task.id, TaskChange.from_state != TaskChange.to_state)
    last = session.exec(moves.order_by(col(TaskChange.id).desc())).first()
    told = f"{last.actor}已于 {local_text(last.at)} {Verb(last.verb).label}" if last else State(task.state).label
    return f"这项任务现在不能{verb.label}：{told}。"


def is_pending(task: Task) -> bool:
    """True while somebody still has to do it."""
    return task.state in PENDING
