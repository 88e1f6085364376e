"""What an agency sees: the reports of all its enterprises, those it still owes and those that are in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.filing_states import Facts, Stand, newest, promised, standing
from flows.views.lines import Badge, Paged, one_page
from notifications.writing import time_left
from plans.periods import Period
from plans.tables import Agency, Enterprise, PlanItem
from plans.workdays import Workdays
from tasks.states import FINISHED, PENDING, State
from tasks.tables import Filing, Task


@dataclass(frozen=True)
class AgencyLine:
    """One report of one enterprise."""

    task_id: int
    enterprise: str
    title: str
    period: str
    due_on: date
    left: str
    badge: Badge
    detail: str


def agency_lines(
    session: Session, agency: Agency, today: date, workdays: Workdays, done: bool, number: int
) -> Paged[AgencyLine]:
    """A page of what the agency owes, the earliest first; or of what is in, the latest first."""
    told: list[Any] = [Task, PlanItem.title, Enterprise.name, standing(today), promised(), newest(Filing.via)]
    query = select_columns(*told).select_from(Task).join(PlanItem).join(Enterprise)
    query = query.where(*_its_reports(agency, FINISHED if done else PENDING))
    order = col(Task.due_on).desc() if done else col(Task.due_on)
    ordered = query.order_by(order, col(Enterprise.name), col(Task.id))

    def show(task: Task, title: str, name: str, stand: str, day: date | None, via: str | None) -> AgencyLine:
        facts = Facts(Stand(stand), task.due_on, task.done_on, day, via or "")
        left = "" if done else time_left(today, task.due_on, workdays)
        shown = (Period.parse(task.period).label, task.due_on, left, facts.stand.badge, facts.detail(today))
        return AgencyLine(task.id or 0, name, title, *shown)

    return one_page(session, ordered, number, show)


def owed_by(session: Session, agency: Agency) -> Sequence[Task]:
    """The reports the agency still has to file, the earliest first."""
    query = select(Task).join(PlanItem).join(Enterprise).where(*_its_reports(agency, PENDING))
    return session.exec(query.order_by(col(Task.due_on), col(Task.id))).all()


def counts_of(session: Session, agency: Agency) -> tuple[int, int]:
    """How many reports it owes, and how many are in."""
    counting: Any = select(func.count(col(Task.id))).join(PlanItem).join(Enterprise)
    owed, done = (session.exec(counting.where(*_its_reports(agency, states))).one() for states in (PENDING, FINISHED))
    return owed, done


def _its_reports(agency: Agency, states: frozenset[State]) -> tuple[ColumnElement[bool], ...]:
    return (col(Enterprise.agency_id) == agency.id, col(PlanItem.form) != "", col(Task.state).in_(states))
