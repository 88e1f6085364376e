"""Targets 指标 at a day: the value of each, its shares of 确保 and 力争, its light and its result."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    true,
)
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from plans.columns import Figure
from plans.periods import Period
from plans.tables import PlanItem, Target
from plans.zone import instant_at
from tasks.lights import Light, Result, Thresholds, result_of, share, target_light
from tasks.tables import Progress

HALF = 5e-7  # lights are compared to six places: target_light rounds, SQL moves the threshold by half a place


@dataclass(frozen=True)
class TargetStatus:
    """A target at a day: its value and its share of 确保 and 力争. Unknown stays None (待填).

    A qualitative target has no result. ``told`` is the result in words once it can be said: met as soon as it is,
    not met only when the time is over, for before that the light says it better.
    """

    target: Target
    value: Decimal | None
    read_on: date | None
    floor_share: float | None
    stretch_share: float | None
    light: Light
    result: Result | None
    told: str


def not_cancelled(as_of: date) -> ColumnElement[bool]:
    """The item was still wanted at the end of the day."""
    tomorrow = instant_at(as_of + timedelta(days=1), time.min)
    return or_(col(PlanItem.cancelled_at).is_(None), col(PlanItem.cancelled_at) >= tomorrow)


def not_ended(as_of: date) -> ColumnElement[bool]:
    """The target was still wanted at the end of the day."""
    tomorrow = instant_at(as_of + timedelta(days=1), time.min)
    return or_(col(Target.ended_at).is_(None), col(Target.ended_at) >= tomorrow)


def values_at(plan_id: int, period: Period, as_of: date, items: Collection[int] | None = None) -> CTE:
    """Each target's value at the day: target_id, value; of these items, or of all of the plan.

    Of cumulative readings the newest is the value; others are added up over the period. A later entry for the same
    day, or of the same task, replaces the earlier one.
    """
    mine = and_(col(Progress.target_id) == col(Target.id), col(Progress.as_of) <= as_of)
    newest_first = col(Progress.as_of).desc(), col(Progress.id).desc()
    newest = select_columns(col(Progress.value)).where(mine).order_by(*newest_first).limit(1)
    summed = select_columns(func.sum(col(Progress.value), type_=Figure)).where(
        mine, col(Progress.as_of) >= period.first, not_(_is_replaced(as_of))
    )
    return (
        select_columns(
            col(Target.id).label("target_id"),
            case((col(Target.cumulative), _one(newest)), else_=_one(summed)).label("value"),
        )
        .join(PlanItem)
        .where(col(PlanItem.plan_id) == plan_id, not_cancelled(as_of), not_ended(as_of))
        .where(true() if items is None else col(PlanItem.id).in_(items))
        .cte("reading")
        # Folded into the query around it, SQLite would look each value up once for every use of it.
        .prefix_with("MATERIALIZED")
    )


def _one(query: Select[Any]) -> ScalarSelect[Any]:
    return query.correlate(Target).scalar_subquery()


def _is_replaced(as_of: date) -> ColumnElement[bool]:
    later = aliased(Progress)
    same = or_(
        col(later.task_id) == col(Progress.task_id),
        and_(col(later.task_id).is_(None), col(Progress.task_id).is_(None), col(later.as_of) == col(Progress.as_of)),
    )
    newer = or_(
        col(later.as_of) > col(Progress.as_of),
        and_(col(later.as_of) == col(Progress.as_of), col(later.id) > col(Progress.id)),
    )
    return exists().where(col(later.target_id) == col(Progress.target_id), col(later.as_of) <= as_of, same, newer)


def target_statuses(
    session: Session,
    plan_id: int,
    period: Period,
    as_of: date,
    thresholds: Thresholds,
    items: Collection[int] | None = None,
) -> dict[int, list[TargetStatus]]:
    """For each of these items, or of all of the plan, that is not cancelled its running targets with values, lights."""
    values = values_at(plan_id, period, as_of, items)
    mine = and_(col(Progress.target_id) == col(Target.id), col(Progress.as_of) <= as_of)
    query = (
        select(Target, values.c.value, _one(select_columns(func.max(col(Progress.as_of))).where(mine)))
        .join(values, values.c.target_id == col(Target.id))
        .order_by(col(Target.id))
    )
    found: dict[int, list[TargetStatus]] = {}
    for target, value, read_on in session.exec(query):
        status = target_status(target, value, read_on, period.elapsed(as_of), thresholds)
        found.setdefault(target.item_id, []).append(status)
    return found


def target_status(
    target: Target, value: Decimal | None, read_on: date | None, elapsed: float, thresholds: Thresholds
) -> TargetStatus:
    """A target with this value after that share of the time."""
    known = None if target.masked or target.qualitative else value
    floor_share = share(known, goal_of(target))
    result = None if target.qualitative else result_of(known, target.floor, target.stretch)
    return TargetStatus(
        target=target,
        value=value,
        read_on=read_on,
        floor_share=floor_share,
        stretch_share=share(known, target.stretch),
        light=target_light(floor_share, elapsed, thresholds),
        result=result,
        told=result.label if result and _can_be_told(result, elapsed) else "",
    )


def _can_be_told(result: Result, elapsed: float) -> bool:
    return result.is_met or (elapsed >= 1 and result is not Result.UNKNOWN)


def goal_of(target: Target) -> Decimal | None:
    """What a target's share is of: 确保, or 力争 where it stands alone."""
    return target.floor if target.floor is not None else target.stretch


def judged_targets(plan_id: int, period: Period, as_of: date, thresholds: Thresholds) -> Subquery:
    """Every target of the plan as target_status judges it: item_id, target_id, measured, share, light, result."""
    values = values_at(plan_id, period, as_of)
    known = case((or_(col(Target.masked), col(Target.qualitative)), None), else_=values.c.value)
    goal = func.coalesce(col(Target.floor), col(Target.stretch))
    done = cast(known, Float) / func.nullif(cast(goal, Float), 0.0)
    capped = case((done > 1.0, 1.0), else_=done)
    return (
        select_columns(
            col(Target.item_id),
            col(Target.id).label("target_id"),
            case((col(Target.qualitative), 0), else_=1).label("measured"),
            capped.label("share"),
            _light(capped, period.elapsed(as_of), thresholds).label("light"),
            _result(known).label("result"),
        )
        .join(values, values.c.target_id == col(Target.id))
        .subquery("judged")
    )


def _light(done: ColumnElement[Any], elapsed: float, thresholds: Thresholds) -> ColumnElement[str]:
    behind = (literal(elapsed) - done) * 100.0
    return case(
        (done.is_(None), Light.NONE.value),
        (behind >= thresholds.red + HALF, Light.RED.value),
        (behind >= thresholds.yellow - HALF, Light.YELLOW.value),
        else_=Light.GREEN.value,
    )


def _result(known: ColumnElement[Any]) -> ColumnElement[str]:
    floor, stretch = col(Target.floor), col(Target.stretch)
    unknown = or_(known.is_(None), and_(floor.is_(None), stretch.is_(None)))
    return case(
        (unknown, Result.UNKNOWN.value),
        (known >= stretch, Result.STRETCH.value),
        (floor.is_(None), Result.SHORT.value),
        (known >= floor, Result.FLOOR.value),
        else_=Result.BELOW.value,
    )
