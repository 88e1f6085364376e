"""What a period was at an instant: who had to file, who did and when, whose figures made up how much.

Told from rows that are only ever added (changes, filings, extensions), so that asking late changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, func, select

from plans.agenda import is_exempt
from plans.columns import figure_text
from plans.periods import Period, Span
from plans.tables import Enterprise, PlanItem
from plans.workdays import STEP
from plans.zone import local_day
from tasks.extensions import GRANTED
from tasks.form import ZERO, Field, Form, number_in
from tasks.states import FINISHED, State, Verb
from tasks.tables import Extension, Filing, Task, TaskChange

LARGEST = 10
"""So many of the enterprises that make up a total are named."""

Facts = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """A task at the instant: ``filed_on`` is None while nothing had come, or what came had been sent back."""

    enterprise: Enterprise
    due_on: date
    state: State
    filed_on: date | None
    answers: Mapping[str, str]
    extended: bool

    @property
    def on_time(self) -> bool:
        return self.filed_on is not None and self.filed_on <= self.due_on

    @property
    def late(self) -> bool:
        return self.filed_on is not None and self.filed_on > self.due_on

    @property
    def told(self) -> str:
        """What is to be said beside a name of which nothing had come."""
        if self.state is State.RETURNED:
            return "退回未重报"
        return f"延期到{self.due_on}" if self.extended else ""


def cut_off_facts(
    session: Session, item: PlanItem, period: str, due_on: date, cut_at: datetime, form: Form | None
) -> Facts:
    """The facts of a period at ``cut_at``, as plain JSON. Weights are 万元; figures are text, exact."""
    standings = standings_at(session, item.id or 0, period, cut_at)
    month = Period.containing(Span.MONTH, Period.parse(period).last).key
    due = [one for one in standings if not is_exempt(one.enterprise, month)]
    filed = [one for one in due if one.filed_on is not None]
    return {
        "item": item.title,
        "label": Period.parse(period).label,
        "due_on": due_on.isoformat(),
        "cut_on": (local_day(cut_at) - STEP).isoformat(),
        "due": _share(due),
        "filed": _share(filed),
        "on_time": _share(one for one in due if one.on_time),
        "late": _share(one for one in due if one.late),
        "zero": sum(bool(one.answers.get(ZERO)) for one in filed),
        "missing": [_missing(one) for one in due if one.filed_on is None],
        "exempt": _exempt(session, month),
        "totals": list(_totals(form, filed)),
        "labels": {field.key: [field.label, field.unit] for field in number_fields(form)},
    }


def number_fields(form: Form | None) -> list[Field]:
    """The fields of a form that are numbers."""
    return [] if form is None else [field for field in form.fields if not field.text]


def standings_at(session: Session, item_id: int, period: str, instant: datetime) -> list[Standing]:
    """Every task of the period that was wanted at the instant, the weightiest enterprise first."""
    states, answers = _states(session, item_id, period, instant), _answers(session, item_id, period, instant)
    moved = _moved_since(session, item_id, period, instant)
    extended = _extended_by(session, item_id, period, instant)
    held = select(Task, Enterprise).join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id))
    rows = session.exec(held.where(Task.item_id == item_id, Task.period == period)).all()
    found = []
    for task, enterprise in rows:
        key = task.id or 0
        state, filed_on = states.get(key, (State.OPEN, None))
        if state is not State.CANCELLED:
            due_on = moved.get(key, task.due_on)
            found.append(Standing(enterprise, due_on, state, filed_on, answers.get(key, {}), key in extended))
    return sorted(found, key=lambda one: (-one.enterprise.weight, one.enterprise.id or 0))


def _states(session: Session, item_id: int, period: str, instant: datetime) -> dict[int, tuple[State, date | None]]:
    moves = (
        select(TaskChange.task_id, TaskChange.verb, TaskChange.to_state, TaskChange.at)
        .join(Task, col(Task.id) == col(TaskChange.task_id))
        .where(Task.item_id == item_id, Task.period == period, col(TaskChange.at) < instant)
        .where(TaskChange.from_state != TaskChange.to_state)
        .order_by(col(TaskChange.id))
    )
    states: dict[int, tuple[State, date | None]] = {}
    for task_id, verb, to_state, at in session.exec(moves):
        done_on = local_day(at) if verb == Verb.COMPLETE else states.get(task_id, (State.OPEN, None))[1]
        state = State(to_state)
        states[task_id] = state, done_on if state in FINISHED else None
    return states


def _answers(session: Session, item_id: int, period: str, instant: datetime) -> dict[int, Mapping[str, str]]:
    newest = (
        select(Filing.task_id, func.max(Filing.version).label("version"))
        .join(Task, col(Task.id) == col(Filing.task_id))
        .where(Task.item_id == item_id, Task.period == period, col(Filing.at) < instant)
        .group_by(col(Filing.task_id))
        .subquery()
    )
    same = (col(Filing.task_id) == newest.c.task_id) & (col(Filing.version) == newest.c.version)
    return dict(session.exec(select(Filing.task_id, Filing.answers).join(newest, same)).all())


def _moved_since(session: Session, item_id: int, period: str, instant: datetime) -> dict[int, date]:
    """The due dates that were moved by an extension only after the instant, as they were before."""
    later = _granted(item_id, period).where(col(Extension.decided_at) >= instant).order_by(col(Extension.id).desc())
    return {one.task_id: one.due_on for one in session.exec(later)}


def _extended_by(session: Session, item_id: int, period: str, instant: datetime) -> set[int]:
    earlier = _granted(item_id, period).where(col(Extension.decided_at) < instant)
    return {one.task_id for one in session.exec(earlier)}


def _granted(item_id: int, period: str) -> Any:
    granted = select(Extension).join(Task, col(Task.id) == col(Extension.task_id)).where(Extension.state == GRANTED)
    return granted.where(Task.item_id == item_id, Task.period == period)


def _share(standings: Iterable[Standing]) -> Facts:
    weights = [one.enterprise.weight for one in standings]
    return {"count": len(weights), "weight": figure_text(sum(weights, Decimal(0)))}


def _missing(one: Standing) -> Facts:
    enterprise = one.enterprise
    told = {"weight": figure_text(enterprise.weight), "told": one.told}
    return {"id": enterprise.id, "name": enterprise.name} | told


def _exempt(session: Session, month: str) -> list[Facts]:
    spared = select(Enterprise).where(Enterprise.exempt_reason != "", Enterprise.first_month <= month)
    wanted = spared.where((Enterprise.last_month == "") | (Enterprise.last_month >= month))
    found = [one for one in session.exec(wanted.order_by(col(Enterprise.id))) if is_exempt(one, month)]
    return [{"id": one.id, "name": one.name, "reason": one.exempt_reason} for one in found]


def _totals(form: Form | None, filed: Sequence[Standing]) -> Iterator[Facts]:
    for field in number_fields(form):
        known = [(number_in(one.answers, field.key), one.enterprise) for one in filed]
        given = [(value, enterprise) for value, enterprise in known if value is not None]
        yield {
            "key": field.key,
            "label": field.label,
            "unit": field.unit,
            "calibre": field.calibre,
            "total": figure_text(sum((value for value, _ in given), Decimal(0))),
            "count": len(given),
            "largest": _largest(given),
        }


def _largest(given: Sequence[tuple[Decimal, Enterprise]]) -> list[Facts]:
    total = sum((value for value, _ in given), Decimal(0))
    if total <= 0:
        return []
    ranked = sorted((one for one in given if one[0] > 0), key=lambda one: (-one[0], one[1].id or 0))[:LARGEST]
    return [
        {"id": enterprise.id, "name": enterprise.name, "value": figure_text(value), "share": float(value / total)}
        for value, enterprise in ranked
    ]
