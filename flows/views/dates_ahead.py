"""What the plans still have in store: tasks whose day has come into no tick's view yet, from the agenda itself."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from flows.runtime import Runtime
from flows.views.dates_entry import Entry
from plans.agenda import Planned, Purpose, month_of
from plans.roster.membership import belonging_in
from plans.roster_tables import Certificate
from plans.tables import Enterprise, Person, PlanItem
from plans.workdays import STEP
from plans.zone import local_day
from tasks.opening import HORIZON, Seat, planned_tasks, seat
from tasks.tables import Task

ANYBODY = Enterprise(id=0, name="")
"""Stands for the whole roster, so that ten thousand enterprises need not be read to know one date."""

Found = tuple[PlanItem, Planned]


def ahead(session: Session, runtime: Runtime, first: date, last: date, owners: frozenset[int] | None) -> list[Entry]:
    """Entries from first to last that have no task yet: nothing is asked of the days whose tasks are there."""
    first = max(first, _opened_to(session, first))
    if last < first:
        return []
    certified = select(Enterprise).where(col(Enterprise.id).in_(select(Certificate.enterprise_id)))
    roster = [ANYBODY, *session.exec(certified)]
    planned = planned_tasks(session, runtime.workdays, runtime.batches, first, last, roster)
    wanted = [found for found in planned if owners is None or found[1].owner_id in owners]
    names = dict(session.exec(select(Person.id, Person.name)).all())
    return [*_own(session, wanted, names), *_reviews(session, wanted, names), *_reports(session, wanted, names)]


def _opened_to(session: Session, otherwise: date) -> date:
    """The first day that the newest opening has not looked at."""
    newest = session.exec(select(Task.opened_at).order_by(col(Task.id).desc()).limit(1)).first()
    return local_day(newest) + HORIZON + STEP if newest else otherwise


def _own(session: Session, planned: Sequence[Found], names: dict[int | None, str]) -> Iterable[Entry]:
    own = [found for found in planned if found[1].enterprise_id is None]
    known = _known(session, own)
    return [_entry(item, task, names) for item, task in own if seat(task) not in known]


def _reviews(session: Session, planned: Sequence[Found], names: dict[int | None, str]) -> Iterable[Entry]:
    reviews = [found for found in planned if found[1].purpose is Purpose.RENEWAL]
    known = _known(session, reviews)
    coming = [found for found in reviews if seat(found[1]) not in known]
    firms = Counter(_on(task) for _, task in coming)
    first = {_on(task): (item, task) for item, task in reversed(coming)}
    return [_entry(item, task, names, firms[on]) for on, (item, task) in first.items()]


def _reports(session: Session, planned: Sequence[Found], names: dict[int | None, str]) -> Iterable[Entry]:
    for item, task in planned:
        if task.enterprise_id == ANYBODY.id and (firms := _without_task(session, task)):
            yield _entry(item, task, names, firms)


def _on(task: Planned) -> tuple[int, str, date]:
    return task.item_id, task.period, task.due_on


def _known(session: Session, planned: Sequence[Found]) -> set[Seat]:
    items, periods = {task.item_id for _, task in planned}, {task.period for _, task in planned}
    held = select(Task.item_id, Task.period, Task.enterprise_id)
    return set(session.exec(held.where(col(Task.item_id).in_(items), col(Task.period).in_(periods))))


def _without_task(session: Session, task: Planned) -> int:
    opened = select(Task.enterprise_id).where(Task.item_id == task.item_id, Task.period == task.period)
    wanting = col(Enterprise.id).not_in(opened.where(col(Task.enterprise_id).is_not(None)))
    return session.exec(select(func.count()).where(belonging_in(month_of(task.period)), wanting)).one()


def _entry(item: PlanItem, task: Planned, names: dict[int | None, str], firms: int = 0) -> Entry:
    return Entry(
        day=task.due_on,
        item_id=task.item_id,
        title=item.title,
        period=task.period,
        owner=names[task.owner_id],
        firms=firms,
        opened=False,
    )
