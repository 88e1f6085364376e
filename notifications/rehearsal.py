"""Rehearsal 预演: every notice that would go out between two days if nobody did anything. Reads only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, col, select

from notifications.audience import Staff
from notifications.bundling import REMINDER
from notifications.ladder import Audience, Saying, Step, Way, to_be_said
from notifications.letters import Pen, addressee, bureau_name, reminder
from notifications.quiet import Quiet, quiets_of
from notifications.stepping import Rules, kind_of
from notifications.tables import Delivery, Notice
from notifications.writing import Written
from plans.agenda import Planned, Purpose
from plans.periods import Period
from plans.tables import Agency, Enterprise, Person, PlanItem
from plans.zone import instant_at
from tasks.certificates import is_review
from tasks.opening import planned_tasks, seat
from tasks.states import PENDING
from tasks.tables import Task

WAYS = {Way.MAIL: "", Way.LIST: "，电话催报名单", Way.LETTER: "，待审批的催报函"}
# Leads and escalations reach this far from a due date at the most (ladder.Step: 15 ahead, 60 after, in workdays).
REACH = timedelta(days=100)


@dataclass(frozen=True)
class Rehearsed:
    """One notice: on which day, to whom, at which step of what. ``way`` is mail, list, or letter: a draft that waits
    for approval and is not sent by itself."""

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
    way: str = Way.MAIL.value


def rehearse(session: Session, first: date, last: date, rules: Rules, pen: Pen) -> list[Rehearsed]:
    """The notices from first to last, by day and recipient: what a clock that never stops would write if nobody filed
    and nothing were promised, paused or asked for beyond what is known. Letters are drafts, they are not sent."""
    # Held here, those who hear are looked up in memory and not one by one.
    readers = [session.exec(select(table)).all() for table in (Person, Agency, Enterprise)]
    found = [_row(session, item, task, heard, pen) for item, task, heard in _all_heard(session, first, last, rules)]
    del readers
    return sorted(found, key=lambda row: (row.day, row.recipient, row.due_on, row.title, row.step))


def rehearsed_letter(session: Session, day: date, recipient: str, rules: Rules, pen: Pen) -> Written | None:
    """The reminder this recipient would get on that day, word for word; None where there would be none."""
    said = [
        (task, heard)
        for _, task, heard in _all_heard(session, day, day, rules)
        if heard.recipient == recipient and heard.step.way is not Way.LETTER
    ]
    if not said:
        return None
    at = instant_at(day, rules.remind_at)
    notices = [_noted(session, nth, task, heard, at) for nth, (task, heard) in enumerate(said, 1)]
    delivery = Delivery(kind=REMINDER, channel="mail", recipient=recipient, on_day=day, next_try_at=at, made_at=at)
    return reminder(session, delivery, notices, at, pen, bureau_name(session))


def _noted(session: Session, nth: int, task: Task, heard: "_Heard", at: datetime) -> Notice:
    if task.id is None:
        # The session knows it as if it had read it, and never writes it: nothing about it changes.
        task.id = -nth
        make_transient_to_detached(task)
        session.add(task)
    return Notice(
        task_id=task.id,
        step=heard.step.key,
        audience=heard.audience.value,
        recipient=heard.recipient,
        on_behalf_of=heard.behalf,
        made_at=at,
    )


def _all_heard(session: Session, first: date, last: date, rules: Rules) -> Iterator[tuple[PlanItem, Task, "_Heard"]]:
    staff = Staff.of(session, rules.has_group)
    tasks = list(_tasks(session, first, last, rules))
    known: dict[object, list[Saying]] = {}
    quiets = quiets_of(session, [task for _, task in tasks], rules.terms, date.min)
    for (item, task), quiet in zip(tasks, quiets, strict=True):
        kind = kind_of(task), quiet
        if kind not in known:
            known[kind] = _sayings(item, task, first, last, rules, quiet)
        yield from ((item, task, heard) for heard in _heard(task, known[kind], staff))


def _sayings(item: PlanItem, task: Task, first: date, last: date, rules: Rules, quiet: Quiet) -> list[Saying]:
    ladder = rules.ladder_of(item, task)
    said = to_be_said(ladder, task, task.stepped_on, last, rules.workdays, quiet)
    return [saying for saying in said if saying[0] >= first]


class _Heard(NamedTuple):
    day: date
    recipient: str
    step: Step
    audience: Audience
    behalf: str


def _heard(task: Task, sayings: Sequence[Saying], staff: Staff) -> Iterable[_Heard]:
    # One person may be two audiences at once, and hears the later step; a letter is a thing of its own.
    said: dict[tuple[date, str, bool], _Heard] = {}
    for day, step, audience in sayings:
        for one in staff.recipients(task, audience, day):
            seat = day, one.key, step.needs_approval
            before = said.get(seat)
            behalf = before.behalf if before and before.step == step else one.on_behalf_of
            said[seat] = _Heard(day, one.key, step, audience, behalf)
    return said.values()


def _tasks(session: Session, first: date, last: date, rules: Rules) -> Iterator[tuple[PlanItem, Task]]:
    items = {item.id: item for item in session.exec(select(PlanItem))}
    waiting = select(Task).where(col(Task.state).in_(PENDING)).order_by(col(Task.id))
    yield from ((items[task.item_id], task) for task in session.exec(waiting).all())
    # A task may have been put off, hardly ever brought forward; a review is asked for once in years.
    held = select(Task.item_id, Task.period, Task.enterprise_id)
    known = {*session.exec(held.where(Task.due_on >= first - 2 * REACH)), *session.exec(held.where(is_review()))}
    for item, planned in planned_tasks(session, rules.workdays, rules.batches, first - REACH, last + REACH):
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


def _row(session: Session, item: PlanItem, task: Task, said: _Heard, pen: Pen) -> Rehearsed:
    to, way = addressee(session, said.recipient, pen, said.day), said.step.way
    return Rehearsed(
        day=said.day,
        recipient=said.recipient,
        name=to.name,
        address="" if way is Way.LETTER else to.address,
        step=said.step.key,
        step_label=said.step.label + WAYS[way],
        title=item.title,
        period=Period.parse(task.period).label,
        purpose=Purpose(task.purpose).label,
        due_on=task.due_on,
        on_behalf_of=said.behalf,
        way=way.value,
    )
