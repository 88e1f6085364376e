"""发件箱: every delivery with where it stands, as it was sent, and the two things a person can decide about one."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, signed_in, ticket_of
from duban.web.carrying import Outcome, carry_form
from duban.web.office import office_page
from duban.web.rights import may_open
from duban.web.visit import ME, SAID, Here, Nth, Number, Typed, Visit, Words
from flows.views.outbox import ADVICE, Sought, outbox, outbox_counts, recipient_names, without_tokens
from notifications.resending import may_be_stopped, may_go_again, send_again, stop
from notifications.tables import Delivery, DeliveryState
from plans.database import reading, writing

# A message is somebody else's HTML: no script, no form, no picture, no link out; and only we may frame it.
LETTER_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
AGAIN = "/office/{token}/outbox/{number}/again"

pages = APIRouter(prefix="/office/{token}/outbox")


@pages.get("")
def show_outbox(token: str, visit: Here, state: Words = "", day: Words = "", q: Words = "", nth: Nth = 1) -> Response:
    """Every message, those that need a person first."""
    ticket_of(visit, token, "office")
    on_day, fault = _day(day.strip())
    sought = Sought(state if state in list(DeliveryState) else "", on_day, q.strip())
    with reading(visit.engine) as session:
        found = outbox(session, sought, nth)
        counts = outbox_counts(session)
        names = recipient_names(session, found.rows)
    typed = {"day": day.strip(), "q": sought.q}
    facts = {"found": found, "names": names, "counts": counts, "state": sought.state, "advice": ADVICE}
    facts |= {"typed": typed, "fault": fault, "query": urlencode({**typed, "state": sought.state})}
    facts |= {"kept": urlencode(typed), "filtered": bool(typed["day"] or typed["q"])}
    return office_page("office_outbox.html.j2", visit, token, "outbox", facts, 422 if fault else 200)


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, "日期请写成 2026-10-12 这样；下面没有按日期筛选。"


@pages.get("/{number}")
def show_letter(token: str, number: Number, visit: Here, said: Words = "") -> Response:
    """One message as it was sent."""
    return _letter_page(token, number, visit, Outcome(message=SAID.get(said, "")))


@pages.get("/{number}/html")
def show_letter_html(token: str, number: Number, visit: Here) -> Response:
    """The HTML part by itself, for the sandboxed frame."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        letter = _letter(session, number)
    return HTMLResponse(without_tokens(letter.html), headers=LETTER_HEADERS)


@pages.post("/{number}/again")
def sent_again(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """再发一次."""
    by = signed_in(visit, token).name

    def queue() -> str:
        with writing(visit.engine) as session:
            _letter(session, number)
            send_again(session, number, _seen(typed), by, visit.runtime.channels, visit.now)
        return f"{visit.home('office', token)}/outbox/{number}?said=resent"

    return carry_form(queue, typed, lambda outcome: _letter_page(token, number, visit, outcome))


@pages.post("/{number}/stop")
def stopped(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """不再发."""
    by = signed_in(visit, token).name

    def drop() -> str:
        with writing(visit.engine) as session:
            _letter(session, number)
            stop(session, number, _seen(typed), by, visit.now)
        return f"{visit.home('office', token)}/outbox/{number}?said=stopped"

    return carry_form(drop, typed, lambda outcome: _letter_page(token, number, visit, outcome))


def _seen(typed: Mapping[str, str]) -> int:
    """The attempt the page showed; a form without it saw nothing."""
    text = typed.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _letter_page(token: str, number: int, visit: Visit, outcome: Outcome) -> Response:
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        letter = _letter(session, number)
        name = recipient_names(session, [letter])[letter.recipient]
    may = token == ME and visit.visitor is not None and may_open(visit.visitor.seat, AGAIN)
    facts = {"letter": letter, "name": name, "text": without_tokens(letter.text), "advice": ADVICE}
    facts |= {"again": may and may_go_again(letter), "stop": may and may_be_stopped(letter), **outcome.facts}
    return office_page("office_letter.html.j2", visit, token, "outbox", facts, outcome.status)


def _letter(session: Session, number: int) -> Delivery:
    letter = session.get(Delivery, number)
    if letter is None:
        raise TurnedAway("发件箱里没有这一封：请从列表里打开。", 404, "没有找到")
    return letter
