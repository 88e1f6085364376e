"""Where a plan stands on a day, as rows: the roll-up with its lights, results and 序时进度."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.views.office import current_plan
from plans.columns import figure_text
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from tasks.history import target_history
from tasks.lights import Gauge, Light, Result
from tasks.rollup import ItemStatus, PlanStatus, Stage, Standing, Tally, roll_up
from tasks.tables import Progress
from tasks.target_series import series_of
from tasks.targets import TargetStatus, target_statuses

Row = dict[str, Any]
Word = TypeVar("Word", Result, Light, Stage)


class By(StrEnum):
    """What the rows of a status are."""

    ITEM = "item"
    PROGRAMME = "programme"


@dataclass(frozen=True)
class Status:
    """A plan on a day: the whole of it and its rows."""

    plan: str
    period: str
    as_of: date
    elapsed: float
    whole: Row
    rows: list[Row]


def plan_status(runtime: Runtime, as_of: date, by: By) -> Status:
    """The plan in whose period the day lies, else the newest. Raises Refused where there is none, or none yet."""
    with reading(runtime.engine) as session:
        plan = _plan_on(session, as_of)
        rolled = roll_up(session, plan.id or 0, as_of, runtime.gauge)
        rows = _item_rows(session, rolled, runtime.gauge) if by is By.ITEM else _programme_rows(rolled, runtime)
    return Status(
        plan=plan.title,
        period=rolled.period.label,
        as_of=as_of,
        elapsed=rolled.elapsed,
        whole=standing_row(rolled.whole),
        rows=rows,
    )


def _plan_on(session: Session, as_of: date) -> Plan:
    plan = current_plan(session, as_of)
    if plan is None:
        raise Refused("还没有计划：请先用 duban plan start 启动一份计划。")
    first = Period.parse(plan.period).first
    if as_of < first:
        raise Refused(f"{as_of} 这天还没有计划：最早的从 {first} 开始，请换一个日期。")
    return plan


def _programme_rows(rolled: PlanStatus, runtime: Runtime) -> list[Row]:
    names = {key: programme.name for key, programme in runtime.programmes.items()}
    return [
        {"programme": key, "title": names.get(key, key)} | standing_row(one) for key, one in rolled.programmes.items()
    ]


def standing_row(standing: Standing) -> Row:
    """A standing as plain values, its counts by what people call them."""
    return _rates(standing.tasks, standing.completion, standing.share) | {
        "items": standing.items,
        "results": _counted(Result, standing.results),
        "lights": _counted(Light, standing.lights),
        "stages": _counted(Stage, standing.stages),
    }


def _rates(tasks: Tally, completion: float | None, share: float | None) -> Row:
    return {
        "due": tasks.due,
        "done": tasks.done,
        "late": tasks.late,
        "overdue": tasks.overdue,
        "lapsed": tasks.lapsed,
        "completion": completion,
        "share": share,
    }


def _counted(kind: type[Word], counts: Mapping[Word, int]) -> dict[str, int]:
    return {key.label: counts[key] for key in kind if counts.get(key)}


def _item_rows(session: Session, rolled: PlanStatus, gauge: Gauge) -> list[Row]:
    targets = target_statuses(session, rolled.plan_id, rolled.period, rolled.as_of, gauge.thresholds)
    readings = _readings(session, rolled)
    yoy = _year_on_year(session, rolled, targets)
    found = []
    for item in rolled.items:
        rows = [
            _target_row(one, readings.get(one.target.id or 0, []), rolled, gauge)
            | {"yoy": yoy.get(one.target.id or 0, "")}
            for one in targets.get(item.id, [])
        ]
        found.append(_item_row(item) | {"targets": rows})
    return found


def _item_row(item: ItemStatus) -> Row:
    return _rates(item.tasks, item.completion, item.share) | {
        "number": item.number,
        "title": item.title,
        "programme": item.programme,
        "weight": item.weight,
        "light": item.light.colour,
        "light_label": item.light.label,
        "stage": item.stage.label if item.stage else "",
        "results": _counted(Result, item.results),
    }


def _target_row(status: TargetStatus, readings: Sequence[Progress], rolled: PlanStatus, gauge: Gauge) -> Row:
    target = status.target
    months = target_history(target, readings, rolled.period, rolled.as_of, gauge.thresholds)
    return {
        "number": target.id,
        "indicator": target.indicator,
        "unit": target.unit,
        "value": None if status.value is None else figure_text(status.value),
        "share": status.floor_share,
        "light": status.light.colour,
        "result": status.result.label if status.result else "",
        "told": status.told,
        "months": {one.month.key: one.light.colour for one in months},
    }


def _year_on_year(
    session: Session, rolled: PlanStatus, targets: Mapping[int, Sequence[TargetStatus]]
) -> dict[int, str]:
    """同比 of each target's newest reading, with the document its base is from."""
    # Held here, the items are looked up in memory and not one by one.
    items = session.exec(select(PlanItem).where(PlanItem.plan_id == rolled.plan_id)).all()
    known = [one.target for item in items for one in targets.get(item.id or 0, []) if one.value is not None]
    rows = series_of(session, known, rolled.as_of)
    return {number: max(of, key=lambda row: (row.month, row.as_of)).yoy_told for number, of in rows.items() if of}


def _readings(session: Session, rolled: PlanStatus) -> dict[int, list[Progress]]:
    kept = session.exec(
        select(Progress)
        .join(Target)
        .join(PlanItem)
        .where(PlanItem.plan_id == rolled.plan_id, Progress.as_of <= rolled.as_of)
        .order_by(col(Progress.as_of), col(Progress.id))
    )
    found: dict[int, list[Progress]] = {}
    for one in kept:
        found.setdefault(one.target_id, []).append(one)
    return found
