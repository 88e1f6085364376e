"""Changing 确保, 力争 and the unit of an item's targets; filling in a 待填."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from plans.checking import goal_fault
from plans.columns import figure_text
from plans.errors import Refused
from plans.tables import PlanItem, Target
from plans.typed import read_goal
from tasks.fields import known_fields
from tasks.revision import Revision

GOALS = {"确保": "floor", "floor": "floor", "力争": "stretch", "stretch": "stretch"}
UNIT = ("单位", "unit")


def running_targets(session: Session, item_id: int) -> Sequence[Target]:
    """The item's targets that were not dropped, first come first."""
    running = select(Target).where(Target.item_id == item_id, col(Target.ended_at).is_(None))
    return session.exec(running.order_by(col(Target.id))).all()


def set_goal(revision: Revision, item: PlanItem, key: str, text: str) -> int:
    """Set ``确保``, ``力争`` or ``单位`` (of several targets ``指标.确保``); 1 when it changed. Raises Refused."""
    name, _, what = key.rpartition(".")
    if what not in GOALS and what not in UNIT:
        raise Refused(f"没有“{key}”这个字段：可以改 {known_fields()}。")
    return change_target(revision, item, named_target(revision, item, name, what), what, text)


def change_target(revision: Revision, item: PlanItem, target: Target, what: str, text: str, why: str = "") -> int:
    """Set 确保, 力争, the unit or the name of one target; 1 when it changed. Raises Refused."""
    label = f"{target.indicator}的{_label(what)}"
    if what in GOALS:
        before, after = _set_number(target, what, text)
    else:
        name = "unit" if what in UNIT else "indicator"
        before, after = getattr(target, name), text.strip()
        setattr(target, name, after)
    revision.session.add(target)
    if before == after:
        return 0
    revision.note(item, label, before or "无", after or "无", why)
    return 1


def refuse_goal_faults(revision: Revision, item: PlanItem) -> None:
    """Raise Refused where 确保 is higher than 力争; asked last, as both may be set at once."""
    for target in running_targets(revision.session, item.id or 0):
        if fault := goal_fault(target.indicator, target.floor, target.stretch):
            raise Refused(fault)


def _label(what: str) -> str:
    return {"floor": "确保", "stretch": "力争", "unit": "单位", "indicator": "名称"}.get(what, what)


def named_target(revision: Revision, item: PlanItem, name: str, what: str = "确保") -> Target:
    """The running target of that name, or the only one for no name. Raises Refused naming those there are."""
    targets = running_targets(revision.session, item.id or 0)
    named = [target for target in targets if not name or target.indicator == name]
    if not targets:
        raise Refused(f"“{item.title}”没有指标，不能改{_label(what)}。")
    if len(named) != 1:
        known = "、".join(target.indicator for target in targets)
        raise Refused(f"请写明是哪个指标，如 {targets[0].indicator}.{_label(what)}=5；这个事项的指标有：{known}。")
    return named[0]


def _set_number(target: Target, what: str, text: str) -> tuple[str, str]:
    name = GOALS[what]
    old, new = getattr(target, name), read_goal(_label(what), text)
    setattr(target, name, new)
    # The number that was hidden is known now; changing the other one says nothing about it.
    target.masked = (target.masked or new is None) and not (old is None and new is not None)
    return figure_text(old), figure_text(new)
