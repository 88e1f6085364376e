"""One item of a plan in full: its text, its tasks, its targets with their readings, its history and its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from flows.planning import plan_row
from flows.runtime import Runtime
from flows.views.items import LitItem, lit_items
from flows.views.lines import TargetLine, TaskLine, number_of, pending, select_tasks, target_line, task_line
from flows.views.plan import name_of
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem, Target
from plans.words import Assignees
from plans.zone import local_day
from tasks.history import value_on
from tasks.item_history import history, sentence
from tasks.lights import share
from tasks.tables import Evidence, Progress, Task
from tasks.targets import goal_of, target_statuses

FEW = 12
"""Tasks shown of an item; a report of ten thousand enterprises has the matrix."""


@dataclass(frozen=True)
class ReadingRow:
    """A reading as it was reported, what the target came to with it, and which share of its goal that is."""

    as_of: date
    value: str
    total: str
    share: float | None
    calibre: str
    by: str
    note: str


@dataclass(frozen=True)
class TargetCard:
    """A target with every reading it ever had, oldest first."""

    id: int
    line: TargetLine
    readings: Sequence[ReadingRow]
    adds_up: bool


@dataclass(frozen=True)
class FileRow:
    """A file that was handed in with one of the item's tasks."""

    id: int
    task_id: int
    name: str
    size: int
    by: str
    on: date
    period: str


@dataclass(frozen=True)
class ItemPage:
    """Everything an item's page shows; ``row`` is the item as a list shows it, ``before`` the item it came out of."""

    lit: LitItem
    row: Mapping[str, Any]
    item: PlanItem
    plan: Plan
    programme: str
    over: bool
    before: PlanItem | None
    tasks: Sequence[TaskLine]
    waiting: int
    total: int
    enterprises: bool
    targets: Sequence[TargetCard]
    told: Sequence[str]
    files: Sequence[FileRow]


def item_page(session: Session, runtime: Runtime, number: int, today: date) -> ItemPage | None:
    """The item of that number made ready to read; None where there is none."""
    item = session.get(PlanItem, number)
    if item is None:
        return None
    plan, owner = session.get_one(Plan, item.plan_id), session.get_one(Person, item.owner_id)
    waiting, total = _task_counts(session, number)
    return ItemPage(
        lit=next(one for one in lit_items(session, plan, today, runtime.gauge) if one.id == number),
        row=plan_row(runtime, plan, item, owner),
        item=item,
        plan=plan,
        programme=name_of(item.programme, runtime.programmes),
        over=item.cancelled_at is not None or plan.closed_at is not None,
        before=session.get(PlanItem, item.carried_from) if item.carried_from else None,
        tasks=_tasks(session, runtime, number, today),
        waiting=waiting,
        total=total,
        enterprises=item.assignees == Assignees.ENTERPRISES,
        targets=_targets(session, runtime, item, plan, today),
        told=[sentence(change) for change in history(session, item)],
        files=_files(session, number),
    )


def _task_counts(session: Session, number: int) -> tuple[int, int]:
    query = select(number_of(pending()), number_of(col(Task.id).is_not(None))).where(Task.item_id == number)
    waiting, total = session.execute(query).one()
    return waiting, total


def _tasks(session: Session, runtime: Runtime, number: int, today: date) -> list[TaskLine]:
    """Open ones first, the first due before; then the bureau's own that are over, the latest first."""
    mine = select_tasks().where(Task.item_id == number)
    rows = list(session.exec(mine.where(pending()).order_by(col(Task.due_on), col(Task.id)).limit(FEW)))
    if len(rows) < FEW:
        over = mine.where(~pending(), col(Task.enterprise_id).is_(None))
        rows += session.exec(over.order_by(col(Task.due_on).desc(), col(Task.id).desc()).limit(FEW - len(rows)))
    return [task_line(today, runtime.gauge, row) for row in rows]


def _targets(session: Session, runtime: Runtime, item: PlanItem, plan: Plan, today: date) -> list[TargetCard]:
    period, number = Period.parse(plan.period), item.id or 0
    found = target_statuses(session, plan.id or 0, period, today, runtime.gauge.thresholds, [number])
    return [
        TargetCard(
            id=status.target.id or 0,
            line=target_line(status, period.elapsed(today)),
            readings=_reading_rows(status.target, readings_of(session, status.target, today), period),
            adds_up=not status.target.cumulative,
        )
        for status in found.get(number, [])
    ]


def readings_of(session: Session, target: Target, today: date) -> list[Progress]:
    """What was reported for a target up to the day, oldest first."""
    mine = select(Progress).where(Progress.target_id == target.id, Progress.as_of <= today)
    return list(session.exec(mine.order_by(col(Progress.as_of), col(Progress.id))))


def _reading_rows(target: Target, readings: Sequence[Progress], period: Period) -> list[ReadingRow]:
    return [_reading_row(target, one, readings[: place + 1], period) for place, one in enumerate(readings)]


def _reading_row(target: Target, one: Progress, until: Sequence[Progress], period: Period) -> ReadingRow:
    value = value_on(target, until, period, one.as_of)
    return ReadingRow(
        as_of=one.as_of,
        value=figure_text(one.value),
        total=figure_text(value),
        share=share(value, goal_of(target)),
        calibre=one.calibre,
        by=one.by,
        note=one.note,
    )


def chart_of(target: Target, readings: Sequence[Progress], period: Period) -> list[tuple[date, Decimal]]:
    """The points of a target's line: on each day something was reported, what the target had come to."""
    days = sorted({one.as_of for one in readings})
    values = ((day, value_on(target, readings, period, day)) for day in days)
    return [(day, value) for day, value in values if value is not None]


def goals_of(target: Target) -> dict[str, Decimal]:
    """The lines across a target's chart."""
    goals = {"确保": target.floor, "力争": target.stretch}
    return {name: goal for name, goal in goals.items() if goal is not None}


def _files(session: Session, number: int) -> list[FileRow]:
    query = select(Evidence, Task.period).join(Task, col(Task.id) == col(Evidence.task_id))
    query = query.where(Task.item_id == number).order_by(col(Evidence.id).desc())
    return [_file_row(one, period) for one, period in session.exec(query)]


def _file_row(one: Evidence, period: str) -> FileRow:
    label = Period.parse(period).label
    return FileRow(one.id or 0, one.task_id, one.name, one.size, one.by, local_day(one.at), label)
