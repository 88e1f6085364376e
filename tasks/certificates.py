"""Certificates in the database: what ends, which task holds a year's review already, and what a file brings."""

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from plans.agenda import Planned, Purpose
from plans.batches import Batches
from plans.certificates import Ending, Renewals, endings_of
from plans.roster_tables import Certificate
from plans.tables import Enterprise, PlanItem
from plans.words import Assignees, Kind
from tasks.states import State
from tasks.tables import Task


def renewals_of(session: Session, batches: Batches) -> Renewals:
    """The certificates that end, as the agenda wants them."""
    return Renewals(endings(session), batches, _held(session))


def endings(session: Session) -> tuple[Ending, ...]:
    """The certificates in force, the one that ends first first."""
    held = select(Certificate, Enterprise).join(Enterprise, col(Enterprise.id) == col(Certificate.enterprise_id))
    return endings_of(session.exec(held.order_by(col(Certificate.id))).all())


def _held(session: Session) -> dict[tuple[int, str], int]:
    wanted = select(Task.enterprise_id, Task.period, Task.item_id).where(Task.state != State.CANCELLED, is_review())
    reviews = session.exec(wanted.order_by(col(Task.id).desc()))
    return {(enterprise_id or 0, period): item_id for enterprise_id, period, item_id in reviews}


def is_review() -> ColumnElement[bool]:
    """The task is a review. By its item first: of a hundred thousand reports none is looked at."""
    items = select(PlanItem.id).where(PlanItem.kind == Kind.REVIEW, PlanItem.assignees == Assignees.ENTERPRISES)
    return and_(col(Task.item_id).in_(items), col(Task.purpose) == Purpose.RENEWAL)


def without_twins(found: Iterable[tuple[PlanItem, Planned]]) -> list[tuple[PlanItem, Planned]]:
    """Plans may overlap, and two items ask for the same review: the first has it."""
    return list(_first_reviews(found))


def _first_reviews(found: Iterable[tuple[PlanItem, Planned]]) -> Iterator[tuple[PlanItem, Planned]]:
    seen: set[tuple[str, int | None, str]] = set()
    for item, planned in found:
        key = item.programme, planned.enterprise_id, planned.period
        if planned.purpose is Purpose.RENEWAL:
            if key in seen:
                continue
            seen.add(key)
        yield item, planned
