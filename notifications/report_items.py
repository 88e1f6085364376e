"""What a report asks the database: the plans a period touches, their items, and what became of the tasks and notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Integer, case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from notifications.channels.mime import one_line
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from plans.words import Assignees, Kind
from plans.zone import instant_at, local_day
from tasks.rollup import Counts, count_tasks, counted
from tasks.states import State, Verb
from tasks.tables import ItemChange, Task, TaskChange
from tasks.targets import not_cancelled, not_ended

SAID = (Verb.REPORT, Verb.COMPLETE)
"""The verbs whose note is the holder's own word on a task."""
ASKED = (Verb.RETURN, Verb.ASK_EXTENSION)
"""The verbs whose note is a reason why something is not done."""

NOTHING_DUE = Counts()


@dataclass(frozen=True)
class Note:
    """What somebody wrote on a task of the bureau's own; ``hinders``: why it was sent back or asked to be put off."""

    text: str
    by: str
    day: date
    task: int
    hinders: bool


@dataclass(frozen=True)
class Work:
    """An item of a plan as the period left it; ``due`` counts its tasks of the period, ``standing`` its plan's."""

    item: PlanItem
    plan: Plan
    targets: Sequence[Target] = ()
    due: Counts = NOTHING_DUE
    standing: Counts = NOTHING_DUE
    open: int = 0
    finished: int = 0
    done_on: date | None = None
    notes: Sequence[Note] = field(default_factory=tuple)
    changed_goals: bool = False

    @property
    def title(self) -> str:
        return one_line(self.item.title)

    @property
    def by_enterprises(self) -> bool:
        return self.item.assignees == Assignees.ENTERPRISES

    @property
    def tells_figures(self) -> bool:
        """Its tasks only ask how far a goal is: that one was late is nothing a report tells."""
        return self.item.kind == Kind.GOAL and not self.item.cadence

    @property
    def span(self) -> Period:
        """The period of its plan."""
        return Period.parse(self.plan.period)


def plans_touching(session: Session, period: Period) -> list[Plan]:
    """The plans whose period has a day in this one, in order."""
    found = [(Period.parse(plan.period), plan) for plan in session.exec(select(Plan))]
    touching = [one for one in found if one[0].first <= period.last and one[0].last >= period.first]
    return [plan for _, plan in sorted(touching, key=lambda one: one[0])]


def plan_after(session: Session, period: Period) -> Plan | None:
    """The plan that begins when the period is over."""
    first = period.next().first
    found = [plan for plan in session.exec(select(Plan)) if Period.parse(plan.period).first == first]
    return found[0] if found else None


def works_of(session: Session, plan: Plan, period: Period, as_of: date) -> list[Work]:
    """The items of a plan that were wanted at the day, in order."""
    items = session.exec(
        select(PlanItem).where(PlanItem.plan_id == plan.id, not_cancelled(as_of)).order_by(col(PlanItem.number))
    ).all()
    numbers = [item.id or 0 for item in items]
    targets, notes = _targets(session, plan, as_of), _notes(session, plan, period)
    due = count_tasks(session, plan.id or 0, period.first, period.last, as_of)
    standing = count_tasks(session, plan.id or 0, Period.parse(plan.period).first, as_of, as_of)
    stages, changed = _stages(session, plan, as_of), _changed(session, numbers)
    return [
        Work(
            item=item,
            plan=plan,
            targets=targets.get(key, ()),
            due=due.get(key, Counts()),
            standing=standing.get(key, Counts()),
            notes=notes.get(key, ()),
            changed_goals=key in changed,
            **stages.get(key, {}),
        )
        for item, key in zip(items, numbers, strict=True)
    ]


def _targets(session: Session, plan: Plan, as_of: date) -> Mapping[int, list[Target]]:
    query = select(Target).join(PlanItem).where(PlanItem.plan_id == plan.id, not_ended(as_of))
    found: dict[int, list[Target]] = {}
    for target in session.exec(query.order_by(col(Target.id))):
        found.setdefault(target.item_id, []).append(target)
    return found


def _stages(session: Session, plan: Plan, as_of: date) -> dict[int, dict[str, Any]]:
    """How many tasks of each item are still to be done and how many are done, and the last day one was."""
    done = col(Task.done_on).is_not(None) & (col(Task.done_on) <= as_of)
    pending = ~done & col(Task.state).not_in((State.LAPSED, State.CANCELLED))
    query = (
        select_columns(col(Task.item_id), _number_of(pending), _number_of(done), func.max(case((done, Task.done_on))))
        .join(PlanItem)
        .where(col(PlanItem.plan_id) == plan.id, counted(as_of))
        .group_by(col(Task.item_id))
    )
    return {row[0]: {"open": row[1], "finished": row[2], "done_on": row[3]} for row in session.execute(query)}


def _number_of(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer)


def _notes(session: Session, plan: Plan, period: Period) -> Mapping[int, list[Note]]:
    """The notes of the period by item, each said once; what an enterprise writes is in its filing."""
    first, end = instant_at(period.first, time.min), instant_at(period.last + timedelta(days=1), time.min)
    query = (
        select_columns(*_NOTED)
        .join(TaskChange, col(TaskChange.task_id) == col(Task.id))
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .where(col(PlanItem.plan_id) == plan.id, col(Task.enterprise_id).is_(None), col(TaskChange.note) != "")
        .where(col(TaskChange.verb).in_((*SAID, *ASKED)), col(TaskChange.at) >= first, col(TaskChange.at) < end)
        .order_by(col(TaskChange.id))
    )
    found: dict[int, dict[str, Note]] = {}
    for row in session.execute(query):
        found.setdefault(row.item_id, {})[one_line(row.note)] = _note(row, period.last)
    return {key: [one for one in notes.values() if one.text] for key, notes in found.items()}


_NOTED: tuple[Any, ...] = (
    *(col(Task.item_id), col(Task.id).label("task_id"), col(Task.done_on)),
    *(col(TaskChange.verb), col(TaskChange.note), col(TaskChange.by), col(TaskChange.at)),
)


def _note(row: Any, last: date) -> Note:
    # Why something was sent back is no problem any more once it is done.
    done = row.done_on is not None and row.done_on <= last
    hinders = row.verb in ASKED and not done
    text = "" if row.verb in ASKED and done else one_line(row.note)
    return Note(text, row.by, local_day(row.at), row.task_id, hinders)


def _changed(session: Session, numbers: Sequence[int]) -> set[int]:
    """The items one of whose goals was changed since: what their document says of it holds no more."""
    query = select(ItemChange.item_id, ItemChange.field).where(col(ItemChange.item_id).in_(numbers))
    return {item for item, what in session.exec(query) if what.endswith(("的确保", "的力争", "的单位", "的名称"))}


def as_of_day(period: Period, now: datetime) -> date:
    """The last day of the period, or today while it is running."""
    return min(period.last, local_day(now))
