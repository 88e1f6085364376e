"""Long work of a page: at once when it is short, else a page that shows how far it is and can be left."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.carrying import Again, carry_out
from duban.web.rendering import page
from duban.web.visit import Here, Number, Visit
from flows.errands import Stand, Work, begin, stand_of
from notifications.links import Ticket

PATIENCE = 1.5
"""Seconds a person waits for a page before they are shown how far it is."""

pages = APIRouter(prefix="/desk/{token}/errands")


@pages.get("/{number}")
def show_errand(token: str, number: Number, visit: Here) -> Response:
    """How far it is; asks again by itself while it runs."""
    stand = _stand(visit, number, ticket_of(visit, token, "desk"))
    return page("errand.html.j2", visit, {"home": visit.home("desk", token), "stand": stand})


def carry_out_long(visit: Visit, token: str, title: str, work: Work, back: str, again: Again) -> Response:
    """Do long work and go on to its result; what takes longer than a page should goes on behind an errand's page."""
    ticket = ticket_of(visit, token, "desk")
    number, progress = begin(visit.runtime, title, work, ticket.subject, back, visit.now)
    if not progress.ended.wait(PATIENCE):
        return RedirectResponse(f"{visit.home('desk', token)}/errands/{number}", 303)

    def onward() -> str:
        if progress.error:
            raise progress.error
        return progress.onward

    return carry_out(onward, again)


def _stand(visit: Visit, number: int, ticket: Ticket) -> Stand:
    stand = stand_of(visit.runtime, number, ticket.subject)
    if stand is None:
        raise TurnedAway("没有这件事，或者不是您开始的：请从“我的工作”重新打开。", 404, "没有找到")
    return stand
