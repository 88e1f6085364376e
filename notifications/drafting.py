"""Drafting 催报函: a step that needs approval leaves a draft, once a recipient and matter; nothing is said yet."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from notifications.tables import Letter, LetterState
from plans.database import insert_new, one_at_a_time
from tasks.tables import Task

DEMAND = "demand"
"""The kind of 催报函 among letters."""
LETTERS_LOCK = 20_260_703


def draft_letters(session: Session, reached: Sequence[tuple[Task, str]], now: datetime) -> int:
    """A draft for each enterprise and item of these tasks, given with the step they reached; how many are new.

    A draft that still waits takes in the enterprise's other months of the item by itself.
    """
    if not reached:
        return 0
    # Two months of one enterprise may be stepped at the same time, by two processes.
    one_at_a_time(session, LETTERS_LOCK)
    waiting = _waiting(session, {f"enterprise:{task.enterprise_id}" for task, _ in reached})
    wanted: dict[tuple[str, int], dict[str, object]] = {}
    for task, step in sorted(reached, key=lambda one: one[0].period):
        matter = f"enterprise:{task.enterprise_id}", task.item_id
        if task.enterprise_id is not None and matter not in waiting:
            wanted.setdefault(matter, _row(task, step, now))
    return insert_new(session, Letter, list(wanted.values()))


def _waiting(session: Session, recipients: Collection[str]) -> set[tuple[str, int]]:
    drafts = select(Letter).where(Letter.kind == DEMAND, Letter.state == LetterState.DRAFTED)
    drafts = drafts.where(col(Letter.recipient).in_(recipients))
    return {(letter.recipient, int(letter.facts["item_id"])) for letter in session.exec(drafts)}


def _row(task: Task, step: str, now: datetime) -> dict[str, object]:
    return {
        "kind": DEMAND,
        "recipient": f"enterprise:{task.enterprise_id}",
        "about": f"{task.item_id}/{task.period}/{step}",
        "state": LetterState.DRAFTED.value,
        "facts": {"item_id": task.item_id},
        "drafted_at": now,
        "decided_by": "",
    }
