"""What a reminder says: the still open tasks of one delivery, as the facts its template needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from notifications.audience import GROUP
from notifications.channels.mime import one_line
from notifications.ladder import Audience
from notifications.links import Links
from notifications.tables import Delivery, Notice
from notifications.writing import Written, time_left, write
from plans.agenda import Purpose
from plans.periods import Period
from plans.tables import Enterprise, Person, Plan, PlanItem
from plans.workdays import Workdays
from plans.zone import local_day
from tasks.tables import Task


@dataclass(frozen=True)
class Line:
    """One task in a message. ``tone`` is late, today or ahead; ``holder`` is who has to do it."""

    title: str
    purpose: str
    period: str
    due_on: date
    tone: str
    left: str
    holder: str
    phone: str
    link: str


@dataclass(frozen=True)
class Matter:
    """Lines of one item and period that a leader or an officer should know of, told as one."""

    title: str
    period: str
    lines: tuple[Line, ...]


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


def addressee(session: Session, recipient: str, pen: Pen, today: date) -> Addressee:
    """The name, address and own page behind a recipient key."""
    kind, _, number = recipient.partition(":")
    if recipient == GROUP:
        return Addressee("工作群", GROUP, "")
    if kind == "enterprise":
        enterprise = session.get_one(Enterprise, int(number))
        return Addressee(one_line(enterprise.contact or enterprise.name), enterprise.email, "")
    person = session.get_one(Person, int(number))
    return Addressee(one_line(person.name), person.email, pen.links.desk(person.id or 0, person.link_version, today))


def reminder(session: Session, delivery: Delivery, notices: Sequence[Notice], now: datetime, pen: Pen) -> Written:
    """Write the one message that carries these notices; the folder is the reader's: staff, enterprise or group."""
    today = local_day(now)
    to = addressee(session, delivery.recipient, pen, today)
    own, watched = _lines(session, delivery.recipient, notices, pen, today)
    folder = delivery.recipient.partition(":")[0]
    return write(
        {"person": "reminder", "enterprise": "chase", "group": "group"}[folder],
        {
            "bureau": _bureau(session),
            "to": to,
            "now": now,
            "own": own,
            "watched": _matters(watched),
            "enterprise": own[0].holder if folder == "enterprise" else "",
            "late": any(line.tone == "late" for line in own),
        },
    )


def _bureau(session: Session) -> str:
    plan = session.exec(select(Plan).order_by(col(Plan.id).desc())).first()
    return plan.bureau if plan else ""


def _lines(
    session: Session, recipient: str, notices: Sequence[Notice], pen: Pen, today: date
) -> tuple[list[Line], list[Line]]:
    own: dict[int, Line] = {}
    watched: dict[int, Line] = {}
    for notice in notices:
        task = session.get_one(Task, notice.task_id)
        mine = notice.audience in (Audience.ASSIGNEE, Audience.GROUP)
        (own if mine else watched)[notice.task_id] = line_of(session, task, recipient, pen, today)
    by_due = [sorted(lines.values(), key=lambda line: (line.due_on, line.title)) for lines in (own, watched)]
    return by_due[0], by_due[1]


def line_of(session: Session, task: Task, recipient: str, pen: Pen, today: date) -> Line:
    """A task as one line for this recipient, with the link that opens it for them."""
    item = session.get_one(PlanItem, task.item_id)
    enterprise = session.get(Enterprise, task.enterprise_id) if task.enterprise_id else None
    holder = enterprise.name if enterprise else session.get_one(Person, task.owner_id).name
    return Line(
        title=one_line(item.title),
        purpose=Purpose(task.purpose).label,
        period=Period.parse(task.period).label,
        due_on=task.due_on,
        tone="late" if task.due_on < today else "today" if task.due_on == today else "ahead",
        left=time_left(today, task.due_on, pen.workdays),
        # Names are typed by strangers: a line break in one must not make lines of its own in a letter.
        holder=one_line(holder),
        phone=one_line(f"{enterprise.contact} {enterprise.phone}") if enterprise else "",
        link=_link(session, task, recipient, pen, today),
    )


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
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        grouped.setdefault((line.title, line.period), []).append(line)
    return [Matter(title, period, tuple(group)) for (title, period), group in grouped.items()]
