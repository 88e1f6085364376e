"""Carry-over 结转: unfinished items as a draft for the next plan, each with the link to where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from plans.draft import TO_FILL
from plans.drafting import dump
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem, Target

HEAD = """结转草稿：上期没有完成的事项。请核对各项，把“待填”填好，可以再加新的事项，然后运行 duban plan start 启动。
carried_from 是上期事项的编号，请不要改；人员和企业已经在库里，不用再写。"""


@dataclass(frozen=True)
class Carried:
    """An item that goes on: its owner, its targets, and what each of them has reached (target id → figure)."""

    item: PlanItem
    owner: Person
    targets: Sequence[Target]
    reached: Mapping[int, str]


def carried_yaml(plan: Plan, carried: Sequence[Carried]) -> str:
    """The draft of the next period's plan as YAML text."""
    period = Period.parse(plan.period).next()
    draft = CommentedMap(
        bureau=plan.bureau,
        title=f"{plan.bureau}{period.label}工作计划",
        period=period.key,
        source=f"结转自{plan.title}",
        items=[_item(one) for one in carried],
    )
    draft.yaml_set_start_comment(HEAD)
    return dump(draft)


def _item(carried: Carried) -> CommentedMap:
    item = carried.item
    entry = CommentedMap(title=item.title, programme=item.programme, kind=item.kind, carried_from=item.id)
    entry["owner"] = carried.owner.name if carried.owner.active else TO_FILL
    if not carried.owner.active:
        entry.yaml_add_eol_comment(f"上期是{carried.owner.name}，已经离岗", "owner")
    entry["cadence"] = item.cadence
    if item.cadence.startswith("once:"):
        # A single date has passed; only a person knows the next one.
        entry["cadence"] = TO_FILL
        entry.yaml_add_eol_comment(f"上期是 {item.cadence}", "cadence")
    entry |= _rules(item)
    if carried.targets:
        entry["targets"] = [_target(target, carried.reached) for target in carried.targets]
    entry["text"] = LiteralScalarString(item.text) if "\n" in item.text else item.text
    return entry


def _rules(item: PlanItem) -> dict[str, Any]:
    usual = PlanItem(plan_id=0, number=0, title="", programme="", owner_id=0)
    always = {name: getattr(item, name) for name in ("due_policy", "in_arrears", "assignees", "ladder", "form")}
    asked = {name: True for name in ("needs_sign", "needs_review", "needs_evidence") if getattr(item, name)}
    skipped = {"skip_months": list(item.skip_months)} if item.skip_months else {}
    weight = {"weight": _number(item.weight)} if item.weight != usual.weight else {}
    return always | asked | skipped | weight


def _target(target: Target, reached: Mapping[int, str]) -> CommentedMap:
    entry = CommentedMap(indicator=target.indicator)
    for name in ("floor", "stretch"):
        value = getattr(target, name)
        if value is not None or (target.masked and name == "floor"):
            entry[name] = _number(value)
    entry["unit"] = target.unit
    entry |= {name: True for name in ("masked", "qualitative") if getattr(target, name)}
    entry |= {"level": target.level, "quote": target.quote}
    if told := reached.get(target.id or 0):
        entry.yaml_add_eol_comment(f"上期完成 {told}", "indicator")
    return entry


def _number(value: Decimal | None) -> int | float | str:
    if value is None:
        return TO_FILL
    return int(value) if value == value.to_integral_value() else float(value)
