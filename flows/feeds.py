"""A person's calendar feed: the open tasks of the person as an iCalendar file that a calendar program fetches.

Reports of enterprises are one event a report and period: nobody wants three hundred lines on one day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, Subquery, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from flows.views.lines import number_of, pending
from notifications.channels.mime import one_line
from plans.agenda import Purpose
from plans.deputies import voices
from plans.periods import Period
from plans.tables import Person, PlanItem
from plans.zone import LOCAL
from tasks.states import FINISHED
from tasks.tables import Task, TaskChange

if TYPE_CHECKING:
    from icalendar import Calendar, Event

FETCHED_EVERY = timedelta(hours=4)


@dataclass(frozen=True)
class Due:
    """One event: ``key`` names it for good, ``path`` is its page below 我的工作, ``changed`` counts its changes."""

    key: str
    path: str
    day: date
    summary: str
    lines: tuple[str, ...]
    changed: int
    changed_at: datetime


def feed_of(session: Session, person: Person, today: date, base_url: str) -> bytes:
    """The feed of the person, with the tasks of those they stand in for today. Nothing in it opens a page by itself."""
    owners = {one.id or 0: one.name for one in voices(session, person, today)}
    return written_out(person, [*_own(session, owners, person), *_reports(session, owners, person)], base_url)


def written_out(person: Person, dues: Iterable[Due], base_url: str) -> bytes:
    """The events as an iCalendar file, earliest first."""
    calendar = _calendar(person)
    for due in sorted(dues, key=lambda one: (one.day, one.key)):
        calendar.add_component(_event(due, base_url))
    return bytes(calendar.to_ical())


def _own(session: Session, owners: dict[int, str], person: Person) -> Iterator[Due]:
    mine = and_(col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_(None), pending())
    changes = _changes(mine)
    rows = session.execute(
        select_columns(Task, PlanItem, changes.c.number, changes.c.at)
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(changes, changes.c.task_id == col(Task.id), isouter=True)
        .where(mine)
    )
    for task, item, number, at in rows:
        yield Due(
            key=f"task-{task.id}",
            path=f"tasks/{task.id}",
            day=task.due_on,
            summary=one_line(item.title),
            lines=_lines(task.period, Purpose(task.purpose).label, owners[task.owner_id], person),
            changed=max(0, (number or 0) - 1),
            changed_at=at or task.opened_at,
        )


def _changes(of_tasks: ColumnElement[bool]) -> Subquery:
    counted: Select[Any] = select_columns(
        col(TaskChange.task_id).label("task_id"), func.count().label("number"), func.max(TaskChange.at).label("at")
    )
    counted = counted.join(Task, col(Task.id) == col(TaskChange.task_id)).where(of_tasks)
    return counted.group_by(col(TaskChange.task_id)).subquery()


def _reports(session: Session, owners: dict[int, str], person: Person) -> Iterator[Due]:
    of_item = (
        select_columns(
            col(Task.item_id).label("item_id"),
            col(Task.period).label("period"),
            col(Task.owner_id).label("owner_id"),
            func.min(Task.due_on).filter(pending()).label("day"),
            number_of(pending()).label("waiting"),
            (number_of(col(Task.state).in_(FINISHED)) + 2 * func.sum(Task.returns)).label("changed"),
            func.max(Task.opened_at).label("opened_at"),
            func.max(Task.done_at).label("done_at"),
        )
        .where(col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_not(None))
        .group_by(col(Task.item_id), col(Task.period), col(Task.owner_id))
        .having(number_of(pending()) > 0)
        .subquery()
    )
    named = select_columns(of_item, col(PlanItem.title)).join(PlanItem, col(PlanItem.id) == of_item.c.item_id)
    for row in session.execute(named):
        yield Due(
            key=f"report-{row.item_id}-{row.period}",
            path=f"matters/{row.item_id}/{row.period}",
            day=row.day,
            summary=f"{one_line(row.title)}（{row.waiting}家未报）",
            lines=_lines(row.period, "企业填报", owners[row.owner_id], person),
            changed=row.changed,
            changed_at=max(row.opened_at, row.done_at or row.opened_at),
        )


def _lines(period: str, purpose: str, owner: str, person: Person) -> tuple[str, ...]:
    behalf = (f"代{one_line(owner)}办理",) if owner != person.name else ()
    return (f"期间：{Period.parse(period).label}", f"事项：{purpose}", *behalf)


def _calendar(person: Person) -> "Calendar":
    # A tenth of a second that only the feed has to pay.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//duban//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"督办 {one_line(person.name)}")
    calendar.add("x-wr-timezone", LOCAL.key)
    calendar.add("refresh-interval", FETCHED_EVERY, parameters={"value": "DURATION"})
    return calendar


def _event(due: Due, base_url: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{due.key}@{urlsplit(base_url).hostname or 'duban'}")
    event.add("dtstamp", due.changed_at)
    event.add("last-modified", due.changed_at)
    event.add("sequence", due.changed)
    event.add("dtstart", due.day)
    event.add("dtend", due.day + timedelta(days=1))
    event.add("summary", due.summary)
    event.add("description", "\n".join(due.lines))
    # The page asks who it is: a calendar is shared more easily than a mail.
    event.add("url", f"{base_url}/desk/me/{due.path}")
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
