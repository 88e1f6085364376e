"""Rehearsal 预演: every notice that would go out between two days if nobody did anything. Reads only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from notifications.audience import Staff
from notifications.ladder import Saying, Step, Way, to_be_said
from notifications.letters import Pen, addressee
from notifications.quiet import Quiet, quiets_of
from notifications.stepping import Rules, kind_of
from plans.agenda import Planned, Purpose
from plans.periods import Period
from plans.tables import PlanItem
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
    staff = Staff.of(session, rules.has_group)
    tasks = list(_tasks(session, first, last, rules))
    known: dict[object, list[Saying]] = {}
    found = []
    quiets = quiets_of(session, [task for _, task in tasks], rules.terms, date.min)
    for (item, task), quiet in zip(tasks, quiets, strict=True):
        kind = kind_of(task), quiet
        if kind not in known:
            known[kind] = _sayings(item, task, first, last, rules, quiet)
        heard = _heard(task, known[kind], staff)
        found += [_row(session, item, task, said, pen) for said in heard]
    return sorted(found, key=lambda row: (row.day, row.recipient, row.due_on, row.title, row.step))


def _sayings(item: PlanItem, task: Task, first: date, last: date, rules: Rules, quiet: Quiet) -> list[Saying]:
    ladder = rules.ladder_of(item, task)
    said = to_be_said(ladder, task, task.stepped_on, last, rules.workdays, quiet)
    return [saying for saying in said if saying[0] >= first]


class _Heard(NamedTuple):
    day: date
    recipient: str
    step: Step
    behalf: str


def _heard(task: Task, sayings: Sequence[Saying], staff: Staff) -> Iterable[_Heard]:
    # One person may be two audiences at once, and hears the later step; a letter is a thing of its own.
    said: dict[tuple[date, str, bool], _Heard] = {}
    for day, step, audience in sayings:
        for one in staff.recipients(task, audience, day):
            seat = day, one.key, step.needs_approval
            before = said.get(seat)
            behalf = before.behalf if before and before.step == step else one.on_behalf_of
            said[seat] = _Heard(day, one.key, step, behalf)
    return said.values()


def _tasks(session: Session, first: date, last: date, rules: Rules) -> Iterator[tuple[PlanItem, Task]]:
    items = {item.id: item for item in session.exec(select(PlanItem))}
    existing = session.exec(select(Task).order_by(col(Task.id))).all()
    yield from ((items[task.item_id], task) for task in existing if task.state in PENDING)
    known = {seat(task) for task in existing}
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
