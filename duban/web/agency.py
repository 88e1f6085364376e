"""代账: an agency's own pages: the reports of all its enterprises, each opened at its own page, one promise for all."""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import ticket_of
from duban.web.carrying import carry_out
from duban.web.doorway import agency_of
from duban.web.filing import form_pages
from duban.web.promising import day_in, promise_bounds, promise_pages, reason_in
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Nth, Typed, Visit
from flows.promising import promise_filing
from flows.views.agency import agency_lines, counts_of, owed_by
from plans.database import reading, writing
from plans.errors import Refused
from plans.tables import Agency
from tasks.verbs import Act

pages = APIRouter(prefix="/agency/{token}")


@pages.get("")
def show_reports(token: str, visit: Here, show: str = "", nth: Nth = 1, said: str = "") -> Response:
    """What it owes, or what is in."""
    done = show == "done"
    with reading(visit.engine) as session:
        agency = _agency(session, visit, token)
        found = agency_lines(session, agency, visit.today, visit.runtime.workdays, done, nth)
        owed, filed = counts_of(session, agency)
    facts = {"home": visit.home("agency", token), "agency": agency, "found": found, "done": done}
    return page("agency.html.j2", visit, facts | {"owed": owed, "filed": filed, "message": SAID.get(said, "")})


@pages.get("/promise")
def show_promise(token: str, visit: Here) -> Response:
    """Where one day is written for all it owes."""
    return _promise_page(token, visit, 200)


@pages.post("/promise")
def promised(token: str, visit: Here, typed: Typed) -> Response:
    """Keep the day for every report that is owed and not cut off."""

    def promise() -> str:
        with writing(visit.engine) as session:
            agency = _agency(session, visit, token)
            words = day_in(typed), reason_in(typed)
            promise_filing(session, visit.runtime.rules, owed_by(session, agency), _act(agency, visit), *words)
        return f"{visit.home('agency', token)}?said=promised"

    return carry_out(promise, partial(_promise_page, token, visit, typed=typed))


def _promise_page(
    token: str, visit: Visit, status: int, refused: Refused | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    with reading(visit.engine) as session:
        agency = _agency(session, visit, token)
        bounds = promise_bounds(session, visit, owed_by(session, agency))
    facts = {"home": visit.home("agency", token), "agency": agency}
    told = {"fault": str(refused or ""), "typed": typed or {}}
    return page("agency_promise.html.j2", visit, facts | bounds | told, status)


def _agency(session: Session, visit: Visit, token: str) -> Agency:
    return agency_of(session, ticket_of(visit, token, "agency"))


def _act(agency: Agency, visit: Visit) -> Act:
    return Act(f"{agency.name} {agency.contact}".strip(), "page", visit.now)


for room in (form_pages, promise_pages):
    pages.include_router(room, prefix="/tasks/{number}")
