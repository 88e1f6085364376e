"""设置·股室: the sections of the bureau. Looking changes nothing."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import signed_in
from duban.web.carrying import carry_out
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Number, Typed, Visit, Words
from flows.staffing import add_office, remove_office, rename_office
from flows.views.staff import office_lines
from plans.database import reading, writing

pages = APIRouter(prefix="/office/{token}/settings/offices")


@pages.get("")
def show_offices(token: str, visit: Here, said: Words = "") -> Response:
    """Every 股室 with who is in it."""
    return _page(token, visit, 200, {}, message=SAID.get(said, ""))


@pages.post("")
def added(token: str, visit: Here, typed: Typed) -> Response:
    """One more."""
    return _carried_out(token, visit, typed, "add", lambda session: add_office(session, typed.get("name", "")))


@pages.post("/{number}/rename")
def renamed(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """Another name."""

    def rename(session: Session) -> object:
        return rename_office(session, number, typed.get("seen", ""), typed.get("name", ""))

    return _carried_out(token, visit, typed, str(number), rename)


@pages.post("/{number}/remove")
def removed(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """撤并 one that is empty."""

    def remove(session: Session) -> object:
        return remove_office(session, number, typed.get("seen", ""))

    return _carried_out(token, visit, {}, str(number), remove)


def _carried_out(
    token: str, visit: Visit, typed: Mapping[str, str], at: str, change: Callable[[Session], object]
) -> Response:
    signed_in(visit, token)

    def do() -> str:
        with writing(visit.engine) as session:
            change(session)
        return f"{visit.home('office', token)}/settings/offices?said=saved"

    return carry_out(do, lambda status, refused: _page(token, visit, status, typed, at, str(refused)))


def _page(
    token: str, visit: Visit, status: int, typed: Mapping[str, str], at: str = "", fault: str = "", message: str = ""
) -> Response:
    signed_in(visit, token)
    with reading(visit.engine) as session:
        lines = office_lines(session)
    facts = {"lines": lines, "typed": typed, "at": at, "at_fault": fault, "message": message}
    # What is wrong stands beside its field; at the top too where the field is gone.
    gone = at != "add" and at not in {str(one.office.id) for one in lines}
    return settings_page("settings_offices.html.j2", visit, token, {**facts, "fault": fault if gone else ""}, status)
