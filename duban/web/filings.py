"""填报: the officer's matrix of who has filed, one report to review, and accepting many. Looking changes nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from duban.web.admission import TurnedAway, act_of, leads_today, person_of, ticket_of
from duban.web.carrying import carry_out
from duban.web.filing import SEEN_DRAFT, SEEN_FILING
from duban.web.planning import may_change
from duban.web.rendering import notice, page, piece
from duban.web.task_forms import LONGEST_NOTE, note_in
from duban.web.visit import SAID, Here, Nth, Number, Typed, Visit, Words
from flows.reviewing import accept, accept_together, file_on_behalf, filing_task
from flows.tasking import return_task
from flows.views.filing_states import SHOWN, Stand
from flows.views.filings import clean_filings, review_of
from flows.views.form import form_view, typed_again
from flows.views.matrix import SORTED, Matrix, Wanted, filing_items, matrix_of
from flows.views.task import filed_versions, task_view
from plans.database import reading, writing
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Agency, Enterprise, Person, PlanItem
from tasks.drafts import Seen, draft_of, seen_now
from tasks.filings import FilingRefused, before_of, form_of, latest_filing
from tasks.form import ZERO, Form, check
from tasks.tables import Task
from tasks.verbs import Act, item_of

NOT_YOURS_TO_FILE = "这项填报由责任人、股室负责人或局领导办理，您可以查看。"
NO_ITEM = "计划里还没有要企业填报的事项。"
NO_FILING = "没有这份填报：请从填报矩阵里打开。"

pages = APIRouter(prefix="/desk/{token}/filings")


@pages.get("")
def show_matrix(
    token: str,
    visit: Here,
    item: int = 0,
    month: Words = "",
    state: Words = "",
    q: Words = "",
    agency: int = 0,
    sort: Words = "weight",
    nth: Nth = 1,
    said: str = "",
) -> Response:
    """Which enterprise has filed for which month."""
    wanted = Wanted(month.strip(), state if state in SHOWN else "", q.strip(), agency, sort, nth)
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        found = matrix_facts(visit, item, wanted, "filings")
        shared = around(session, visit, token, person, found["item"], found["month"])
    return page("filings.html.j2", visit, {**shared, **found, "message": SAID.get(said, "")})


def matrix_facts(visit: Visit, item: int, wanted: Wanted, place: str) -> dict[str, Any]:
    """What a page with the matrix shows, the same for everybody who may see it: ``place`` is where a report opens,
    told from the page's own address. ``item`` is None while there is nothing to file."""
    _check_month(wanted.month)
    runtime, today = visit.runtime, visit.today

    def read(session: Session) -> dict[str, Any]:
        facts = _matrix_facts(session, today, item, wanted)
        rows = facts["matrix"].page.rows if facts["matrix"] else []
        return facts | {"rows": piece("filings_rows.html.j2", runtime, {"rows": rows, "place": place})}

    return runtime.kept.read(("matrix", today, item, wanted, place), read)


def _matrix_facts(session: Session, today: date, item: int, wanted: Wanted) -> dict[str, Any]:
    items = filing_items(session)
    chosen = next((one for one in items if one.id == item), items[0] if items else None)
    matrix: Matrix | None = matrix_of(session, chosen, today, wanted) if chosen else None
    agencies = session.exec(select(Agency).order_by(col(Agency.name))).all()
    return {
        "item": chosen,
        "items": items,
        "matrix": matrix,
        "month": matrix.month if matrix else "",
        "wanted": wanted,
        "agencies": agencies,
        "states": {key: word for key, (word, _) in SHOWN.items()},
        "legend": [stand for stand in Stand if stand is not Stand.NOTHING],
        "sorted_by": SORTED,
        "query": _query(chosen, wanted),
    }


def _query(item: PlanItem | None, wanted: Wanted) -> str:
    """The filter as it goes on from page to page."""
    kept = {"item": item.id if item else 0, "month": wanted.month, "state": wanted.state, "q": wanted.q}
    return urlencode({**kept, "agency": wanted.agency, "sort": wanted.sort})


def _check_month(month: str) -> None:
    if month:
        month_of(month)


def month_of(text: str) -> Period:
    """The month an address names. Raises TurnedAway."""
    try:
        return Period.parse(text)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused


def item_named(session: Session, number: int) -> PlanItem:
    """The filing item an address names, or the first there is. Raises TurnedAway."""
    items = filing_items(session)
    found = next((one for one in items if one.id == number), None if number or not items else items[0])
    if found is None:
        raise TurnedAway(NO_ITEM, 404, "没有找到")
    return found


def around(
    session: Session, visit: Visit, token: str, person: Person, item: PlanItem | None, month: str
) -> dict[str, Any]:
    """What every page of the officer's side shows around its content."""
    return {
        "home": visit.home("desk", token),
        "here": "filings",
        "leader": leads_today(session, person, visit.today),
        "today": visit.today,
        "item": item,
        "month": month,
        "may_act": item is not None and voice_for(session, visit, person, item) is not None,
        "message": "",
        "fault": "",
    }


def voice_for(session: Session, visit: Visit, person: Person, item: PlanItem) -> Person | None:
    """In whose name the person acts on an item's reports: its owner's, their head's or a leader's; None who may not."""
    owner = session.get_one(Person, item.owner_id)
    names = voices(session, person, visit.today)
    return next((one for one in names if one.id == owner.id or may_change(one, owner)), None)


def acting(session: Session, visit: Visit, token: str, item: PlanItem) -> Act:
    """The act of a person who may do something about an item's reports. Raises TurnedAway."""
    person = person_of(session, ticket_of(visit, token, "desk"))
    named = voice_for(session, visit, person, item)
    if named is None:
        raise TurnedAway(NOT_YOURS_TO_FILE, 403, "不能代办")
    return act_of(visit, person, named)


@pages.get("/approve")
def show_clean(token: str, visit: Here, item: int = 0, month: Words = "") -> Response:
    """The reports about which nothing was asked, to accept together."""
    ticket = ticket_of(visit, token, "desk")
    period = month_of(month)
    with reading(visit.engine) as session:
        chosen = item_named(session, item)
        facts = around(session, visit, token, person_of(session, ticket), chosen, month)
        rows, total = clean_filings(session, chosen, month, visit.runtime.forms)
    return page("filings_approve.html.j2", visit, {**facts, "rows": rows, "total": total, "period": period.label})


@pages.post("/approve")
def approve(token: str, visit: Here, typed: Typed) -> Response:
    """核定 of those that were listed and left ticked."""
    ticket_of(visit, token, "desk")
    month, home = month_of(typed.get("month", "")).key, visit.home("desk", token)

    def take() -> str:
        with writing(visit.engine) as session:
            item = item_named(session, _number(typed.get("item", "")))
            accept_together(session, item, month, _seen(typed), acting(session, visit, token, item))
        return f"{home}/filings?item={item.id}&month={month}&said=filings_accepted"

    return carry_out(take, lambda status, refused: notice(visit.runtime, status, "没有核定", str(refused)))


def _seen(typed: Mapping[str, str]) -> dict[int, int]:
    """task-12=3: the versions that were listed, by task."""
    named = {name.removeprefix("task-"): text for name, text in typed.items() if name.startswith("task-")}
    return {_number(task): _number(version) for task, version in named.items()}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@pages.get("/{number}")
def show_review(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One report beside those of earlier periods."""
    return _review_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.post("/{number}/accept")
def accepted(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """核定."""

    def take(session: Session, task: Task, act: Act) -> str:
        waiting = review_of(session, task, visit.today, visit.runtime.forms)
        accept(session, task, act, note_in(typed))
        return f"{waiting.next or waiting.previous or number}?said=filing_accepted"

    return _act_on(token, number, visit, typed, take)


@pages.post("/{number}/return")
def returned(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """退回, with the reason."""

    def send_back(session: Session, task: Task, act: Act) -> str:
        return_task(session, visit.runtime, task, note_in({"note": typed.get("reason", "")}), act)
        return f"{number}?said=filing_returned"

    return _act_on(token, number, visit, typed, send_back)


def _act_on(token: str, number: int, visit: Visit, typed: Mapping[str, str], deed: Any) -> Response:
    ticket_of(visit, token, "desk")

    def act() -> str:
        with writing(visit.engine) as session:
            task = filing_named(session, number)
            onward = deed(session, task, acting(session, visit, token, item_of(session, task)))
        return f"{visit.home('desk', token)}/filings/{onward}"

    return carry_out(act, lambda status, refused: _review_page(token, number, visit, status, typed, fault=str(refused)))


def filing_named(session: Session, number: int) -> Task:
    """The report an address names. Raises TurnedAway."""
    try:
        return filing_task(session, number)
    except Refused as refused:
        raise TurnedAway(NO_FILING, 404, "没有找到") from refused


def _review_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    message: str = "",
    fault: str = "",
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        task = filing_named(session, number)
        facts = around(session, visit, token, person, item_of(session, task), task.period)
        told = {
            "review": review_of(session, task, visit.today, visit.runtime.forms),
            "view": task_view(session, task, visit.today, visit.gauge, visit.runtime.forms),
        }
    said = {"message": message, "fault": fault, "typed": typed or {}, "longest": LONGEST_NOTE}
    return page("filings_review.html.j2", visit, {**facts, **told, **said}, status)


@pages.get("/{number}/file")
def show_behalf(token: str, number: Number, visit: Here) -> Response:
    """The enterprise's own form, for an officer to type in what is said on the telephone."""
    return _behalf_page(token, number, visit, 200)


@pages.post("/{number}/file")
def filed_behalf(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """代报."""
    ticket_of(visit, token, "desk")

    def take() -> str:
        with writing(visit.engine) as session:
            task = filing_named(session, number)
            act = acting(session, visit, token, item_of(session, task))
            file_on_behalf(session, visit.runtime, task, typed, _shown(typed), act)
        return f"{visit.home('desk', token)}/filings/{number}?said=filing_taken"

    def again(status: int, refused: Refused) -> Response:
        fault = "" if isinstance(refused, FilingRefused) else str(refused)
        return _behalf_page(token, number, visit, status, typed, fault)

    return carry_out(take, again)


def _shown(typed: Mapping[str, str]) -> Seen:
    return Seen(*(_number(typed.get(name, "")) for name in (SEEN_FILING, SEEN_DRAFT)))


def _behalf_page(
    token: str, number: int, visit: Visit, status: int, typed: Mapping[str, str] | None = None, fault: str = ""
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        task = filing_named(session, number)
        item = item_of(session, task)
        facts = around(session, visit, token, person_of(session, ticket), item, task.period)
        form = form_of(item, visit.runtime.forms)
        before = before_of(session, task, form)
        enterprise = session.get_one(Enterprise, task.enterprise_id)
        given = typed if typed is not None else _at_hand(session, task, form, enterprise)
        view = form_view(form, before, given, check(form, given, before) if typed is not None else None)
        filed = filed_versions(session, task, visit.runtime.forms)
        seen, draft = seen_now(session, task), draft_of(session, task)
    facts |= {"seen": {SEEN_FILING: seen.filing, SEEN_DRAFT: seen.draft}, "draft": draft}
    told = {"number": number, "view": view, "typed": given, "enterprise": enterprise, "filed": filed, "zero": ZERO}
    return page(
        "filings_behalf.html.j2",
        visit,
        {**facts, **told, "period": Period.parse(task.period).label, "fault": fault},
        status,
    )


def _at_hand(session: Session, task: Task, form: Form, enterprise: Enterprise) -> Mapping[str, str]:
    """What need not be asked again: what was filed before, else who files and the number."""
    if filing := latest_filing(session, task):
        return typed_again(filing.answers)
    known = {"filler": enterprise.contact, "phone": enterprise.phone}
    return {key: words for key, words in known.items() if key in form.by_key}
