"""Roll-up 汇总: tasks → item → programme → plan at a day, in one pass of SQL. Cancelled and exempt are left out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import chain, repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
)
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from plans.agenda import Purpose
from plans.columns import SCALE
from plans.periods import Period
from plans.roster.membership import exempt_in
from plans.tables import Enterprise, Plan, PlanItem
from plans.zone import instant_at
from tasks.lights import Gauge, Light, Result
from tasks.states import State
from tasks.tables import Task, TaskChange
from tasks.targets import judged_targets, not_cancelled

Columns = Any
"""The columns of a subquery, by name."""


@dataclass(frozen=True)
class Counts:
    """Tasks due in a span of days: done in time, done late, open and overdue (of them silent: nobody reacted),
    missed duties. Cancelled tasks and those of exempt enterprises are left out."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    silent: int = 0
    lapsed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(self.as_tuple(), other.as_tuple(), strict=True)))

    def as_tuple(self) -> tuple[int, ...]:
        return self.due, self.on_time, self.late, self.overdue, self.silent, self.lapsed

    @property
    def done(self) -> int:
        return self.on_time + self.late


class Stage(StrEnum):
    """How far an item without figures is, told by its tasks."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"

    @property
    def label(self) -> str:
        return {"waiting": "未开始", "running": "进行中", "finished": "已完成"}[self.value]


@dataclass(frozen=True)
class Tally:
    """Tasks of an item at a day: due so far and how they ended, those that wait, and of these the blue ones."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    lapsed: int = 0
    waiting: int = 0
    soon: int = 0

    def as_tuple(self) -> tuple[int, ...]:
        return self.due, self.on_time, self.late, self.overdue, self.lapsed, self.waiting, self.soon

    @property
    def done(self) -> int:
        return self.on_time + self.late


TALLIED = len(fields(Tally))


@dataclass(frozen=True)
class Standing:
    """Where items stand together. Rates weigh each item by its weight; None where there is nothing to divide by.

    ``completion`` is of the tasks due so far; ``share`` is of 确保, no target counting for more than all of it;
    ``lights`` counts items, ``results`` targets, ``stages`` the items without figures.
    """

    items: int
    tasks: Tally
    completion: float | None
    share: float | None
    results: Mapping[Result, int]
    lights: Mapping[Light, int]
    stages: Mapping[Stage, int]


@dataclass(frozen=True)
class ItemStatus:
    """An item at a day; ``stage`` is None where figures say how far it is."""

    id: int
    number: int
    title: str
    programme: str
    weight: float
    tasks: Tally
    share: float | None
    results: Mapping[Result, int]
    light: Light
    stage: Stage | None

    @property
    def completion(self) -> float | None:
        return self.tasks.done / self.tasks.due if self.tasks.due else None


@dataclass(frozen=True)
class PlanStatus:
    """A plan at the end of a day, by item, by programme and as a whole; ``elapsed`` is 序时进度."""

    plan_id: int
    period: Period
    as_of: date
    elapsed: float
    whole: Standing
    programmes: Mapping[str, Standing]
    items: Sequence[ItemStatus]


def count_tasks(session: Session, plan_id: int, first: date, last: date, as_of: date) -> dict[int, Counts]:
    """For each item of the plan, its tasks due from first to last as they stood at the end of ``as_of``."""
    done, lapsed = _done(as_of), col(Task.state) == State.LAPSED
    overdue = and_(not_(done), not_(lapsed), col(Task.due_on) < as_of)
    query = (
        select_columns(
            col(Task.item_id),
            func.count(),
            _number_of(and_(done, col(Task.done_on) <= col(Task.due_on))),
            _number_of(and_(done, col(Task.done_on) > col(Task.due_on))),
            _number_of(overdue),
            _number_of(and_(overdue, silent())),
            _number_of(lapsed),
        )
        .join(PlanItem)
        .where(col(PlanItem.plan_id) == plan_id, counted(as_of))
        .where(col(Task.due_on).between(first, last))
        .group_by(col(Task.item_id))
    )
    return {row[0]: Counts(*row[1:]) for row in session.execute(query).all()}


def counted(as_of: date) -> ColumnElement[bool]:
    """The task counts: neither it nor its item is cancelled, and its enterprise is not exempt in its period."""
    exempt = exists().where(col(Enterprise.id) == col(Task.enterprise_id), exempt_in(col(Task.period)))
    return and_(col(Task.state) != State.CANCELLED, ~exempt, not_cancelled(as_of))


def silent() -> ColumnElement[bool]:
    """The task's holder has not reacted at all: no move but those of the clock."""
    return not_(exists().where(col(TaskChange.task_id) == col(Task.id), col(TaskChange.via) != "clock"))


def _done(as_of: date) -> ColumnElement[bool]:
    return and_(col(Task.done_on).is_not(None), col(Task.done_on) <= as_of)


def _number_of(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer)


def roll_up(session: Session, plan_id: int, as_of: date, gauge: Gauge) -> PlanStatus:
    """The plan as it stood at the end of a day."""
    period = Period.parse(session.get_one(Plan, plan_id).period)
    items = [_item_status(*row) for row in session.execute(_item_rows(plan_id, period, as_of, gauge))]
    return PlanStatus(
        plan_id=plan_id,
        period=period,
        as_of=as_of,
        elapsed=period.elapsed(as_of),
        whole=_standing(items),
        programmes=_by_programme(items),
        items=items,
    )


def _by_programme(items: Iterable[ItemStatus]) -> dict[str, Standing]:
    grouped: dict[str, list[ItemStatus]] = {}
    for item in items:
        grouped.setdefault(item.programme, []).append(item)
    return {programme: _standing(mine) for programme, mine in sorted(grouped.items())}


def _item_rows(plan_id: int, period: Period, as_of: date, gauge: Gauge) -> Select[Any]:
    tasks, targets = _tallied_tasks(plan_id, as_of, gauge), tallied_targets(plan_id, period, as_of, gauge)
    counts = [tasks.c[one.name] for one in fields(Tally)] + [targets.c[one.value] for one in Result]
    return (
        select_columns(
            *(col(column) for column in (PlanItem.id, PlanItem.number, PlanItem.title, PlanItem.programme)),
            cast(col(PlanItem.weight), Float) / 10**SCALE,
            targets.c.share,
            item_light(tasks.c, targets.c),
            _stage(tasks.c, targets.c, as_of >= period.last),
            *(func.coalesce(count, 0) for count in counts),
        )
        .join(tasks, tasks.c.item_id == col(PlanItem.id), isouter=True)
        .join(targets, targets.c.item_id == col(PlanItem.id), isouter=True)
        .where(col(PlanItem.plan_id) == plan_id, not_cancelled(as_of))
        .order_by(col(PlanItem.number))
    )


def item_light(tasks: Columns, targets: Columns) -> ColumnElement[str]:
    """The most pressing of its targets and of the tasks still to be done; a missed duty is counted, not chased."""
    fine = or_(targets.green > 0, and_(tasks.opened > 0, func.coalesce(targets.measured, 0) == 0))
    return case(
        (or_(targets.red > 0, tasks.overdue > 0), Light.RED.value),
        (targets.yellow > 0, Light.YELLOW.value),
        (tasks.soon > 0, Light.BLUE.value),
        (fine, Light.GREEN.value),
        else_=Light.NONE.value,
    )


def _stage(tasks: Columns, targets: Columns, is_over: bool) -> ColumnElement[str]:
    finished = or_(tasks.closed > 0, and_(literal(is_over), tasks.waiting == 0))
    return case(
        (targets.measured > 0, None),
        (tasks.opened.is_(None), Stage.WAITING.value),
        (finished, Stage.FINISHED.value),
        else_=Stage.RUNNING.value,
    )


def _tallied_tasks(plan_id: int, as_of: date, gauge: Gauge) -> Subquery:
    done, lapsed = _done(as_of), col(Task.state) == State.LAPSED
    due, waiting = col(Task.due_on) <= as_of, and_(not_(done), not_(lapsed))
    tallied = {
        "due": due,
        "on_time": and_(due, done, col(Task.done_on) <= col(Task.due_on)),
        "late": and_(due, done, col(Task.done_on) > col(Task.due_on)),
        "overdue": and_(waiting, col(Task.due_on) < as_of),
        "lapsed": and_(due, lapsed, not_(done)),
        "waiting": waiting,
        "soon": and_(waiting, col(Task.due_on).between(as_of, gauge.soon_until(as_of))),
        "closed": and_(done, col(Task.purpose) == Purpose.CLOSING),
    }
    return (
        select_columns(
            col(Task.item_id),
            func.count().label("opened"),
            *(_number_of(condition).label(name) for name, condition in tallied.items()),
        )
        .join(PlanItem)
        .where(col(PlanItem.plan_id) == plan_id, counted(as_of))
        .where(col(Task.opened_at) < instant_at(as_of + timedelta(days=1), time.min))
        .group_by(col(Task.item_id))
        .subquery("tallied_tasks")
    )


def tallied_targets(plan_id: int, period: Period, as_of: date, gauge: Gauge) -> Subquery:
    """For each item with targets how many are measured, their share on average and the least, results and lights."""
    judged = judged_targets(plan_id, period, as_of, gauge.thresholds)
    measured = judged.c.measured == 1
    results = (_number_of(and_(measured, judged.c.result == one.value)).label(one.value) for one in Result)
    lights = (_number_of(and_(measured, judged.c.light == one.value)).label(one.value) for one in Light)
    return (
        select_columns(
            judged.c.item_id,
            func.sum(judged.c.measured).label("measured"),
            func.avg(judged.c.share).label("share"),
            func.min(judged.c.share).label("least"),
            *results,
            *lights,
        )
        .group_by(judged.c.item_id)
        .subquery("tallied_targets")
    )


def _item_status(
    item_id: int,
    number: int,
    title: str,
    programme: str,
    weight: float,
    share: float | None,
    light: str,
    stage: str | None,
    *counts: int,
) -> ItemStatus:
    tally, results = counts[:TALLIED], counts[TALLIED:]
    return ItemStatus(
        id=item_id,
        number=number,
        title=title,
        programme=programme,
        weight=weight,
        tasks=Tally(*tally),
        share=share,
        results={one: number for one, number in zip(Result, results, strict=True) if number},
        light=Light(light),
        stage=Stage(stage) if stage else None,
    )


def _standing(items: Sequence[ItemStatus]) -> Standing:
    return Standing(
        items=len(items),
        tasks=Tally(*(sum(column) for column in zip(*(item.tasks.as_tuple() for item in items), strict=True))),
        completion=_weighed((item.weight, item.completion) for item in items),
        share=_weighed((item.weight, item.share) for item in items),
        results=Counter(chain.from_iterable(repeat(*pair) for item in items for pair in item.results.items())),
        lights=Counter(item.light for item in items),
        stages=Counter(item.stage for item in items if item.stage),
    )


def _weighed(rates: Iterable[tuple[float, float | None]]) -> float | None:
    known = [(weight, rate) for weight, rate in rates if rate is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * rate for weight, rate in known) / total if total else None
