"""Due dates 期限: what a stated date becomes when it falls on a day off (domain.md §5)."""

from dataclasses import dataclass
from datetime import date

from plans.words import DuePolicy
from plans.workdays import Workdays


@dataclass(frozen=True)
class Due:
    """``due_on`` decides late or not; ``inner_on`` is the workday reminders count from, never after ``due_on``."""

    due_on: date
    inner_on: date


def settle(stated: date, policy: DuePolicy, workdays: Workdays) -> Due | None:
    """The due date of a stated date, or None when the policy skips a day off.

    hard: an online system closes at 24:00 of the stated day and never extends, so the day stands and the bureau's
    own date is the last workday before. previous and next move the due date itself.
    """
    if policy is DuePolicy.HARD:
        return Due(stated, workdays.on_or_before(stated))
    if policy is DuePolicy.SKIP and not workdays.is_workday(stated):
        return None
    moved = workdays.on_or_after(stated) if policy is DuePolicy.NEXT else workdays.on_or_before(stated)
    return Due(moved, moved)
