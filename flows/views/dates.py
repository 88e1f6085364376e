"""日历: what falls due on each day of a month, a report of many enterprises as one entry, and one day's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.views.dates_ahead import ahead
from flows.views.dates_entry import Entry
from flows.views.lines import Paged, TaskLine, number_of, one_page, pending, select_tasks, task_line
from plans.periods import Period
from plans.tables import Office, Person, PlanItem
from plans.workdays import STEP, Workdays
from tasks.states import FINISHED, State
from tasks.tables import Task

FEW = 3
"""How many entries a day of the month shows before it points to its list."""


@dataclass(frozen=True)
class Whose:
    """Whose tasks are wanted: names of a person and of an office, empty for all."""

    person: str = ""
    office: str = ""


@dataclass(frozen=True)
class Day:
    """One day of a month's page. ``sign`` is what is special about it: 国庆节, 休 or 班; ``more`` counts the entries
    that are not shown."""

    day: date
    inside: bool
    works: bool
    sign: str
    entries: Sequence[Entry]
    more: int


@dataclass(frozen=True)
class DayList:
    """One day's list: what people of the bureau do, the reports of enterprises, and what is not opened yet."""

    day: date
    works: bool
    sign: str
    own: Paged[TaskLine]
    reports: Sequence[Entry]
    ahead: Sequence[Entry]

    @property
    def nothing(self) -> bool:
        return not (self.own.total or self.reports or self.ahead)


def weeks_of(month: Period) -> list[list[date]]:
    """The weeks, Monday first, that hold a month's days; their days of the months beside it are in them too."""
    first = month.first - timedelta(days=month.first.weekday())
    count = (month.last - first).days // 7 + 1
    return [[first + timedelta(days=7 * week + day) for day in range(7)] for week in range(count)]


def sign_of(day: date, workdays: Workdays) -> str:
    """What makes a day unlike others of its weekday: the holiday's name, 休, or 班 for a weekend day that works."""
    weekend = day.weekday() >= 5
    if workdays.is_workday(day):
        return "班" if weekend else ""
    return workdays.holiday(day) or ("" if weekend else "休")


def month_of_days(session: Session, runtime: Runtime, month: Period, whose: Whose, today: date) -> list[Day]:
    """Whole weeks, Monday first; only the month's own days have entries."""
    by_day: dict[date, list[Entry]] = {}
    for entry in entries_between(session, runtime, month.first, month.last, whose, today):
        by_day.setdefault(entry.day, []).append(entry)
    days = [day for week in weeks_of(month) for day in week]
    return [_day(day, month, by_day.get(day, []), runtime.workdays) for day in days]


def _day(day: date, month: Period, entries: Sequence[Entry], workdays: Workdays) -> Day:
    # One that does not fit is shown rather than counted.
    shown = entries if len(entries) <= FEW + 1 else entries[:FEW]
    return Day(day, day in month, workdays.is_workday(day), sign_of(day, workdays), shown, len(entries) - len(shown))


def entries_between(
    session: Session, runtime: Runtime, first: date, last: date, whose: Whose, today: date
) -> list[Entry]:
    """What falls due from first to last, by day; what is still to come as far as the plans say."""
    owners = owners_of(session, whose)
    opened = _opened(session, first, last, owners)
    coming = ahead(session, runtime, max(first, today), last, owners)
    return sorted([*opened, *coming], key=lambda one: (one.day, one.firms, one.item_id, one.period))


def owners_of(session: Session, whose: Whose) -> frozenset[int] | None:
    """The ids of the people wanted; None for everybody."""
    if not whose.person and not whose.office:
        return None
    query = select(Person.id).join(Office, col(Office.id) == col(Person.office_id), isouter=True)
    if whose.person:
        query = query.where(Person.name == whose.person)
    if whose.office:
        query = query.where(Office.name == whose.office)
    return frozenset(number or 0 for number in session.exec(query))


def _counted(owners: frozenset[int] | None) -> ColumnElement[bool]:
    counts = col(Task.state) != State.CANCELLED
    return counts if owners is None else and_(counts, col(Task.owner_id).in_(owners))


def _opened(session: Session, first: date, last: date, owners: frozenset[int] | None) -> list[Entry]:
    grouped = _grouped(first, last, owners)
    named = (
        select_columns(grouped, col(PlanItem.title), col(Person.name).label("owner"))
        .join(PlanItem, col(PlanItem.id) == grouped.c.item_id)
        .join(Person, col(Person.id) == grouped.c.owner_id)
    )
    return [
        Entry(
            day=row.due_on,
            item_id=row.item_id,
            title=row.title,
            period=row.period,
            owner=row.owner,
            firms=row.number if row.firms else 0,
            task=0 if row.firms else row.task,
            done=row.done,
            waiting=row.waiting,
        )
        for row in session.execute(named)
    ]


def _grouped(first: date, last: date, owners: frozenset[int] | None) -> Subquery:
    # Grouped before it is joined: ten thousand reports of a day are one row.
    firms = col(Task.enterprise_id).is_not(None)
    seat = col(Task.due_on), col(Task.item_id), col(Task.period), col(Task.owner_id), firms.label("firms")
    counts = (
        func.min(Task.id).label("task"),
        func.count().label("number"),
        number_of(col(Task.state).in_(FINISHED)).label("done"),
        number_of(pending()).label("waiting"),
    )
    wanted = select_columns(*seat, *counts).where(col(Task.due_on).between(first, last), _counted(owners))
    return wanted.group_by(*seat).subquery()


def list_of_day(session: Session, runtime: Runtime, day: date, whose: Whose, today: date, number: int) -> DayList:
    """Everything that falls due on one day; the bureau's own tasks a page at a time."""
    counted = _counted(owners_of(session, whose))
    query = select_tasks().where(col(Task.due_on) == day, col(Task.enterprise_id).is_(None), counted)
    query = query.order_by(pending().desc(), col(Task.item_id), col(Task.id))
    entries = entries_between(session, runtime, day, day, whose, today)
    return DayList(
        day=day,
        works=runtime.workdays.is_workday(day),
        sign=sign_of(day, runtime.workdays),
        own=one_page(session, query, number, lambda *row: task_line(today, runtime.gauge, row)),
        reports=[one for one in entries if one.firms and one.opened],
        ahead=[one for one in entries if not one.opened],
    )


def day_beside(day: date, by: int) -> date:
    """So many days on or back."""
    return day + STEP * by


def office_names(session: Session) -> Sequence[str]:
    """The 股室 that can be chosen in the filter."""
    return session.exec(select(Office.name).order_by(col(Office.id))).all()
