"""What needs a leader's decision, most urgent first: what stands still until somebody says a word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, zip_longest
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, exists, select

from flows.runtime import Runtime
from flows.supervising import waiting_reviews
from flows.views.lines import overdue
from notifications.formal import Draft, waiting_drafts
from notifications.ladder import Audience
from notifications.orders import Order, waiting_orders
from notifications.tables import Notice
from notifications.writing import percent
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem
from plans.words import Assignees
from plans.zone import local_day
from tasks.extensions import ASKED
from tasks.lights import Light
from tasks.tables import Extension, Task
from tasks.targets import TargetStatus

THREE = 3

Behind = tuple[PlanItem, Person, TargetStatus]


@dataclass(frozen=True)
class Pressing:
    """One thing to decide. ``office`` and ``desk`` are where it lies below the bureau's and a leader's own pages;
    ``others`` are those of its kind that come after it."""

    kind: str
    title: str
    told: str
    who: str
    office: str
    desk: str
    others: int = 0


def pressing(
    session: Session, runtime: Runtime, plan: Plan, behind: Iterable[Behind], elapsed: float, today: date
) -> list[Pressing]:
    """The three things that need a decision.

    Five kinds, in the order in which waiting costs more: 延期申请, the task due next first (nobody is reminded until it
    is decided); 催报函 that are drafted, the oldest first (nothing goes out until it is approved); tasks whose
    reminders have climbed to the leaders, the longest overdue first; 办结 that waits for 复核, the oldest first; red
    targets, the furthest behind first. The first of each kind comes before the second of any.
    """
    kinds = (
        _extensions(session),
        _letters(session, runtime, today),
        _escalated(session, plan, today),
        _reviews(session),
        [_red_target(one, elapsed) for one in behind if one[2].light is Light.RED],
    )
    in_turn = (one for turn in zip_longest(*kinds) for one in turn if one is not None)
    return list(islice(in_turn, THREE))


def _first_three(session: Session, query: Any) -> tuple[list[Any], int]:
    """The rows that could be shown, and how many there are."""
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = int(session.execute(counting).scalar_one())
    return (list(session.execute(query.limit(THREE))) if total else []), total


def _with_others(found: Sequence[Pressing], total: int) -> list[Pressing]:
    return [replace(one, others=total - 1) if place == 0 else one for place, one in enumerate(found)]


def _extensions(session: Session) -> list[Pressing]:
    query = (
        select(PlanItem, Task, Extension)
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .join(Extension, col(Extension.task_id) == col(Task.id))
        .where(Extension.state == ASKED)
        .order_by(col(Task.due_on), col(Extension.id))
    )
    rows, total = _first_three(session, query)
    return _with_others([_extension(*row) for row in rows], total)


def _extension(item: PlanItem, task: Task, extension: Extension) -> Pressing:
    moved = f"{_period(task)}，由{_day(task.due_on)}延到{_day(extension.asked_due_on)}：{_short(extension.reason)}"
    return Pressing("延期申请", _short(item.title), moved, extension.asked_by, *_task(task))


def _letters(session: Session, runtime: Runtime, today: date) -> list[Pressing]:
    drafts = waiting_drafts(session, today)
    orders = waiting_orders(session)
    rows = [*(_letter(one) for one in drafts[:THREE]), *(_order(one) for one in orders[:THREE])]
    return _with_others(rows[:THREE], len(drafts) + len(orders))


def _order(order: Order) -> Pressing:
    told = f"{_short(order.period)}，{order.letter.facts['drafted_by']}{_day(local_day(order.letter.drafted_at))}起草"
    about = f"{order.kind.name}待批"
    return Pressing(
        about, _short(order.item.title), told, order.owner.name, *_task(order.task)[:1], f"/letters/{order.letter.id}"
    )


def _letter(draft: Draft) -> Pressing:
    owed = "、".join(Period.parse(task.period).label for task in draft.owed[:THREE])
    told = f"{_short(draft.enterprise.name)} 欠报{owed}，{_day(local_day(draft.letter.drafted_at))}起草"
    office = f"/matrix?item={draft.item.id}&state=overdue"
    return Pressing(
        "催报函待批", _short(draft.item.title), told, draft.owner.name, office, f"/letters/{draft.letter.id}"
    )


def _escalated(session: Session, plan: Plan, today: date) -> list[Pressing]:
    own = select(PlanItem.id).where(PlanItem.plan_id == plan.id, PlanItem.assignees == Assignees.OWNER)
    told_leaders = exists().where(
        col(Notice.task_id) == col(Task.id), col(Notice.audience).in_((Audience.LEADER, Audience.DIRECTOR))
    )
    query = (
        select(PlanItem, Task, Person)
        .join(Task, col(Task.item_id) == col(PlanItem.id))
        .join(Person, col(Person.id) == col(Task.owner_id))
        .where(col(Task.item_id).in_(own), overdue(today), told_leaders)
        .order_by(col(Task.due_on), col(Task.id))
    )
    rows, total = _first_three(session, query)
    return _with_others([_climbed(today, *row) for row in rows], total)


def _climbed(today: date, item: PlanItem, task: Task, owner: Person) -> Pressing:
    told = f"{_period(task)}，{_day(task.due_on)}到期，已逾期{(today - task.due_on).days}天，提醒已报到局领导"
    return Pressing("久拖未办", _short(item.title), told, owner.name, *_task(task))


def _reviews(session: Session) -> list[Pressing]:
    # Looked up by item, along an index.
    asked = select(PlanItem.id).where(col(PlanItem.needs_review), col(PlanItem.cancelled_at).is_(None))
    rows, total = _first_three(session, waiting_reviews().where(col(Task.item_id).in_(list(session.exec(asked)))))
    return _with_others([_review(task, item, owner) for task, item, owner, _ in rows], total)


def _review(task: Task, item: PlanItem, owner: Person) -> Pressing:
    told = f"{_period(task)}，{_day(task.done_on)}报办结，等待复核" if task.done_on else "等待复核"
    return Pressing("办结待复核", _short(item.title), told, owner.name, *_task(task))


def _red_target(behind: Behind, elapsed: float) -> Pressing:
    item, owner, status = behind
    told = f"{_short(status.target.indicator)} 完成{percent(status.floor_share or 0.0)}，序时进度{percent(elapsed)}"
    address = f"/plan/{item.id}"
    return Pressing("指标滞后", _short(item.title), told, owner.name, address, address)


def _task(task: Task) -> tuple[str, str]:
    return f"/tasks/{task.id}", f"/tasks/{task.id}"


def _period(task: Task) -> str:
    return Period.parse(task.period).label


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _short(text: str, longest: int = 40) -> str:
    one = " ".join(text.split())
    return one if len(one) <= longest else f"{one[: longest - 1]}…"
