"""催办: a supervisor asks after a task by hand. It goes out in the next message, is on record, and has a cool-down."""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from notifications.audience import Staff
from notifications.ladder import Audience
from notifications.quiet import quiets_of
from notifications.stepping import Rules, notice_row
from notifications.tables import URGE, Notice
from plans.database import insert_new
from plans.zone import local_day, local_text
from tasks.states import PENDING, State, Verb
from tasks.tables import Task, TaskChange
from tasks.verbs import Act, MoveRefused, record


class UrgeRefused(MoveRefused):
    """10月9日 已由陈平催办过，10月12日起可再催。"""


@dataclass(frozen=True)
class Urged:
    """What urging a whole item came to."""

    count: int
    passed_over: int


def urge(session: Session, task: Task, act: Act, rules: Rules, note: str = "") -> None:
    """Have whoever has to do it told once more, today or on the next workday. Raises UrgeRefused."""
    # Held and read anew: of two who urge at once the second is told what the first did.
    session.refresh(task, with_for_update=True)
    if task.state not in PENDING:
        raise UrgeRefused(f"这项任务不用再催：{_how_it_ended(session, task)}。")
    _refuse_while_quiet(session, task, local_day(act.at), rules)
    before = _urges(session, task)
    if before:
        _refuse_too_soon(before[-1], local_day(act.at), rules)
    recipients = Staff.of(session).recipients(task, Audience.ASSIGNEE, local_day(act.at))
    if not recipients:
        raise UrgeRefused("这项任务的责任人已经离岗：请先改派给别人。")
    record(session, task, Verb.URGE, task.state, act, note.strip())
    step = f"{URGE}{len(before) + 1}"
    insert_new(session, Notice, [notice_row(task, step, Audience.ASSIGNEE, one, act.at) for one in recipients])


def urge_item(session: Session, item_id: int, act: Act, rules: Rules, note: str = "") -> Urged:
    """Urge about every task of an item that is still to be done. Raises UrgeRefused when there is none to urge."""
    pending = select(Task).where(Task.item_id == item_id, col(Task.state).in_(PENDING))
    tasks = session.exec(pending.order_by(col(Task.id))).all()
    refusals = [refused for task in tasks if (refused := _refusal(session, task, act, rules, note))]
    if not tasks:
        raise UrgeRefused("这个事项没有未办结的任务，不用催。")
    if len(refusals) == len(tasks):
        raise refusals[0]
    return Urged(len(tasks) - len(refusals), len(refusals))


def _refusal(session: Session, task: Task, act: Act, rules: Rules, note: str) -> UrgeRefused | None:
    try:
        urge(session, task, act, rules, note)
    except UrgeRefused as refused:
        return refused
    return None


def _refuse_while_quiet(session: Session, task: Task, today: date, rules: Rules) -> None:
    # Asking for an extension holds back the ladder, not a supervisor.
    (quiet,) = quiets_of(session, [task], replace(rules.terms, extension_wait=0), today)
    if silent_to := quiet.until(today):
        raise UrgeRefused(f"企业已承诺报送或已暂停催报，到{_day(silent_to)}为止不催；之后仍未报再催。")


def _refuse_too_soon(last: TaskChange, today: date, rules: Rules) -> None:
    urged_on = local_day(last.at)
    again_on = rules.workdays.shifted(urged_on, rules.urge_cooldown)
    if today < again_on:
        raise UrgeRefused(f"{_day(urged_on)} 已由{last.by}催办过，{_day(again_on)}起可再催。")


def _urges(session: Session, task: Task) -> list[TaskChange]:
    urges = select(TaskChange).where(TaskChange.task_id == task.id, TaskChange.verb == Verb.URGE)
    return list(session.exec(urges.order_by(col(TaskChange.id))))


def _how_it_ended(session: Session, task: Task) -> str:
    moves = select(TaskChange).where(TaskChange.task_id == task.id, TaskChange.to_state == task.state)
    last = session.exec(moves.where(TaskChange.from_state != task.state).order_by(col(TaskChange.id).desc())).first()
    if last is None:
        return State(task.state).label
    return f"{last.by}已于 {local_text(last.at)} {Verb(last.verb).label}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
