"""The reports that many enterprises owe, a line a report and period, and who owes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.lines import Paged, TaskLine, number_of, one_page, overdue, pending, select_tasks, task_line
from flows.views.matrix import newest_due, opened_periods
from plans.periods import Period
from plans.tables import PlanItem
from plans.words import Assignees
from tasks.lights import Gauge
from tasks.states import UNFINISHED, State
from tasks.tables import Task

RECENT = timedelta(days=31)
MOST = 10

Key = tuple[int, str]
"""An item and one of its periods."""


@dataclass(frozen=True)
class Matter:
    """One report of one period that many enterprises owe."""

    item_id: int
    title: str
    key: str
    period: str
    due_on: date
    due: int
    done: int
    overdue: int


@dataclass(frozen=True)
class _Owing:
    """What is not in of a report of one period: still to be filed, of these late, and no longer asked for."""

    due_on: date
    pending: int
    late: int
    called_off: int
    lapsed: int


def matters_of(session: Session, owners: Sequence[int], today: date) -> list[Matter]:
    """The reports these people look after of which something is missing, and the newest complete ones; newest first."""
    # Only what is missing is read: of three years of ten thousand enterprises nearly everything is in.
    owing = _owing(session, owners, today)
    missing = {key: one for key, one in owing.items() if one.pending}
    complete = {key: due_on for key, due_on in _newest(session, owners, today).items() if key not in missing}
    dates = {key: one.due_on for key, one in missing.items()} | complete
    shown = sorted(dates, key=lambda key: (dates[key], -key[0]), reverse=True)[:MOST]
    titles, totals = _titles(session, shown), _totals(session, shown)
    return [_matter(key, titles[key[0]], dates[key], totals[key], owing.get(key)) for key in shown]


def _owing(session: Session, owners: Sequence[int], today: date) -> dict[Key, _Owing]:
    counted = (pending(), overdue(today), col(Task.state) == State.CANCELLED, col(Task.state) == State.LAPSED)
    columns: Any = (col(Task.item_id), col(Task.period), func.min(Task.due_on), *map(number_of, counted))
    query = (
        select_columns(*columns)
        .where(col(Task.owner_id).in_(owners), col(Task.state).in_(UNFINISHED), col(Task.enterprise_id).is_not(None))
        .group_by(col(Task.item_id), col(Task.period))
    )
    return {(item_id, period): _Owing(*rest) for item_id, period, *rest in session.execute(query)}


def _newest(session: Session, owners: Sequence[int], today: date) -> dict[Key, date]:
    """The newest period of each report, while it is recent."""
    of_enterprises = select(PlanItem).where(PlanItem.assignees == Assignees.ENTERPRISES)
    found = {}
    for item in session.exec(of_enterprises.where(col(PlanItem.owner_id).in_(owners))):
        if period := newest_due(session, item, opened_periods(session, item), today):
            due_on = select(col(Task.due_on)).where(Task.item_id == item.id, Task.period == period).limit(1)
            found[item.id or 0, period] = session.exec(due_on).one()
    return {key: due_on for key, due_on in found.items() if due_on >= today - RECENT}


def _titles(session: Session, keys: Sequence[Key]) -> dict[int, str]:
    query = select(PlanItem.id, PlanItem.title).where(col(PlanItem.id).in_({item_id for item_id, _ in keys}))
    return {item_id or 0: title for item_id, title in session.exec(query)}


def _totals(session: Session, keys: Sequence[Key]) -> dict[Key, int]:
    # Each item with each period, so that the unique index answers; pairs would be looked for in the whole table.
    items, periods = {item_id for item_id, _ in keys}, {period for _, period in keys}
    query = select_columns(col(Task.item_id), col(Task.period), func.count())
    query = query.where(col(Task.item_id).in_(items), col(Task.period).in_(periods))
    found: Any = session.execute(query.group_by(col(Task.item_id), col(Task.period)))
    return {(item_id, period): total for item_id, period, total in found}


def _matter(key: Key, title: str, due_on: date, total: int, owing: _Owing | None) -> Matter:
    item_id, period = key
    missing = owing or _Owing(due_on, 0, 0, 0, 0)
    due = total - missing.called_off
    done = due - missing.pending - missing.lapsed
    return Matter(item_id, title, period, Period.parse(period).label, due_on, due, done, missing.late)


def enterprises_of(
    session: Session, item_id: int, period: str, today: date, gauge: Gauge, number: int
) -> Paged[TaskLine]:
    """Who owes one report of one period, those still owing first."""
    of_report = and_(col(Task.item_id) == item_id, col(Task.period) == period, col(Task.enterprise_id).is_not(None))
    query = select_tasks().where(of_report).order_by(pending().desc(), col(Task.due_on), col(Task.id))
    return one_page(session, query, number, lambda *row: task_line(today, gauge, row))
