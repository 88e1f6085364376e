"""The light of every item of a plan today: what the roll-up finds, from the first task that shows it, fast enough for a
page that is opened all day long."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from plans.periods import Period
from plans.tables import PlanItem
from tasks.lights import Gauge, Light
from tasks.rollup import counted, item_light, tallied_targets
from tasks.states import PENDING
from tasks.tables import Task
from tasks.targets import not_cancelled

Columns = Any
"""The columns of a subquery, by name."""


def item_lights(plan_id: int, period: Period, today: date, gauge: Gauge) -> Subquery:
    """item_id, light, and of its targets the light and the least share, for each item that is not cancelled.

    ``target_light`` is empty for an item without a measured target.
    """
    tasks, targets = _shown_by_tasks(plan_id, today, gauge), tallied_targets(plan_id, period, today, gauge)
    told = item_light(tasks.c, targets.c).label("light"), _target_light(targets.c).label("target_light")
    return (
        select_columns(tasks.c.item_id, *told, targets.c.least)
        .join(targets, targets.c.item_id == tasks.c.item_id, isouter=True)
        .subquery("item_lights")
    )


def target_lights(session: Session, plan_id: int, period: Period, as_of: date, gauge: Gauge) -> dict[int, Light]:
    """For each item with measured targets the most pressing of their lights at the end of the day."""
    targets = tallied_targets(plan_id, period, as_of, gauge)
    rows = session.execute(select_columns(targets.c.item_id, _target_light(targets.c)))
    return {item_id: Light(light) for item_id, light in rows if light}


def _target_light(targets: Columns) -> ColumnElement[str]:
    pressing = ((targets[one.value] > 0, one.value) for one in (Light.RED, Light.YELLOW, Light.GREEN))
    return case(*pressing, (targets.measured > 0, Light.NONE.value), else_=None)


def _shown_by_tasks(plan_id: int, today: date, gauge: Gauge) -> Subquery:
    pending, due_on = col(Task.state).in_(PENDING), col(Task.due_on)
    shown = {
        "opened": _any_task(today),
        "overdue": _any_task(today, pending, due_on < today),
        "soon": _any_task(today, pending, due_on.between(today, gauge.soon_until(today))),
    }
    return (
        select_columns(col(PlanItem.id).label("item_id"), *(one.label(name) for name, one in shown.items()))
        .where(col(PlanItem.plan_id) == plan_id, not_cancelled(today))
        .subquery("shown_by_tasks")
    )


def _any_task(today: date, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    found = exists().where(col(Task.item_id) == col(PlanItem.id), counted(today), *conditions).correlate(PlanItem)
    return case((found, 1), else_=0)
