"""What a reminder says: the still open tasks of one delivery, as the facts its template needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, SQLModel, col, or_, select

from notifications.audience import GROUP
from notifications.channels.mime import one_line
from notifications.ladder import Audience, Ladders, Tone, Way, load_ladders, said_at
from notifications.language import CHINESE_AS_WRITTEN, Language
from notifications.links import Links
from notifications.tables import URGE, Delivery, Notice
from notifications.wordings import Wordings
from notifications.writing import Written, time_left, write
from plans.agenda import Purpose
from plans.periods import Period
from plans.tables import Agency, Enterprise, Person, Plan, PlanItem
from plans.workdays import Workdays
from plans.zone import local_day, local_text
from tasks.states import State, Verb
from tasks.tables import Task, TaskChange


@dataclass(frozen=True)
class Line:
    """One task in a message. ``tone`` is late, today or ahead; ``holder`` is who has to do it; a deputy reads it on
    behalf of somebody; ``urged`` says who asked for it, and with which words; ``returned`` why it was sent back.
    ``words`` is how firmly its step asks, ``weight`` the enterprise's in 万元."""

    title: str
    purpose: str
    period: str
    due_on: date
    tone: str
    left: str
    holder: str
    phone: str
    link: str
    item_id: int
    on_behalf_of: str = ""
    urged: str = ""
    returned: str = ""
    words: Tone = Tone.FRIENDLY
    way: Way = Way.MAIL
    weight: Decimal = Decimal(0)


@dataclass(frozen=True)
class Matter:
    """Lines of one item that a leader or an officer should know of, told as one with all their periods."""

    title: str
    period: str
    lines: tuple[Line, ...]


FOLDERS = {"person": "reminder", "enterprise": "chase", "agency": "agency", "group": "group"}
"""The template folder of each kind of recipient."""


@dataclass(frozen=True)
class Addressee:
    """Who gets a message; an empty address means it has to be held."""

    name: str
    address: str
    desk: str


@dataclass(frozen=True)
class Pen:
    """What every message is written with."""

    links: Links
    workdays: Workdays
    ladders: Ladders = field(default_factory=load_ladders)
    wordings: Wordings = field(default_factory=Wordings)
    language: Language = CHINESE_AS_WRITTEN


def addressee(session: Session, recipient: str, pen: Pen, today: date) -> Addressee:
    """The name, address and own page behind a recipient key."""
    kind, _, number = recipient.partition(":")
    if recipient == GROUP:
        return Addressee("工作群", GROUP, "")
    if kind == "enterprise":
        enterprise = session.get_one(Enterprise, int(number))
        return Addressee(one_line(enterprise.contact or enterprise.name), enterprise.email, "")
    if kind == "agency":
        agency = session.get_one(Agency, int(number))
        page = pen.links.agency(agency.id or 0, agency.link_version, today)
        return Addressee(one_line(agency.contact or agency.name), agency.email, page)
    person = session.get_one(Person, int(number))
    return Addressee(one_line(person.name), person.email, pen.links.desk(person.id or 0, person.link_version, today))


@dataclass(frozen=True)
class Papers:
    """What the letters of a few deliveries are written from, read at once: a session forgets what nobody holds."""

    carried: Mapping[int, Sequence[tuple[Notice, Task]]]
    bureau: str
    others: Sequence[SQLModel]


def lay_out(session: Session, deliveries: Sequence[Delivery]) -> Papers:
    """Read what writing these deliveries will ask for."""
    carried: dict[int, list[tuple[Notice, Task]]] = {delivery.id or 0: [] for delivery in deliveries}
    of_these = select(Notice, Task).join(Task).where(col(Notice.delivery_id).in_(carried))
    for notice, task in session.exec(of_these.order_by(col(Notice.id))):
        carried[notice.delivery_id or 0].append((notice, task))
    recipients = [delivery.recipient for delivery in deliveries]
    return Papers(carried, bureau_name(session), _others(session, list(carried), recipients))


def _others(session: Session, delivery_ids: Sequence[int], recipients: Sequence[str]) -> list[SQLModel]:
    # By subquery: a leader's one message may speak of more enterprises than a statement can carry numbers.
    def of_tasks(column: Any) -> Any:
        return select(column).join(Notice).where(col(Notice.delivery_id).in_(delivery_ids))

    people = or_(col(Person.id).in_(of_tasks(Task.owner_id)), col(Person.id).in_(_numbers("person", recipients)))
    firms = or_(
        col(Enterprise.id).in_(of_tasks(Task.enterprise_id)), col(Enterprise.id).in_(_numbers("enterprise", recipients))
    )
    through = select(Enterprise.agency_id).where(col(Enterprise.id).in_(of_tasks(Task.enterprise_id)))
    agencies = or_(col(Agency.id).in_(through), col(Agency.id).in_(_numbers("agency", recipients)))
    items = select(PlanItem).where(col(PlanItem.id).in_(of_tasks(Task.item_id)))
    return [
        *session.exec(items),
        *session.exec(select(Agency).where(agencies)),
        *session.exec(select(Person).where(people)),
        *session.exec(select(Enterprise).where(firms)),
    ]


def _numbers(kind: str, recipients: Sequence[str]) -> list[int]:
    parted = (recipient.partition(":") for recipient in recipients)
    return [int(number) for found, _, number in parted if found == kind]


def reminder(
    session: Session, delivery: Delivery, notices: Sequence[Notice], now: datetime, pen: Pen, bureau: str
) -> Written:
    """Write the one message that carries these notices; the folder is the reader's: staff, enterprise, agency or
    group. Its words are those of the firmest step in it."""
    today = local_day(now)
    to = addressee(session, delivery.recipient, pen, today)
    own, watched = _lines(session, delivery.recipient, notices, pen, today)
    return message_of(delivery.recipient.partition(":")[0], to, own, watched, now, pen, bureau)


def message_of(
    kind: str, to: Addressee, own: Sequence[Line], watched: Sequence[Line], now: datetime, pen: Pen, bureau: str
) -> Written:
    """The message to a kind of recipient (person, enterprise, agency, group) with these lines in it."""
    tone = _firmest(own)
    facts = {
        "bureau": bureau,
        "to": to,
        "own": own,
        "watched": _matters([line for line in watched if line.way is not Way.LIST]),
        "calls": _by_holder([line for line in watched if line.way is Way.LIST]),
        "tone": tone.value,
        "said": _said(kind, to, own, now, pen),
    }
    return write(FOLDERS[kind], facts, pen.language)


def _said(kind: str, to: Addressee, own: Sequence[Line], now: datetime, pen: Pen) -> dict[str, str]:
    values: dict[str, object] = {"name": to.name, "now": local_text(now)}
    if kind not in ("enterprise", "agency"):
        return pen.wordings.said("staff", **values)
    first = own[0]
    values |= {"title": first.title, "month": first.due_on.month, "day": first.due_on.day, "enterprise": first.holder}
    said = pen.wordings.said("enterprise", **values)
    return said if kind == "enterprise" else said | pen.wordings.said("agency", **values)


def _firmest(lines: Sequence[Line]) -> Tone:
    # What is not late yet, such as a report that was sent back early, is not asked for as if it were.
    late = [line.words for line in lines if line.tone == "late"]
    return max(late, key=list(Tone).index, default=Tone.FRIENDLY)


def _by_holder(lines: Sequence[Line]) -> list[Matter]:
    held: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: (-line.weight, line.holder)):
        held.setdefault(line.holder, []).append(line)
    return [_matter(group) for group in held.values()]


def bureau_name(session: Session) -> str:
    """The bureau as its newest plan calls it."""
    plan = session.exec(select(Plan).order_by(col(Plan.id).desc())).first()
    return plan.bureau if plan else ""


def _lines(
    session: Session, recipient: str, notices: Sequence[Notice], pen: Pen, today: date
) -> tuple[list[Line], list[Line]]:
    own: dict[int, Line] = {}
    watched: dict[int, Line] = {}
    for notice in notices:
        lines = own if _is_own(session, notice) else watched
        line = line_of(session, notice, recipient, pen, today)
        known = lines.get(notice.task_id, line)
        lines[notice.task_id] = replace(line, urged=line.urged or known.urged)
    # Whoever has to do it need not be told to watch it.
    watched = {task_id: line for task_id, line in watched.items() if task_id not in own}
    by_due = [sorted(lines.values(), key=lambda line: (line.due_on, line.title)) for lines in (own, watched)]
    return by_due[0], by_due[1]


def _is_own(session: Session, notice: Notice) -> bool:
    if notice.audience in (Audience.ASSIGNEE, Audience.GROUP):
        return True
    task = session.get_one(Task, notice.task_id)
    return task.enterprise_id is None and notice.recipient == f"person:{task.owner_id}"


def line_of(session: Session, notice: Notice, recipient: str, pen: Pen, today: date) -> Line:
    """A notice's task as one line for this recipient, with the link that opens it for them."""
    task = session.get_one(Task, notice.task_id)
    item = session.get_one(PlanItem, task.item_id)
    enterprise = session.get(Enterprise, task.enterprise_id) if task.enterprise_id else None
    holder = enterprise.name if enterprise else session.get_one(Person, task.owner_id).name
    step = said_at(pen.ladders, item.ladder, notice.step)
    return Line(
        title=one_line(item.title),
        purpose=Purpose(task.purpose).label,
        period=Period.parse(task.period).label,
        due_on=task.due_on,
        tone="late" if task.due_on < today else "today" if task.due_on == today else "ahead",
        left=time_left(today, task.due_on, pen.workdays),
        # Names are typed by strangers: a line break in one must not make lines of its own in a letter.
        holder=one_line(holder),
        phone=_phone(session, enterprise) if enterprise else "",
        link=_link(session, task, recipient, pen, today),
        item_id=task.item_id,
        on_behalf_of=one_line(notice.on_behalf_of),
        urged=_urged(session, notice),
        returned=why_returned(session, task),
        words=step.words if step else Tone.FIRM,
        way=step.way if step else Way.MAIL,
        weight=enterprise.weight if enterprise else Decimal(0),
    )


def _phone(session: Session, enterprise: Enterprise) -> str:
    agency = session.get(Agency, enterprise.agency_id) if enterprise.agency_id else None
    own = f"{enterprise.contact} {enterprise.phone}"
    return one_line(f"{agency.name} {agency.contact} {agency.phone}；{own}" if agency and agency.active else own)


def why_returned(session: Session, task: Task) -> str:
    """The reason of the last 退回 on one line, empty for a task that is not sent back now."""
    if task.state != State.RETURNED:
        return ""
    returns = select(TaskChange.note).where(TaskChange.task_id == task.id, TaskChange.verb == Verb.RETURN)
    return one_line(session.exec(returns.order_by(col(TaskChange.id).desc())).first() or "")


def _urged(session: Session, notice: Notice) -> str:
    if not notice.step.startswith(URGE):
        return ""
    urges = select(TaskChange).where(TaskChange.task_id == notice.task_id, TaskChange.verb == Verb.URGE)
    nth = int(notice.step.removeprefix(URGE)) - 1
    change = session.exec(urges.order_by(col(TaskChange.id)).offset(nth).limit(1)).one()
    return one_line(f"{change.by}催办：{change.note}" if change.note else f"{change.by}催办")


def _link(session: Session, task: Task, recipient: str, pen: Pen, today: date) -> str:
    kind, _, number = recipient.partition(":")
    if kind == "enterprise":
        enterprise = session.get_one(Enterprise, int(number))
        return pen.links.filing(enterprise.id or 0, enterprise.link_version, task.id or 0, today)
    if kind == "person":
        person = session.get_one(Person, int(number))
        return pen.links.desk_task(person.id or 0, person.link_version, task.id or 0, today)
    return ""


def _matters(lines: Sequence[Line]) -> list[Matter]:
    grouped: dict[int, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.item_id, []).append(line)
    return [_matter(group) for group in grouped.values()]


def _matter(lines: Sequence[Line]) -> Matter:
    periods = dict.fromkeys(line.period for line in lines)
    return Matter(lines[0].title, "、".join(periods), tuple(lines))
