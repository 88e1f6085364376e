"""A revision 变更: one act of changing a running plan, and the trail it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from plans.checking import Bureau
from plans.errors import Refused
from plans.tables import Plan, PlanItem
from plans.zone import local_day, local_text
from tasks.audit import append
from tasks.opening import FirstAlarm
from tasks.states import PENDING
from tasks.tables import ItemChange, Task
from tasks.verbs import Act

STATE = "状态"
RUNNING = "执行中"


@dataclass(frozen=True)
class Revision:
    """Who changes, in which transaction, and what the bureau has set."""

    session: Session
    act: Act
    bureau: Bureau
    first_alarm: FirstAlarm

    @property
    def today(self) -> date:
        return local_day(self.act.at)

    def note(self, item: PlanItem, field: str, before: str, after: str, why: str = "") -> None:
        """Add one row to the trail of an item: what it was and what it is, as people read them."""
        by = f"{self.act.by}（代{self.act.on_behalf_of}）" if self.act.on_behalf_of else self.act.by
        what = {"item_id": item.id or 0, "field": field, "before": before, "after": after, "note": why}
        append(self.session, ItemChange, [what | {"by": by, "via": self.act.via, "at": self.act.at}])


def find_item(session: Session, number: int) -> PlanItem:
    """The item of that number (its id). Raises Refused."""
    item = session.get(PlanItem, number)
    if item is None:
        raise Refused(f"没有编号为 {number} 的事项：请用 duban plan show 查看编号。")
    return item


def require_running(session: Session, item: PlanItem) -> Plan:
    """Hold the item and read it anew; its plan. Raises Refused when the item or its plan is over."""
    session.refresh(item, with_for_update=True)
    plan = session.get_one(Plan, item.plan_id)
    if plan.closed_at is not None:
        raise Refused(f"这份计划已于 {local_text(plan.closed_at)} 结束，不能再改。")
    if item.cancelled_at is not None:
        raise Refused(f"“{item.title}”已于 {local_text(item.cancelled_at)} 取消，不能再改。")
    return plan


def pending_tasks(session: Session, item: PlanItem) -> Sequence[Task]:
    """The item's tasks that somebody still has to do, held and read anew."""
    query = select(Task).where(Task.item_id == item.id, col(Task.state).in_(PENDING)).order_by(col(Task.id))
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).all()
