"""Calls 电话与承诺: what was said about a report and by when it was promised. Rows are only ever added."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from plans.errors import Refused
from plans.zone import local_day
from tasks.chasing_tables import Call, CutOff
from tasks.states import PENDING, State
from tasks.tables import Task
from tasks.verbs import Act

# A month is cut off at 24:00, which is the next day.
MOMENT = timedelta(microseconds=1)
LONGEST_SAID = 1000
LONGEST_NAME = 100


class CallRefused(Refused):
    """承诺的日期要在今天之后：请改成 10月16日或以后。"""


def note_call(
    session: Session,
    task: Task,
    act: Act,
    spoke_with: str = "",
    said: str = "",
    promised_on: date | None = None,
    latest: date | None = None,
) -> Call:
    """Keep what was said about an enterprise's report, on the telephone or on its page.

    ``promised_on`` is the day by which it will be filed: after today, no later than ``latest`` (``last_promisable`` in
    notifications says which) and only while the month is neither filed nor cut off. Raises CallRefused.
    """
    if task.enterprise_id is None:
        raise CallRefused("这项任务不是企业填报的，不用记电话。")
    _check_words(spoke_with, said, promised_on)
    if promised_on is not None:
        _check_promise(session, task, promised_on, local_day(act.at), latest)
    call = Call(
        enterprise_id=task.enterprise_id,
        task_id=task.id or 0,
        spoke_with=spoke_with.strip(),
        said=said.strip(),
        promised_on=promised_on,
        by=act.by,
        via=act.via,
        at=act.at,
    )
    session.add(call)
    session.flush()
    if promised_on is not None:
        ring(session, [task.id or 0], act.at)
        session.refresh(task)
    return call


def _check_words(spoke_with: str, said: str, promised_on: date | None) -> None:
    if not (spoke_with.strip() or said.strip() or promised_on):
        raise CallRefused("请写下和谁通的话、说了什么，或者承诺哪天报。")
    if len(said.strip()) > LONGEST_SAID or len(spoke_with.strip()) > LONGEST_NAME:
        raise CallRefused(f"写得太长：通话内容请在{LONGEST_SAID}字以内，姓名请在{LONGEST_NAME}字以内。")


def _check_promise(session: Session, task: Task, day: date, today: date, latest: date | None) -> None:
    if task.state not in PENDING:
        raise CallRefused(f"这份报表是“{State(task.state).label}”，不用再承诺。")
    if day <= today:
        raise CallRefused(f"承诺的日期 {day} 要在今天（{today}）之后。")
    if cut_off_days(session, [task.id or 0]) or (latest is not None and latest <= today):
        raise CallRefused("这一期已经截止，不能再承诺；晚报的按补报收。")
    if latest is not None and day > latest:
        raise CallRefused(f"承诺的日期 {day} 太晚：最晚可以到 {latest}。")


def cut_off_days(session: Session, task_ids: Iterable[int]) -> dict[int, date]:
    """The tasks among these whose month was cut off, with its last day before that."""
    same = (col(CutOff.item_id) == col(Task.item_id)) & (col(CutOff.period) == col(Task.period))
    query = select(Task.id, CutOff.cut_at).join(CutOff, same).where(col(Task.id).in_(task_ids))
    return {task_id or 0: local_day(cut_at - MOMENT) for task_id, cut_at in session.exec(query)}


def calls_of(session: Session, tasks: Sequence[Task]) -> dict[int, list[Call]]:
    """The calls about these tasks by task, newest first."""
    found: dict[int, list[Call]] = {}
    about = select(Call).where(col(Call.task_id).in_([task.id for task in tasks]))
    for call in session.exec(about.order_by(col(Call.id).desc())):
        found.setdefault(call.task_id, []).append(call)
    return found


def promises_of(session: Session, task_ids: Iterable[int]) -> dict[int, list[Call]]:
    """Every call with a promise about these tasks, by task, in the order in which they were made."""
    found: dict[int, list[Call]] = {}
    promised = select(Call).where(col(Call.task_id).in_(task_ids), col(Call.promised_on).is_not(None))
    for call in session.exec(promised.order_by(col(Call.id))):
        found.setdefault(call.task_id, []).append(call)
    return found


def promise_of(session: Session, task_ids: Iterable[int]) -> dict[int, Call]:
    """The newest promise about each of these tasks that has one."""
    return {task_id: calls[-1] for task_id, calls in promises_of(session, task_ids).items()}


def ring(session: Session, task_ids: Iterable[int], at: datetime) -> None:
    """Have the ladder look at these tasks again now: what it may say has changed."""
    pending = (col(Task.id).in_(task_ids)) & (col(Task.state).in_(PENDING))
    session.execute(update(Task).where(pending).values(next_step_at=at))
