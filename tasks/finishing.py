"""Closing a plan 结束: what is unfinished, and what of it goes on in the next one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from plans.columns import figure_text
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem
from plans.zone import local_text
from tasks.lights import Thresholds
from tasks.revision import RUNNING, STATE, Revision, pending_tasks
from tasks.states import PENDING
from tasks.tables import Task
from tasks.targets import TargetStatus, goal_of, target_statuses
from tasks.verbs import cancel

CARRIED = "结转下期"


@dataclass(frozen=True)
class Unfinished:
    """An item that is not finished: its open tasks, and its targets below 确保 or never read."""

    item: PlanItem
    owner: str
    open_tasks: int
    targets: tuple[str, ...]


def find_plan(session: Session, period: str) -> Plan:
    """The plan of that period (2026H2). Raises Refused."""
    key = Period.parse(period).key
    plan = session.exec(select(Plan).where(Plan.period == key).with_for_update()).first()
    if plan is None:
        raise Refused(f"没有{Period.parse(period).label}的计划：请用 duban plan show 查看。")
    return plan


def running_items(session: Session, plan: Plan) -> Sequence[PlanItem]:
    """The plan's items that were not cancelled, by number."""
    query = select(PlanItem).where(PlanItem.plan_id == plan.id, col(PlanItem.cancelled_at).is_(None))
    return session.exec(query.order_by(col(PlanItem.number))).all()


def unfinished(session: Session, plan: Plan, as_of: date) -> list[Unfinished]:
    """What of the plan is not finished on that day, by number."""
    statuses = statuses_of(session, plan, as_of)
    found = [_state_of(session, item, statuses.get(item.id or 0, ())) for item in running_items(session, plan)]
    return [one for one in found if one.open_tasks or one.targets]


def statuses_of(session: Session, plan: Plan, as_of: date) -> dict[int, list[TargetStatus]]:
    """For each item, its targets as they stand on that day."""
    return target_statuses(session, plan.id or 0, Period.parse(plan.period), as_of, Thresholds())


def _state_of(session: Session, item: PlanItem, statuses: Sequence[TargetStatus]) -> Unfinished:
    count = select(func.count()).where(Task.item_id == item.id, col(Task.state).in_(PENDING))
    told = [_shortfall(status) for status in statuses if not status.target.qualitative]
    owner = session.get_one(Person, item.owner_id).name
    return Unfinished(item, owner, session.exec(count).one(), tuple(text for text in told if text))


def _shortfall(status: TargetStatus) -> str:
    target, value, goal = status.target, status.value, goal_of(status.target)
    if value is None:
        return f"{target.indicator}没有数值"
    if goal is None or value >= goal:
        return ""
    return f"{target.indicator}完成{figure_text(value)}{target.unit}，目标{figure_text(goal)}{target.unit}"


def finish_plan(revision: Revision, plan: Plan, carried: Collection[int], reason: str = "") -> list[PlanItem]:
    """Close a plan and cancel what is still open; the items carried over, by number. Raises Refused."""
    _refuse_unready(revision, plan, carried, reason.strip())
    plan.closed_at = revision.act.at
    revision.session.add(plan)
    left = {one.item.id for one in unfinished(revision.session, plan, revision.today)}
    items = running_items(revision.session, plan)
    for item in items:
        if item.id in carried:
            _leave(revision, item, CARRIED, "")
        elif item.id in left:
            _leave(revision, item, "未完成", reason.strip())
    return [item for item in items if item.id in carried]


def _leave(revision: Revision, item: PlanItem, state: str, why: str) -> None:
    for task in pending_tasks(revision.session, item):
        cancel(revision.session, task, revision.act, why or state)
    revision.note(item, STATE, RUNNING, state, why)


def _refuse_unready(revision: Revision, plan: Plan, carried: Collection[int], reason: str) -> None:
    period = Period.parse(plan.period)
    if plan.closed_at is not None:
        raise Refused(f"{period.label}的计划已于 {local_text(plan.closed_at)} 结束。")
    running = {item.id or 0 for item in running_items(revision.session, plan)}
    if unknown := sorted(set(carried) - running):
        told = "、".join(str(number) for number in unknown)
        raise Refused(f"{period.label}的计划里没有编号为 {told} 的在办事项：请用 duban plan show 查看编号。")
    if reason:
        return
    if period.last > revision.today:
        raise Refused(f"{period.label}还没有过完：要提前结束，请用 --reason 写明原因。")
    behind = [one for one in unfinished(revision.session, plan, revision.today) if one.item.id not in carried]
    if behind:
        raise Refused(f"还有{len(behind)}个事项没有完成：请用 --carry 结转，其余的用 --reason 写明原因。")
