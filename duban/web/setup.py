"""第一次使用, the first step: whoever has the set-up address names the bureau and becomes its administrator."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.rendering import page
from duban.web.setup_steps import FIRST, progress
from duban.web.signing_in import let_in
from duban.web.visit import ME, Here, Typed, Visit
from flows.first_run import FirstAdministrator, SetUpAlready, people_to_choose, set_up
from flows.settings import from_environment
from plans.accounts import has_accounts
from plans.database import reading
from plans.errors import Refused
from plans.sheet.errors import FieldFaults

pages = APIRouter(prefix="/setup/{token}")


@pages.get("")
def show_setup(token: str, visit: Here) -> Response:
    """The bureau's name and the first administrator."""
    if visit.visitor is not None:
        return RedirectResponse(visit.home("office", ME) + FIRST, 303)
    return _page(visit, token, 200)


@pages.post("")
def settled(token: str, visit: Here, typed: Typed) -> Response:
    """Make the administrator, who is signed in at once."""
    _admit(visit, token)
    try:
        key = set_up(visit.runtime, FirstAdministrator.of(typed), visit.now)
    except SetUpAlready as refused:
        raise TurnedAway(str(refused), 410, "已经设置过了") from refused
    except Refused as refused:
        return _page(visit, token, 422, typed, refused)
    return let_in(visit, key, f"{visit.home('office', ME)}{FIRST}/mail?said=setup_done")


def _admit(visit: Visit, token: str) -> None:
    ticket_of(visit, token, "setup")
    with reading(visit.engine) as session:
        if has_accounts(session):
            raise TurnedAway(str(SetUpAlready()), 410, "已经设置过了")


def _page(
    visit: Visit, token: str, status: int, typed: Mapping[str, str] | None = None, refused: Refused | None = None
) -> Response:
    _admit(visit, token)
    with reading(visit.engine) as session:
        people = people_to_choose(session)
    facts = {
        "action": visit.home("setup", token),
        "steps": progress(visit, "admin"),
        "people": people,
        "typed": typed or {"bureau": visit.runtime.settings.bureau},
        "bureau_fixed": "bureau" in from_environment(),
        "fault": str(refused or ""),
        "faults": refused.faults if isinstance(refused, FieldFaults) else {},
    }
    return page("setup_admin.html.j2", visit, facts, status)
