"""Rehearsal 预演: every notice that would go out between two days if nobody did anything. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from notifications.audience import Staff
from notifications.ladder import Step, saying_days
from notifications.letters import Pen, addressee
from notifications.stepping import Rules
from plans.agenda import Planned, Purpose
from plans.periods import Period
from plans.tables import PlanItem
from tasks.opening import planned_tasks
from tasks.states import PENDING
from tasks.tables import Task

# Leads and escalations reach this far from a due date at the most (ladder.Step: 15 ahead, 60 after, in workdays).
REACH = timedelta(days=100)


@dataclass(frozen=True)
class Rehearsed:
    """One notice: on which day, to whom, at which step of what."""

    day: date
    recipient: str
    name: str
    address: str
    step: str
    step_label: str
    title: str
    period: str
    purpose: str
    due_on: date


def rehearse(session: Session, first: date, last: date, rules: Rules, pen: Pen) -> list[Rehearsed]:
    """The notices from first to last, by day and recipient."""
    staff = Staff.of(session, rules.has_group)
    found = []
    for item, task in _tasks(session, first, last, rules):
        said = {
            (day, step, recipient): None
            for day, step, audience in saying_days(rules.ladders[item.ladder], task, rules.workdays)
            if max(first, task.stepped_on + timedelta(days=1)) <= day <= last
            for recipient in staff.recipients(task, audience)
        }
        found += [_row(session, item, task, *each, pen) for each in said]
    return sorted(found, key=lambda row: (row.day, row.recipient, row.due_on, row.title, row.step))


def _tasks(session: Session, first: date, last: date, rules: Rules) -> Iterator[tuple[PlanItem, Task]]:
    items = {item.id: item for item in session.exec(select(PlanItem))}
    existing = session.exec(select(Task).order_by(col(Task.id))).all()
    yield from ((items[task.item_id], task) for task in existing if task.state in PENDING)
    known = {(task.item_id, task.period, task.assignee) for task in existing}
    for item, planned in planned_tasks(session, rules.workdays, first - REACH, last + REACH):
        if (planned.item_id, planned.period, planned.assignee) not in known:
            yield item, _imagined(planned)


def _imagined(planned: Planned) -> Task:
    return Task(
        opened_at=datetime.min.replace(tzinfo=UTC),
        item_id=planned.item_id,
        period=planned.period,
        assignee=planned.assignee,
        purpose=planned.purpose,
        owner_id=planned.owner_id,
        enterprise_id=planned.enterprise_id,
        due_on=planned.due_on,
        inner_on=planned.inner_on,
        lapses_on=planned.lapses_on,
        stepped_on=date.min,
    )


def _row(session: Session, item: PlanItem, task: Task, day: date, step: Step, recipient: str, pen: Pen) -> Rehearsed:
    to = addressee(session, recipient, pen, day)
    return Rehearsed(
        day=day,
        recipient=recipient,
        name=to.name,
        address=to.address,
        step=step.key,
        step_label=step.label,
        title=item.title,
        period=Period.parse(task.period).label,
        purpose=Purpose(task.purpose).label,
        due_on=task.due_on,
    )
