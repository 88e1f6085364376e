"""What was changed in a plan, when and by whom, in Chinese sentences."""

from datetime import datetime

from sqlmodel import Session, col, select

from plans.tables import PlanItem
from plans.zone import local_text
from tasks.tables import ItemChange

LONGEST = 40


def history(session: Session, item: PlanItem) -> list[ItemChange]:
    """Every change of an item, oldest first."""
    return list(session.exec(select(ItemChange).where(ItemChange.item_id == item.id).order_by(col(ItemChange.id))))


def changes_between(
    session: Session, plan_id: int, first: datetime, end: datetime
) -> list[tuple[PlanItem, ItemChange]]:
    """The changes of a plan's items from one instant up to another, oldest first."""
    query = select(PlanItem, ItemChange).where(PlanItem.id == ItemChange.item_id, PlanItem.plan_id == plan_id)
    found = session.exec(query.where(ItemChange.at >= first, ItemChange.at < end).order_by(col(ItemChange.id)))
    return [(item, change) for item, change in found]


def sentence(change: ItemChange) -> str:
    """陈平 2026-10-09 09:12 把 频次 从 每月10日 改为 每月15日"""
    why = f"（{change.note}）" if change.note else ""
    moved = f"从 {_short(change.before)} 改为 {_short(change.after)}"
    return f"{change.by} {local_text(change.at)} 把 {change.field} {moved}{why}"


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= LONGEST else f"{one[: LONGEST - 1]}…"
