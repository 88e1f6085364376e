"""变更留痕: what happened to a plan's tasks, items and figures, newest first."""

from datetime import datetime

from sqlmodel import Session, col, select

from flows.views.task import VIA
from notifications.documents.ledger_sheet import Row
from notifications.workbook import Value
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from tasks.states import Verb
from tasks.tables import ItemChange, Progress, Task, TaskChange

MOST = 50_000
"""Rows of each kind; older ones are left to the pages."""


def trail_rows(session: Session, plan: Plan, enterprises: bool) -> list[Row]:
    """The trail of a plan, of the bureau's own tasks or of all."""
    rows = [*_task_rows(session, plan, enterprises), *_item_rows(session, plan), *_figure_rows(session, plan)]
    return sorted(rows, key=lambda row: str(row["at"]), reverse=True)


def _task_rows(session: Session, plan: Plan, enterprises: bool) -> list[Row]:
    query = select(TaskChange, Task.period, PlanItem.title).join(Task, col(Task.id) == col(TaskChange.task_id))
    query = query.join(PlanItem).where(PlanItem.plan_id == plan.id, TaskChange.verb != Verb.OPEN)
    if not enterprises:
        query = query.where(col(Task.enterprise_id).is_(None))
    return [
        _row(change.at, "任务", title, Period.parse(period).label, change.actor)
        | {"deed": Verb(change.verb).label, "told": change.note, "via": VIA.get(change.via, change.via)}
        for change, period, title in session.exec(query.order_by(col(TaskChange.id).desc()).limit(MOST))
    ]


def _item_rows(session: Session, plan: Plan) -> list[Row]:
    query = select(ItemChange, PlanItem.title).join(PlanItem).where(PlanItem.plan_id == plan.id)
    return [
        _row(change.at, "计划", title, change.field, change.by)
        | {"deed": "修改", "told": _moved(change), "via": VIA.get(change.via, change.via)}
        for change, title in session.exec(query.order_by(col(ItemChange.id).desc()).limit(MOST))
    ]


def _moved(change: ItemChange) -> str:
    why = f"（{change.note}）" if change.note else ""
    return f"从 {change.before} 改为 {change.after}{why}"


def _figure_rows(session: Session, plan: Plan) -> list[Row]:
    query = select(Progress, Target, PlanItem.title).join(Target, col(Target.id) == col(Progress.target_id))
    query = query.join(PlanItem, col(PlanItem.id) == col(Target.item_id)).where(PlanItem.plan_id == plan.id)
    return [
        _row(one.at, "进度", title, target.indicator, one.by) | {"deed": "报数", "told": _read(one, target), "via": ""}
        for one, target, title in session.exec(query.order_by(col(Progress.id).desc()).limit(MOST))
    ]


def _read(one: Progress, target: Target) -> str:
    calibre = f"，{one.calibre}" if one.calibre else ""
    note = f"：{one.note}" if one.note else ""
    return f"{figure_text(one.value)}{target.unit}（截至 {one.as_of}{calibre}）{note}"


def _row(at: datetime, what: str, title: str, about: str, by: str) -> dict[str, Value]:
    return {"at": at, "what": what, "title": title, "about": about, "by": by}
