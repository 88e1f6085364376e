"""Stepping: due alarms become notices. One claim, one fenced transaction; whoever is killed, nothing doubles.

A task's alarm is level, not edge: after ten days off it says its right step once and records the steps it slept
through (design.md, Time and the clock).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, func, not_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, and_, col, or_, select

from notifications.audience import Recipient, Staff
from notifications.drafting import draft_letters
from notifications.ladder import (
    RETURNED,
    Audience,
    Dated,
    Decision,
    Ladder,
    Ladders,
    Step,
    Way,
    alarm,
    begun_again,
    decide,
    next_day,
    sent_back,
)
from notifications.quiet import Quiet, Terms, quiets_of
from notifications.tables import LETTER, Delivery, DeliveryState, Notice, NoticeState, off_the_ladder
from plans.batches import NO_BATCHES, Batches
from plans.database import insert_new
from plans.tables import PlanItem
from plans.workdays import Workdays
from plans.zone import local_day
from tasks.calls import MOMENT
from tasks.cutoff import CutOffDays, due_day, is_chased
from tasks.states import PENDING
from tasks.tables import Task
from tasks.verbs import Act, lapse

LEASE = timedelta(minutes=5)
STAFF = "staff"


@dataclass(frozen=True)
class Rules:
    """What the bureau has set: its ladders, its workdays and the time of day at which it reminds.

    Over ``extension_wait`` workdays a ladder waits for a decision on an extension; within ``urge_cooldown`` workdays
    nobody is urged about a task again; a promise holds it back for ``promise_days`` workdays at the most.
    """

    ladders: Ladders
    workdays: Workdays
    remind_at: time
    has_group: bool = False
    extension_wait: int = 3
    urge_cooldown: int = 1
    batches: Batches = NO_BATCHES
    promise_days: int = 10
    cut_off_days: CutOffDays | None = None

    @property
    def terms(self) -> Terms:
        """How long its silences last."""
        return Terms(self.workdays, self.remind_at, self.extension_wait, self.promise_days)

    def latest_promise(self, today: date) -> date:
        """The last day that may be promised today."""
        return self.terms.latest_promise(today)

    def ladder_of(self, item: PlanItem, task: Dated) -> Ladder:
        """The item's ladder, begun again where the task was extended or sent back.

        A ladder that is no longer in the bureau's file must not silence the others: the staff's stands in for it.
        """
        ladder = self.ladders.get(item.ladder) or self.ladders[STAFF]
        if not isinstance(task, Task):
            return ladder
        if task.original_due_on is not None:
            ladder = begun_again(ladder, f"{task.due_on:%m%d}:")
        if task.returned_on is not None:
            ladder = sent_back(ladder, self.ladders[RETURNED], task.returns, task.returned_on)
        return ladder

    def first_alarm(self, item: PlanItem, task: Dated, stepped_on: date) -> datetime | None:
        """When a task first has something to say after that day."""
        return alarm(next_day(self.ladder_of(item, task), task, stepped_on, self.workdays), self.remind_at)


def last_promisable(session: Session, task: Task, rules: Rules, today: date) -> date:
    """The last day that may be promised today for a report; never after the day on which its month is cut off."""
    latest, item = rules.latest_promise(today), session.get_one(PlanItem, task.item_id)
    due_on = due_day(session, task.item_id, task.period) if rules.cut_off_days and is_chased(item) else None
    if due_on is None or rules.cut_off_days is None:
        return latest
    return min(latest, local_day(rules.cut_off_days.instant(item.programme, due_on) - MOMENT))


@dataclass(frozen=True)
class Choice:
    """Which due tasks: of enterprises or of staff, and where wanted of one item and period only."""

    enterprises: bool
    item_id: int | None = None
    period: str | None = None


def due_tasks(choice: Choice, now: datetime) -> Select[tuple[int | None]]:
    """The ids of tasks whose alarm has rung and that nobody holds a lease on."""
    query = select(Task.id).where(
        col(Task.next_step_at) <= now,
        or_(col(Task.leased_until).is_(None), col(Task.leased_until) < now),
        col(Task.enterprise_id).is_not(None) if choice.enterprises else col(Task.enterprise_id).is_(None),
    )
    if choice.item_id is not None:
        query = query.where(Task.item_id == choice.item_id, Task.period == choice.period)
    return query


@dataclass(frozen=True)
class DueGroup:
    """The due tasks of one item and period, as one thing to tell people of."""

    item_id: int
    title: str
    period: str
    due_on: date


def due_groups(session: Session, choice: Choice, now: datetime) -> list[DueGroup]:
    """What is due now, by item and period."""
    due = due_tasks(choice, now).subquery()
    query = (
        select(PlanItem.id, PlanItem.title, Task.period, func.min(Task.due_on))
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .where(col(Task.id).in_(select_columns(due.c.id)))
        .group_by(col(PlanItem.id), col(PlanItem.title), col(Task.period))
        .order_by(col(PlanItem.id), col(Task.period))
    )
    return [DueGroup(item_id or 0, title, period, due_on) for item_id, title, period, due_on in session.exec(query)]


def claim(session: Session, choice: Choice, now: datetime, limit: int) -> dict[int, int]:
    """Take up to ``limit`` due tasks for this process: task id → attempt number, which fences what follows."""
    chosen = due_tasks(choice, now).order_by(col(Task.next_step_at)).limit(limit).with_for_update(skip_locked=True)
    # Inside IN (…) PostgreSQL may run the choice once a row and lock more than the limit; as a CTE it runs once.
    once = chosen.cte("chosen")
    taken = (
        update(Task)
        .where(col(Task.id).in_(select_columns(once.c.id)))
        .values(leased_until=now + LEASE, attempt=Task.attempt + 1)
        .returning(col(Task.id), col(Task.attempt))
        .execution_options(synchronize_session=False)
    )
    return {task_id: attempt for task_id, attempt in session.execute(taken).all() if task_id is not None}


def take_steps(session: Session, claimed: Mapping[int, int], now: datetime, rules: Rules) -> int:
    """Write the notices of the claimed tasks and move their alarms, in the session's one transaction.

    A claim whose attempt is no longer the task's was taken over after a stall: it is left alone. Returns how many
    notices have something to say.
    """
    tasks = [task for task in _locked(session, claimed) if task.attempt == claimed[task.id or 0]]
    today = local_day(now)
    items = {item.id: item for item in session.exec(select(PlanItem))}
    quiets = quiets_of(session, tasks, rules.terms, today)
    decided = _decide_all(tasks, items, quiets, today, rules)
    _move_alarms(session, decided, now, rules)
    _take_back(session, [task for task, decision in decided if decision.silent])
    staff = Staff.of(session, rules.has_group, [task.enterprise_id for task in tasks if task.enterprise_id])
    rows = _one_each([row for task, decision in decided for row in _notice_rows(task, decision, staff, now)])
    insert_new(session, Notice, rows)
    draft_letters(session, _for_letters(decided), now)
    return sum(row["state"] == NoticeState.WAITING for row in rows)


def _locked(session: Session, claimed: Mapping[int, int]) -> Sequence[Task]:
    query = select(Task).where(col(Task.id).in_(claimed)).order_by(col(Task.id)).with_for_update()
    return session.exec(query).all()


def _decide_all(
    tasks: Sequence[Task], items: Mapping[int | None, PlanItem], quiets: Sequence[Quiet], today: date, rules: Rules
) -> list[tuple[Task, Decision]]:
    # A month's reports differ in nothing but the enterprise: each kind is thought about once.
    known: dict[object, Decision] = {}
    decided = []
    for task, quiet in zip(tasks, quiets, strict=True):
        item = items[task.item_id]
        key = kind_of(task), quiet, task.state in PENDING
        if key not in known:
            known[key] = _decide(task, item, quiet, today, rules)
        decided.append((task, known[key]))
    return decided


def kind_of(task: Task) -> tuple[object, ...]:
    """What a task's ladder depends on besides its silences."""
    dates = task.due_on, task.inner_on, task.lapses_on, task.original_due_on, task.returned_on
    return task.item_id, dates, task.stepped_on, task.returns


def _decide(task: Task, item: PlanItem, quiet: Quiet, today: date, rules: Rules) -> Decision:
    if task.state not in PENDING:
        return Decision((), (), None, task.stepped_on)
    return decide(rules.ladder_of(item, task), task, task.stepped_on, today, rules.workdays, quiet)


def _take_back(session: Session, silent: Sequence[Task]) -> None:
    # What was on its way when somebody promised or was paused is not said; an urge and a new filer's link are.
    unsent = select_columns(col(Delivery.id)).where(
        col(Delivery.kind) != LETTER,
        col(Delivery.state).in_((DeliveryState.PENDING, DeliveryState.HELD)),
        col(Delivery.leased_until).is_(None),
    )
    on_its_way = or_(
        col(Notice.state) == NoticeState.WAITING,
        and_(col(Notice.state) == NoticeState.BUNDLED, col(Notice.delivery_id).in_(unsent)),
    )
    of_these = col(Notice.task_id).in_([task.id for task in silent])
    if silent:
        dropped = update(Notice).where(of_these, on_its_way, not_(off_the_ladder()))
        session.execute(dropped.values(state=NoticeState.DROPPED, delivery_id=None))


def _for_letters(decided: Sequence[tuple[Task, Decision]]) -> list[tuple[Task, str]]:
    return [(task, step.key) for task, decision in decided for step, _ in decision.say if step.way is Way.LETTER]


def _notice_rows(task: Task, decision: Decision, staff: Staff, now: datetime) -> list[dict[str, object]]:
    voices = [(_state_of(step), step, audience) for step, audience in decision.say]
    voices += [(NoticeState.SKIPPED, step, audience) for step, audience in decision.skipped]
    return [
        notice_row(task, step.key, audience, recipient, now) | {"state": state.value}
        for state, step, audience in voices
        for recipient in staff.recipients(task, audience, local_day(now))
    ]


def _state_of(step: Step) -> NoticeState:
    return NoticeState.LETTER if step.way is Way.LETTER else NoticeState.WAITING


def notice_row(task: Task, step: str, audience: Audience, recipient: Recipient, now: datetime) -> dict[str, object]:
    """A notice that waits to be bundled."""
    row: dict[str, object] = {"task_id": task.id, "step": step, "audience": audience.value, "made_at": now}
    heard = {"recipient": recipient.key, "on_behalf_of": recipient.on_behalf_of}
    return row | heard | {"state": NoticeState.WAITING.value}


def _one_each(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    # One person may be two audiences at once: the later step is said, the earlier one counts as slept through.
    said: dict[tuple[object, object], dict[str, object]] = {}
    for row in rows:
        if row["state"] == NoticeState.WAITING:
            said.get((row["task_id"], row["recipient"]), {})["state"] = NoticeState.SKIPPED.value
            said[row["task_id"], row["recipient"]] = row
    # Who waits hears it, a skipped twin must not take the row.
    rows = sorted(rows, key=lambda row: row["state"] == NoticeState.SKIPPED)
    return list({(row["task_id"], row["step"], row["recipient"]): row for row in reversed(rows)}.values())


def _move_alarms(session: Session, decided: Sequence[tuple[Task, Decision]], now: datetime, rules: Rules) -> None:
    for task, decision in decided:
        task.stepped_on = decision.stepped_on
        task.next_step_at = alarm(decision.again_on, rules.remind_at)
        task.leased_until = None
        session.add(task)
    session.flush()
    for task, decision in decided:
        if decision.lapsed:
            lapse(session, task, Act("督办", "clock", now))
