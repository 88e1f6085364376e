"""待我处理: what waits for a supervisor's word, with what the word needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from flows.supervising import may_supervise
from flows.views.doing import last_words
from flows.views.lines import TaskLine, pending, select_tasks, task_line, total_of
from plans.columns import figure_text
from plans.deputies import voices
from plans.tables import Person, PlanItem, Target
from tasks.evidence import evidence_of
from tasks.extensions import ASKED, open_extension
from tasks.lights import Gauge
from tasks.moved import last_changes
from tasks.states import State, Verb
from tasks.tables import Evidence, Extension, Progress, Task
from tasks.verbs import item_of

MOST = 30
"""So many requests and so many reviews are shown at once, those that wait longest."""


@dataclass(frozen=True)
class Waiting:
    """One task that waits for a decision; ``extension`` is the request, None for a review, about which ``note``,
    ``figures`` and the number of ``files`` say what was done. ``seen`` is the newest change this shows."""

    line: TaskLine
    extension: Extension | None
    seen: int = 0
    note: str = ""
    figures: tuple[str, ...] = ()
    files: int = 0


@dataclass(frozen=True)
class Decisions:
    """What waits: the longest waiting of the requests and reviews, and how many there are of each."""

    requests: list[Waiting]
    reviews: list[Waiting]
    asked: int
    done: int

    @property
    def total(self) -> int:
        return self.asked + self.done

    @property
    def tasks(self) -> set[int]:
        """The numbers of the tasks that are shown."""
        return {one.line.id for one in (*self.requests, *self.reviews)}


@dataclass(frozen=True)
class Supervision:
    """What a task's page shows a supervisor and its holder: files, the open request, who may decide."""

    files: list[Evidence]
    extension: Extension | None
    original_due_on: date | None
    may_decide: bool
    may_review: bool
    may_ask: bool
    needs_evidence: bool


def supervised_by(session: Session, person: Person, today: date) -> list[int]:
    """Whose tasks the person may decide about on that day, for themselves or for whom they stand in."""
    names = voices(session, person, today)
    return [one.id or 0 for one in session.exec(select(Person)) if _supervises(names, one)]


def decisions_about(session: Session, owners: Sequence[int], today: date, gauge: Gauge) -> Decisions:
    """Requests and reviews about these people's tasks."""
    asked, done = _asked(owners), _done(owners)
    requests = [_request(today, gauge, *row) for row in session.execute(asked.order_by(col(Extension.id)).limit(MOST))]
    reviewed = session.execute(done.order_by(col(Task.done_at), col(Task.id)).limit(MOST)).all()
    reviews = [Waiting(task_line(today, gauge, (*row,)), None) for row in reviewed]
    seen = last_changes(session, [one.line.id for one in (*requests, *reviews)])
    return Decisions(
        [replace(one, seen=seen.get(one.line.id, 0)) for one in requests],
        _with_what_was_done(session, [replace(one, seen=seen.get(one.line.id, 0)) for one in reviews]),
        total_of(session, asked),
        total_of(session, done),
    )


def decision_count(session: Session, owners: Sequence[int]) -> int:
    """How many of these people's tasks wait for a decision."""
    return total_of(session, _asked(owners)) + total_of(session, _done(owners)) if owners else 0


def _asked(owners: Sequence[int]) -> Any:
    asked = select_tasks().join(Extension, col(Extension.task_id) == col(Task.id)).add_columns(Extension)
    # From the few requests to their tasks, never over all tasks of these people.
    requested = col(Task.id).in_(select(Extension.task_id).where(Extension.state == ASKED))
    return asked.where(col(Extension.state) == ASKED, requested, pending(), col(Task.owner_id).in_(owners))


def _done(owners: Sequence[int]) -> Any:
    # What enterprises filed is accepted on the pages of 企业填报.
    done = select_tasks().where(col(Task.owner_id).in_(owners), col(Task.state) == State.DONE)
    return done.where(col(Task.enterprise_id).is_(None), col(PlanItem.needs_review))


def _request(today: date, gauge: Gauge, *row: Any) -> Waiting:
    *named, extension = row
    return Waiting(task_line(today, gauge, (*named,)), extension)


def _with_what_was_done(session: Session, reviews: list[Waiting]) -> list[Waiting]:
    ids = [one.line.id for one in reviews]
    notes = last_words(session, ids, Verb.COMPLETE)
    figures, files = _figures(session, ids), _files(session, ids)
    return [
        replace(
            one,
            note=notes[one.line.id].note if one.line.id in notes else "",
            figures=tuple(figures.get(one.line.id, {}).values()),
            files=files.get(one.line.id, 0),
        )
        for one in reviews
    ]


def _figures(session: Session, ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """The last figure of each target that was reported with a task."""
    query = select(Progress, Target).join(Target).where(col(Progress.task_id).in_(ids)).order_by(col(Progress.id))
    found: dict[int, dict[int, str]] = {}
    for progress, target in session.exec(query):
        words = f"{target.indicator} {figure_text(progress.value)} {target.unit}".strip()
        found.setdefault(progress.task_id or 0, {})[target.id or 0] = words
    return found


def _files(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = select(Evidence.task_id, func.count()).where(col(Evidence.task_id).in_(ids))
    return dict(session.exec(query.group_by(col(Evidence.task_id))).all())


def supervision_of(session: Session, task: Task, person: Person, mine: bool, today: date) -> Supervision:
    """What of supervision belongs on this person's page of the task."""
    item, extension = item_of(session, task), open_extension(session, task)
    owner = session.get_one(Person, task.owner_id)
    supervises = _supervises(voices(session, person, today), owner)
    is_pending = task.state in (State.OPEN, State.ACKNOWLEDGED, State.RETURNED)
    return Supervision(
        files=evidence_of(session, task.id or 0),
        extension=extension,
        original_due_on=task.original_due_on,
        may_decide=supervises and extension is not None and is_pending,
        may_review=supervises and task.state == State.DONE and task.enterprise_id is None,
        may_ask=mine and is_pending and extension is None and today < task.due_on and task.enterprise_id is None,
        needs_evidence=item.needs_evidence,
    )


def _supervises(names: list[Person], owner: Person) -> bool:
    return any(may_supervise(one, owner) for one in names)
