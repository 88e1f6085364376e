"""Rehearsal 预演: every notice that would go out between two days if nobody did anything. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from notifications.audience import Recipient, Staff
from notifications.ladder import Audience, Step, decide, saying_days
from notifications.letters import Pen, addressee
from notifications.stepping import Rules, asked_extensions
from plans.agenda import Planned, Purpose
from plans.periods import Period
from plans.tables import PlanItem
from tasks.opening import planned_tasks, seat
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
    on_behalf_of: str = ""


def rehearse(session: Session, first: date, last: date, rules: Rules, pen: Pen) -> list[Rehearsed]:
    """The notices from first to last, by day and recipient."""
    staff = Staff.of(session, rules.has_group)
    tasks = list(_tasks(session, first, last, rules))
    asked = asked_extensions(session, [task.id for _, task in tasks if task.id])
    found = []
    for item, task in tasks:
        # One person may be two audiences at once, and hears the later step.
        said: dict[tuple[date, str], tuple[Step, str]] = {}
        for day, step, audience in _sayings(item, task, asked.get(task.id or 0), rules):
            if max(first, task.stepped_on + timedelta(days=1)) <= day <= last:
                for heard in staff.recipients(task, audience, day):
                    said[day, heard.key] = (step, _behalf(said.get((day, heard.key)), step, heard))
        found += [
            _row(session, item, task, day, step, recipient, pen, behalf)
            for (day, recipient), (step, behalf) in said.items()
        ]
    return sorted(found, key=lambda row: (row.day, row.recipient, row.due_on, row.title, row.step))


def _behalf(before: tuple[Step, str] | None, step: Step, heard: Recipient) -> str:
    return before[1] if before and before[0] == step else heard.on_behalf_of


def _sayings(item: PlanItem, task: Task, asked_on: date | None, rules: Rules) -> Iterator[tuple[date, Step, Audience]]:
    ladder, workdays = rules.ladder_of(item, task), rules.workdays
    quiet_until = date.min
    if asked_on is not None and rules.extension_wait:
        # Over the wait nothing is said; the day it ends says what then is right.
        quiet_until = rules.speaks_again_on(asked_on)
        say = decide(ladder, task, task.stepped_on, quiet_until, workdays).say
        yield from ((quiet_until, step, audience) for step, audience in say)
    yield from (saying for saying in saying_days(ladder, task, workdays) if saying[0] > quiet_until)


def _tasks(session: Session, first: date, last: date, rules: Rules) -> Iterator[tuple[PlanItem, Task]]:
    items = {item.id: item for item in session.exec(select(PlanItem))}
    existing = session.exec(select(Task).order_by(col(Task.id))).all()
    yield from ((items[task.item_id], task) for task in existing if task.state in PENDING)
    known = {seat(task) for task in existing}
    for item, planned in planned_tasks(session, rules.workdays, first - REACH, last + REACH):
        if seat(planned) not in known:
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


def _row(
    session: Session, item: PlanItem, task: Task, day: date, step: Step, recipient: str, pen: Pen, behalf: str
) -> Rehearsed:
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
        on_behalf_of=behalf,
    )
