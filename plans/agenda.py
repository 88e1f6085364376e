"""Agenda 日程: from items, workdays and a window of days to the tasks that must exist. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plans.cadence import Cadence
from plans.due import settle
from plans.periods import Period, Span
from plans.tables import Enterprise, PlanItem
from plans.words import Assignees, DuePolicy, Kind
from plans.workdays import STEP, Workdays

PROGRESS = Cadence("monthly")


class Purpose(StrEnum):
    """What a task asks for."""

    PROGRESS = "progress"
    CLOSING = "closing"
    FILING = "filing"
    MEETING = "meeting"
    DUTY = "duty"

    @property
    def label(self) -> str:
        return {"progress": "报进度", "closing": "收官", "filing": "报送", "meeting": "调度", "duty": "日常"}[
            self.value
        ]


PURPOSES = {
    Kind.FILING: Purpose.FILING,
    Kind.REVIEW: Purpose.MEETING,
    Kind.DUTY: Purpose.DUTY,
    Kind.GOAL: Purpose.CLOSING,
}


@dataclass(frozen=True)
class Planned:
    """A task that must exist. ``lapses_on`` is the last day on which a routine duty can still be done."""

    item_id: int
    period: str
    assignee: str
    purpose: Purpose
    owner_id: int
    enterprise_id: int | None
    due_on: date
    inner_on: date
    lapses_on: date | None


@dataclass(frozen=True)
class _Date:
    period: Period
    purpose: Purpose
    stated: date
    policy: DuePolicy
    lapses_on: date | None = None


def agenda(
    items: Iterable[PlanItem],
    plan_period: Period,
    roster: Sequence[Enterprise],
    workdays: Workdays,
    first: date,
    last: date,
) -> Iterator[Planned]:
    """The tasks of these items whose stated date lies in the plan's period and from first to last."""
    window = max(first, plan_period.first), min(last, plan_period.last)
    for item in items:
        for dated in _dates(item, plan_period, *window):
            if due := settle(dated.stated, dated.policy, workdays):
                for assignee, enterprise_id in _assignees(item, dated.period, roster):
                    yield Planned(
                        item_id=item.id or 0,
                        period=dated.period.key,
                        assignee=assignee,
                        purpose=dated.purpose,
                        owner_id=item.owner_id,
                        enterprise_id=enterprise_id,
                        due_on=due.due_on,
                        inner_on=due.inner_on,
                        # Moved into its next period, a duty can still be done on that day.
                        lapses_on=dated.lapses_on and max(dated.lapses_on, due.due_on),
                    )


def _dates(item: PlanItem, plan_period: Period, first: date, last: date) -> Iterator[_Date]:
    if item.cadence:
        yield from _cadence_dates(item, plan_period, first, last)
    elif item.kind == Kind.GOAL:
        yield from _goal_dates(plan_period, first, last)


def _cadence_dates(item: PlanItem, plan_period: Period, first: date, last: date) -> Iterator[_Date]:
    kind, cadence = Kind(item.kind), Cadence.parse(item.cadence)
    for period, stated in cadence.dates(first, last, item.in_arrears):
        # A quarter begins in January too, but it is the month of January that is not filed.
        if period.span is not Span.MONTH or period.first.month not in item.skip_months:
            lapses_on = cadence.span_end(stated) if kind is Kind.DUTY and cadence.rhythm != "once" else None
            purpose = _purpose(kind, cadence, stated, plan_period)
            yield _Date(period, purpose, stated, _policy(item, cadence), lapses_on)


def _policy(item: PlanItem, cadence: Cadence) -> DuePolicy:
    # Moved, the days off of daily work would heap up on the last workday before them.
    if cadence.rhythm == "daily":
        return DuePolicy.HARD if cadence.every_day else DuePolicy.SKIP
    return DuePolicy(item.due_policy)


def _purpose(kind: Kind, cadence: Cadence, stated: date, plan_period: Period) -> Purpose:
    """A goal with a rhythm of its own reports its progress on it, and closes on its last date in the plan."""
    if kind is Kind.GOAL and any(cadence.dates(stated + STEP, plan_period.last)):
        return Purpose.PROGRESS
    return PURPOSES[kind]


def _goal_dates(plan_period: Period, first: date, last: date) -> Iterator[_Date]:
    # The plan's last month has only the closing task: no figure is asked for twice.
    closing = plan_period.last
    for period, stated in PROGRESS.dates(first, last):
        if stated != closing:
            yield _Date(period, Purpose.PROGRESS, stated, DuePolicy.PREVIOUS)
    if first <= closing <= last:
        yield _Date(plan_period, Purpose.CLOSING, closing, DuePolicy.PREVIOUS)


def _assignees(item: PlanItem, period: Period, roster: Sequence[Enterprise]) -> Iterator[tuple[str, int | None]]:
    if item.assignees != Assignees.ENTERPRISES:
        yield f"person:{item.owner_id}", None
        return
    month = Period.containing(Span.MONTH, period.last).key
    for enterprise in roster:
        if belongs(enterprise, month):
            yield f"enterprise:{enterprise.id}", enterprise.id


def belongs(enterprise: Enterprise, month: str) -> bool:
    """True when the enterprise must file for that month (YYYY-MM): on the roster then, and not exempt."""
    begun = not enterprise.first_month or enterprise.first_month <= month
    ended = enterprise.last_month and enterprise.last_month < month
    return begun and not ended and not enterprise.exempt_reason
