"""The parts every page is made of: a page of rows, a badge, a task as one line, a target with its bar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, and_, case, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from notifications.writing import time_left
from plans.agenda import Purpose
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Enterprise, Person, PlanItem
from tasks.lights import Gauge, Light, task_light
from tasks.states import FINISHED, PENDING, State
from tasks.tables import Task
from tasks.targets import TargetStatus

PAGE = 50
_PENDING_WORDS = {Light.RED: "逾期", Light.BLUE: "临期", Light.GREEN: "未到期"}

Row = TypeVar("Row")
TaskRow = tuple[Task, PlanItem, Person, Enterprise]


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """One page of a list: ``number`` of ``count`` pages of ``size`` rows, ``total`` rows in all."""

    rows: list[Row]
    number: int
    total: int
    size: int = PAGE

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Badge:
    """A light as people see it: a colour's key and the word that says the same."""

    key: str
    word: str


@dataclass(frozen=True)
class TaskLine:
    """One task in a list."""

    id: int
    title: str
    purpose: str
    period: str
    due_on: date
    left: str
    holder: str
    phone: str
    owner: str
    pending: bool
    badge: Badge


@dataclass(frozen=True)
class Bar:
    """Where things stand on a scale of 0 to 100: the reading, 确保, 力争 and what 序时进度 asks for."""

    value: float
    floor: float | None
    stretch: float | None
    expected: float | None


@dataclass(frozen=True)
class TargetLine:
    """A target with its newest reading; ``bar`` is None where there is nothing to measure."""

    indicator: str
    unit: str
    floor: str
    stretch: str
    value: str
    read_on: date | None
    share: float | None
    stretch_share: float | None
    badge: Badge
    bar: Bar | None


def select_tasks() -> Select[Task, PlanItem, Person, Enterprise]:
    """Tasks with what names them."""
    return (
        select(Task, PlanItem, Person, Enterprise)
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(Person, col(Person.id) == col(Task.owner_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id), isouter=True)
    )


def one_page(session: Session, query: Any, number: int, show: Callable[..., Row]) -> Paged[Row]:
    """The numbered page of a query, each row shown; a number past the end is the last page."""
    total = total_of(session, query)
    number = max(1, min(number, -(-total // PAGE)))
    found = session.execute(query.offset((number - 1) * PAGE).limit(PAGE)).all()
    return Paged([show(*row) for row in found], number, total)


def total_of(session: Session, query: Any) -> int:
    """How many rows a query finds."""
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return int(session.execute(counting).scalar_one())


def number_of(condition: ColumnElement[bool]) -> Any:
    """How many rows of the group meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer)


def pending() -> ColumnElement[bool]:
    """Somebody still has to do it."""
    return col(Task.state).in_(PENDING)


def overdue(today: date) -> ColumnElement[bool]:
    """Still to be done, and late."""
    return and_(pending(), col(Task.due_on) < today)


def soon(today: date, gauge: Gauge) -> ColumnElement[bool]:
    """Still to be done, and blue: due today or within the coming workdays."""
    return and_(pending(), col(Task.due_on).between(today, gauge.soon_until(today)))


def task_line(today: date, gauge: Gauge, row: TaskRow) -> TaskLine:
    """A task as one line."""
    task, item, owner, enterprise = row
    is_pending = task.state in PENDING
    return TaskLine(
        id=task.id or 0,
        title=item.title,
        purpose=Purpose(task.purpose).label,
        period=Period.parse(task.period).label,
        due_on=task.due_on,
        left=time_left(today, task.due_on, gauge.workdays) if is_pending else "",
        holder=enterprise.name if enterprise else owner.name,
        phone=f"{enterprise.contact} {enterprise.phone}".strip() if enterprise else "",
        owner=owner.name,
        pending=is_pending,
        badge=task_badge(task, today, gauge),
    )


def task_line_of(session: Session, task: Task, today: date, gauge: Gauge) -> TaskLine:
    """A task that is already at hand as one line."""
    return task_line(today, gauge, session.exec(select_tasks().where(col(Task.id) == task.id)).one())


def task_badge(task: Task, today: date, gauge: Gauge) -> Badge:
    """Where a task stands, as a colour and a word."""
    state = State(task.state)
    if state in PENDING:
        light = task_light(state, task.due_on, today, gauge)
        return Badge(light.value, _PENDING_WORDS[light])
    if state in FINISHED:
        late = task.done_on is not None and task.done_on > task.due_on
        return Badge("green", "逾期办结" if late else state.label)
    return Badge("red" if state is State.LAPSED else "none", state.label)


def target_line(status: TargetStatus, elapsed: float) -> TargetLine:
    """A target made ready to read."""
    target = status.target
    return TargetLine(
        indicator=target.indicator,
        unit=target.unit,
        floor="" if target.floor is None else figure_text(target.floor),
        stretch="" if target.stretch is None else figure_text(target.stretch),
        value="" if status.value is None else figure_text(status.value),
        read_on=status.read_on,
        share=status.floor_share,
        stretch_share=status.stretch_share,
        badge=Badge(status.light.value, _target_word(status)),
        bar=_bar(status, elapsed),
    )


def _target_word(status: TargetStatus) -> str:
    if status.target.qualitative:
        return "定性"
    return f"{status.light.label} · {status.told}" if status.told else status.light.label


def _bar(status: TargetStatus, elapsed: float) -> Bar | None:
    target = status.target
    floor = target.floor if target.floor is not None else target.stretch
    if not floor or target.qualitative or target.masked:
        return None
    scale = float(max(floor, target.stretch or 0, status.value or 0))
    return Bar(
        value=max(0.0, float(status.value or 0)) / scale * 100,
        floor=float(target.floor) / scale * 100 if target.floor else None,
        stretch=float(target.stretch) / scale * 100 if target.stretch else None,
        expected=float(floor) * elapsed / scale * 100,
    )
