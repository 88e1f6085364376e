"""预演: the coming weeks' notices as they would go out, by day, and the wording of each. Sends and writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.office import office_page
from duban.web.visit import Here, Visit, Words
from flows.views.outbox import without_tokens
from flows.views.rehearsed import RehearsedDay, rehearsed_days
from notifications.letters import addressee
from notifications.rehearsal import rehearse, rehearsed_letter
from plans.database import reading
from plans.errors import Refused

USUAL = timedelta(days=13)
LONGEST = timedelta(days=61)

pages = APIRouter(prefix="/office/{token}/rehearsal")

From = Annotated[str, Query(alias="from", max_length=20)]
Until = Annotated[str, Query(alias="to", max_length=20)]


@pages.get("")
def show_rehearsal(token: str, visit: Here, first: From = "", last: Until = "") -> Response:
    """Who would hear what from one day to another."""
    ticket_of(visit, token, "office")
    typed = {"from": first.strip(), "to": last.strip()}
    try:
        begin, end = _window(typed, visit.today)
    except Refused as refused:
        return _rehearsal_page(token, visit, typed, fault=str(refused))
    with reading(visit.engine) as session:
        rows = rehearse(session, begin, end, visit.runtime.rules, visit.runtime.pen)
    typed = {"from": begin.isoformat(), "to": end.isoformat()}
    return _rehearsal_page(token, visit, typed, rehearsed_days(rows), visit.runtime.workdays.warnings(begin, end))


@pages.get("/wording")
def show_wording(token: str, visit: Here, day: Words = "", to: Words = "") -> Response:
    """One message as it would be written on that day, without its personal links."""
    ticket_of(visit, token, "office")
    try:
        on_day, _ = _window({"from": day, "to": day}, visit.today)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused
    with reading(visit.engine) as session:
        written = rehearsed_letter(session, on_day, to, visit.runtime.rules, visit.runtime.pen)
        if written is None:
            raise TurnedAway("这天没有给这位的提醒，可能情况刚刚变了：请从预演里打开。", 404, "没有找到")
        reader = addressee(session, to, visit.runtime.pen, on_day)
    facts = {"day": on_day, "reader": reader, "subject": written.subject, "text": without_tokens(written.text)}
    return office_page("rehearsal_wording.html.j2", visit, token, "dates", facts)


def _window(typed: Mapping[str, str], today: date) -> tuple[date, date]:
    begin = _day(typed["from"], "从哪天") if typed["from"] else today
    end = _day(typed["to"], "到哪天") if typed["to"] else begin + USUAL
    if begin < today:
        raise Refused(f"预演只看今天以后的：请从 {today} 或以后的日子看起。")
    if end < begin:
        raise Refused(f"到 {end} 比从 {begin} 还早：请把两个日期对调。")
    if end - begin > LONGEST or end - today > 2 * LONGEST:
        raise Refused("一次最多看62天，最远看到四个月后：请把日期改近一些。")
    return begin, end


def _day(text: str, what: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused(f"{what}请写成 2026-10-20 这样的日期。") from error


def _rehearsal_page(
    token: str,
    visit: Visit,
    typed: Mapping[str, str],
    days: Sequence[RehearsedDay] = (),
    warnings: Sequence[str] = (),
    fault: str = "",
) -> Response:
    facts: dict[str, object] = {"typed": typed, "days": days, "warnings": warnings, "fault": fault}
    facts |= {"messages": sum(one.messages for one in days), "latest": visit.today + 2 * LONGEST}
    return office_page("rehearsal.html.j2", visit, token, "dates", facts, 422 if fault else 200)
