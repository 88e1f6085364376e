"""一览: the bureau on one screen: lights by 股室 and work line, targets against time, what to decide, the last week."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import and_, func, not_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.views.items import SHOWN_LIGHTS, LitItem, count_lights, lit_items
from flows.views.lines import (
    Badge,
    TargetLine,
    TaskLine,
    number_of,
    overdue,
    pending,
    select_tasks,
    target_line,
    task_line,
)
from flows.views.matrix import Column, columns_of, filing_items, newest_due, opened_periods
from flows.views.office import current_plan
from flows.views.plan import light_counts, name_of
from flows.views.pressing import Behind, Pressing, pressing
from plans.periods import Period, Span
from plans.tables import Person, Plan, PlanItem
from plans.words import Assignees
from plans.zone import instant_at
from tasks.item_history import changes_between, sentence
from tasks.item_lights import target_lights
from tasks.lights import Gauge, Light
from tasks.states import FINISHED
from tasks.tables import Task
from tasks.targets import target_statuses

FEW_TARGETS, FEW_LATE, FEW_ROWS, FEW_TURNED, FEW_CHANGES, FEW_REPORTS = 6, 5, 10, 4, 3, 3
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Counts:
    """How much there is to do, all plans together; ``finished`` counts this month's."""

    pending: int
    overdue: int
    soon: int
    finished: int


@dataclass(frozen=True)
class LightRow:
    """A 股室 or a work line: how many items of each light. ``key`` filters the plan by it, empty for the rest."""

    name: str
    key: str
    total: int
    lights: Mapping[Light, int]


@dataclass(frozen=True)
class Progressing:
    """A target with the item it belongs to."""

    id: int
    number: int
    title: str
    owner: str
    target: TargetLine


@dataclass(frozen=True)
class ReportMonth:
    """The newest month of a report that enterprises file."""

    item_id: int
    title: str
    column: Column


@dataclass(frozen=True)
class Turned:
    """An item whose targets show another light than a week ago."""

    id: int
    title: str
    owner: str
    before: Badge
    after: Badge


@dataclass(frozen=True)
class Week:
    """What happened since that day: finished tasks and reports (of all plans), tasks that became overdue, lights that
    turned (the worse first), changes of the plan (the newest first, of so many)."""

    since: date
    done: int
    filed: int
    late: int
    turned: Sequence[Turned]
    turned_count: int
    told: Sequence[str]
    told_count: int


@dataclass(frozen=True)
class Overview:
    """The bureau at a glance; ``plan`` is None before the first one starts and the rest is empty then."""

    plan: Plan | None
    period: str = ""
    elapsed: float = 0.0
    counts: Counts | None = None
    total: int = 0
    lights: Sequence[tuple[Badge, int]] = ()
    offices: Sequence[LightRow] = ()
    programmes: Sequence[LightRow] = ()
    behind: Sequence[Progressing] = ()
    decide: Sequence[Pressing] = ()
    reports: Sequence[ReportMonth] = ()
    week: Week | None = None
    late: Sequence[TaskLine] = ()


def overview(session: Session, runtime: Runtime, today: date) -> Overview:
    """The plan that runs today, and what presses."""
    plan, gauge = current_plan(session, today), runtime.gauge
    if plan is None:
        return Overview(None)
    period = Period.parse(plan.period)
    items = [item for item in lit_items(session, plan, today, gauge) if not item.cancelled]
    behind, counts = _behind(session, plan, period, items, today, gauge), _counts(session, today, gauge)
    elapsed = period.elapsed(today)
    return Overview(
        plan=plan,
        period=period.label,
        elapsed=elapsed,
        counts=counts,
        total=len(items),
        lights=light_counts(items),
        offices=_light_rows(items, lambda item: item.office, lambda key: key),
        programmes=_light_rows(items, lambda item: item.programme, lambda key: name_of(key, runtime.programmes)),
        behind=[_progressing(one, elapsed) for one in behind],
        decide=pressing(session, runtime, plan, behind, elapsed, today),
        reports=_reports(session, plan, today),
        week=_week(session, plan, period, items, today, gauge),
        late=_late(session, today, gauge) if counts.overdue else [],
    )


def _light_rows(
    items: Iterable[LitItem], key_of: Callable[[LitItem], str], name: Callable[[str], str]
) -> list[LightRow]:
    """The groups with the most that presses first; beyond the first few they are added up in one row."""
    groups: dict[str, list[LitItem]] = {}
    for item in items:
        groups.setdefault(key_of(item), []).append(item)
    rows = [LightRow(name(key), key, len(mine), count_lights(mine)) for key, mine in groups.items()]
    rows.sort(key=lambda row: [-row.lights.get(light, 0) for light in SHOWN_LIGHTS])
    if len(rows) <= FEW_ROWS:
        return rows
    kept = {row.key for row in rows[: FEW_ROWS - 1]}
    rest = [item for key, mine in groups.items() if key not in kept for item in mine]
    return [*rows[: FEW_ROWS - 1], LightRow(f"其余{len(groups) - len(kept)}个", "", len(rest), count_lights(rest))]


def _behind(
    session: Session, plan: Plan, period: Period, items: Iterable[LitItem], today: date, gauge: Gauge
) -> list[Behind]:
    """The targets furthest behind with their items and owners; what nobody knows yet comes last."""
    measured = sorted((item for item in items if item.target_light), key=lambda item: _known_first(item.least))
    wanted = [item.id for item in measured[:FEW_TARGETS]]
    query = select(PlanItem, Person).join(Person, col(Person.id) == col(PlanItem.owner_id))
    owned = {item.id: (item, owner) for item, owner in session.exec(query.where(col(PlanItem.id).in_(wanted)))}
    found = target_statuses(session, plan.id or 0, period, today, gauge.thresholds, wanted)
    behind = [(*owned[key], one) for key in wanted for one in found.get(key, []) if not one.target.qualitative]
    return sorted(behind, key=lambda one: _known_first(one[2].floor_share))[:FEW_TARGETS]


def _known_first(share: float | None) -> tuple[bool, float]:
    return share is None, share or 0.0


def _progressing(behind: Behind, elapsed: float) -> Progressing:
    item, owner, status = behind
    title = " ".join(item.title.split())
    return Progressing(item.id or 0, item.number, title, owner.name, target_line(status, elapsed))


def _open_items() -> Any:
    """The items of plans that run: tasks are looked up by them, along an index."""
    return select(PlanItem.id).join(Plan).where(col(Plan.closed_at).is_(None))


def _counts(session: Session, today: date, gauge: Gauge) -> Counts:
    late, coming = col(Task.due_on) < today, col(Task.due_on).between(today, gauge.soon_until(today))
    query = select_columns(func.count(), number_of(late), number_of(coming))
    query = query.where(col(Task.item_id).in_(_open_items()), pending())
    month = Period.containing(Span.MONTH, today)
    finished = select_columns(func.count()).where(col(Task.state).in_(FINISHED), col(Task.done_on) >= month.first)
    waiting, overdue_now, due_soon = session.execute(query).one()
    return Counts(waiting, overdue_now, due_soon, session.execute(finished).scalar_one())


def _late(session: Session, today: date, gauge: Gauge) -> list[TaskLine]:
    """What is overdue longest, the bureau's own before the reports of enterprises."""
    found: list[int] = []
    for assignees in (Assignees.OWNER, Assignees.ENTERPRISES):
        items = _open_items().where(PlanItem.assignees == assignees)
        oldest = select_columns(col(Task.id)).where(col(Task.item_id).in_(items), overdue(today))
        oldest = oldest.order_by(col(Task.due_on), col(Task.id)).limit(FEW_LATE - len(found))
        found += session.execute(oldest).scalars()
    rows = session.exec(select_tasks().where(col(Task.id).in_(found)))
    lines = {row[0].id or 0: task_line(today, gauge, row) for row in rows}
    return [lines[key] for key in found]


def _reports(session: Session, plan: Plan, today: date) -> list[ReportMonth]:
    items = [one for one in filing_items(session) if one.plan_id == plan.id and one.cancelled_at is None]
    found = []
    for item in items[:FEW_REPORTS]:
        if month := newest_due(session, item, opened_periods(session, item), today):
            (column,) = columns_of(session, item, [Period.parse(month)])
            found.append(ReportMonth(item.id or 0, item.title, column))
    return found


def _week(session: Session, plan: Plan, period: Period, items: Sequence[LitItem], today: date, gauge: Gauge) -> Week:
    since = today - WEEK
    mine = col(Task.item_id).in_(select(PlanItem.id).where(PlanItem.plan_id == plan.id))
    of_enterprise = col(Task.enterprise_id).is_not(None)
    done = select_columns(number_of(not_(of_enterprise)), number_of(of_enterprise))
    done = done.where(col(Task.done_on) > since, col(Task.state).in_(FINISHED))
    late = select_columns(func.count()).where(
        mine, pending(), and_(col(Task.due_on) >= since, col(Task.due_on) < today)
    )
    changes = changes_between(session, plan.id or 0, instant_at(since, time.min), instant_at(today + WEEK, time.min))
    turned = _turned(session, plan, period, items, since, today, gauge)
    told = [f"{item.title}：{sentence(change)}" for item, change in reversed(changes[-FEW_CHANGES:])]
    finished, filed = session.execute(done).one()
    return Week(
        since=since,
        done=finished,
        filed=filed,
        late=session.execute(late).scalar_one(),
        turned=turned[:FEW_TURNED],
        turned_count=len(turned),
        told=told,
        told_count=len(changes),
    )


def _turned(
    session: Session, plan: Plan, period: Period, items: Sequence[LitItem], since: date, today: date, gauge: Gauge
) -> list[Turned]:
    if since < period.first:
        return []
    before = target_lights(session, plan.id or 0, period, since, gauge)
    moved = [(item, before.get(item.id), item.target_light) for item in items]
    moved = [one for one in moved if one[1] is not one[2]]
    moved.sort(key=lambda one: SHOWN_LIGHTS.index(one[2] or Light.NONE))
    return [Turned(item.id, item.title, item.owner, _badge(was), _badge(now)) for item, was, now in moved]


def _badge(light: Light | None) -> Badge:
    shown = light or Light.NONE
    return Badge(shown.value, shown.label)
