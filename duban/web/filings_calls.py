"""电话催报: whom to ring, largest first, with what was said last time, and a place to note the call."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import person_of, ticket_of
from duban.web.carrying import carry_out
from duban.web.filings import acting, around, filing_named, item_named
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Nth, Number, Typed, Visit
from flows.views.calls import calls_page, note_calls
from flows.views.matrix import newest_due, opened_periods
from plans.database import reading, writing
from plans.errors import Refused
from tasks.calls import LONGEST_NAME, LONGEST_SAID
from tasks.verbs import item_of

pages = APIRouter(prefix="/desk/{token}/filings")


@pages.get("/calls")
def show_calls(token: str, visit: Here, item: int = 0, nth: Nth = 1, said: str = "") -> Response:
    """The phone list."""
    return _calls_page(token, visit, 200, item, nth, message=SAID.get(said, ""))


@pages.post("/calls/{number}")
def noted(token: str, number: Number, visit: Here, typed: Typed, item: int = 0, nth: Nth = 1) -> Response:
    """Keep what was said; a promised day keeps the reminders quiet until it is over."""
    ticket_of(visit, token, "desk")

    def note() -> str:
        with writing(visit.engine) as session:
            tasks = [filing_named(session, one) for one in dict.fromkeys([number, *_ticked(typed)])]
            for task in tasks:
                act = acting(session, visit, token, item_of(session, task))
            words = typed.get("with", ""), typed.get("said", "")
            note_calls(session, visit.runtime.rules, tasks, act, *words, _day(typed.get("promised", "")))
        return f"{visit.home('desk', token)}/filings/calls?item={item}&page={nth}&said=call_noted"

    def again(status: int, refused: Refused) -> Response:
        return _calls_page(token, visit, status, item, nth, fault=str(refused), typed=typed, number=number)

    return carry_out(note, again)


def _ticked(typed: Mapping[str, str]) -> list[int]:
    named = [name.removeprefix("task-") for name in typed if name.startswith("task-")]
    return [int(number) for number in named if number.isascii() and number.isdecimal() and 0 < len(number) < 10]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused("承诺的日期请写成 2026-10-20 这样。") from error


def _calls_page(
    token: str,
    visit: Visit,
    status: int,
    item: int,
    nth: int,
    message: str = "",
    fault: str = "",
    typed: Mapping[str, str] | None = None,
    number: int = 0,
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        chosen = item_named(session, item)
        month = newest_due(session, chosen, opened_periods(session, chosen), visit.today)
        facts = around(session, visit, token, person_of(session, ticket), chosen, month)
        found = calls_page(session, visit.runtime.rules, visit.today, chosen.id or 0, nth)
    told = {"found": found, "message": message, "fault": fault, "typed": typed or {}, "at_fault": number}
    bounds = {"longest": LONGEST_SAID, "longest_name": LONGEST_NAME, "latest": _latest(visit)}
    return page("filings_calls.html.j2", visit, {**facts, **told, **bounds}, status)


def _latest(visit: Visit) -> date:
    return visit.runtime.rules.latest_promise(visit.today)
