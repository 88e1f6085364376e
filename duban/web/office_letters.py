"""全局, what was written: the outbox and the digests."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter
from fastapi import Path as PathPart
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, ticket_of
from duban.web.office import office_page
from duban.web.visit import Here, Nth, Number, Visit
from flows.summaries import Summary, month_digest
from flows.views.digests import digest_months
from flows.views.outbox import outbox, outbox_counts, recipient_names, without_tokens
from notifications.tables import Delivery, DeliveryState
from plans.database import reading
from plans.errors import Refused

pages = APIRouter(prefix="/office/{token}")
Month = Annotated[str, PathPart(max_length=20)]

# A message is somebody else's HTML: no script, no form, no picture, no link out; and only we may frame it.
LETTER_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


@pages.get("/outbox")
def show_outbox(token: str, visit: Here, state: str = "", nth: Nth = 1) -> Response:
    """Every message, those that need a person first."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        found = outbox(session, state, nth)
        counts = outbox_counts(session)
        names = recipient_names(session, found.rows)
    facts = {"found": found, "names": names, "counts": counts, "state": state if state in list(DeliveryState) else ""}
    return office_page("office_outbox.html.j2", visit, token, "outbox", facts)


@pages.get("/outbox/{number}")
def show_letter(token: str, number: Number, visit: Here) -> Response:
    """One message as it was sent."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        letter = _letter(session, number)
        name = recipient_names(session, [letter])[letter.recipient]
    facts = {"letter": letter, "name": name, "text": without_tokens(letter.text)}
    return office_page("office_letter.html.j2", visit, token, "outbox", facts)


@pages.get("/outbox/{number}/html")
def show_letter_html(token: str, number: Number, visit: Here) -> Response:
    """The HTML part by itself, for the sandboxed frame."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        letter = _letter(session, number)
    return HTMLResponse(without_tokens(letter.html), headers=LETTER_HEADERS)


def _letter(session: Session, number: int) -> Delivery:
    letter = session.get(Delivery, number)
    if letter is None:
        raise TurnedAway("发件箱里没有这一封：请从列表里打开。", 404, "没有找到")
    return letter


@pages.get("/digests")
def show_digests(token: str, visit: Here) -> Response:
    """The months there are."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        months = digest_months(session, visit.today)
    return office_page("office_digests.html.j2", visit, token, "digests", {"months": months})


@pages.get("/digests/{month}.html")
def download_html(token: str, month: Month, visit: Here) -> Response:
    """The digest as a page that stands alone."""
    return _download(_digest(token, month, visit).html, month, "html", "text/html")


@pages.get("/digests/{month}.md")
def download_markdown(token: str, month: Month, visit: Here) -> Response:
    """The digest as Markdown."""
    return _download(_digest(token, month, visit).markdown, month, "md", "text/markdown")


@pages.get("/digests/{month}")
def show_digest(token: str, month: Month, visit: Here) -> Response:
    """The digest of a month, frozen or as it stands."""
    summary = _digest(token, month, visit)
    facts = {"summary": summary, "facts": summary.facts}
    return office_page("office_digest.html.j2", visit, token, "digests", facts)


def _digest(token: str, month: str, visit: Visit) -> Summary:
    ticket_of(visit, token, "office")
    try:
        return month_digest(visit.runtime, month, visit.now)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused


def _download(written: str, month: str, suffix: str, media_type: str) -> Response:
    name = quote(f"{month}工作进展通报.{suffix}")
    disposition = f"attachment; filename=\"digest-{month}.{suffix}\"; filename*=UTF-8''{name}"
    return Response(written, media_type=media_type, headers={"Content-Disposition": disposition})
