"""企业: the roster on people's own pages: the list, one enterprise, and its buttons. Looking changes nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from duban.web.admission import TurnedAway, act_of, leads, leads_today, person_of, ticket_of
from duban.web.carrying import carry_out
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Nth, Number, Typed, Visit, Words
from flows.changing import revising
from flows.roster import (
    Filer,
    add_contact,
    assign_agency,
    edit_agency,
    edit_enterprise,
    end_agency,
    end_exemption,
    exempt,
    hand_over,
    keep_agency,
    remove_contact,
    set_months,
)
from flows.roster_export import roster_workbook
from flows.views.roster import SHOWN, Wanted, agencies_of, card_of, counts, propose_next, roster_page
from flows.workbook import MEDIA_TYPE
from notifications.links import Ticket
from plans.database import reading
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period, Span
from plans.roster.fields import read_month
from plans.roster.membership import Standing
from plans.tables import Agency, Enterprise, Person, Plan, PlanItem
from plans.words import Assignees
from tasks.revision import Revision
from tasks.verbs import Act

NOT_YOURS_TO_KEEP = "名册由局领导、股室负责人和负责企业填报的人管理，您可以查看。"
NO_ENTERPRISE = "名册里没有这家企业：请从名册里打开。"
NO_SUCH_BUTTON = "没有这个办法：请从企业的页面点按钮。"
ACCEPTED = ".xlsx,.xls,.csv,.docx"
FIELDS = ("name", "short_name", "credit_code", "weight")

pages = APIRouter(prefix="/desk/{token}/roster")

Deed = Callable[[Revision, Enterprise, Mapping[str, str]], str]
"""A change of one enterprise; it gives back what is said of it."""


@pages.get("")
def show_roster(
    token: str,
    visit: Here,
    q: Words = "",
    state: Words = "in",
    agency: int = 0,
    month: Words = "",
    nth: Nth = 1,
    said: str = "",
) -> Response:
    """The enterprises of a month."""
    wanted = Wanted(_month(visit, month), state if state in SHOWN else "in", q.strip(), agency)
    facts: dict[str, Any] = {"wanted": wanted, "states": SHOWN, "message": SAID.get(said, "")}
    return _list_page(token, visit, facts, nth)


def _list_page(token: str, visit: Visit, facts: dict[str, Any], nth: int = 1, status: int = 200) -> Response:
    ticket = ticket_of(visit, token, "desk")
    wanted: Wanted = facts["wanted"]
    with reading(visit.engine) as session:
        facts |= around(session, visit, token, ticket)
        facts |= {"found": roster_page(session, wanted, nth), "counts": counts(session, wanted.month)}
        facts |= {"agencies": agencies_of(session), "accepted": ACCEPTED}
    facts |= {"label": Period.parse(wanted.month).label}
    return page("roster.html.j2", visit, {"fault": "", **facts}, status)


def list_again(token: str, visit: Visit, status: int, refused: Refused) -> Response:
    """The list with what was refused."""
    facts = {"wanted": Wanted(_month(visit, "")), "states": SHOWN, "message": "", "fault": str(refused)}
    return _list_page(token, visit, facts, status=status)


@pages.get("/next")
def show_next(token: str, visit: Here, month: Words = "") -> Response:
    """The roster proposed for the coming month, beside this month's."""
    wanted = _month(visit, month) if month else Period.parse(_month(visit, "")).next().key
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        facts = around(session, visit, token, ticket)
        rows = propose_next(session, wanted)
    kinds = (Standing.NEW, Standing.LEAVING, Standing.EXEMPT)
    facts |= {"label": Period.parse(wanted).label, "kinds": [(kind, _of(rows, kind)) for kind in kinds]}
    facts |= {"staying": len(_of(rows, Standing.STAYING)), "due": len(_of(rows, Standing.STAYING, Standing.NEW))}
    return page("roster_next.html.j2", visit, facts)


def _of(rows: list[Any], *kinds: Standing) -> list[Any]:
    return [row for row in rows if row.standing in kinds]


@pages.get("/export")
def exported(token: str, visit: Here) -> Response:
    """The roster as a workbook that can be imported again."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person_of(session, ticket)
        content = roster_workbook(session)
    name = f"roster-{visit.today}.xlsx"
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@pages.get("/{number}")
def show_enterprise(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One enterprise with all that belongs to it."""
    return _card_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.post("/{number}/{verb}")
def changed(token: str, number: Number, verb: str, visit: Here, typed: Typed) -> Response:
    """Any button of an enterprise's page."""
    ticket = ticket_of(visit, token, "desk")
    deed = DEEDS.get(verb)
    if deed is None:
        raise TurnedAway(NO_SUCH_BUTTON, 404, "没有找到")
    with reading(visit.engine) as session:
        act = keeper_act(session, visit, ticket)

    def change() -> str:
        with revising(visit.runtime, act) as revision:
            said = deed(revision, _found(revision.session, number), typed)
        return f"{visit.home('desk', token)}/roster/{number}?said={said}"

    return carry_out(
        change, lambda status, refused: _card_page(token, number, visit, status, typed, verb, str(refused))
    )


def _card_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    verb: str = "",
    fault: str = "",
    message: str = "",
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        facts = around(session, visit, token, ticket)
        card = card_of(session, _found(session, number), _month(visit, ""))
        facts |= {"card": card, "agencies": agencies_of(session), "month": _month(visit, "")}
    facts |= {"typed": typed or {}, "verb": verb, "fault": fault, "message": message}
    return page("roster_card.html.j2", visit, facts, status)


def around(session: Session, visit: Visit, token: str, ticket: Ticket) -> dict[str, Any]:
    """What every page of the roster shows around its content. Raises TurnedAway."""
    person = person_of(session, ticket)
    return {
        "home": visit.home("desk", token),
        "here": "roster",
        "leader": leads_today(session, person, visit.today),
        "keeper": _keeper(session, visit, person) is not None,
    }


def keeper_act(session: Session, visit: Visit, ticket: Ticket) -> Act:
    """The act of who keeps the roster, or stands in for one who does. Raises TurnedAway."""
    person = person_of(session, ticket)
    named = _keeper(session, visit, person)
    if named is None:
        raise TurnedAway(NOT_YOURS_TO_KEEP, 403, "不能修改名册")
    return act_of(visit, person, named)


def _keeper(session: Session, visit: Visit, person: Person) -> Person | None:
    return next((one for one in voices(session, person, visit.today) if keeps_roster(session, one)), None)


def keeps_roster(session: Session, person: Person) -> bool:
    """Who leads people, or has an item of a running plan that enterprises answer."""
    owned = select(PlanItem.id).join(Plan).where(PlanItem.owner_id == person.id)
    running = owned.where(col(PlanItem.cancelled_at).is_(None), col(Plan.closed_at).is_(None))
    filing = running.where(PlanItem.assignees == Assignees.ENTERPRISES).limit(1)
    return leads(person) or session.exec(filing).first() is not None


def _found(session: Session, number: int) -> Enterprise:
    enterprise = session.get(Enterprise, number)
    if enterprise is None:
        raise TurnedAway(NO_ENTERPRISE, 404, "没有找到")
    return enterprise


def _month(visit: Visit, text: str) -> str:
    try:
        month = read_month(text.strip())
    except Refused:
        month = ""
    return month or Period.containing(Span.MONTH, visit.today).key


def _said(typed: Mapping[str, str], *names: str) -> list[str]:
    return [typed.get(name, "").strip() for name in names]


def _edit(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    values = {name: typed[name] for name in FIELDS if name in typed}
    return "changed" if edit_enterprise(revision.session, enterprise, values, revision.act) else "unchanged"


def _hand_over(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    name, mail, phone, reason = _said(typed, "name", "mail", "phone", "reason")
    hand_over(revision.session, enterprise, Filer(name, mail, phone), revision.act, reason)
    return "handed_over"


def _assign(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    name, contact, mail, phone, reason = _said(typed, "agency", "contact", "mail", "phone", "reason")
    agency = keep_agency(revision.session, name, contact, mail, phone)
    assign_agency(revision.session, enterprise, agency, revision.act, reason)
    return "agency_set"


def _edit_agency(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    agency = revision.session.get(Agency, enterprise.agency_id or 0)
    if agency is None:
        raise Refused("这家企业没有代账公司：请刷新页面。")
    contact, mail, phone = _said(typed, "contact", "mail", "phone")
    told = edit_agency(revision.session, agency, Filer(contact, mail, phone), revision.act)
    return "saved" if told else "unchanged"


def _end_agency(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    end_agency(revision.session, enterprise, revision.act, typed.get("reason", ""))
    return "agency_ended"


def _exempt(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    exempt(revision, enterprise, *_said(typed, "reason", "month"))
    return "exempted"


def _end_exemption(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    end_exemption(revision, enterprise)
    return "exempt_ended"


def _set_months(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    set_months(revision, enterprise, *_said(typed, "first", "last"))
    return "months_set"


def _add_contact(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    name, role, phone, mail = _said(typed, "name", "role", "phone", "mail")
    add_contact(revision.session, enterprise, name, role, phone, mail, revision.act)
    return "contact_added"


def _remove_contact(revision: Revision, enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    number = typed.get("contact", "")
    remove_contact(revision.session, enterprise, int(number) if number.isdecimal() else 0, revision.act)
    return "contact_removed"


DEEDS: Mapping[str, Deed] = {
    "edit": _edit,
    "hand-over": _hand_over,
    "agency": _assign,
    "agency-edit": _edit_agency,
    "agency-end": _end_agency,
    "exempt": _exempt,
    "exempt-end": _end_exemption,
    "months": _set_months,
    "contact": _add_contact,
    "contact-remove": _remove_contact,
}
