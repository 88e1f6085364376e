"""我的工作: what one person has to do, what they wait for, and the reports of enterprises they look after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.doing import Doing, doings, last_words
from flows.views.lines import Paged, TaskLine, number_of, one_page, pending, select_tasks, task_line
from flows.views.matters import Matter, matters_of
from plans.deputies import voices
from plans.tables import Enterprise, Person, PlanItem
from tasks.extensions import ASKED
from tasks.lights import Gauge
from tasks.states import FINISHED, PENDING, State, Verb
from tasks.tables import Extension, Task

RECENT = timedelta(days=31)
FEW = 10
FORMS = 12
"""So many rows carry their forms at once; the others' come when they are asked for, so that the page stays light."""
SECTIONS = {"returned": "退回要改", "overdue": "逾期", "today": "今天到期", "week": "本周到期", "later": "以后到期"}


@dataclass(frozen=True)
class Row:
    """One task on the desk. ``told`` is why it came back or what it waits for; ``doing`` what its form needs, where the
    form is shown."""

    line: TaskLine
    section: str
    told: str = ""
    doing: Doing | None = None


@dataclass(frozen=True)
class Section:
    """Tasks of one urgency under a heading; ``total`` counts those on other pages too."""

    title: str
    key: str
    rows: list[Row]
    total: int


@dataclass(frozen=True)
class Desk:
    """A person's page: one page of what is to be done, in sections, what waits for others, and what was done lately.

    ``opened`` is the row that was asked for, wherever in the list it stands; None where it is no longer to be done.
    """

    page: Paged[Row]
    counts: dict[str, int]
    opened: Row | None
    waiting: Paged[Row]
    matters: list[Matter]
    done: list[TaskLine]

    @property
    def sections(self) -> list[Section]:
        """Those that have a row on this page."""
        rows = {key: [row for row in self.page.rows if row.section == key] for key in SECTIONS}
        return [Section(SECTIONS[key], key, found, self.counts[key]) for key, found in rows.items() if found]


def desk_of(session: Session, person: Person, today: date, gauge: Gauge, number: int, opened: int = 0) -> Desk:
    """The person's own tasks and the reports they look after, with those of whom they stand in for; ``opened`` is the
    number of the task whose form is wanted besides those of the first rows."""
    owners = [one.id or 0 for one in voices(session, person, today)]
    mine = select_tasks().where(col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_(None))
    to_do = mine.where(pending(), ~_asked()).add_columns(_section(today))
    found = one_page(session, to_do.order_by(_section(today), col(Task.due_on), col(Task.id)), number, _kept)
    wanted = session.execute(to_do.where(col(Task.id) == opened)).first() if opened else None
    rows = _rows(session, [*found.rows, *([_kept(*wanted)] if wanted else [])], today, gauge, opened)
    return Desk(
        page=Paged(rows[: len(found.rows)], found.number, found.total),
        counts=_counts(session, owners, today),
        opened=rows[-1] if wanted else None,
        waiting=_waiting(session, mine, today, gauge),
        matters=matters_of(session, owners, today),
        done=_done(session, mine, today, gauge),
    )


def _asked() -> ColumnElement[bool]:
    """Somebody else is to decide about its extension."""
    return select(Extension.id).where(Extension.task_id == col(Task.id), Extension.state == ASKED).exists()


def _section(today: date) -> ColumnElement[int]:
    sunday = today + timedelta(days=6 - today.weekday())
    due_on = col(Task.due_on)
    returned = col(Task.state) == State.RETURNED
    return case((returned, 0), (due_on < today, 1), (due_on == today, 2), (due_on <= sunday, 3), else_=4)


_Kept = tuple[Task, PlanItem, Person, Enterprise, str]


def _kept(task: Task, item: PlanItem, owner: Person, enterprise: Enterprise, section: int) -> _Kept:
    return task, item, owner, enterprise, list(SECTIONS)[section]


def _rows(session: Session, found: Sequence[_Kept], today: date, gauge: Gauge, opened: int) -> list[Row]:
    with_forms = [(task, item) for nth, (task, item, *_) in enumerate(found) if nth < FORMS or task.id == opened]
    forms = doings(session, with_forms, today)
    returned = [task.id or 0 for task, *_, section in found if section == "returned"]
    why = last_words(session, returned, Verb.RETURN) if returned else {}
    return [
        Row(
            line=task_line(today, gauge, (task, item, owner, enterprise)),
            section=section,
            told=why[task.id or 0].note if task.id in why else "",
            doing=forms.get(task.id or 0),
        )
        for task, item, owner, enterprise, section in found
    ]


def _counts(session: Session, owners: Sequence[int], today: date) -> dict[str, int]:
    mine = and_(col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_(None), pending(), ~_asked())
    counts: Any = [number_of(_section(today) == nth) for nth in range(len(SECTIONS))]
    found = session.execute(select_columns(*counts).select_from(Task).where(mine)).one()
    return dict(zip(SECTIONS, found, strict=True))


def _waiting(session: Session, mine: Any, today: date, gauge: Gauge) -> Paged[Row]:
    to_decide, to_review = and_(pending(), _asked()), _to_review()
    # The states first: they are in the index, and most tasks of years are over.
    query = mine.where(col(Task.state).in_((*PENDING, State.DONE)), or_(to_decide, to_review))
    query = query.order_by(col(Task.due_on), col(Task.id))
    found = one_page(session, query, 1, lambda *row: Row(task_line(today, gauge, row), "waiting"))
    asked = select(Extension).where(col(Extension.task_id).in_([row.line.id for row in found.rows]))
    until = {one.task_id: one.asked_due_on for one in session.exec(asked.where(Extension.state == ASKED))}
    told = {number: f"申请延到 {day.month}月{day.day}日，等批复" for number, day in until.items()}
    rows = [replace(row, told=told.get(row.line.id, "等复核")) for row in found.rows]
    return Paged(rows, found.number, found.total)


def _to_review() -> ColumnElement[bool]:
    return and_(col(Task.state) == State.DONE, col(PlanItem.needs_review))


def _done(session: Session, mine: Any, today: date, gauge: Gauge) -> list[TaskLine]:
    recent = mine.where(col(Task.state).in_(FINISHED), ~_to_review(), col(Task.done_on) >= today - RECENT)
    found = session.exec(recent.order_by(col(Task.done_at).desc()).limit(FEW)).all()
    return [task_line(today, gauge, row) for row in found]
