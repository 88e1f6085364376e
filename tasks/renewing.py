"""Open reviews follow their batch: announced, moved or chosen, it moves them; renewed or revoked, they are off."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from plans.agenda import Planned, review_of
from plans.batches import Batches, Timing
from plans.certificates import Ending
from plans.tables import PlanItem
from plans.workdays import STEP, Workdays
from plans.zone import local_day
from tasks.certificates import endings, is_review
from tasks.extensions import GRANTED
from tasks.opening import FirstAlarm
from tasks.states import PENDING, Verb
from tasks.tables import Extension, Task
from tasks.verbs import Act, cancel, record

CLOCK = "督办"
Review = tuple[PlanItem, Task, tuple[Planned, Timing] | None]
"""An open review, and how it ought to be dated; None where its certificate ends no more."""


def count_strays(session: Session, batches: Batches, workdays: Workdays, now: datetime) -> int:
    """How many open reviews are not dated as their batch says."""
    return len(list(_strays(session, batches, workdays, local_day(now))))


def follow_batches(
    session: Session, batches: Batches, workdays: Workdays, now: datetime, first_alarm: FirstAlarm
) -> int:
    """Date the open reviews as their batches say, and drop those of certificates renewed or revoked; how many."""
    act = Act(CLOCK, "clock", now)
    strays = list(_strays(session, batches, workdays, local_day(now)))
    for item, task, wanted in strays:
        if wanted is None:
            cancel(session, task, act, "证书已更新或撤销，不用复审")
        else:
            _redate(session, item, task, wanted, act, first_alarm)
    return len(strays)


def _strays(session: Session, batches: Batches, workdays: Workdays, today: date) -> Iterator[Review]:
    ending = {(one.enterprise_id, one.kind, one.year): one for one in endings(session)}
    held = select(PlanItem, Task).join(Task, col(Task.item_id) == col(PlanItem.id))
    reviews = held.where(is_review(), col(Task.state).in_(PENDING), ~_is_extended())
    for item, task in session.exec(reviews.order_by(col(Task.id))).all():
        kind = batches.kinds.get(item.programme, "")
        found = ending.get((task.enterprise_id or 0, kind, task.period))
        wanted = _wanted(item, found, batches, workdays) if found else None
        if kind and (wanted is None or _moves(task, wanted[0], today)):
            yield item, task, wanted


def _wanted(item: PlanItem, ending: Ending, batches: Batches, workdays: Workdays) -> tuple[Planned, Timing]:
    timing = batches.timing(item.programme, ending.enterprise, ending.ends_on, workdays)
    return review_of(item, ending, timing, workdays), timing


def _is_extended() -> Any:
    granted = select(Extension.id).where(Extension.task_id == Task.id, Extension.state == GRANTED)
    return granted.where(Extension.asked_due_on == Task.due_on).exists()


def _moves(task: Task, wanted: Planned, today: date) -> bool:
    if wanted.due_on < today <= task.due_on:
        return False  # A batch alone must not make a task late.
    return (task.due_on, task.inner_on) != (wanted.due_on, wanted.inner_on)


def _redate(
    session: Session, item: PlanItem, task: Task, wanted: tuple[Planned, Timing], act: Act, first_alarm: FirstAlarm
) -> None:
    planned, timing = wanted
    note = f"{timing.told}；到期日 {task.due_on} 改为 {planned.due_on}"
    # Kept on record; and to the ladder it says that every step may be said once more.
    task.original_due_on = task.original_due_on or task.due_on
    task.due_on, task.inner_on = planned.due_on, planned.inner_on
    task.stepped_on = local_day(act.at) - STEP
    task.next_step_at = first_alarm(item, task, task.stepped_on)
    session.add(task)
    session.flush()
    record(session, task, Verb.CHANGE, task.state, act, note)
