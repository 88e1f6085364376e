"""名册: the list of enterprises, one of them with all that belongs to it, and the roster of a coming month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import Session, col, func, select

from flows.roster import Filer
from flows.views.lines import Badge, Paged, one_page
from plans.columns import figure_text
from plans.periods import Period
from plans.roster.membership import Proposed, Standing, exempt_in, listed_in, proposed, standing_in
from plans.roster_tables import Certificate, Contact, EnterpriseChange, Handover
from plans.tables import Agency, Enterprise, PlanItem
from tasks.states import FINISHED, PENDING, State
from tasks.tables import Task

SHOWN = {"in": "在册", "exempt": "免报", "out": "不在册", "all": "全部"}
COLOURS = {
    Standing.STAYING: "green",
    Standing.NEW: "blue",
    Standing.EXEMPT: "yellow",
    Standing.LEAVING: "",
    Standing.OUTSIDE: "",
}


@dataclass(frozen=True)
class Wanted:
    """What of the roster is wanted in a month (YYYY-MM); ``state`` is a key of SHOWN, ``agency`` its id."""

    month: str
    state: str = "in"
    q: str = ""
    agency: int = 0


@dataclass(frozen=True)
class Line:
    """One enterprise in the list; ``open_months`` are those it still owes a report for."""

    id: int
    name: str
    short_name: str
    badge: Badge
    why: str
    filer: str
    phone: str
    email: str
    agency: str
    months: str
    weight: str
    open_months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filed:
    """One report of one period of an enterprise."""

    title: str
    period: str
    badge: Badge
    task_id: int


@dataclass(frozen=True)
class Card:
    """An enterprise with everything that belongs to it, the newest first."""

    enterprise: Enterprise
    line: Line
    agency: Agency | None
    contacts: Sequence[Contact]
    handovers: Sequence[Handover]
    certificates: Sequence[Certificate]
    changes: Sequence[EnterpriseChange]
    filings: Sequence[Filed]


def roster_page(session: Session, wanted: Wanted, number: int) -> Paged[Line]:
    """A page of the roster, the heaviest first."""
    query: Any = select(Enterprise, Agency).join(Agency, isouter=True).where(_standing(wanted), _named(wanted))
    query = query.order_by(col(Enterprise.weight).desc(), col(Enterprise.id))
    found = one_page(session, query, number, lambda *row: row)
    owed = _owed(session, [enterprise.id or 0 for enterprise, _ in found.rows])
    lines = [_line(enterprise, agency, wanted.month, owed) for enterprise, agency in found.rows]
    return Paged(lines, found.number, found.total)


def roster_rows(session: Session, month: str) -> list[Line]:
    """The whole roster as it stands in a month, in its own order."""
    found = session.exec(select(Enterprise, Agency).join(Agency, isouter=True).order_by(col(Enterprise.id))).all()
    return [_line(enterprise, agency, month, {}) for enterprise, agency in found]


def counts(session: Session, month: str) -> dict[str, int]:
    """How many there are of each key of SHOWN."""
    return {
        state: session.exec(select(func.count()).select_from(Enterprise).where(_standing(Wanted(month, state)))).one()
        for state in SHOWN
    }


def agencies_of(session: Session) -> Sequence[Agency]:
    """Every agency that can be given an enterprise."""
    return session.exec(select(Agency).where(col(Agency.active)).order_by(col(Agency.name))).all()


def propose_next(session: Session, month: str) -> list[Proposed]:
    """Next month's roster out of this month's: who stays, begins, leaves and is exempt in a month. Writes nothing."""
    return proposed(session.exec(select(Enterprise).order_by(col(Enterprise.id))).all(), Period.parse(month).key)


def card_of(session: Session, enterprise: Enterprise, month: str) -> Card:
    """One enterprise's page."""
    key = enterprise.id or 0
    agency = session.get(Agency, enterprise.agency_id) if enterprise.agency_id else None
    return Card(
        enterprise=enterprise,
        line=_line(enterprise, agency, month, _owed(session, [key])),
        agency=agency,
        contacts=session.exec(select(Contact).where(Contact.enterprise_id == key).order_by(col(Contact.id))).all(),
        handovers=_newest(session, Handover, key),
        certificates=_newest(session, Certificate, key),
        changes=_newest(session, EnterpriseChange, key),
        filings=_filings(session, key),
    )


def _newest(session: Session, table: Any, enterprise_id: int) -> Sequence[Any]:
    query = select(table).where(table.enterprise_id == enterprise_id).order_by(col(table.id).desc()).limit(50)
    return session.exec(query).all()


def _filings(session: Session, enterprise_id: int) -> list[Filed]:
    query = select(Task, PlanItem).join(PlanItem).where(Task.enterprise_id == enterprise_id)
    rows = session.exec(query.order_by(col(Task.due_on).desc(), col(Task.id)).limit(36)).all()
    return [Filed(item.title, Period.parse(task.period).label, _badge(task), task.id or 0) for task, item in rows]


def _badge(task: Task) -> Badge:
    state = State(task.state)
    colour = "green" if state in FINISHED else "blue" if state in PENDING else ""
    return Badge(colour, state.label)


def _standing(wanted: Wanted) -> ColumnElement[bool]:
    listed, exempt = listed_in(wanted.month), exempt_in(wanted.month)
    conditions = {"in": and_(listed, ~exempt), "exempt": and_(listed, exempt), "out": ~listed}
    return conditions.get(wanted.state, true())


def _named(wanted: Wanted) -> ColumnElement[bool]:
    mine = col(Enterprise.agency_id) == wanted.agency if wanted.agency else true()
    if not wanted.q:
        return mine
    columns = (Enterprise.name, Enterprise.short_name, Enterprise.credit_code, Enterprise.contact, Agency.name)
    said = or_(*(func.coalesce(column, "").contains(wanted.q, autoescape=True) for column in columns))
    return and_(mine, said)


def _owed(session: Session, enterprises: Sequence[int]) -> Mapping[int, Sequence[str]]:
    query = select(Task.enterprise_id, Task.period).where(col(Task.enterprise_id).in_(enterprises))
    query = query.where(col(Task.state).in_(PENDING)).order_by(col(Task.period)).distinct()
    owed: dict[int, list[str]] = defaultdict(list)
    for enterprise_id, period in session.exec(query):
        owed[enterprise_id or 0].append(Period.parse(period).label)
    return owed


def _line(enterprise: Enterprise, agency: Agency | None, month: str, owed: Mapping[int, Sequence[str]]) -> Line:
    standing = standing_in(enterprise, month)
    own = Filer(enterprise.contact, enterprise.email, enterprise.phone)
    filer = Filer(agency.contact or agency.name, agency.email, agency.phone) if agency else own
    return Line(
        id=enterprise.id or 0,
        name=enterprise.name,
        short_name=enterprise.short_name,
        badge=Badge(COLOURS[standing], standing.label),
        why=enterprise.exempt_reason if standing is Standing.EXEMPT else "",
        filer=filer.name,
        phone=filer.phone,
        email=filer.email,
        agency=agency.name if agency else "",
        months=months_text(enterprise),
        weight=figure_text(enterprise.weight),
        open_months=tuple(owed.get(enterprise.id or 0, ())),
    )


def months_text(enterprise: Enterprise) -> str:
    """2026-07 起, 2026-07 至 2026-12, or empty for always."""
    if enterprise.first_month and enterprise.last_month:
        return f"{enterprise.first_month} 至 {enterprise.last_month}"
    if enterprise.last_month:
        return f"至 {enterprise.last_month}"
    return f"{enterprise.first_month} 起" if enterprise.first_month else ""
