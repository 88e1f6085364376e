"""全局: the bureau's own pages: progress, the matrix of filings. Looking changes nothing."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import ticket_of
from duban.web.filings import matrix_facts
from duban.web.rendering import page
from duban.web.visit import ME, Here, Nth, Visit, Words
from flows.supervising import LEADERS
from flows.views.filing_states import SHOWN as MATRIX_STATES
from flows.views.items import LIGHT_COLUMNS
from flows.views.leader import overview
from flows.views.matrix import Wanted
from flows.views.outbox import STUCK, outbox_counts
from plans.database import reading
from plans.tables import Person

ACCEPTED = ".docx,.xlsx,.xls,.html,.htm,.txt,.md,.pdf,.doc,.wps"
"""The endings of documents that can be handed in."""

pages = APIRouter(prefix="/office/{token}")


def office_page(
    name: str, visit: Visit, token: str, here: str, facts: Mapping[str, object], status: int = 200
) -> Response:
    """A page of the office with its navigation; ``here`` is the entry that is open."""
    shared = {"home": visit.home("office", token), "here": here, "today": visit.today, "no_mail": visit.no_mail}
    shared |= {"trouble": visit.trouble}
    return page(name, visit, {**shared, **facts}, status)


@pages.get("")
def show_overview(token: str, visit: Here) -> Response:
    """The bureau at a glance."""
    ticket_of(visit, token, "office")
    view, counts = visit.runtime.kept.read(
        ("overview", visit.today),
        lambda session: (overview(session, visit.runtime, visit.today), outbox_counts(session)),
    )
    stuck = {state: counts[state] for state in STUCK if state in counts}
    facts = {
        "view": view,
        "stuck": stuck,
        "accepted": ACCEPTED,
        "columns": LIGHT_COLUMNS,
        "decides": _decides(visit, token),
    }
    return office_page("office.html.j2", visit, token, "overview", facts)


def _decides(visit: Visit, token: str) -> str:
    """The own pages of a director or deputy who is signed in, where things are decided; empty for others."""
    if token != ME or visit.visitor is None:
        return ""
    with reading(visit.engine) as session:
        person = session.get_one(Person, visit.visitor.person_id)
    return visit.home("desk", ME) if person.role in LEADERS else ""


@pages.get("/matrix")
def show_matrix(
    token: str,
    visit: Here,
    item: int = 0,
    month: Words = "",
    state: Words = "",
    q: Words = "",
    agency: int = 0,
    sort: Words = "weight",
    nth: Nth = 1,
) -> Response:
    """Which enterprise has filed for which period, to look at."""
    ticket_of(visit, token, "office")
    wanted = Wanted(month.strip(), state if state in MATRIX_STATES else "", q.strip(), agency, sort, nth)
    return office_page("office_matrix.html.j2", visit, token, "matrix", matrix_facts(visit, item, wanted, "tasks"))
