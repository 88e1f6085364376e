"""The figures of a document's done part, as the first readings of the plan it starts and as bases of a later 同比.

A reading counts for its target from its own day on, also from before the plan's first day: of 全年5家 the three of the
first half are done, so value, share and light begin with three. For a goal of the second half alone that would count
them wrongly: nothing but a person's word tells the two apart, so only what a person chose or left chosen is written.
A first reading is a base as well: next year's target may have no readings of this year.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from plans.database import insert_new
from plans.sheet.figures import value_of
from plans.sheet.model import Sheet, SheetFigure
from plans.sheet.stretches import counted, settled
from plans.sheet.usable import base_fault, is_used, reading_fault, target_of
from plans.tables import BaseFigure, PlanItem, Target
from plans.typed import one_line
from tasks.tables import Progress

LONGEST_INDICATOR = 100


def keep_figures(session: Session, sheet: Sheet, items: Mapping[int, PlanItem], by: str, now: datetime) -> None:
    """Write the readings and bases of a sheet whose plan has just started; ``items`` by their key in the sheet.

    Hidden and undated figures are never written, nor one that cannot be kept exactly: ``figure_faults`` tells which.
    """
    used = [one for one in sheet.figures if is_used(one) and not base_fault(one)]
    insert_new(session, BaseFigure, [_base(one, sheet.source, now) for one in used])
    for one in used:
        if one.use == "reading" and target_of(one, sheet) and not reading_fault(one, sheet):
            target = _target(session, one, items)
            value = value_of(one.figure, target.unit)
            session.add(_reading(one, target, value or Decimal(0), sheet.source, by, now))


def items_by_key(session: Session, sheet: Sheet, plan_id: int) -> dict[int, PlanItem]:
    """The items of a plan just started of a sheet, by their keys there."""
    rows = session.exec(select(PlanItem).where(PlanItem.plan_id == plan_id).order_by(col(PlanItem.number))).all()
    return {one.key: row for one, row in zip(sheet.kept(), rows, strict=True)}


def _target(session: Session, one: SheetFigure, items: Mapping[int, PlanItem]) -> Target:
    key, position = one.target or (0, 0)
    return session.exec(select(Target).where(Target.item_id == items[key].id).order_by(col(Target.id))).all()[position]


def _reading(one: SheetFigure, target: Target, value: Decimal, source: str, by: str, now: datetime) -> Progress:
    return Progress(
        target_id=target.id or 0,
        as_of=counted(one.as_of)[1],
        value=value,
        cumulative=target.cumulative,
        calibre=one.calibre,
        note=f"《{source}》：{one_line(one.figure.text)}",
        by=by,
        at=now,
    )


def _base(one: SheetFigure, source: str, now: datetime) -> dict[str, Any]:
    return {
        "indicator": one_line(one.figure.indicator)[:LONGEST_INDICATOR],
        "unit": one.figure.unit,
        "period": settled(one.as_of),
        "calibre": one.calibre,
        "value": value_of(one.figure, one.figure.unit),
        "quote": one.figure.text,
        "source": source,
        "kept_at": now,
    }
