"""Roll-up 汇总: tasks and targets of a plan at a day, each in one pass of SQL."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, exists, func, not_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from plans.periods import Period
from plans.tables import PlanItem, Target
from tasks.lights import Light, Thresholds, share, target_light
from tasks.states import State
from tasks.tables import Progress, Task, TaskChange


@dataclass(frozen=True)
class Counts:
    """Tasks due in a span of days: done in time, done late, open and overdue (of them silent: nobody reacted),
    missed duties. Cancelled tasks are left out."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    silent: int = 0
    lapsed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(self.as_tuple(), other.as_tuple(), strict=True)))

    def as_tuple(self) -> tuple[int, ...]:
        return self.due, self.on_time, self.late, self.overdue, self.silent, self.lapsed

    @property
    def done(self) -> int:
        return self.on_time + self.late


@dataclass(frozen=True)
class TargetStatus:
    """A target at a day: its newest reading and its share of 确保 and 力争. Unknown stays None (待填)."""

    target: Target
    value: Decimal | None
    read_on: date | None
    floor_share: float | None
    stretch_share: float | None
    light: Light


def count_tasks(session: Session, plan_id: int, first: date, last: date, as_of: date) -> dict[int, Counts]:
    """For each item of the plan, its tasks due from first to last as they stood at the end of ``as_of``."""
    done = and_(col(Task.done_on).is_not(None), col(Task.done_on) <= as_of)
    lapsed = col(Task.state) == State.LAPSED
    overdue = and_(not_(done), not_(lapsed), col(Task.due_on) < as_of)
    query = (
        select_columns(
            col(Task.item_id),
            func.count(),
            _number_of(and_(done, col(Task.done_on) <= col(Task.due_on))),
            _number_of(and_(done, col(Task.done_on) > col(Task.due_on))),
            _number_of(overdue),
            _number_of(and_(overdue, silent())),
            _number_of(lapsed),
        )
        .join(PlanItem)
        .where(col(PlanItem.plan_id) == plan_id, col(Task.state) != State.CANCELLED)
        .where(col(Task.due_on).between(first, last))
        .group_by(col(Task.item_id))
    )
    return {row[0]: Counts(*row[1:]) for row in session.execute(query).all()}


def silent() -> ColumnElement[bool]:
    """The task's holder has not reacted at all: no move but those of the clock."""
    return not_(exists().where(col(TaskChange.task_id) == col(Task.id), col(TaskChange.via) != "clock"))


def _number_of(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer)


def newest_readings(session: Session, plan_id: int, as_of: date) -> dict[int, Progress]:
    """The newest reading of each target up to the day; a later entry for the same day wins."""
    nth = (
        func.row_number()
        .over(partition_by=col(Progress.target_id), order_by=(col(Progress.as_of).desc(), col(Progress.id).desc()))
        .label("nth")
    )
    ranked = (
        select(Progress.id, nth)
        .join(Target)
        .join(PlanItem)
        .where(PlanItem.plan_id == plan_id, Progress.as_of <= as_of)
        .subquery()
    )
    newest = select(Progress).join(ranked, and_(col(Progress.id) == ranked.c.id, ranked.c.nth == 1))
    return {reading.target_id: reading for reading in session.exec(newest)}


def target_statuses(
    session: Session, plan_id: int, period: Period, as_of: date, thresholds: Thresholds
) -> dict[int, list[TargetStatus]]:
    """For each item of the plan, its targets with their newest readings and lights."""
    readings = newest_readings(session, plan_id, as_of)
    targets = session.exec(select(Target).join(PlanItem).where(PlanItem.plan_id == plan_id).order_by(col(Target.id)))
    found: dict[int, list[TargetStatus]] = {}
    for target in targets:
        reading = readings.get(target.id or 0)
        found.setdefault(target.item_id, []).append(_status(target, reading, period.elapsed(as_of), thresholds))
    return found


def _status(target: Target, reading: Progress | None, elapsed: float, thresholds: Thresholds) -> TargetStatus:
    value = reading.value if reading else None
    goal = target.floor if target.floor is not None else target.stretch
    floor_share = None if target.masked else share(value, goal)
    return TargetStatus(
        target=target,
        value=value,
        read_on=reading.as_of if reading else None,
        floor_share=floor_share,
        stretch_share=None if target.masked else share(value, target.stretch),
        light=target_light(floor_share, elapsed, thresholds),
    )
