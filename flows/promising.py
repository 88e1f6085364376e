"""承诺: one day promised for one report, or for all that an agency still owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from notifications.stepping import Rules, last_promisable
from plans.zone import local_day
from tasks.calls import CallRefused, cut_off_days, note_call
from tasks.tables import Task
from tasks.verbs import Act, is_pending

NOTHING = "没有可以承诺的填报：都已经报送，或者今天就截止、已经截止了。截止的仍请尽快补报。"


@dataclass(frozen=True)
class Promisable:
    """Reports for which a day may still be promised, and the last day that is good for all of them."""

    tasks: list[Task]
    latest: date


def promisable(session: Session, rules: Rules, tasks: Sequence[Task], today: date) -> Promisable | None:
    """Those of these reports that are neither filed nor cut off by the end of today; None where there is none."""
    over = cut_off_days(session, [task.id or 0 for task in tasks])
    # One question a month of an item: an agency may owe hundreds of reports.
    months = {(task.item_id, task.period): task for task in tasks if is_pending(task) and task.id not in over}
    ends = {month: last_promisable(session, task, rules, today) for month, task in months.items()}
    open_ones = [task for task in tasks if is_pending(task) and ends.get((task.item_id, task.period), today) > today]
    if not open_ones:
        return None
    return Promisable(open_ones, min(ends[task.item_id, task.period] for task in open_ones))


def promise_filing(session: Session, rules: Rules, tasks: Sequence[Task], act: Act, day: date, reason: str) -> None:
    """Promise all of these reports that can be by ``day``. Raises CallRefused, and nothing is kept."""
    found = promisable(session, rules, tasks, local_day(act.at))
    if found is None:
        raise CallRefused(NOTHING)
    for task in found.tasks:
        note_call(session, task, act, "", reason, day, found.latest)
