"""Noting a target's figure whose day is known: through the item's open task where there is one, else by itself."""

from datetime import date
from decimal import Decimal

from sqlmodel import col, select

from plans.agenda import Purpose
from plans.columns import figure_text
from plans.tables import PlanItem, Target
from tasks.revision import Revision, require_running
from tasks.states import PENDING
from tasks.tables import Progress, Task
from tasks.verbs import MoveRefused, Reading, report

CALIBRES = ("预报", "网报", "认定")


def note_figure(revision: Revision, item: PlanItem, target: Target, reading: Reading | None, note: str) -> None:
    """反馈 with a figure, or with words alone. Without an open task a figure is kept in the trail of the item, so that
    it says who, when and what. Raises MoveRefused."""
    task = _open_task(revision, item)
    if task is not None:
        report(revision.session, task, revision.act, note, (reading,) if reading else ())
        return
    require_running(revision.session, item)
    if reading is None:
        raise MoveRefused("这个事项现在没有要办的任务，只写说明没有地方记：请和数值一起填。", "note")
    as_of = reading.as_of or revision.today
    before = _newest(revision, target)
    revision.session.add(_progress(revision, target, reading, as_of, note))
    told = f"{figure_text(reading.value)}{target.unit}（截至 {as_of}）"
    revision.note(item, f"{target.indicator}的进度", before, told, note)


def _open_task(revision: Revision, item: PlanItem) -> Task | None:
    wanted = select(Task).where(Task.item_id == item.id, col(Task.state).in_(PENDING))
    wanted = wanted.where(col(Task.purpose).in_((Purpose.PROGRESS, Purpose.CLOSING)))
    return revision.session.exec(wanted.order_by(col(Task.due_on), col(Task.id)).limit(1)).first()


def _newest(revision: Revision, target: Target) -> str:
    query = select(Progress).where(Progress.target_id == target.id)
    found = revision.session.exec(query.order_by(col(Progress.as_of).desc(), col(Progress.id).desc()).limit(1)).first()
    return f"{figure_text(found.value)}{target.unit}（截至 {found.as_of}）" if found else "无"


def _progress(revision: Revision, target: Target, reading: Reading, as_of: date, note: str) -> Progress:
    value: Decimal = reading.value
    return Progress(
        target_id=target.id or 0,
        as_of=as_of,
        value=value,
        cumulative=target.cumulative,
        calibre=reading.calibre,
        note=note,
        by=revision.act.by,
        at=revision.act.at,
    )
