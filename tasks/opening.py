"""Opening tasks: what the agenda plans becomes rows, each once, each with its alarm set."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from plans.agenda import CERTIFICATE, Planned, agenda
from plans.batches import Batches
from plans.database import insert_new
from plans.periods import Period
from plans.tables import Enterprise, Plan, PlanItem
from plans.workdays import STEP, Workdays
from plans.zone import local_day
from tasks.audit import append
from tasks.certificates import is_review, renewals_of, without_twins
from tasks.states import State, Verb
from tasks.tables import Task, TaskChange

HORIZON = timedelta(days=31)

FirstAlarm = Callable[[PlanItem, Planned | Task, date], datetime | None]
"""(item, planned or open task, last day already dealt with) → when its first step is due; the ladder's to say."""


Seat = tuple[int, str, int | None]


@dataclass(frozen=True)
class Opened:
    """What one pass opened."""

    count: int
    last_day: date


def planned_tasks(
    session: Session,
    workdays: Workdays,
    batches: Batches,
    first: date,
    last: date,
    roster: Sequence[Enterprise] | None = None,
) -> list[tuple[PlanItem, Planned]]:
    """Every task of every running plan whose date lies from first to last, whether it exists yet or not; of the
    enterprises only of these where a roster is given."""
    if roster is None:
        roster = session.exec(select(Enterprise).order_by(col(Enterprise.id))).all()
    renewals = renewals_of(session, batches)
    found = []
    for plan in session.exec(select(Plan).where(col(Plan.closed_at).is_(None)).order_by(col(Plan.id))):
        running = select(PlanItem).where(PlanItem.plan_id == plan.id, col(PlanItem.cancelled_at).is_(None))
        items = session.exec(running.order_by(col(PlanItem.number))).all()
        by_id = {item.id: item for item in items}
        window = max(first, plan.started_on), last
        planned = agenda(items, Period.parse(plan.period), roster, workdays, *window, renewals)
        found += [(by_id[task.item_id], task) for task in planned]
    return without_twins(found)


def _wanted(
    session: Session, workdays: Workdays, batches: Batches, first: date, last: date
) -> list[tuple[PlanItem, Planned]]:
    # A certificate may become known when its review is overdue already: the more it must be asked for.
    overdue = _overdue_reviews(session, workdays, batches, first - STEP)
    return without_twins([*overdue, *planned_tasks(session, workdays, batches, first, last)])


def _overdue_reviews(
    session: Session, workdays: Workdays, batches: Batches, last: date
) -> Iterator[tuple[PlanItem, Planned]]:
    running = select(PlanItem, Plan).join(Plan).where(col(Plan.closed_at).is_(None))
    wanted = running.where(PlanItem.cadence == CERTIFICATE, col(PlanItem.cancelled_at).is_(None))
    for item, plan in session.exec(wanted.order_by(col(PlanItem.id))).all():
        roster = session.exec(select(Enterprise).order_by(col(Enterprise.id))).all()
        period, renewals = Period.parse(plan.period), renewals_of(session, batches)
        for task in agenda([item], period, roster, workdays, period.first, last, renewals):
            yield item, task


def open_tasks(
    session: Session, workdays: Workdays, batches: Batches, now: datetime, first_alarm: FirstAlarm
) -> Opened:
    """Open what falls due in the coming month and is not open yet. Doing it twice opens nothing twice."""
    first, last = _window(session, local_day(now))
    planned = _wanted(session, workdays, batches, first, last)
    known = _known(session, first)
    rows = [_row(item, task, now, first_alarm) for item, task in planned if seat(task) not in known]
    count = insert_new(session, Task, rows)
    if count:
        _record_opening(session, now)
    return Opened(count, last)


def count_unopened(session: Session, workdays: Workdays, batches: Batches, now: datetime) -> int:
    """How many tasks of the coming month are not open yet."""
    first, last = _window(session, local_day(now))
    known = _known(session, first)
    planned = _wanted(session, workdays, batches, first, last)
    return sum(seat(task) not in known for _, task in planned)


def _window(session: Session, today: date) -> tuple[date, date]:
    # Off for longer than the horizon: what fell due meanwhile is opened too, late as it is.
    opened_at = session.exec(select(func.max(Task.opened_at))).one()
    return (min(today, local_day(opened_at) + HORIZON) if opened_at else today), today + HORIZON


def _known(session: Session, first: date) -> set[Seat]:
    held = select(Task.item_id, Task.period, Task.enterprise_id)
    recent = session.exec(held.where(Task.due_on >= first - HORIZON))
    return {*recent, *session.exec(held.where(is_review()))}


def seat(task: Planned | Task) -> Seat:
    """What there is one of: an item's task for a period in the bureau, whoever holds it now, or an enterprise's."""
    return task.item_id, task.period, task.enterprise_id


def _row(item: PlanItem, task: Planned, now: datetime, first_alarm: FirstAlarm) -> dict[str, object]:
    # What fell due while nobody looked still has its say from the due date on.
    stepped_on = min(local_day(now), task.inner_on) - timedelta(days=1)
    return asdict(task) | {
        "purpose": task.purpose.value,
        "state": State.OPEN.value,
        "opened_at": now,
        "stepped_on": stepped_on,
        "next_step_at": first_alarm(item, task, stepped_on),
        "attempt": 0,
        "returns": 0,
    }


def _record_opening(session: Session, now: datetime) -> None:
    recorded = select(TaskChange.task_id)
    new = (
        select(Task.id, col(Task.due_on), Plan.started_by)
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(Plan)
        .where(Task.opened_at == now, col(Task.id).not_in(recorded))
        .order_by(col(Task.id))
    )
    rows = [_opening_change(task_id or 0, due_on, by, now) for task_id, due_on, by in session.exec(new)]
    append(session, TaskChange, rows)


def _opening_change(task_id: int, due_on: date, by: str, now: datetime) -> dict[str, object]:
    # 交办: whose plan it is hands it out; the clock only carries it.
    change = {"task_id": task_id, "verb": Verb.OPEN.value, "from_state": "", "to_state": State.OPEN.value}
    return change | {"by": by, "via": "clock", "at": now, "note": f"期限 {due_on}"}
