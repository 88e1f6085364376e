"""延期: asked for before the due date, with a reason and a new date; the supervisor grants or refuses (domain.md §7).

The original due date stays on the task's record. ``at`` in an act is the instant (UTC); dates are local.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from plans.errors import Refused
from plans.tables import PlanItem
from plans.workdays import Workdays
from plans.zone import local_day, local_text
from tasks.states import State, Verb
from tasks.tables import Extension, Task
from tasks.verbs import Act, MoveRefused, find_task, is_pending, record

LONGEST = timedelta(days=366)
ASKED, GRANTED, REFUSED = "asked", "granted", "refused"
LABELS = {ASKED: "待批", GRANTED: "已同意", REFUSED: "未同意"}

Alarm = Callable[[Session, Task], datetime | None]
"""When a task whose due date moved next has something to say; the ladder's to know."""


class ExtensionNotFound(Refused):
    """没有编号为 5 的延期申请：请用 duban task extensions 查看编号。"""


def ask_extension(session: Session, task: Task, due_on: date, reason: str, act: Act) -> Extension:
    """申请延期. Raises MoveRefused after the due date, for an earlier date, without a reason, or while one waits."""
    today = local_day(act.at)
    if not is_pending(task):
        raise MoveRefused(f"这项任务是“{State(task.state).label}”，不用延期。")
    if today >= task.due_on:
        raise MoveRefused(f"延期要在到期日（{task.due_on}）之前申请，现在请报送进展并写明原因。")
    if due_on <= task.due_on:
        raise MoveRefused(f"新的期限 {due_on} 要晚于现在的期限 {task.due_on}。", "to")
    if due_on - task.due_on > LONGEST:
        raise MoveRefused(f"新的期限 {due_on} 比现在的期限晚了一年多：请检查年份。", "to")
    if not reason.strip():
        raise MoveRefused("申请延期要写明原因。", "reason")
    if waiting := open_extension(session, task):
        raise MoveRefused(
            f"{waiting.asked_by}已于 {local_text(waiting.asked_at)} 申请延期到 {waiting.asked_due_on}，还在等批复。"
        )
    extension = Extension(
        task_id=task.id or 0,
        due_on=task.due_on,
        asked_due_on=due_on,
        reason=reason.strip(),
        asked_by=act.by,
        asked_at=act.at,
    )
    session.add(extension)
    record(session, task, Verb.ASK_EXTENSION, task.state, act, f"延到 {due_on}：{reason.strip()}")
    session.flush()
    return extension


def grant_extension(
    session: Session, extension: Extension, act: Act, workdays: Workdays, alarm: Alarm, answer: str = ""
) -> Task:
    """同意延期: the task's due date moves, its ladder starts anew. Raises MoveRefused once decided."""
    task = _decide(session, extension, GRANTED, act, answer)
    task.original_due_on = task.original_due_on or task.due_on
    task.due_on = extension.asked_due_on
    task.inner_on = workdays.on_or_before(extension.asked_due_on)
    if task.lapses_on is not None:
        task.lapses_on = max(task.lapses_on, task.due_on)
    task.stepped_on = local_day(act.at)
    task.next_step_at = alarm(session, task)
    session.add(task)
    record(session, task, Verb.GRANT_EXTENSION, task.state, act, f"延到 {task.due_on}{_said(answer)}")
    return task


def refuse_extension(session: Session, extension: Extension, act: Act, answer: str) -> Task:
    """不同意延期, with a reason; the due date stays. Raises MoveRefused when it is decided."""
    if not answer.strip():
        raise MoveRefused("不同意延期要写明原因。", "reason")
    task = _decide(session, extension, REFUSED, act, answer)
    record(session, task, Verb.REFUSE_EXTENSION, task.state, act, answer.strip())
    return task


def _decide(session: Session, extension: Extension, state: str, act: Act, answer: str) -> Task:
    session.refresh(extension, with_for_update=True)
    if extension.state != ASKED:
        told = f"{extension.decided_by}已于 {local_text(extension.decided_at or act.at)} {LABELS[extension.state]}"
        raise MoveRefused(f"这个延期申请已经批过：{told}。")
    task = find_task(session, extension.task_id)
    if not is_pending(task):
        raise MoveRefused(f"这项任务是“{State(task.state).label}”，不用再批。")
    extension.state, extension.answer = state, answer.strip()
    extension.decided_by, extension.decided_at = act.by, act.at
    session.add(extension)
    return task


def _said(answer: str) -> str:
    return f"：{answer.strip()}" if answer.strip() else ""


def open_extension(session: Session, task: Task) -> Extension | None:
    """The task's request that nobody has decided yet."""
    return session.exec(select(Extension).where(Extension.task_id == task.id, Extension.state == ASKED)).first()


def find_extension(session: Session, number: int) -> Extension:
    """The request of that number. Raises ExtensionNotFound."""
    extension = session.get(Extension, number)
    if extension is None:
        raise ExtensionNotFound(f"没有编号为 {number} 的延期申请：请用 duban task extensions 查看编号。")
    return extension


def waiting_extensions(session: Session) -> list[Extension]:
    """Requests that wait for a decision, oldest first."""
    return list(session.exec(select(Extension).where(Extension.state == ASKED).order_by(col(Extension.id))))


def granted_between(
    session: Session, plan_id: int, first: datetime, end: datetime
) -> list[tuple[PlanItem, Task, Extension]]:
    """What was granted in a plan from one instant up to another, oldest first."""
    query = (
        select(PlanItem, Task, Extension)
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .join(Extension, col(Extension.task_id) == col(Task.id))
        .where(PlanItem.plan_id == plan_id, Extension.state == GRANTED)
        .where(col(Extension.decided_at) >= first, col(Extension.decided_at) < end)
        .order_by(col(Extension.decided_at), col(Extension.id))
    )
    return list(session.exec(query))
