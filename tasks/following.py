"""Open tasks follow their item when its dates change; what is done never changes."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from plans.agenda import Planned, agenda, belongs, month_of
from plans.cadence import Cadence
from plans.periods import Period
from plans.tables import Enterprise, Plan, PlanItem
from plans.words import Assignees
from plans.workdays import STEP
from tasks.certificates import renewals_of
from tasks.extensions import GRANTED
from tasks.opening import Seat, open_tasks, seat
from tasks.revision import Revision, pending_tasks
from tasks.states import PENDING, State, Verb
from tasks.tables import Extension, Task, TaskChange
from tasks.verbs import record


def follow_dates(revision: Revision, item: PlanItem, cadence_before: str, why: str) -> None:
    """Give the item's open tasks its new dates, drop those no longer wanted, open those that are missing."""
    wanted = _wanted(revision, item)
    if _is_once(cadence_before) and _is_once(item.cadence):
        _move_to_the_new_day(revision, item, wanted)
    for task in pending_tasks(revision.session, item):
        if planned := wanted.get(seat(task)):
            _redate(revision, item, task, planned, why)
        else:
            _turn(revision, task, State.CANCELLED, why)
    _take_up_again(revision, item, wanted, why)
    open_tasks(
        revision.session, revision.bureau.workdays, revision.bureau.batches, revision.act.at, revision.first_alarm
    )


def follow_ladder(revision: Revision, item: PlanItem, why: str) -> None:
    """Set the alarms of the item's open tasks by its new ladder; steps of days gone by are not said again."""
    for task in pending_tasks(revision.session, item):
        task.next_step_at = revision.first_alarm(item, task, task.stepped_on)
        record(revision.session, task, Verb.CHANGE, task.state, revision.act, why)


def _is_once(cadence: str) -> bool:
    return bool(cadence) and Cadence.parse(cadence).rhythm == "once"


def _wanted(revision: Revision, item: PlanItem) -> dict[Seat, Planned]:
    session, workdays = revision.session, revision.bureau.workdays
    plan = session.get_one(Plan, item.plan_id)
    roster = session.exec(select(Enterprise).order_by(col(Enterprise.id))).all()
    period = Period.parse(plan.period)
    renewals = renewals_of(session, revision.bureau.batches)
    planned = agenda([item], period, roster, workdays, period.first, period.last, renewals)
    return {seat(task): task for task in planned}


def _move_to_the_new_day(revision: Revision, item: PlanItem, wanted: dict[Seat, Planned]) -> None:
    # A single date is its own period: without this a date moved would be one task dropped and another opened.
    period = Period.parse(Cadence.parse(item.cadence).day).key
    held = select(Task.enterprise_id).where(Task.item_id == item.id, Task.period == period)
    taken = set(revision.session.exec(held))
    for task in pending_tasks(revision.session, item):
        if task.enterprise_id not in taken and (task.item_id, period, task.enterprise_id) in wanted:
            task.period = period
            revision.session.add(task)
    revision.session.flush()


def _redate(revision: Revision, item: PlanItem, task: Task, planned: Planned, why: str) -> None:
    if planned.due_on < revision.today <= task.due_on:
        return  # The plan's change alone must not make a task late.
    if planned.due_on < task.due_on and _is_extended(revision, task):
        return  # An extension that was granted still holds.
    if _dates(task) == _dates(planned):
        return
    moved = f"{why}；到期日 {task.due_on} 改为 {planned.due_on}" if planned.due_on != task.due_on else why
    _take_dates(revision, item, task, planned)
    record(revision.session, task, Verb.CHANGE, task.state, revision.act, moved)


def _is_extended(revision: Revision, task: Task) -> bool:
    granted = select(Extension.id).where(Extension.task_id == task.id, Extension.state == GRANTED)
    return revision.session.exec(granted.where(Extension.asked_due_on == task.due_on)).first() is not None


def _dates(task: Task | Planned) -> tuple[object, ...]:
    return task.due_on, task.inner_on, task.lapses_on, task.purpose


def _take_dates(revision: Revision, item: PlanItem, task: Task, planned: Planned) -> None:
    if planned.due_on != task.due_on:
        # Kept on record; and to the ladder it says that every step may be said once more.
        task.original_due_on = task.original_due_on or task.due_on
    task.due_on, task.inner_on, task.lapses_on = planned.due_on, planned.inner_on, planned.lapses_on
    task.purpose = planned.purpose.value
    # What would be said today is still said; what the days before would have said is not.
    task.stepped_on = revision.today - STEP
    task.next_step_at = revision.first_alarm(item, task, task.stepped_on)
    revision.session.add(task)
    revision.session.flush()


def _turn(revision: Revision, task: Task, state: State, why: str) -> None:
    before, task.state = task.state, state.value
    if state is State.CANCELLED:
        task.next_step_at = None
    revision.session.add(task)
    revision.session.flush()
    record(revision.session, task, Verb.CHANGE, before, revision.act, why)


def _take_up_again(revision: Revision, item: PlanItem, wanted: dict[Seat, Planned], why: str) -> None:
    # A task dropped by an earlier change holds its period: changed back, it is that task that is wanted again.
    cancelled = select(Task).where(Task.item_id == item.id, Task.state == State.CANCELLED)
    for task in revision.session.exec(cancelled.order_by(col(Task.id))).all():
        planned = wanted.get(seat(task))
        if planned and planned.due_on >= revision.today and _dropped_by_a_change(revision, task):
            _take_dates(revision, item, task, planned)
            _turn(revision, task, State.OPEN, why)


def _dropped_by_a_change(revision: Revision, task: Task) -> bool:
    latest = select(TaskChange.verb).where(TaskChange.task_id == task.id).order_by(col(TaskChange.id).desc())
    return revision.session.exec(latest.limit(1)).first() == Verb.CHANGE


def follow_membership(revision: Revision, enterprises: Sequence[Enterprise], why: str) -> int:
    """Cancel open reports of months in which these enterprises do not belong, and take up again those in which they
    do; how many were cancelled. What is done never changes; what is missing the clock opens."""
    by_id = {enterprise.id: enterprise for enterprise in enterprises}
    count = 0
    for item in _filing_items(revision.session):
        for task in _pending_of(revision, item, list(by_id)):
            if not belongs(by_id[task.enterprise_id], month_of(task.period)):
                _turn(revision, task, State.CANCELLED, why)
                count += 1
        _take_up_again(revision, item, _wanted_of(revision, item, enterprises), why)
    return count


def _pending_of(revision: Revision, item: PlanItem, enterprises: Sequence[int | None]) -> Sequence[Task]:
    query = select(Task).where(Task.item_id == item.id, col(Task.state).in_(PENDING))
    query = query.where(col(Task.enterprise_id).in_(enterprises)).order_by(col(Task.id))
    return revision.session.exec(query.with_for_update().execution_options(populate_existing=True)).all()


def _filing_items(session: Session) -> Sequence[PlanItem]:
    items = select(PlanItem).join(Plan).where(PlanItem.assignees == Assignees.ENTERPRISES)
    running = items.where(col(PlanItem.cancelled_at).is_(None), col(Plan.closed_at).is_(None))
    return session.exec(running.order_by(col(PlanItem.id))).all()


def _wanted_of(revision: Revision, item: PlanItem, enterprises: Sequence[Enterprise]) -> dict[Seat, Planned]:
    period = Period.parse(revision.session.get_one(Plan, item.plan_id).period)
    planned = agenda([item], period, enterprises, revision.bureau.workdays, period.first, period.last)
    return {seat(task): task for task in planned}
