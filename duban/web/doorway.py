"""The doorway to one report: an enterprise's own link, or its agency's. Who is turned away learns whom to call only
where the link was once good for that very report, and never anything about anybody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session, select

from duban.web.admission import RENEWED, TurnedAway, ticket_of
from duban.web.visit import Here, Visit
from notifications.links import Ticket
from plans.roster_tables import Handover
from plans.tables import Agency, Enterprise, Person, Plan, PlanItem
from tasks.tables import Task
from tasks.verbs import Act, item_of

HANDED_OVER = "这个链接已移交给贵单位的新填报人，请从发给新填报人的邮件里打开。"
NOT_YOUR_OWN = "没有这份填报，或者这家企业已不由贵单位代报：请回到代报的列表，从列表里打开。"


@dataclass(frozen=True)
class WhomToCall:
    """The bureau's officer for a report; what is not known is empty."""

    bureau: str
    officer: str
    email: str
    phone: str

    def __str__(self) -> str:
        ways = [f"{way} {value}" for way, value in (("电话", self.phone), ("邮箱", self.email)) if value]
        return "，".join([f"{self.bureau} {self.officer}", *ways])


@dataclass(frozen=True)
class Inside:
    """Whom a link let in, and to which report; ``agency`` is who came for the enterprise, if not itself."""

    enterprise: Enterprise
    task: Task
    item: PlanItem
    agency: Agency | None
    call: WhomToCall

    def filer(self, typed: Mapping[str, str]) -> str:
        """Who types, by the name given in the form."""
        given = " ".join(typed.get("filler", "").split())
        if self.agency:
            return f"{self.agency.name} {given or self.agency.contact}".strip()
        return given or self.enterprise.contact or self.enterprise.name


@dataclass(frozen=True)
class Doorway:
    """A link that was opened, genuine but perhaps no longer good. ``number``: the task on an agency's link, else 0."""

    visit: Visit
    token: str
    ticket: Ticket
    number: int

    @property
    def home(self) -> str:
        """The address of the report's own page; all others lie below."""
        if self.by_agency:
            return f"{self.agency_home}/tasks/{self.number}"
        return self.visit.home("filing", self.token)

    @property
    def agency_home(self) -> str:
        return self.visit.home("agency", self.token)

    @property
    def by_agency(self) -> bool:
        return self.ticket.purpose == "agency"

    def enter(self, session: Session) -> Inside:
        """The report behind the door. Raises TurnedAway."""
        inside = self._by_agency(session) if self.by_agency else self._by_enterprise(session)
        if not inside.item.form:
            raise TurnedAway("这项任务没有报表要填，请与科技局联系。", 404, "没有报表")
        return inside

    def act(self, inside: Inside, typed: Mapping[str, str]) -> Act:
        """What is done here, in the name of who typed it."""
        return Act(inside.filer(typed), "page", self.visit.now)

    def _by_agency(self, session: Session) -> Inside:
        agency = agency_of(session, self.ticket)
        task = session.get(Task, self.number)
        enterprise = session.get(Enterprise, task.enterprise_id) if task and task.enterprise_id else None
        if task is None or enterprise is None or enterprise.agency_id != agency.id:
            raise TurnedAway(NOT_YOUR_OWN, 403, "不能代报")
        return self._inside(session, enterprise, task, agency)

    def _by_enterprise(self, session: Session) -> Inside:
        enterprise, task = session.get(Enterprise, self.ticket.subject), session.get(Task, self.ticket.task)
        if enterprise is None or task is None or task.enterprise_id != enterprise.id:
            raise self._out_of_date() or TurnedAway(RENEWED, 410)
        inside = self._inside(session, enterprise, task, None)
        if enterprise.link_version != self.ticket.version:
            raise self._out_of_date() or _no_longer(session, inside)
        if expired := self._out_of_date():
            raise TurnedAway(f"{expired}有问题请联系 {inside.call}。", expired.status, expired.title)
        return inside

    def _out_of_date(self) -> TurnedAway | None:
        try:
            ticket_of(self.visit, self.token, self.ticket.purpose)
        except TurnedAway as refused:
            return refused
        return None

    def _inside(self, session: Session, enterprise: Enterprise, task: Task, agency: Agency | None) -> Inside:
        item, officer = item_of(session, task), session.get_one(Person, task.owner_id)
        bureau = session.get_one(Plan, item.plan_id).bureau
        phone = self.visit.runtime.settings.office_phone
        return Inside(enterprise, task, item, agency, WhomToCall(bureau, officer.name, officer.email, phone))


def _no_longer(session: Session, inside: Inside) -> TurnedAway:
    handed = select(Handover.id).where(Handover.enterprise_id == inside.enterprise.id).limit(1)
    if session.exec(handed).first() is None:
        return TurnedAway(RENEWED, 410)
    return TurnedAway(f"{HANDED_OVER}有问题请联系 {inside.call}。", 410, "链接已移交")


def agency_of(session: Session, ticket: Ticket) -> Agency:
    """The agency of a link that is still its own. Raises TurnedAway."""
    agency = session.get(Agency, ticket.subject)
    if agency is None or not agency.active or agency.link_version != ticket.version:
        raise TurnedAway(RENEWED, 410)
    return agency


async def _doorway(request: Request, visit: Here) -> Doorway:
    token, number = str(request.path_params["token"]), request.path_params.get("number")
    if number is not None:
        ticket = ticket_of(visit, token, "agency")
        return Doorway(visit, token, ticket, _number(str(number)))
    try:
        ticket = ticket_of(visit, token, "filing")
    except TurnedAway as refused:
        if refused.status != 410:
            raise
        # Whoever holds a link that is only too old may be told whom to call.
        ticket = visit.runtime.links.read(token, "filing", date.min)
    return Doorway(visit, token, ticket, 0)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


Door = Annotated[Doorway, Depends(_doorway)]
