"""填报矩阵: which enterprise has filed for which period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from flows.views.lines import Badge, Paged, number_of, one_page
from plans.agenda import belongs
from plans.cadence import Cadence
from plans.periods import Period, Span
from plans.tables import Enterprise, Plan, PlanItem
from plans.words import Assignees
from tasks.form import ZERO
from tasks.states import FINISHED, PENDING, State
from tasks.tables import Filing, Task

WIDEST = 12
FILED, ZERO_REPLY = Badge("green", "已报"), Badge("zero", "零报")
WANTED, LATE, AHEAD, NOTHING = Badge("blue", "未报"), Badge("red", "逾期"), Badge("none", "未到期"), Badge("blank", "—")


@dataclass(frozen=True)
class Column:
    """A period with how many of its tasks are done."""

    key: str
    label: str
    due: int
    done: int


@dataclass(frozen=True)
class Cell:
    """An enterprise in a period; ``task_id`` is 0 where there is no task."""

    badge: Badge
    task_id: int


Cells = Mapping[tuple[int, str], Cell]


@dataclass(frozen=True)
class MatrixRow:
    """An enterprise across the periods."""

    name: str
    contact: str
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """One page of enterprises across the periods of one item."""

    item: PlanItem
    columns: list[Column]
    page: Paged[MatrixRow]


def filing_items(session: Session) -> Sequence[PlanItem]:
    """The items that enterprises answer, newest plan first."""
    wanted = select(PlanItem).where(PlanItem.assignees == Assignees.ENTERPRISES)
    return session.exec(wanted.order_by(col(PlanItem.plan_id).desc(), col(PlanItem.number))).all()


def matrix_of(session: Session, item: PlanItem, today: date, number: int, q: str = "") -> Matrix:
    """The states of one item, a page of enterprises at a time."""
    columns = _columns(session, item, today)
    query = select(Enterprise).order_by(col(Enterprise.id))
    if q:
        query = query.where(col(Enterprise.name).contains(q, autoescape=True))
    found = one_page(session, query, number, lambda enterprise: enterprise)
    cells = _cells(session, item, [enterprise.id or 0 for enterprise in found.rows], today)
    rows = [_row(enterprise, columns, cells) for enterprise in found.rows]
    return Matrix(item, columns, Paged(rows, found.number, found.total))


def _columns(session: Session, item: PlanItem, today: date) -> list[Column]:
    counted = session.exec(
        select(Task.period, number_of(col(Task.state) != State.CANCELLED), number_of(col(Task.state).in_(FINISHED)))
        .where(Task.item_id == item.id, col(Task.enterprise_id).is_not(None))
        .group_by(col(Task.period))
    )
    counts = {period: (due, done) for period, due, done in counted}
    periods = sorted(Period.parse(key) for key in {*counts, *_coming(session, item, today)})
    # Of a long list the newest that are due, and one to come.
    opened = sum(period.key in counts for period in periods)
    last = max(WIDEST, opened + 1)
    shown = periods[max(0, last - WIDEST) : last]
    return [Column(period.key, period.label, *counts.get(period.key, (0, 0))) for period in shown]


def _coming(session: Session, item: PlanItem, today: date) -> Iterable[str]:
    if not item.cadence:
        return []
    last = Period.parse(session.get_one(Plan, item.plan_id).period).last
    dates = Cadence.parse(item.cadence).dates(today, last, item.in_arrears)
    return [period.key for period, _ in dates if period.first.month not in item.skip_months]


def _cells(session: Session, item: PlanItem, enterprises: Sequence[int], today: date) -> Cells:
    chosen = select(Task).where(Task.item_id == item.id, col(Task.enterprise_id).in_(enterprises))
    tasks = session.exec(chosen).all()
    zeros = _zero_replies(session, item, enterprises)
    return {
        (task.enterprise_id or 0, task.period): Cell(_badge(task, task.id in zeros, today), task.id or 0)
        for task in tasks
    }


def _zero_replies(session: Session, item: PlanItem, enterprises: Sequence[int]) -> set[int]:
    newest = select(Filing.task_id, func.max(Filing.version).label("version")).group_by(col(Filing.task_id)).subquery()
    found = session.exec(
        select(Filing)
        .join(newest, (col(Filing.task_id) == newest.c.task_id) & (col(Filing.version) == newest.c.version))
        .join(Task, col(Task.id) == col(Filing.task_id))
        .where(Task.item_id == item.id, col(Task.enterprise_id).in_(enterprises))
    )
    return {filing.task_id for filing in found if filing.answers.get(ZERO)}


def _badge(task: Task, zero: bool, today: date) -> Badge:
    if task.state in FINISHED:
        return ZERO_REPLY if zero else FILED
    if task.state in PENDING:
        return LATE if task.due_on < today else WANTED
    return LATE if task.state == State.LAPSED else NOTHING


def _row(enterprise: Enterprise, columns: Sequence[Column], cells: Cells) -> MatrixRow:
    row = [cells.get((enterprise.id or 0, column.key)) or _without_task(enterprise, column) for column in columns]
    return MatrixRow(enterprise.name, f"{enterprise.contact} {enterprise.phone}".strip(), row)


def _without_task(enterprise: Enterprise, column: Column) -> Cell:
    month = Period.containing(Span.MONTH, Period.parse(column.key).last).key
    return Cell(AHEAD if not column.due and belongs(enterprise, month) else NOTHING, 0)
