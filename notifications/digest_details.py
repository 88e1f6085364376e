"""What a 通报 tells about an item beside its figures, and what waits for a decision: notes, returns, offices, requests.

Told as it stood when the month ended; whatever was decided later belongs to a later month.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from notifications.channels.mime import one_line
from notifications.digest_filings import span_of
from notifications.tables import Letter, LetterState
from plans.agenda import Planned
from plans.periods import Period
from plans.programmes import Programmes
from plans.tables import Enterprise, Office, Person, Plan, PlanItem
from plans.zone import local_day
from tasks.states import Verb
from tasks.tables import Extension, Task, TaskChange

Facts = dict[str, Any]
SAID = (Verb.REPORT, Verb.COMPLETE)
"""The verbs whose note is the holder's own word on a task."""


def item_details(
    session: Session,
    items: Sequence[PlanItem],
    month: Period,
    planned: Iterable[tuple[PlanItem, Planned]],
    programmes: Programmes,
) -> dict[int, Facts]:
    """For each item: its programme, its owner's 股室, notes and returns of the month, and its due days of the next."""
    offices = _offices(session)
    said, returned = _said(session, items, month), _returned(session, items, month)
    due: dict[int, dict[tuple[str, str], None]] = {}
    for item, task in planned:
        due.setdefault(item.id or 0, {})[task.due_on.isoformat(), task.purpose.label] = None
    return {
        key: {
            "programme": programmes[item.programme].name if item.programme in programmes else "",
            "cancelled": item.cancelled_at is not None and item.cancelled_at < span_of(month)[1],
            "office": offices.get(item.owner_id, ""),
            "notes": said.get(key, []),
            "returned": returned.get(key, []),
            "due_next": [{"due_on": day, "purpose": purpose} for day, purpose in sorted(due.get(key, {}))],
        }
        for item in items
        if (key := item.id)
    }


def _offices(session: Session) -> Mapping[int, str]:
    query = select(Person.id, Office.name).join(Office, col(Office.id) == col(Person.office_id))
    return {key: name for key, name in session.exec(query) if key}


def _said(session: Session, items: Sequence[PlanItem], month: Period) -> dict[int, list[Facts]]:
    """The last note of each of the bureau's own tasks; what an enterprise writes is in its filing."""
    query = _changes(items, month).where(col(TaskChange.verb).in_(SAID), TaskChange.note != "")
    last = {task.id: (task, change) for task, change in session.exec(query.where(col(Task.enterprise_id).is_(None)))}
    found: dict[int, list[Facts]] = {}
    for task, change in last.values():
        found.setdefault(task.item_id, []).append(_told(change) | {"finished": change.verb == Verb.COMPLETE})
    return found


def _returned(session: Session, items: Sequence[PlanItem], month: Period) -> dict[int, list[Facts]]:
    found: dict[int, list[Facts]] = {}
    for task, change in session.exec(_changes(items, month).where(TaskChange.verb == Verb.RETURN)):
        found.setdefault(task.item_id, []).append(_told(change) | {"name": _holder(session, task)})
    return found


def _changes(items: Sequence[PlanItem], month: Period) -> Any:
    first, end = span_of(month)
    query = select(Task, TaskChange).join(TaskChange, col(TaskChange.task_id) == col(Task.id))
    mine = col(Task.item_id).in_([item.id for item in items])
    return query.where(mine, TaskChange.at >= first, TaskChange.at < end).order_by(col(TaskChange.id))


def _told(change: TaskChange) -> Facts:
    return {"day": local_day(change.at).isoformat(), "by": change.actor, "told": one_line(change.note)}


def _holder(session: Session, task: Task) -> str:
    if task.enterprise_id:
        return one_line(session.get_one(Enterprise, task.enterprise_id).name)
    return session.get_one(Person, task.owner_id).name


def waiting_decisions(session: Session, plan: Plan, month: Period) -> list[Facts]:
    """What nobody had decided when the month ended: requests for more time, letters drafted, work to be reviewed."""
    end = span_of(month)[1]
    return [*_requests(session, plan, end), *_reviews(session, plan, end), *_letters(session, end)]


def _requests(session: Session, plan: Plan, end: datetime) -> list[Facts]:
    query = (
        select(PlanItem, Task, Extension)
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .join(Extension, col(Extension.task_id) == col(Task.id))
        .where(PlanItem.plan_id == plan.id, Extension.asked_at < end)
        .where(col(Extension.decided_at).is_(None) | (col(Extension.decided_at) >= end))
        .order_by(col(Extension.id))
    )
    return [
        {"about": "延期申请", "told": _request(_holder(session, task), item, task, extension)}
        for item, task, extension in session.exec(query)
    ]


def _request(holder: str, item: PlanItem, task: Task, extension: Extension) -> str:
    moved = f"由{_day(extension.due_on)}延至{_day(extension.asked_due_on)}"
    period = Period.parse(task.period).label
    return f"{holder}申请将“{one_line(item.title)}”（{period}）{moved}，理由：{one_line(extension.reason).rstrip('。')}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _reviews(session: Session, plan: Plan, end: datetime) -> list[Facts]:
    closed = select(TaskChange.task_id).where(TaskChange.verb == Verb.CLOSE, TaskChange.at < end)
    query = (
        select(PlanItem, Task)
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .where(PlanItem.plan_id == plan.id, col(PlanItem.needs_review), col(Task.enterprise_id).is_(None))
        .where(col(Task.done_at) < end, col(Task.id).not_in(closed))
        .order_by(col(PlanItem.number), col(Task.id))
    )
    return [
        {
            "about": "办结复核",
            "told": f"“{one_line(item.title)}”（{Period.parse(task.period).label}）已报办结，等待复核",
        }
        for item, task in session.exec(query)
    ]


def _letters(session: Session, end: datetime) -> list[Facts]:
    waiting = col(Letter.decided_at).is_(None) | (col(Letter.decided_at) >= end)
    query = select(Letter).where(Letter.drafted_at < end, waiting, Letter.state != LetterState.VOID)
    count = len(session.exec(query).all())
    return [{"about": "函件审批", "told": f"{count}份函件等待审批"}] if count else []
