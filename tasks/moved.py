"""Of two people, or two tabs, at one task: the second is told what happened since it was shown to them."""

from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from plans.zone import local_text
from tasks.states import Verb
from tasks.tables import Task, TaskChange
from tasks.verbs import MoveRefused

BESIDES = (Verb.URGE, Verb.ATTACH)
"""What leaves a task as it was: nobody has to look again for these."""
MOST, LONGEST = 3, 60
"""How many changes are told, with how many characters of what was said."""


class TaskMoved(MoveRefused):
    """您打开以后有了变化：李明已于 2026-10-12 10:00 反馈。请看过后再决定…… ``seen`` is what who goes on has
    seen."""

    def __init__(self, changes: list[TaskChange]) -> None:
        told = "；".join(told_of(change) for change in changes[-MOST:])
        super().__init__(f"您打开以后有了变化：{told}。请看过后再决定，您填的还在，没有保存。")
        self.seen = changes[-1].id or 0


def last_changes(session: Session, task_ids: Iterable[int]) -> dict[int, int]:
    """The newest change of each task as a page shows it: the number its forms carry."""
    query = select(TaskChange.task_id, func.max(TaskChange.id)).where(col(TaskChange.task_id).in_(list(task_ids)))
    found = session.exec(query.group_by(col(TaskChange.task_id))).all()
    return {task_id: change_id or 0 for task_id, change_id in found}


def refuse_moved(session: Session, task: Task, seen: int | None) -> None:
    """Raise TaskMoved where something happened to the task after the change ``seen``; None has seen all."""
    if seen is None:
        return
    # Held: whoever comes second waits here, and finds what the first did.
    session.refresh(task, with_for_update=True)
    if changes := changes_since(session, task, seen):
        raise TaskMoved(changes)


def changes_since(session: Session, task: Task, seen: int) -> list[TaskChange]:
    """What happened to the task after the change ``seen``, oldest first, without what leaves it as it was."""
    since = select(TaskChange).where(TaskChange.task_id == task.id, col(TaskChange.id) > seen)
    return list(session.exec(since.where(col(TaskChange.verb).not_in(BESIDES)).order_by(col(TaskChange.id))))


def told_of(change: TaskChange) -> str:
    """李明已于 2026-10-12 10:00 反馈：快了"""
    note = f"：{change.note[:LONGEST]}" if change.note else ""
    return f"{change.actor}已于 {local_text(change.at)} {Verb(change.verb).label}{note}".rstrip("。")
