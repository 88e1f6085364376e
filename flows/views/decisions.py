"""待我处理: what waits for a supervisor's word, on their own pages."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from flows.supervising import may_supervise, waiting_reviews
from flows.views.lines import TaskLine, task_line_of
from plans.deputies import voices
from plans.tables import Person
from tasks.evidence import evidence_of
from tasks.extensions import open_extension, waiting_extensions
from tasks.lights import Gauge
from tasks.states import State
from tasks.tables import Evidence, Extension, Task
from tasks.verbs import find_task, item_of


@dataclass(frozen=True)
class Waiting:
    """One task that waits for a decision; ``extension`` is the request, None for a review."""

    line: TaskLine
    extension: Extension | None


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


def decisions_of(session: Session, person: Person, today: date, gauge: Gauge) -> list[Waiting]:
    """Requests and reviews this person may decide, requests first."""
    names = voices(session, person, today)
    requests = [
        Waiting(task_line_of(session, find_task(session, extension.task_id), today, gauge), extension)
        for extension in waiting_extensions(session)
        if _supervises(names, _owner(session, find_task(session, extension.task_id)))
    ]
    reviews = [
        Waiting(task_line_of(session, task, today, gauge), None)
        for task, _, owner, _ in session.exec(waiting_reviews()).all()
        if _supervises(names, owner)
    ]
    return requests + reviews


def supervision_of(session: Session, task: Task, person: Person, mine: bool, today: date) -> Supervision:
    """What of supervision belongs on this person's page of the task."""
    item, extension = item_of(session, task), open_extension(session, task)
    supervises = _supervises(voices(session, person, today), _owner(session, task))
    pending = task.state in (State.OPEN, State.ACKNOWLEDGED, State.RETURNED)
    return Supervision(
        files=evidence_of(session, task.id or 0),
        extension=extension,
        original_due_on=task.original_due_on,
        may_decide=supervises and extension is not None and pending,
        may_review=supervises and task.state == State.DONE and task.enterprise_id is None,
        may_ask=mine and pending and extension is None and today < task.due_on and task.enterprise_id is None,
        needs_evidence=item.needs_evidence,
    )


def _supervises(names: list[Person], owner: Person) -> bool:
    return any(may_supervise(one, owner) for one in names)


def _owner(session: Session, task: Task) -> Person:
    return session.get_one(Person, task.owner_id)
