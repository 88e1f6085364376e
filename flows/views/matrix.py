"""填报矩阵: which enterprise has filed for which period, filtered, sorted and paged by the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, not_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.filing_states import SHOWN, Facts, Stand, counted, newest, promised, standing
from flows.views.lines import Paged, number_of, one_page
from plans.agenda import CERTIFICATE, assignee_of, belongs, is_exempt, month_of
from plans.cadence import Cadence
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Agency, Enterprise, Plan, PlanItem
from plans.words import Assignees
from tasks.chasing_tables import CutOff
from tasks.states import FINISHED, UNFINISHED
from tasks.tables import Filing, Task

WIDEST = 12
SORTED = {"weight": "按权重", "name": "按名称"}


@dataclass(frozen=True)
class Wanted:
    """What of the matrix is wanted. ``state`` is a key of SHOWN and holds of the month; no month is the newest due."""

    month: str = ""
    state: str = ""
    q: str = ""
    agency: int = 0
    sort: str = "weight"
    number: int = 1


@dataclass(frozen=True)
class Column:
    """A period: how many of its reports are in, and how much of the weight they are.

    From the cut-off on ``due`` and ``weight_due`` stay as they were then; ``at_cut_off`` is how many were in.
    """

    key: str
    label: str
    due: int = 0
    done: int = 0
    weight_due: Decimal = Decimal(0)
    weight_done: Decimal = Decimal(0)
    at_cut_off: int | None = None

    @property
    def rate(self) -> float | None:
        """The response rate by number, 0 to 1."""
        return self.done / self.due if self.due else None

    @property
    def weight_rate(self) -> float | None:
        """The response rate by weight."""
        # Weights are today's, those of the cut-off were kept.
        return min(1.0, float(self.weight_done / self.weight_due)) if self.weight_due else None


@dataclass(frozen=True)
class Cell:
    """An enterprise in a period; ``task_id`` is 0 where there is no task."""

    stand: Stand
    task_id: int = 0
    detail: str = ""


Cells = Mapping[tuple[int, str], Cell]


@dataclass(frozen=True)
class MatrixRow:
    """An enterprise across the periods."""

    enterprise: Enterprise
    agency: str
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """One page of enterprises across the periods of one item.

    ``month`` is the one the state filter holds of, ``months`` are all there are, newest first.
    """

    item: PlanItem
    wanted: Wanted
    month: str
    months: list[Period]
    columns: list[Column]
    page: Paged[MatrixRow]


def filing_items(session: Session) -> Sequence[PlanItem]:
    """The items that enterprises answer, newest plan first."""
    wanted = select(PlanItem).where(PlanItem.assignees == Assignees.ENTERPRISES)
    return session.exec(wanted.order_by(col(PlanItem.plan_id).desc(), col(PlanItem.number))).all()


def filing_item(session: Session, number: int) -> PlanItem:
    """The item of that number, which enterprises answer. Raises Refused naming those there are."""
    items = filing_items(session)
    found = next((item for item in items if item.id == number), None)
    if found is None:
        known = "、".join(f"{item.id} {item.title}" for item in items) or "没有"
        raise Refused(f"没有编号为 {number} 的填报事项：现有 {known}。")
    return found


def matrix_of(session: Session, item: PlanItem, today: date, wanted: Wanted) -> Matrix:
    """The states of one item, a page of enterprises at a time."""
    opened = opened_periods(session, item)
    periods = _shown_periods(opened, _coming(session, item, today), wanted.month)
    month = wanted.month or newest_due(session, item, opened, today)
    query: Any = select(Enterprise, Agency).join(Agency, isouter=True)
    query = query.where(_named(wanted), _standing_in(item, month, wanted.state, today)).order_by(*_order(wanted.sort))
    found = one_page(
        session, query, wanted.number, lambda enterprise, agency: (enterprise, agency.name if agency else "")
    )
    columns = columns_of(session, item, periods)
    cells = _cells(session, item, [one.id or 0 for one, _ in found.rows], periods, today)
    rows = [_row(enterprise, agency, columns, cells) for enterprise, agency in found.rows]
    return Matrix(item, wanted, month, opened[::-1], columns, Paged(rows, found.number, found.total))


def whole_matrix(session: Session, item: PlanItem, today: date, wanted: Wanted) -> Matrix:
    """The same with every enterprise the filter leaves, on one page: for a file."""
    opened = opened_periods(session, item)
    periods = _shown_periods(opened, (), wanted.month)
    month = wanted.month or newest_due(session, item, opened, today)
    found = session.execute(enterprises_in(item, month, wanted, today)).all()
    columns, cells = columns_of(session, item, periods), _cells(session, item, None, periods, today)
    rows = [_row(enterprise, agency, columns, cells) for enterprise, agency in found]
    return Matrix(item, wanted, month, opened[::-1], columns, Paged(rows, 1, len(rows)))


def enterprises_in(item: PlanItem, month: str, wanted: Wanted, today: date) -> Any:
    """The enterprises a filter leaves, each with the name of its agency, in the order wanted."""
    query = select_columns(Enterprise, func.coalesce(Agency.name, "")).join(Agency, isouter=True)
    query = query.where(_named(wanted), _standing_in(item, month, wanted.state, today))
    return query.order_by(*_order(wanted.sort))


def opened_periods(session: Session, item: PlanItem) -> list[Period]:
    """The periods that have tasks, earliest first: from one to the next along the index, never over all its rows."""
    first = select_columns(func.min(Task.period).label("period")).where(col(Task.item_id) == item.id)
    walk = first.cte("walk", recursive=True)
    following = select_columns(func.min(Task.period)).where(
        col(Task.item_id) == item.id, col(Task.period) > walk.c.period
    )
    walk = walk.union_all(select_columns(following.scalar_subquery()).where(walk.c.period.is_not(None)))
    keys = session.execute(select_columns(walk.c.period).where(walk.c.period.is_not(None))).scalars()
    return sorted(Period.parse(key) for key in keys)


def newest_due(session: Session, item: PlanItem, opened: Sequence[Period], today: date) -> str:
    """The month one works on: the newest whose reports are due already, else the first there is; empty for none."""
    for period in reversed(opened):
        due_on = select_columns(col(Task.due_on)).where(col(Task.item_id) == item.id, col(Task.period) == period.key)
        if session.execute(due_on.limit(1)).scalar_one() <= today:
            return period.key
    return opened[0].key if opened else ""


def _shown_periods(opened: Sequence[Period], coming: Iterable[Period], month: str) -> list[Period]:
    # The newest that are opened, and one to come; or those up to the month that is looked at.
    following = sorted(set(coming) - set(opened))[:1]
    periods = sorted({*opened, *following})
    shown = periods[-WIDEST:]
    if month and month < min((period.key for period in shown), default=""):
        shown = [period for period in periods if period.key <= month][-WIDEST:]
    return shown


def _coming(session: Session, item: PlanItem, today: date) -> list[Period]:
    if not item.cadence or item.cadence == CERTIFICATE:
        return []
    last = Period.parse(session.get_one(Plan, item.plan_id).period).last
    dates = Cadence.parse(item.cadence).dates(today, last, item.in_arrears)
    return [period for period, _ in dates if period.first.month not in item.skip_months]


def _named(wanted: Wanted) -> ColumnElement[bool]:
    words = wanted.q.strip()
    names = (Enterprise.name, Enterprise.short_name, Enterprise.credit_code)
    named = or_(*(func.coalesce(name, "").contains(words, autoescape=True) for name in names))
    of_agency = col(Enterprise.agency_id) == wanted.agency
    return and_(True, *([named] if words else []), *([of_agency] if wanted.agency else []))


def _order(sort: str) -> tuple[Any, ...]:
    by_name = (col(Enterprise.name), col(Enterprise.id))
    return by_name if sort == "name" else (col(Enterprise.weight).desc(), col(Enterprise.id))


def _standing_in(item: PlanItem, month: str, state: str, today: date) -> ColumnElement[bool]:
    stands = SHOWN.get(state, SHOWN[""])[1]
    if not stands:
        return and_(True)
    in_month = and_(col(Task.item_id) == item.id, col(Task.period) == month)
    if stands == (Stand.EXEMPT,):
        # Who was exempt when the month was opened has no task in it.
        filed = select(Task.enterprise_id).where(in_month, col(Task.state).in_(FINISHED))
        held = and_(col(Enterprise.exempt_reason) != "", col(Enterprise.exempt_from) <= month)
        return and_(held, not_(col(Enterprise.id).in_(filed)))
    found = select(Task.enterprise_id).join(Enterprise).where(in_month, standing(today).in_(stands))
    return col(Enterprise.id).in_(found.correlate(None))


def columns_of(session: Session, item: PlanItem, periods: Sequence[Period]) -> list[Column]:
    """How much of each period is in, by number and by weight."""
    opened, lacking = _opened(item, periods).subquery(), _lacking(item, periods).subquery()
    both = select_columns(opened, *list(lacking.c)[1:]).outerjoin(lacking, opened.c.period == lacking.c.period)
    counts: dict[str, Any] = {row[0]: _sums(row[1:]) for row in session.execute(both)}
    cut = {one.period: one.facts for one in session.exec(select(CutOff).where(CutOff.item_id == item.id))}
    return [_cut(Column(one.key, one.label, *counts.get(one.key, ())), cut.get(one.key)) for one in periods]


def _opened(item: PlanItem, periods: Sequence[Period]) -> Any:
    """How many reports each period has, and the weight of their enterprises."""
    summed: Any = select_columns(col(Task.period).label("period"), func.count(), func.sum(col(Enterprise.weight)))
    in_periods = col(Task.period).in_([period.key for period in periods])
    return summed.join(Enterprise).where(col(Task.item_id) == item.id, in_periods).group_by(col(Task.period))


def _lacking(item: PlanItem, periods: Sequence[Period]) -> Any:
    """The same of what is not in, and of this what is not due either: nearly all of three years is in, so this is
    found along the states and the rest is what remains."""
    # Not a bare column: SQLite would go through whole periods for the sake of their order.
    period = (col(Task.period) + literal_column("''")).label("period")
    weight, off = col(Enterprise.weight), not_(counted())
    off_weight = func.sum(case((off, weight), else_=Decimal(0)))
    summed: Any = select_columns(period, func.count(), func.sum(weight), number_of(off), off_weight)
    in_periods = period.in_([one.key for one in periods])
    missing = and_(col(Task.item_id) == item.id, col(Task.state).in_(UNFINISHED), in_periods)
    return summed.join(Enterprise).where(missing).group_by(period)


def _sums(found: Sequence[Any]) -> tuple[int, int, Decimal, Decimal]:
    """How many reports are due and how many in, then the weight of these and of those."""
    known: list[Any] = [one or 0 for one in found]
    opened, weight, lacking, lacking_weight, off, off_weight = known
    return opened - off, opened - lacking, weight - off_weight, weight - lacking_weight


def _cut(column: Column, facts: Mapping[str, Any] | None) -> Column:
    if facts is None:
        return column
    due, filed = facts["due"], facts["filed"]
    return replace(column, due=due["count"], weight_due=Decimal(due["weight"]), at_cut_off=filed["count"])


def _cells(
    session: Session, item: PlanItem, enterprises: Sequence[int] | None, periods: Sequence[Period], today: date
) -> Cells:
    of_page = and_(True) if enterprises is None else col(Task.assignee).in_(map(assignee_of, enterprises))
    told = (standing(today), col(Task.due_on), col(Task.done_on), promised(), newest(Filing.via))
    rows = session.execute(
        select_columns(col(Task.enterprise_id), col(Task.period), col(Task.id), *told)
        .join(Enterprise)
        .where(col(Task.item_id) == item.id, of_page)
        .where(col(Task.period).in_([period.key for period in periods]))
    )
    return {(enterprise, period): _cell(today, *rest) for enterprise, period, *rest in rows}


def _cell(
    today: date, task_id: int, stand: str, due_on: date, done_on: date | None, promised_on: date | None, via: str | None
) -> Cell:
    facts = Facts(Stand(stand), due_on, done_on, promised_on, via or "")
    return Cell(facts.stand, task_id, facts.detail(today))


def _row(enterprise: Enterprise, agency: str, columns: Sequence[Column], cells: Cells) -> MatrixRow:
    row = [cells.get((enterprise.id or 0, column.key)) or _without_task(enterprise, column) for column in columns]
    return MatrixRow(enterprise, agency, row)


def _without_task(enterprise: Enterprise, column: Column) -> Cell:
    month = month_of(column.key)
    if is_exempt(enterprise, month):
        return Cell(Stand.EXEMPT, 0, enterprise.exempt_reason[:20])
    return Cell(Stand.AHEAD if not column.due and belongs(enterprise, month) else Stand.NOTHING)


def matrix_rows(matrix: Matrix) -> dict[str, Any]:
    """The matrix as plain data: what each month came to, and each enterprise's state by month."""
    keys = [column.key for column in matrix.columns]
    return {
        "item": matrix.item.id,
        "title": matrix.item.title,
        "months": [_rates(column) for column in matrix.columns],
        "enterprises": [
            {
                "name": row.enterprise.name,
                "weight": row.enterprise.weight,
                "agency": row.agency,
                "states": {key: cell.stand.value for key, cell in zip(keys, row.cells, strict=True)},
                "details": {key: cell.detail for key, cell in zip(keys, row.cells, strict=True) if cell.detail},
            }
            for row in matrix.page.rows
        ],
    }


def _rates(column: Column) -> dict[str, Any]:
    counts = {"due": column.due, "done": column.done, "at_cut_off": column.at_cut_off}
    return {"month": column.key, **counts, "rate": column.rate, "weight_rate": column.weight_rate}
