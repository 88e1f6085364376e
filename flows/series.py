"""One target month by month, as rows: what was reported, what each month brought, 同比 and the lights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from plans.columns import figure_text
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from tasks.history import MonthLight, target_history
from tasks.lights import Gauge
from tasks.tables import Progress
from tasks.target_series import MonthRow, change_told, find_target, series_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Series:
    """A target up to a day: its months, oldest first, and what a person should check."""

    number: int
    indicator: str
    unit: str
    item: int
    title: str
    plan: str
    period: str
    as_of: date
    months: list[Row]
    problems: list[str]


def target_series(runtime: Runtime, number: int, as_of: date) -> Series:
    """The target of that number. Raises Refused where there is none, or where it has no figures by nature."""
    with reading(runtime.engine) as session:
        target = find_target(session, number)
        if target.qualitative:
            raise Refused(f"“{target.indicator}”是定性指标，没有数值。")
        item = session.get_one(PlanItem, target.item_id)
        plan = session.get_one(Plan, item.plan_id)
        period = Period.parse(plan.period)
        rows = series_of(session, [target], as_of)[number]
        lights = _lights(session, target, period, as_of, runtime.gauge)
    return Series(
        number=number,
        indicator=target.indicator,
        unit=target.unit,
        item=item.number,
        title=item.title,
        plan=plan.title,
        period=period.label,
        as_of=as_of,
        months=_months(rows, lights),
        problems=[row.problem.told for row in rows if row.problem],
    )


def _lights(session: Session, target: Target, period: Period, as_of: date, gauge: Gauge) -> list[MonthLight]:
    query = select(Progress).where(Progress.target_id == target.id, Progress.as_of <= as_of)
    readings = session.exec(query.order_by(col(Progress.as_of), col(Progress.id))).all()
    return target_history(target, readings, period, as_of, gauge.thresholds)


def _months(rows: Iterable[MonthRow], lights: Sequence[MonthLight]) -> list[Row]:
    read: dict[Period, list[MonthRow]] = {}
    for row in rows:
        read.setdefault(row.month, []).append(row)
    colours = {one.month: one.light.colour for one in lights}
    months = sorted(read.keys() | colours.keys())
    return list(chain.from_iterable(_of_month(month, read.get(month, []), colours.get(month, "")) for month in months))


def _of_month(month: Period, rows: Sequence[MonthRow], light: str) -> list[Row]:
    head = {"month": month.key, "label": month.label, "light": light}
    return [head | _read(row) for row in rows] or [head | NOTHING]


NOTHING: Row = {
    "reading": None,
    "calibre": "",
    "as_of": None,
    "value": None,
    "span": "",
    "yoy": "",
    "month_yoy": "",
    "base": "",
    "month_base": "",
}
"""``base`` and ``month_base``: the document whose figure 同比 is with, empty where a target before has one."""


def _read(row: MonthRow) -> Row:
    return {
        "reading": figure_text(row.reading),
        "calibre": row.calibre,
        "as_of": row.as_of.isoformat(),
        "value": figure_text(row.value.value) if row.value else None,
        "span": row.value.label if row.value else "",
        "yoy": change_told(row.yoy),
        "month_yoy": change_told(row.month_yoy),
        "base": row.base,
        "month_base": row.month_base,
    }
