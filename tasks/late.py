"""What came after a cut-off: 补报 with how late, and corrections with what each figure was. Denominators stay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from plans.columns import figure_text
from plans.tables import Enterprise
from plans.workdays import Workdays
from plans.zone import local_day
from tasks.chasing_tables import CutOff
from tasks.form import number_in
from tasks.states import Verb
from tasks.tables import Filing, Task, TaskChange


@dataclass(frozen=True)
class LateArrival:
    """补报: an answer that was missing at the cut-off; ``days`` and ``workdays`` count from its due date."""

    task_id: int
    enterprise_id: int
    name: str
    at: datetime
    due_on: date
    days: int
    workdays: int


@dataclass(frozen=True)
class Changed:
    """A figure before and after, as text; 待填 where there was none."""

    label: str
    unit: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """A version filed after the cut-off that changed a figure of the version before it."""

    task_id: int
    enterprise_id: int
    name: str
    at: datetime
    by: str
    version: int
    changes: tuple[Changed, ...]


def late_arrivals(session: Session, cut: CutOff, workdays: Workdays) -> list[LateArrival]:
    """Who was missing at the cut-off and has answered since, in the order of arrival; each once."""
    first_at = func.min(TaskChange.at).label("at")
    found = session.exec(
        select(Task, Enterprise, first_at)
        .join(TaskChange, col(TaskChange.task_id) == col(Task.id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id))
        .where(Task.item_id == cut.item_id, Task.period == cut.period)
        .where(TaskChange.verb == Verb.COMPLETE, col(TaskChange.at) >= cut.cut_at)
        .group_by(col(Task.id), col(Enterprise.id))
        .order_by(first_at, col(Task.id))
    )
    missing = _missing(cut)
    return [_arrival(*row, workdays) for row in found if row[1].id in missing]


def corrections(session: Session, cut: CutOff) -> list[Correction]:
    """The versions since the cut-off that changed a figure, in the order of arrival. A 补报 itself corrects nothing."""
    before = aliased(Filing)
    same = (col(before.task_id) == col(Filing.task_id)) & (col(before.version) == col(Filing.version) - 1)
    found = session.exec(
        select(Filing, before, Enterprise)
        .join(before, same)
        .join(Task, col(Task.id) == col(Filing.task_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id))
        .where(Task.item_id == cut.item_id, Task.period == cut.period, col(Filing.at) >= cut.cut_at)
        .order_by(col(Filing.at), col(Filing.id))
    )
    missing = _missing(cut)
    told = (
        _correction(cut, after, then, enterprise)
        for after, then, enterprise in found
        if enterprise.id not in missing or then.at >= cut.cut_at
    )
    return [one for one in told if one.changes]


def cuts_touched(session: Session, first: datetime, end: datetime) -> list[CutOff]:
    """The cut-offs for which something arrived afterwards, at or after ``first`` and before ``end``."""
    filed = select(Filing.task_id).where(col(Filing.at) >= first, col(Filing.at) < end)
    completed = select(TaskChange.task_id).where(TaskChange.verb == Verb.COMPLETE)
    completed = completed.where(col(TaskChange.at) >= first, col(TaskChange.at) < end)
    same = (col(CutOff.item_id) == col(Task.item_id)) & (col(CutOff.period) == col(Task.period))
    ids = select(CutOff.id).join(Task, same).where(col(CutOff.cut_at) < end)
    touched = ids.where(or_(col(Task.id).in_(filed), col(Task.id).in_(completed)))
    query = select(CutOff).where(col(CutOff.id).in_(touched)).order_by(col(CutOff.cut_at), col(CutOff.id))
    return list(session.exec(query))


def _missing(cut: CutOff) -> set[int]:
    return {one["id"] for one in cut.facts["missing"]}


def _arrival(task: Task, enterprise: Enterprise, at: datetime, workdays: Workdays) -> LateArrival:
    day = max(local_day(at), task.due_on)
    return LateArrival(
        task_id=task.id or 0,
        enterprise_id=enterprise.id or 0,
        name=enterprise.name,
        at=at,
        due_on=task.due_on,
        days=(day - task.due_on).days,
        workdays=workdays.between(task.due_on, day),
    )


def _correction(cut: CutOff, after: Filing, before: Filing, enterprise: Enterprise) -> Correction:
    return Correction(
        task_id=after.task_id,
        enterprise_id=enterprise.id or 0,
        name=enterprise.name,
        at=after.at,
        by=after.by,
        version=after.version,
        changes=tuple(_changes(cut.facts["labels"].items(), before, after)),
    )


def _changes(labels: Iterable[tuple[str, tuple[str, str]]], before: Filing, after: Filing) -> Iterator[Changed]:
    for key, (label, unit) in labels:
        then, now = number_in(before.answers, key), number_in(after.answers, key)
        if then != now:
            yield Changed(label, unit, figure_text(then), figure_text(now))
