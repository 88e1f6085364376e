"""全局: the plan that runs, and every task by state, person and word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlmodel import Session, col, select

from flows.views.lines import (
    Paged,
    TaskLine,
    one_page,
    overdue,
    pending,
    select_tasks,
    soon,
    task_line,
)
from plans.periods import Period
from plans.tables import Enterprise, Person, Plan, PlanItem
from tasks.lights import Gauge
from tasks.states import FINISHED, State
from tasks.tables import Task

SHOWN = {
    "pending": "未办结",
    "overdue": "逾期",
    "soon": "临期",
    "finished": "已办结",
    "lapsed": "未办过期",
    "cancelled": "已取消",
    "all": "全部",
}


@dataclass(frozen=True)
class Filter:
    """What of the task list is wanted; ``state`` is a key of SHOWN, ``owners`` are people's ids, None for everybody."""

    state: str = "pending"
    person: str = ""
    q: str = ""
    owners: tuple[int, ...] | None = None
    due_from: date | None = None
    due_until: date | None = None


def current_plan(session: Session, today: date) -> Plan | None:
    """The plan in whose period today lies, else the newest."""
    plans = session.exec(select(Plan).order_by(col(Plan.id).desc())).all()
    running = (plan for plan in plans if today in Period.parse(plan.period))
    return next(running, plans[0] if plans else None)


def task_list(session: Session, wanted: Filter, today: date, gauge: Gauge, number: int) -> Paged[TaskLine]:
    """A page of the tasks a filter leaves."""
    return one_page(session, task_query(wanted, today, gauge), number, lambda *row: task_line(today, gauge, row))


def task_query(wanted: Filter, today: date, gauge: Gauge) -> Any:
    """The tasks a filter leaves: what is to be done first due first, what is over last due first."""
    query = select_tasks().where(_in_state(wanted.state, today, gauge), _named(wanted.q), _dated(wanted))
    if wanted.person:
        query = query.where(col(Person.name) == wanted.person)
    if wanted.owners is not None:
        query = query.where(col(Task.owner_id).in_(wanted.owners))
    to_do = wanted.state in ("pending", "overdue", "soon")
    return query.order_by(col(Task.due_on) if to_do else col(Task.due_on).desc(), col(Task.id))


def _dated(wanted: Filter) -> ColumnElement[bool]:
    first = col(Task.due_on) >= wanted.due_from if wanted.due_from else true()
    return and_(first, col(Task.due_on) <= wanted.due_until if wanted.due_until else true())


def _in_state(state: str, today: date, gauge: Gauge) -> ColumnElement[bool]:
    conditions = {
        "overdue": overdue(today),
        "soon": soon(today, gauge),
        "finished": col(Task.state).in_(FINISHED),
        "lapsed": col(Task.state) == State.LAPSED,
        "cancelled": col(Task.state) == State.CANCELLED,
        "all": true(),
    }
    return conditions.get(state, pending())


def _named(q: str) -> ColumnElement[bool]:
    if not q:
        return true()
    columns = (PlanItem.title, Person.name, Enterprise.name)
    return or_(*(func.coalesce(column, "").contains(q, autoescape=True) for column in columns))


def people_names(session: Session) -> Sequence[str]:
    """Everyone who can be chosen in the filter."""
    return session.exec(select(Person.name).order_by(col(Person.id))).all()
