"""日历: the month with its workdays and what falls due, one day's list, a person's feed. Looking changes nothing."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi import Path as PathPart
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, leads_today, person_of, ticket_of
from duban.web.office import office_page
from duban.web.rendering import page
from duban.web.rights import may_open
from duban.web.visit import ME, SAID, Here, Nth, Visit, Words
from flows.feeds import feed_of
from flows.views.dates import Whose, day_beside, list_of_day, month_of_days, office_names
from flows.views.office import people_names
from notifications.links import LinkRefused
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period, Span

REHEARSAL = "/office/{token}/rehearsal"
FEED_HEADERS = {"Content-Disposition": 'inline; filename="duban.ics"'}

pages = APIRouter()

Day = Annotated[str, PathPart(max_length=20)]
Month = Annotated[str, Query(max_length=20)]


@pages.get("/office/{token}/calendar")
def show_month(token: str, visit: Here, month: Month = "", person: Words = "", office: Words = "") -> Response:
    """A month of due days, everybody's or of one person or 股室."""
    ticket_of(visit, token, "office")
    shown, whose = _month(month.strip(), visit), Whose(person.strip(), office.strip())
    with reading(visit.engine) as session:
        days = month_of_days(session, visit.runtime, shown, whose, visit.today)
        choices = _choices(session)
    facts = {"month": shown, "days": days, "before": _neighbour(shown, -1), "after": _neighbour(shown, 1)}
    facts |= {"warnings": visit.runtime.workdays.warnings(shown.first, shown.last)}
    facts |= {"this_month": Period.containing(Span.MONTH, visit.today).key, "rehearses": _rehearses(visit, token)}
    return office_page("calendar.html.j2", visit, token, "dates", facts | choices | _shared(visit, token, whose))


@pages.get("/office/{token}/calendar/{day}")
def show_day(token: str, day: Day, visit: Here, person: Words = "", office: Words = "", nth: Nth = 1) -> Response:
    """Everything that falls due on one day."""
    ticket_of(visit, token, "office")
    shown, whose = _day(day), Whose(person.strip(), office.strip())
    with reading(visit.engine) as session:
        found = list_of_day(session, visit.runtime, shown, whose, visit.today, nth)
    month = Period.containing(Span.MONTH, shown)
    facts = {"found": found, "month": month, "before": day_beside(shown, -1), "after": day_beside(shown, 1)}
    facts |= {"warnings": visit.runtime.workdays.warnings(shown, shown)}
    return office_page("calendar_day.html.j2", visit, token, "dates", facts | _shared(visit, token, whose))


def _shared(visit: Visit, token: str, whose: Whose) -> dict[str, object]:
    """``kept`` goes behind a day's or a month's address, so that the choice stays while one leafs."""
    kept = {name: value for name, value in (("person", whose.person), ("office", whose.office)) if value}
    mine = visit.visitor.name if token == ME and visit.visitor else ""
    return {"whose": whose, "kept": urlencode(kept), "mine": mine, "my_feed": visit.home("desk", ME) if mine else ""}


def _choices(session: Session) -> dict[str, object]:
    return {"people": people_names(session), "offices": office_names(session)}


def _rehearses(visit: Visit, token: str) -> bool:
    return token != ME or (visit.visitor is not None and may_open(visit.visitor.seat, REHEARSAL))


def _month(text: str, visit: Visit) -> Period:
    if not text:
        return Period.containing(Span.MONTH, visit.today)
    try:
        found = Period.parse(text)
    except Refused:
        found = None
    if found is None or found.span is not Span.MONTH:
        raise TurnedAway(f"“{text}”不是月份：请写成 2026-10 这样。", 404, "没有找到")
    return found


def _neighbour(month: Period, by: int) -> Period | None:
    # The first and the last year of the calendar have no neighbour.
    if not 2 < month.first.year < date.max.year - 1:
        return None
    return month.next() if by > 0 else month.previous()


def _day(text: str) -> date:
    try:
        shown = date.fromisoformat(text)
    except ValueError as error:
        raise TurnedAway(f"“{text}”不是日期：请从日历里打开。", 404, "没有找到") from error
    if not 2 < shown.year < date.max.year - 1:
        raise TurnedAway("这么早或这么晚的日子日历里没有：请从日历里打开。", 404, "没有找到")
    return shown


@pages.get("/calendar/{token}.ics")
def feed(token: str, visit: Here) -> Response:
    """A person's open tasks for a calendar program; the address alone lets it in, and to nothing else."""
    try:
        ticket = visit.runtime.links.read(token, "calendar", visit.today)
    except LinkRefused as refused:
        raise TurnedAway("这个订阅地址不完整或已停用：请登录后到“我的日历订阅”重新复制。") from refused
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        if person.feed_version != ticket.task:
            raise TurnedAway("这个订阅地址已经换过了：请登录后到“我的日历订阅”复制新的。", 410)
        written = feed_of(session, person, visit.today, visit.runtime.settings.base_url)
    return Response(written, media_type="text/calendar", headers=FEED_HEADERS)


@pages.get("/desk/{token}/calendar")
def show_feed(token: str, visit: Here, said: Words = "") -> Response:
    """我的日历订阅: the address of one's own feed, and how to use it."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        leader = leads_today(session, person, visit.today)
    address = visit.runtime.links.calendar(person.id or 0, person.link_version, person.feed_version)
    facts = {"home": visit.home("desk", token), "here": "dates", "leader": leader, "message": SAID.get(said, "")}
    facts |= {"address": address, "subscribe": f"webcal://{address.partition('://')[2]}"}
    return page("calendar_feed.html.j2", visit, facts)


@pages.post("/desk/{token}/calendar/renew")
def renewed(token: str, visit: Here) -> Response:
    """换一个新地址: the old one is worth nothing from now on; the links in mails stay good."""
    ticket = ticket_of(visit, token, "desk")
    with writing(visit.engine) as session:
        person = person_of(session, ticket)
        person.feed_version += 1
        session.add(person)
    return RedirectResponse(f"{visit.home('desk', token)}/calendar?said=address_renewed", 303)
