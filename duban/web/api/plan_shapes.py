"""计划 as other programs read it: plans, items, targets and their months."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlmodel import Session, select

from duban.web.api.calling import Call
from duban.web.api.shapes import Moment
from flows.planning import plan_row
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem
from plans.words import DuePolicy
from tasks.item_history import history, sentence
from tasks.targets import TargetStatus, target_statuses


class PlanShort(BaseModel):
    """一份计划"""

    id: int = Field(description="计划编号")
    title: str = Field(description="名称", examples=["云溪县科技局2026H2工作计划"])
    period: str = Field(description="期间", examples=["2026H2"])
    period_label: str = Field(description="期间，中文", examples=["2026年下半年"])
    started_on: date = Field(description="哪天启动")
    running: bool = Field(description="是否还在执行")


class ItemShort(BaseModel):
    """一个事项"""

    id: int = Field(description="事项编号")
    plan: str = Field(description="计划期间，中文", examples=["2026年下半年"])
    number: int = Field(description="在计划里的序号")
    title: str = Field(description="标题", examples=["培育高新技术企业"])
    programme: str = Field(description="业务线")
    kind: str = Field(description="类别", examples=["目标"])
    cadence: str = Field(description="频次", examples=["每月报进度"])
    owner: str = Field(description="责任人", examples=["李明"])
    state: str = Field(description="执行中、已取消或已结束", examples=["执行中"])


class TargetShort(BaseModel):
    """一个指标和它现在的数"""

    id: int = Field(description="指标编号")
    indicator: str = Field(description="指标", examples=["高新技术企业认定"])
    unit: str = Field(description="单位", examples=["家"])
    qualitative: bool = Field(description="是不是定性指标，没有数值")
    floor: str | None = Field(description="确保", examples=["5"])
    stretch: str | None = Field(description="力争", examples=["8"])
    value: str | None = Field(description="现在的数，还没有报就是 null", examples=["3"])
    read_on: date | None = Field(description="哪天的数")
    floor_share: float | None = Field(description="完成确保目标的几成，1 是完成")
    stretch_share: float | None = Field(description="完成力争目标的几成")
    light: str = Field(description="灯：red、yellow、green、none")
    light_label: str = Field(description="灯，中文")


class ItemWhole(ItemShort):
    """一个事项的全部"""

    text: str = Field(description="内容")
    weight: str = Field(description="权重", examples=["1"])
    due_policy: str = Field(description="遇休息日怎么办", examples=["提前"])
    needs_sign: bool = Field(description="须签收")
    needs_review: bool = Field(description="须复核")
    needs_evidence: bool = Field(description="须佐证")
    targets: list[TargetShort] = Field(description="指标")
    history: list[str] = Field(description="变更经过，一条一句，早的在前")


class SeriesMonth(BaseModel):
    """一个指标的一个月"""

    month: str = Field(description="月份", examples=["2026-09"])
    label: str = Field(description="月份，中文")
    light: str = Field(description="这个月的灯，中文")
    reading: str | None = Field(description="报的数")
    calibre: str = Field(description="口径：预报、网报、认定，或空")
    as_of: date | None = Field(description="哪天的数")
    value: str | None = Field(description="当月的数")
    span: str = Field(description="当月的数是哪几个月的")
    yoy: str = Field(description="累计同比")
    month_yoy: str = Field(description="当月同比")
    base: str = Field(description="累计同比的基数出自哪份文件")
    month_base: str = Field(description="当月同比的基数出自哪份文件")


class TargetSeries(BaseModel):
    """一个指标逐月的数"""

    number: int = Field(description="指标编号")
    indicator: str = Field(description="指标")
    unit: str = Field(description="单位")
    title: str = Field(description="事项")
    plan: str = Field(description="计划")
    period: str = Field(description="计划期间，中文")
    as_of: date = Field(description="截至哪天")
    months: list[SeriesMonth] = Field(description="各月，早的在前")
    problems: list[str] = Field(description="要核对的读数")


class ItemChanged(BaseModel):
    """改了以后的事项"""

    changed: int = Field(description="改了几处，0 是和原来一样")
    item: ItemWhole = Field(description="事项")
    at: Moment = Field(description="何时")


def plan_short(plan: Plan) -> PlanShort:
    """A plan in the list."""
    return PlanShort(
        id=plan.id or 0,
        title=plan.title,
        period=plan.period,
        period_label=Period.parse(plan.period).label,
        started_on=plan.started_on,
        running=plan.closed_at is None,
    )


def item_whole(session: Session, call: Call, item: PlanItem) -> ItemWhole:
    """An item with its targets and what was changed in it."""
    plan = session.get_one(Plan, item.plan_id)
    row = plan_row(call.runtime, plan, item, session.get_one(Person, item.owner_id))
    statuses = target_statuses(session, plan.id or 0, Period.parse(plan.period), call.today, call.gauge.thresholds)
    return ItemWhole(
        **row,
        **_said_of(item),
        targets=[target_short(one) for one in statuses.get(item.id or 0, [])],
        history=[sentence(change) for change in history(session, item)],
    )


def _said_of(item: PlanItem) -> dict[str, Any]:
    checks = {name: getattr(item, name) for name in ("needs_sign", "needs_review", "needs_evidence")}
    due_policy = DuePolicy(item.due_policy).label
    return {"text": item.text, "weight": figure_text(item.weight), "due_policy": due_policy} | checks


def target_short(status: TargetStatus) -> TargetShort:
    """A target with its newest reading."""
    target = status.target
    figures = {"floor": target.floor, "stretch": target.stretch, "value": status.value}
    return TargetShort(
        id=target.id or 0,
        indicator=target.indicator,
        unit=target.unit,
        qualitative=target.qualitative,
        read_on=status.read_on,
        floor_share=status.floor_share,
        stretch_share=status.stretch_share,
        light=status.light.value,
        light_label=status.light.label,
        **{name: None if value is None else figure_text(value) for name, value in figures.items()},
    )


def all_plans(session: Session) -> list[PlanShort]:
    """Every plan, the newest first."""
    found = session.exec(select(Plan)).all()
    return [plan_short(plan) for plan in sorted(found, key=lambda plan: plan.id or 0, reverse=True)]
