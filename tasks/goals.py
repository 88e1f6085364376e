"""Changing 确保, 力争 and the unit of an item's targets; filling in a 待填."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlmodel import col, select

from plans.checking import goal_fault
from plans.columns import figure_text, fits
from plans.draft import TO_FILL
from plans.errors import Refused
from plans.tables import PlanItem, Target
from tasks.fields import known_fields
from tasks.revision import Revision

GOALS = {"确保": "floor", "floor": "floor", "力争": "stretch", "stretch": "stretch"}
UNIT = ("单位", "unit")
LARGEST_GOAL = Decimal(10) ** 12


def set_goal(revision: Revision, item: PlanItem, key: str, text: str) -> int:
    """Set ``确保``, ``力争`` or ``单位`` (of several targets ``指标.确保``); 1 when it changed. Raises Refused."""
    name, _, what = key.rpartition(".")
    if what not in GOALS and what not in UNIT:
        raise Refused(f"没有“{key}”这个字段：可以改 {known_fields()}。")
    target = _target(revision, item, name, what)
    if what in UNIT:
        before, after = target.unit, text.strip()
        target.unit = after
    else:
        before, after = _set_number(target, what, text)
    revision.session.add(target)
    if before == after:
        return 0
    revision.note(item, f"{target.indicator}的{_label(what)}", before or "无", after or "无")
    return 1


def refuse_goal_faults(revision: Revision, item: PlanItem) -> None:
    """Raise Refused where 确保 is higher than 力争; asked last, as both may be set at once."""
    for target in _targets(revision, item):
        if fault := goal_fault(target.indicator, target.floor, target.stretch):
            raise Refused(fault)


def _targets(revision: Revision, item: PlanItem) -> Sequence[Target]:
    return revision.session.exec(select(Target).where(Target.item_id == item.id).order_by(col(Target.id))).all()


def _label(what: str) -> str:
    return {"floor": "确保", "stretch": "力争", "unit": "单位"}.get(what, what)


def _target(revision: Revision, item: PlanItem, name: str, what: str) -> Target:
    targets = _targets(revision, item)
    named = [target for target in targets if not name or target.indicator == name]
    if not targets:
        raise Refused(f"“{item.title}”没有指标，不能改{_label(what)}。")
    if len(named) != 1:
        known = "、".join(target.indicator for target in targets)
        raise Refused(f"请写明是哪个指标，如 {targets[0].indicator}.{_label(what)}=5；这个事项的指标有：{known}。")
    return named[0]


def _set_number(target: Target, what: str, text: str) -> tuple[str, str]:
    name = GOALS[what]
    old, new = getattr(target, name), _number(_label(what), text)
    setattr(target, name, new)
    # The number that was hidden is known now; changing the other one says nothing about it.
    target.masked = (target.masked or new is None) and not (old is None and new is not None)
    return figure_text(old), figure_text(new)


def _number(label: str, text: str) -> Decimal | None:
    if text.strip() == TO_FILL:
        return None
    try:
        number = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation as error:
        raise Refused(f"“{label}”请写数字，不知道就写“待填”。") from error
    if not number.is_finite() or not 0 <= number < LARGEST_GOAL:
        raise Refused(f"“{label}”不能是负数，也不能大到一万亿：请检查单位。")
    if not fits(number):
        raise Refused(f"“{label}”最多四位小数：请检查单位。")
    return number
