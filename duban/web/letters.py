"""催报函 on a leader's own pages: the list, the text, 批准 and 不发. Looking changes nothing."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, leads_today, person_of, ticket_of
from duban.web.carrying import carry_out
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Number, Typed, Visit
from flows.letters import NOT_YOURS, decide_letter, decided_for, letter_page, letters_for
from notifications.formal import LONGEST_REASON
from notifications.tables import LetterState
from plans.database import reading, writing
from plans.errors import Refused

pages = APIRouter(prefix="/desk/{token}/letters")


@pages.get("")
def show_letters(token: str, visit: Here, said: str = "") -> Response:
    """The letters that wait for this person, and the latest that were decided."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        leader = leads_today(session, person, visit.today)
        waiting = letters_for(session, visit.runtime, person, visit.today)
        decided = decided_for(session, visit.runtime, person, visit.today)
    facts = {"home": visit.home("desk", token), "here": "letters", "leader": leader, "message": SAID.get(said, "")}
    return page("letter_list.html.j2", visit, {**facts, "waiting": waiting, "decided": decided})


@pages.get("/{number}")
def show_letter(token: str, number: Number, visit: Here) -> Response:
    """One letter with its text."""
    return _letter_page(token, number, visit, 200)


@pages.post("/{number}/approve")
def approved(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """批准."""
    return _decide(token, number, visit, typed, send=True)


@pages.post("/{number}/decline")
def declined(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """不发."""
    return _decide(token, number, visit, typed, send=False)


def _decide(token: str, number: int, visit: Visit, typed: Mapping[str, str], send: bool) -> Response:
    ticket = ticket_of(visit, token, "desk")

    def decide() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            reason = typed.get("reason", "")
            letter = decide_letter(session, visit.runtime, person, number, send, reason, visit.now)
        code = "letter_approved" if letter.state == LetterState.APPROVED else "letter_filed" if send else "letter_void"
        return f"{visit.home('desk', token)}/letters?said={code}"

    return carry_out(decide, lambda status, refused: _letter_page(token, number, visit, status, typed, str(refused)))


def _letter_page(
    token: str, number: int, visit: Visit, status: int, typed: Mapping[str, str] | None = None, fault: str = ""
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        try:
            shown = letter_page(session, visit.runtime, person, number, visit.now)
        except Refused as refused:
            raise TurnedAway(NOT_YOURS, 404, "没有找到") from refused
    facts = {"home": visit.home("desk", token), "letter": shown, "typed": typed or {}, "fault": fault}
    return page("letter.html.j2", visit, {**facts, "longest": LONGEST_REASON}, status)
