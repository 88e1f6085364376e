"""Targets 指标 that come and go while their item runs. Readings stay with the target they were taken for."""

import re
from decimal import Decimal

from sqlmodel import col, select

from plans.checking import goal_fault
from plans.columns import fits
from plans.differences import goals_text
from plans.draft import TO_FILL, DraftTarget
from plans.errors import Refused
from plans.tables import PlanItem, Target
from plans.typed import one_line, read_goal
from tasks.goals import change_target, named_target, running_targets
from tasks.revision import Revision, require_running
from tasks.tables import Progress

TARGET = "指标"
NOTHING, ENDED = "无", "已取消"
_NUMBER = rf"(?:[\d.,，]+|{TO_FILL})"
_GOALS = re.compile(rf"\s*(?P<floor>{_NUMBER})?\s*(?:[/／]\s*(?P<stretch>{_NUMBER}))?\s*(?P<unit>[^\d\s/／][^/／]*)?$")
LONGEST_NAME, LONGEST_UNIT = 100, 20


def add_target(revision: Revision, item: PlanItem, wanted: DraftTarget) -> Target:
    """Give a running item one more target; one that was dropped is taken up again with its readings. Raises Refused."""
    require_running(revision.session, item)
    _refuse_unfit(wanted)
    target = _dropped(revision, item, wanted) or Target(item_id=item.id or 0, indicator=wanted.indicator)
    before = ENDED if target.ended_at else NOTHING
    target.ended_at = None
    for name, value in wanted.kept().items():
        setattr(target, name, value)
    revision.session.add(target)
    revision.session.flush()
    revision.note(item, TARGET, before, f"{wanted.indicator} {goals_text(wanted)}", wanted.quote)
    return target


def add_typed_target(revision: Revision, item: PlanItem, text: str) -> Target:
    """The same for a target as typed (see ``typed_target``); refused where the item has one of that name."""
    wanted = typed_target(text)
    if any(one.indicator == wanted.indicator for one in running_targets(revision.session, item.id or 0)):
        told = f"“{item.title}”已有指标“{wanted.indicator}”：改数字请用 duban plan edit --set 确保=…。"
        raise Refused(told)
    return add_target(revision, item, wanted)


def typed_target(text: str) -> DraftTarget:
    """``高企认定=5/8家`` (确保/力争), ``合同额=3亿元``, ``高企认定=待填``; without ``=`` it is qualitative.

    Raises Refused.
    """
    name, equals, goals = one_line(text).replace("＝", "=").partition("=")
    match = _GOALS.match(goals)
    if not name.strip() or len(name) > LONGEST_NAME or match is None or (equals and not goals.strip()):
        raise Refused(f"“{text}”读不懂：请写成 指标=确保/力争 单位，如 高企认定=5/8家。")
    floor, stretch = (_goal(label, match[group]) for label, group in (("确保", "floor"), ("力争", "stretch")))
    unit = (match["unit"] or "").strip()
    if len(unit) > LONGEST_UNIT:
        raise Refused(f"“单位”太长了，最多{LONGEST_UNIT}字。")
    masked = bool(equals) and floor is None and stretch is None
    return DraftTarget(
        indicator=name.strip(), floor=floor, stretch=stretch, unit=unit, masked=masked, qualitative=not equals
    )


def _goal(label: str, written: str | None) -> Decimal | None:
    return read_goal(label, written) if written else None


def end_target(revision: Revision, item: PlanItem, target: Target, reason: str = "") -> None:
    """Drop a target of a running item: nobody asks for it any more, its readings stay. Raises Refused."""
    require_running(revision.session, item)
    if target.item_id != item.id or target.ended_at is not None:
        raise Refused(f"“{target.indicator}”已不是“{item.title}”的指标。")
    target.ended_at = revision.act.at
    revision.session.add(target)
    revision.session.flush()
    revision.note(item, TARGET, f"{target.indicator} {goals_text(target)}", ENDED, reason.strip())


def end_named_target(revision: Revision, item: PlanItem, name: str, reason: str) -> Target:
    """Drop the target of that name. Raises Refused."""
    if not reason.strip():
        raise Refused("取消指标要写明原因。")
    target = named_target(revision, item, name.strip())
    end_target(revision, item, target, reason)
    return target


def change_unit(revision: Revision, item: PlanItem, target: Target, wanted: DraftTarget) -> None:
    """Give a target another unit. With readings in the old one it ends, and a new target takes its place."""
    if not target.unit:
        change_target(revision, item, target, "unit", wanted.unit, wanted.quote)
    elif _has_readings(revision, target):
        end_target(revision, item, target, f"单位改为{wanted.unit}")
        add_target(revision, item, wanted.model_copy(update={"indicator": target.indicator}))
    else:
        before = goals_text(target)
        _refuse_unfit(wanted)
        target.unit, target.floor, target.stretch = wanted.unit, wanted.floor, wanted.stretch
        target.masked, target.quote = wanted.masked, wanted.quote
        revision.session.add(target)
        revision.note(item, f"{target.indicator}的单位", before, goals_text(wanted), wanted.quote)


def _has_readings(revision: Revision, target: Target) -> bool:
    return (
        revision.session.exec(select(Progress.id).where(Progress.target_id == target.id).limit(1)).first() is not None
    )


def _dropped(revision: Revision, item: PlanItem, wanted: DraftTarget) -> Target | None:
    same = select(Target).where(Target.item_id == item.id, Target.indicator == wanted.indicator)
    dropped = revision.session.exec(same.where(Target.unit == wanted.unit, col(Target.ended_at).is_not(None)))
    return dropped.first()


def _refuse_unfit(wanted: DraftTarget) -> None:
    if fault := goal_fault(wanted.indicator, wanted.floor, wanted.stretch):
        raise Refused(fault)
    if any(goal is not None and not fits(goal) for goal in (wanted.floor, wanted.stretch)):
        raise Refused(f"“{wanted.indicator}”的数字最多四位小数：请检查单位。")
