"""Agenda 日程: from items, workdays and a window of days to the tasks that must exist. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plans.batches import Timing
from plans.cadence import Cadence
from plans.certificates import NO_RENEWALS, Ending, Renewals
from plans.due import settle
from plans.periods import Period, Span
from plans.tables import Enterprise, PlanItem
from plans.words import Assignees, DuePolicy, Kind
from plans.workdays import STEP, Workdays

PROGRESS = Cadence("monthly")
CERTIFICATE = "certificate"


class Purpose(StrEnum):
    """What a task asks for."""

    PROGRESS = "progress"
    CLOSING = "closing"
    FILING = "filing"
    MEETING = "meeting"
    DUTY = "duty"
    RENEWAL = "renewal"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Purpose.PROGRESS: "报进度",
    Purpose.CLOSING: "收官",
    Purpose.FILING: "报送",
    Purpose.MEETING: "调度",
    Purpose.DUTY: "日常",
    Purpose.RENEWAL: "复审",
}


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
    renewals: Renewals = NO_RENEWALS,
) -> Iterator[Planned]:
    """The tasks of these items whose stated date lies in the plan's period and from first to last."""
    window = max(first, plan_period.first), min(last, plan_period.last)
    for item in items:
        if item.cadence == CERTIFICATE:
            yield from _reviews(item, roster, workdays, (plan_period.first, *window), renewals)
            continue
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


def _reviews(
    item: PlanItem, roster: Sequence[Enterprise], workdays: Workdays, days: tuple[date, date, date], renewals: Renewals
) -> Iterator[Planned]:
    """One for each subject in the year its certificate ends; ``days``: the plan's first, and the window.

    What was due before the plan began and is still to end falls on its first day: no earlier plan asked for it.
    """
    begins, first, last = days
    by_id = {enterprise.id: enterprise for enterprise in roster}
    for ending, timing in renewals.of(item.programme, item.id or 0, workdays):
        due_on, enterprise = timing.due_on, by_id.get(ending.enterprise_id)
        month = Period.containing(Span.MONTH, due_on).key
        falls_on = max(due_on, begins) if begins <= ending.ends_on else due_on
        if first <= falls_on <= last and enterprise and belongs(enterprise, month):
            yield review_of(item, ending, timing, workdays)


def review_of(item: PlanItem, ending: Ending, timing: Timing, workdays: Workdays) -> Planned:
    """The review an item asks for of a certificate that ends."""
    return Planned(
        item_id=item.id or 0,
        period=ending.year,
        assignee=assignee_of(ending.enterprise_id),
        purpose=Purpose.RENEWAL,
        owner_id=item.owner_id,
        enterprise_id=ending.enterprise_id,
        due_on=timing.due_on,
        inner_on=workdays.on_or_before(timing.due_on),
        lapses_on=None,
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
    month = month_of(period.key)
    for enterprise in roster:
        if belongs(enterprise, month):
            yield assignee_of(enterprise.id or 0), enterprise.id


def assignee_of(enterprise_id: int) -> str:
    """What stands in a task for the enterprise that is to do it: one task an item and period, along an index."""
    return f"enterprise:{enterprise_id}"


def month_of(period: str) -> str:
    """The month in which an enterprise must belong to file for a period: the period's last."""
    return Period.containing(Span.MONTH, Period.parse(period).last).key


def belongs(enterprise: Enterprise, month: str) -> bool:
    """True when the enterprise must file for that month (YYYY-MM): on the roster then, and not exempt."""
    begun = not enterprise.first_month or enterprise.first_month <= month
    ended = enterprise.last_month and enterprise.last_month < month
    return bool(begun and not ended and not is_exempt(enterprise, month))


def is_exempt(enterprise: Enterprise, month: str) -> bool:
    """免报: there is a reason, and it holds in that month."""
    return bool(enterprise.exempt_reason) and enterprise.exempt_from <= month
