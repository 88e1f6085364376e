"""我的工作: what one person has to do, and the reports of enterprises that person looks after."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from flows.views.lines import Paged, TaskLine, number_of, one_page, overdue, pending, select_tasks, task_line
from plans.deputies import voices
from plans.periods import Period
from plans.tables import Person, PlanItem
from tasks.lights import Gauge
from tasks.states import FINISHED
from tasks.tables import Task

RECENT = timedelta(days=31)
FEW = 10


@dataclass(frozen=True)
class Section:
    """Tasks of one urgency under a heading."""

    title: str
    key: str
    lines: list[TaskLine]


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
class Desk:
    """A person's page: one page of what is to be done, in sections, and what was done lately."""

    page: Paged[TaskLine]
    sections: list[Section]
    matters: list[Matter]
    done: list[TaskLine]


def desk_of(session: Session, person: Person, today: date, gauge: Gauge, number: int) -> Desk:
    """The person's own tasks and the reports they look after, with those of whom they stand in for."""
    owners = [one.id or 0 for one in voices(session, person, today)]
    mine = select_tasks().where(col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_(None))
    waiting = mine.where(pending()).order_by(col(Task.due_on), col(Task.id))
    page = one_page(session, waiting, number, lambda *row: task_line(today, gauge, row))
    recent = mine.where(col(Task.state).in_(FINISHED), col(Task.done_on) >= today - RECENT)
    finished = session.exec(recent.order_by(col(Task.done_at).desc()).limit(FEW)).all()
    return Desk(
        page=page,
        sections=_sections(page.rows, today),
        matters=_matters(session, owners, today),
        done=[task_line(today, gauge, row) for row in finished],
    )


def _sections(lines: list[TaskLine], today: date) -> list[Section]:
    titles = {"red": "已逾期", "blue": "今天和近几天到期", "green": "以后到期"}
    sections = [Section(title, key, [line for line in lines if line.badge.key == key]) for key, title in titles.items()]
    return [section for section in sections if section.lines]


def _matters(session: Session, owners: list[int], today: date) -> list[Matter]:
    query = (
        select_columns(
            col(PlanItem.id),
            col(PlanItem.title),
            col(Task.period),
            func.min(Task.due_on),
            func.count(),
            number_of(col(Task.state).in_(FINISHED)),
            number_of(overdue(today)),
        )
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .where(col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_not(None))
        .group_by(col(PlanItem.id), col(PlanItem.title), col(Task.period))
        .having(or_(number_of(pending()) > 0, func.max(Task.due_on) >= today - RECENT))
        .order_by(func.min(Task.due_on).desc(), col(PlanItem.id))
        .limit(FEW)
    )
    return [_matter(*row) for row in session.execute(query).all()]


def _matter(item_id: int, title: str, period: str, due_on: date, due: int, done: int, late: int) -> Matter:
    return Matter(item_id, title, period, Period.parse(period).label, due_on, due, done, late)


def enterprises_of(
    session: Session, item_id: int, period: str, today: date, gauge: Gauge, number: int
) -> Paged[TaskLine]:
    """Who owes one report of one period, those still owing first."""
    query = select_tasks().where(
        col(Task.item_id) == item_id, col(Task.period) == period, col(Task.enterprise_id).is_not(None)
    )
    query = query.order_by(pending().desc(), col(Task.due_on), col(Task.id))
    return one_page(session, query, number, lambda *row: task_line(today, gauge, row))
