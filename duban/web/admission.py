"""Admission: who a link lets in. Whoever is turned away learns what to do, and nothing about anyone."""

from datetime import date

from sqlmodel import Session

from duban.web.rights import may_open
from duban.web.visit import ME, Visit, Visitor
from notifications.links import LinkRefused, Ticket
from plans.deputies import voices
from plans.errors import Refused
from plans.tables import Person
from plans.words import Role
from tasks.tables import Task
from tasks.verbs import Act

RENEWED = "这个链接已经停用：请用最近一封邮件里的链接，或请管理员重新发一个。"
NOT_YOURS = "没有这项任务，或者它不归您办理：请回到“我的工作”，从列表里打开。"


class TurnedAway(Refused):
    """这个链接已经停用：……。 ``status`` says to the browser what ``title`` and sentence say to the person."""

    def __init__(self, sentence: str, status: int = 403, title: str = "打不开这一页") -> None:
        super().__init__(sentence)
        self.status = status
        self.title = title


class NotSignedIn(TurnedAway):
    """请先登录：登录后会回到这一页。"""

    def __init__(self, onward: str) -> None:
        super().__init__("请先登录：登录后会回到这一页。", 401, "请登录")
        self.onward = onward


def signed_in(visit: Visit, token: str = ME) -> Visitor:
    """Who is signed in and may open this page. Raises TurnedAway, also for who comes by a link."""
    if token != ME:
        raise TurnedAway("这一页要用账号登录后打开。", 403, "请用账号登录")
    if visit.visitor is None:
        raise NotSignedIn(visit.path)
    if not may_open(visit.visitor.seat, visit.route):
        raise TurnedAway(f"您的账号是“{visit.visitor.seat.label}”，打不开这一页；需要的话请找管理员。")
    return visit.visitor


def ticket_of(visit: Visit, token: str, purpose: str) -> Ticket:
    """The ticket of a link made for this purpose, or of who is signed in. Raises TurnedAway."""
    if token == ME:
        visitor = signed_in(visit)
        return Ticket(purpose, visitor.person_id, visitor.link_version, 0, visit.today.toordinal())
    try:
        return visit.runtime.links.read(token, purpose, visit.today)
    except LinkRefused as refused:
        raise TurnedAway(str(refused), 410 if _was_good(visit, token, purpose) else 403) from refused


def _was_good(visit: Visit, token: str, purpose: str) -> bool:
    # Being too old is the only fault that an earlier day heals.
    try:
        visit.runtime.links.read(token, purpose, date.min)
    except LinkRefused:
        return False
    return True


def person_of(session: Session, ticket: Ticket) -> Person:
    """The person of a desk link that is still theirs. Raises TurnedAway."""
    person = session.get(Person, ticket.subject)
    if person is None or not person.active or person.link_version != ticket.version:
        raise TurnedAway(RENEWED, 410)
    return person


def seen_task(session: Session, person: Person, number: int, today: date) -> Task:
    """A task this person may look at: their own, for a leader anyone's; a deputy what the absent one may. Raises
    TurnedAway."""
    task = session.get(Task, number)
    if task is None or not any(task.owner_id == one.id or leads(one) for one in voices(session, person, today)):
        raise TurnedAway(NOT_YOURS, 404, "没有找到")
    return task


def own_task(session: Session, person: Person, number: int, today: date) -> tuple[Task, Person]:
    """A task this person may act on, and in whose name: the owner's. Raises TurnedAway."""
    task = seen_task(session, person, number, today)
    for one in voices(session, person, today):
        if task.owner_id == one.id:
            return task, one
    raise TurnedAway("这项任务要由责任人本人办理，您可以查看。", 403, "不能代办")


def act_of(visit: Visit, person: Person, named: Person) -> Act:
    """What a person does on a page, for a deputy in the name of the absent one."""
    return Act(person.name, "page", visit.now, "" if named.id == person.id else named.name)


def leads(person: Person) -> bool:
    """True for those who look after the work of others."""
    return person.role != Role.STAFF


def leads_today(session: Session, person: Person, today: date) -> bool:
    """True for those who lead people, and on that day for who stands in for one."""
    return any(leads(one) for one in voices(session, person, today))
