"""Cut-off 截止: so many workdays after its due date a period's denominators are set down and stay; later is 补报.

A cut-off happens at its scheduled instant, 24:00 of its last day: whoever writes it down later finds the same facts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import Date
from sqlmodel import Session, col, func, select

from plans.database import insert_new
from plans.tables import PlanItem
from plans.words import Assignees, Kind
from plans.workdays import STEP, Workdays
from plans.zone import instant_at
from tasks.chasing_tables import CutOff
from tasks.cutoff_facts import cut_off_facts
from tasks.extensions import GRANTED
from tasks.form import Form
from tasks.tables import Extension, Task

WORKDAYS_AFTER = 5


@dataclass(frozen=True)
class CutOffDays:
    """How many workdays after the due date a period is cut off; ``own`` has the programmes that differ, by key."""

    workdays: Workdays
    usual: int = WORKDAYS_AFTER
    own: Mapping[str, int] = field(default_factory=dict)

    def instant(self, programme: str, due_on: date) -> datetime:
        """24:00 of the last day on which an answer is merely late (UTC)."""
        last = self.workdays.shifted(due_on, self.own.get(programme, self.usual))
        return instant_at(last + STEP, time.min)


@dataclass(frozen=True)
class Waiting:
    """A period of an item whose instant has come and that nobody has written down yet."""

    item: PlanItem
    period: str
    due_on: date
    cut_at: datetime


def cut_off(session: Session, waiting: Waiting, form: Form | None) -> CutOff:
    """Write the state of a period at its cut-off, once; whoever comes second gets what the first one wrote."""
    item_id = waiting.item.id or 0
    facts = cut_off_facts(session, waiting.item, waiting.period, waiting.due_on, waiting.cut_at, form)
    row = {"item_id": item_id, "period": waiting.period, "cut_at": waiting.cut_at, "facts": facts}
    insert_new(session, CutOff, [row])
    made = cut_off_of(session, item_id, waiting.period)
    assert made is not None  # noqa: S101 - just inserted, by us or by another process
    return made


def cut_off_of(session: Session, item_id: int, period: str) -> CutOff | None:
    """The cut-off of an item's period, if it was written."""
    return session.exec(select(CutOff).where(CutOff.item_id == item_id, CutOff.period == period)).first()


def is_cut_off(session: Session, task: Task, days: CutOffDays, now: datetime) -> bool:
    """True when what is filed for the task now is 补报 or a correction, whether the cut-off was written yet or not."""
    if kept := cut_off_of(session, task.item_id, task.period):
        return kept.cut_at <= now
    item = session.get_one(PlanItem, task.item_id)
    return is_chased(item) and _cut_at(session, item, task.period, days) <= now


def due_cut_offs(session: Session, days: CutOffDays, now: datetime) -> list[Waiting]:
    """The periods whose cut-off has come and is not written yet, oldest first."""
    found = (waiting for item in _chased_items(session) for waiting in _waiting(session, item, days))
    return sorted((one for one in found if one.cut_at <= now), key=lambda one: (one.cut_at, one.item.id or 0))


def is_chased(item: PlanItem) -> bool:
    """True for what enterprises file: only that is cut off."""
    return item.kind == Kind.FILING and item.assignees == Assignees.ENTERPRISES


def _chased_items(session: Session) -> list[PlanItem]:
    chased = select(PlanItem).where(PlanItem.kind == Kind.FILING, PlanItem.assignees == Assignees.ENTERPRISES)
    return list(session.exec(chased.order_by(col(PlanItem.id))))


def _waiting(session: Session, item: PlanItem, days: CutOffDays) -> Iterator[Waiting]:
    written = set(session.exec(select(CutOff.period).where(CutOff.item_id == item.id)))
    for period in _periods(session, item):
        due_on = None if period in written else due_day(session, item.id or 0, period)
        if due_on is not None:
            cut_at = days.instant(item.programme, due_on)
            if item.cancelled_at is None or cut_at <= item.cancelled_at:
                yield Waiting(item, period, due_on, cut_at)


def _periods(session: Session, item: PlanItem) -> Iterator[str]:
    # A step through the index for each period; DISTINCT would read every task of every enterprise at every tick.
    earliest = select(func.min(Task.period)).where(Task.item_id == item.id)
    period = session.exec(earliest).one()
    while period is not None:
        yield period
        period = session.exec(earliest.where(Task.period > period)).one()


def due_day(session: Session, item_id: int, period: str) -> date | None:
    """The due date all of a period's tasks share: one enterprise's extension moves nobody else's cut-off."""
    granted = select(Extension.task_id, func.min(Extension.due_on).label("due_on"))
    before = granted.where(Extension.state == GRANTED).group_by(col(Extension.task_id)).subquery()
    stated = func.coalesce(before.c.due_on, Task.due_on, type_=Date)
    latest = select(func.max(stated)).join_from(Task, before, before.c.task_id == col(Task.id), isouter=True)
    found: date | None = session.exec(latest.where(Task.item_id == item_id, Task.period == period)).one()
    return found


def _cut_at(session: Session, item: PlanItem, period: str, days: CutOffDays) -> datetime:
    due_on = due_day(session, item.id or 0, period)
    assert due_on is not None  # noqa: S101 - asked for a period that has a task
    return days.instant(item.programme, due_on)
