"""What a reminder says: the still open tasks of one delivery, as the facts its template needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from notifications.audience import GROUP
from notifications.channels.mime import one_line
from notifications.ladder import Audience
from notifications.links import Links
from notifications.tables import URGE, Delivery, Notice
from notifications.writing import Written, time_left, write
from plans.agenda import Purpose
from plans.periods import Period
from plans.tables import Enterprise, Person, Plan, PlanItem
from plans.workdays import Workdays
from plans.zone import local_day
from tasks.states import Verb
from tasks.tables import Task, TaskChange


@dataclass(frozen=True)
class Line:
    """One task in a message. ``tone`` is late, today or ahead; ``holder`` is who has to do it; a deputy reads it on
    behalf of somebody; ``urged`` says who asked for it, and with which words."""

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


@dataclass(frozen=True)
class Matter:
    """Lines of one item that a leader or an officer should know of, told as one with all their periods."""

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
        item_id=task.item_id,
        on_behalf_of=one_line(notice.on_behalf_of),
        urged=_urged(session, notice),
    )


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
