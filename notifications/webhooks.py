"""Webhooks 推送: an address hears of every change of a task, in order, at least once.

A webhook is a cursor over TaskChange ids: changes get their ids in the order in which they are committed, since the
audit chain lets one writer in at a time. What was not taken is sent again from the cursor, so nothing is lost. While a
batch is on its way ``next_try_at`` is its lease: nobody else sends, and after a kill somebody does.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from plans.account_tables import Webhook
from plans.tables import Enterprise, Person, PlanItem
from plans.zone import LOCAL
from tasks.states import State, Verb
from tasks.tables import Task, TaskChange

BATCH = 50
LEASE = timedelta(minutes=2)
"""Far longer than one call may take (channels/webhook.py), so that a living sender is never overtaken."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
ENDED = "对方答复 410，已停止推送"


@dataclass(frozen=True)
class Call:
    """One batch on its way to one address: ``count`` changes up to ``upto``, as the bytes that are signed.

    ``leased_until`` is what nobody else has: by it the one who made the call settles it.
    """

    webhook: int
    url: str
    secret: str
    leased_until: datetime
    upto: int
    count: int
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What came of a call: taken; ``gone``: the receiver wants no more (410); else ``reason`` says why not."""

    taken: bool
    gone: bool = False
    reason: str = ""


def newest_change(session: Session) -> int:
    """The id of the last change there is: a new webhook hears what comes after it."""
    return session.exec(select(func.max(TaskChange.id))).one() or 0


def something_to_call(session: Session, now: datetime) -> bool:
    """True when a pass would call any webhook."""
    return bool(session.scalar(select_columns(exists().where(_due(now)))))


def take_calls(session: Session, now: datetime) -> list[Call]:
    """The next batch of each webhook whose time it is, leased to the caller, in a writing transaction."""
    due = select(Webhook).where(_due(now)).order_by(col(Webhook.id)).with_for_update(skip_locked=True)
    return [_take(session, webhook, now) for webhook in session.exec(due).all()]


def settle(session: Session, call: Call, answer: Answer, now: datetime) -> None:
    """Write down what came of a call. A call that was overtaken, or whose webhook was ended, writes nothing."""
    mine = and_(col(Webhook.id) == call.webhook, col(Webhook.next_try_at) == call.leased_until, col(Webhook.active))
    webhook = session.exec(select(Webhook).where(mine).with_for_update()).one_or_none()
    if webhook is None:
        return
    if answer.taken:
        webhook.last_change, webhook.failures, webhook.reason, webhook.next_try_at = call.upto, 0, "", now
    else:
        webhook.failures += 1
        webhook.reason = ENDED if answer.gone else answer.reason
        webhook.active = not answer.gone
        webhook.next_try_at = now + BACKOFF[min(webhook.failures, len(BACKOFF)) - 1]
    session.add(webhook)


def _due(now: datetime) -> ColumnElement[bool]:
    newer = exists().where(col(TaskChange.id) > col(Webhook.last_change))
    return and_(col(Webhook.active), col(Webhook.next_try_at) <= now, newer)


def _take(session: Session, webhook: Webhook, now: datetime) -> Call:
    rows = changes_after(session, webhook.last_change)
    webhook.next_try_at = now + LEASE
    session.add(webhook)
    return Call(
        webhook=webhook.id or 0,
        url=webhook.url,
        secret=webhook.secret,
        leased_until=webhook.next_try_at,
        upto=rows[-1]["id"],
        count=len(rows),
        body=_body(webhook, rows),
    )


def _body(webhook: Webhook, rows: Sequence[Mapping[str, Any]]) -> bytes:
    told = {"webhook": webhook.id, "changes": rows}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def changes_after(session: Session, change: int) -> list[dict[str, Any]]:
    """The next changes as other programs read them, oldest first, BATCH at most."""
    query = (
        select_columns(TaskChange, Task, PlanItem, Person, Enterprise)
        .join(Task, col(Task.id) == col(TaskChange.task_id))
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(Person, col(Person.id) == col(Task.owner_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id), isouter=True)
        .where(col(TaskChange.id) > change)
        .order_by(col(TaskChange.id))
        .limit(BATCH)
    )
    return [change_row(*row) for row in session.execute(query)]


def change_row(
    change: TaskChange, task: Task, item: PlanItem, owner: Person, enterprise: Enterprise | None
) -> dict[str, Any]:
    """One change and the task it is of, as plain data. ``due_on`` and ``owner`` are the task's of now."""
    return {
        "id": change.id,
        "task": change.task_id,
        "verb": change.verb,
        "verb_label": Verb(change.verb).label,
        "from_state": change.from_state,
        "to_state": change.to_state,
        "state_label": State(change.to_state).label,
        "by": change.by,
        "on_behalf_of": change.on_behalf_of,
        "via": change.via,
        "at": change.at.astimezone(LOCAL).isoformat(),
        "note": change.note,
        "item": task.item_id,
        "title": item.title,
        "period": task.period,
        "due_on": task.due_on.isoformat(),
        "owner": owner.name,
        "enterprise": enterprise.name if enterprise else "",
    }
