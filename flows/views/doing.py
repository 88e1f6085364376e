"""What stands in a task's row besides its line, for many rows at once: what its forms need, and why it came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from flows.tasking import asks_figures
from plans.tables import PlanItem, Target
from tasks.moved import last_changes
from tasks.states import MOVES, PENDING, State, Verb
from tasks.tables import Evidence, Task, TaskChange


@dataclass(frozen=True)
class Doing:
    """What the form in a task's row needs. ``seen`` is the newest change it shows; ``asked`` are the targets a figure
    is wanted for."""

    seen: int
    asked: list[Target]
    may_sign: bool
    must_sign: bool
    may_ask: bool
    wants_file: bool


def doings(session: Session, found: Sequence[tuple[Task, PlanItem]], today: date) -> dict[int, Doing]:
    """What each of these tasks, still to be done and without an open request, can be done with, by its number."""
    seen = last_changes(session, [task.id or 0 for task, _ in found])
    targets = _targets(session, [task.item_id for task, _ in found if asks_figures(task)])
    filed = _with_files(session, [task.id or 0 for task, item in found if item.needs_evidence])
    return {
        task.id or 0: Doing(
            seen=seen.get(task.id or 0, 0),
            asked=targets.get(task.item_id, []) if asks_figures(task) else [],
            may_sign=task.state in MOVES[Verb.ACKNOWLEDGE][0],
            must_sign=task.state == State.OPEN and item.needs_sign,
            may_ask=today < task.due_on,
            wants_file=item.needs_evidence and task.id not in filed,
        )
        for task, item in found
        if task.state in PENDING
    }


def _targets(session: Session, item_ids: Sequence[int]) -> dict[int, list[Target]]:
    running = select(Target).where(col(Target.item_id).in_(item_ids), col(Target.ended_at).is_(None))
    found: dict[int, list[Target]] = {}
    for target in session.exec(running.where(~col(Target.qualitative)).order_by(col(Target.id))):
        found.setdefault(target.item_id, []).append(target)
    return found


def _with_files(session: Session, task_ids: Sequence[int]) -> set[int]:
    if not task_ids:
        return set()
    return set(session.exec(select(Evidence.task_id).where(col(Evidence.task_id).in_(task_ids)).distinct()))


def last_words(session: Session, task_ids: Sequence[int], verb: Verb) -> dict[int, TaskChange]:
    """The last change of that kind of each task."""
    query = select(TaskChange).where(col(TaskChange.task_id).in_(task_ids), TaskChange.verb == verb)
    return {change.task_id: change for change in session.exec(query.order_by(col(TaskChange.id)))}
