"""证书到期: the certificates that end this year and the next, for who looks after their renewal and for leaders."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, select

from duban.web.admission import NOT_YOURS, TurnedAway, leads, person_of, ticket_of
from duban.web.rendering import page
from duban.web.visit import Here, Nth
from flows.certificates import lines_of
from flows.views.lines import PAGE, Paged
from plans.agenda import CERTIFICATE
from plans.database import reading
from plans.deputies import voices
from plans.tables import Person, PlanItem

pages = APIRouter(prefix="/desk/{token}/certificates")


@pages.get("")
def certificates(token: str, visit: Here, nth: Nth = 1) -> Response:
    """What ends, when its review is due and by which batch."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        if not sees_certificates(session, person, visit.today):
            raise TurnedAway(NOT_YOURS, 404, "没有找到")
        mine = {one.id for one in voices(session, person, visit.today)}
        leader = any(leads(one) for one in voices(session, person, visit.today))
        lines = lines_of(session, visit.runtime, visit.today)
    number = max(1, min(nth, -(-len(lines) // PAGE)))
    found = Paged(lines[(number - 1) * PAGE : number * PAGE], number, len(lines))
    opens = {line.task_id for line in found.rows if line.task_id and (leader or line.owner_id in mine)}
    facts = {"home": visit.home("desk", token), "found": found, "opens": opens}
    unannounced = sum(not line.announced for line in lines)
    return page("certificates.html.j2", visit, facts | {"unannounced": unannounced})


def sees_certificates(session: Session, person: Person, today: date) -> bool:
    """True for leaders and for who owns an item that follows certificates, and for their deputies."""
    held = voices(session, person, today)
    owners = set(session.exec(select(PlanItem.owner_id).where(PlanItem.cadence == CERTIFICATE)))
    return any(leads(one) or one.id in owners for one in held)
