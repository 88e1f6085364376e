"""全局: the plan's progress, and every task by state, person and word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.lines import (
    Paged,
    TargetLine,
    TaskLine,
    number_of,
    one_page,
    overdue,
    pending,
    select_tasks,
    soon,
    target_line,
    task_line,
)
from plans.periods import Period, Span
from plans.tables import Enterprise, Person, Plan, PlanItem
from tasks.lights import Gauge
from tasks.states import FINISHED, State
from tasks.tables import Task
from tasks.targets import target_statuses

FEW = 8
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
class Counts:
    """How much there is, all plans together; ``finished`` counts this month's."""

    pending: int
    overdue: int
    soon: int
    finished: int


@dataclass(frozen=True)
class Progressing:
    """An item with its targets."""

    number: int
    title: str
    owner: str
    targets: list[TargetLine]


@dataclass(frozen=True)
class Overview:
    """The bureau at a glance; ``plan`` is None before the first one starts."""

    plan: Plan | None
    period: str
    elapsed: float
    counts: Counts
    items: list[Progressing]
    late: list[TaskLine]


@dataclass(frozen=True)
class Filter:
    """What of the task list is wanted; ``state`` is a key of SHOWN."""

    state: str = "pending"
    person: str = ""
    q: str = ""


def current_plan(session: Session, today: date) -> Plan | None:
    """The plan in whose period today lies, else the newest."""
    plans = session.exec(select(Plan).order_by(col(Plan.id).desc())).all()
    running = (plan for plan in plans if today in Period.parse(plan.period))
    return next(running, plans[0] if plans else None)


def overview(session: Session, today: date, gauge: Gauge) -> Overview:
    """The current plan and what presses."""
    plan = current_plan(session, today)
    period = Period.parse(plan.period) if plan else Period.containing(Span.YEAR, today)
    late = session.exec(select_tasks().where(overdue(today)).order_by(col(Task.due_on), col(Task.id)).limit(FEW))
    return Overview(
        plan=plan,
        period=period.label,
        elapsed=period.elapsed(today),
        counts=_counts(session, today, gauge),
        items=_progressing(session, plan, period, today, gauge) if plan else [],
        late=[task_line(today, gauge, row) for row in late],
    )


def _counts(session: Session, today: date, gauge: Gauge) -> Counts:
    month = Period.containing(Span.MONTH, today)
    this_month = and_(col(Task.state).in_(FINISHED), col(Task.done_on) >= month.first)
    wanted = (pending(), overdue(today), soon(today, gauge), this_month)
    return Counts(*session.execute(select_columns(*(number_of(condition) for condition in wanted))).one())


def _progressing(session: Session, plan: Plan, period: Period, today: date, gauge: Gauge) -> list[Progressing]:
    found = target_statuses(session, plan.id or 0, period, today, gauge.thresholds)
    items = session.exec(
        select(PlanItem, Person)
        .join(Person, col(Person.id) == col(PlanItem.owner_id))
        .where(PlanItem.plan_id == plan.id, col(PlanItem.id).in_(found))
        .order_by(col(PlanItem.number))
    )
    elapsed = period.elapsed(today)
    return [
        Progressing(item.number, item.title, owner.name, [target_line(one, elapsed) for one in found[item.id or 0]])
        for item, owner in items
    ]


def task_list(session: Session, wanted: Filter, today: date, gauge: Gauge, number: int) -> Paged[TaskLine]:
    """The tasks a filter leaves: what is to be done first due first, what is over last due first."""
    query = select_tasks().where(_in_state(wanted.state, today, gauge), _named(wanted.q))
    if wanted.person:
        query = query.where(col(Person.name) == wanted.person)
    to_do = wanted.state in ("pending", "overdue", "soon")
    query = query.order_by(col(Task.due_on) if to_do else col(Task.due_on).desc(), col(Task.id))
    return one_page(session, query, number, lambda *row: task_line(today, gauge, row))


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
