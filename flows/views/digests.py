"""通报: the months of the plans, frozen or still a draft."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from notifications.digest import DIGEST
from notifications.tables import Delivery, DeliveryState, Digest
from plans.periods import Period, Span
from plans.tables import Plan


@dataclass(frozen=True)
class DigestLine:
    """A month; ``made_at`` is None while it is a draft, ``ended`` once it can be frozen."""

    key: str
    label: str
    made_at: datetime | None
    ended: bool


@dataclass(frozen=True)
class DigestStand:
    """What became of a frozen digest: by whom, what was noted, and to how many it went."""

    approved_by: str
    note: str
    sent: int
    waiting: int


def digest_stand(session: Session, month: str) -> DigestStand | None:
    """How far a frozen digest is; None for a draft."""
    digest = session.exec(select(Digest).where(Digest.period == month)).first()
    if digest is None:
        return None
    query = select(Delivery.state, func.count()).where(Delivery.kind == DIGEST, Delivery.about == month)
    states = dict(session.exec(query.group_by(Delivery.state)).all())
    sent = states.pop(DeliveryState.SENT.value, 0)
    return DigestStand(digest.approved_by, digest.note, sent, sum(states.values()))


def digest_months(session: Session, today: date) -> list[DigestLine]:
    """Every month that has begun since its plan started, newest first."""
    frozen: dict[str, datetime] = dict(session.exec(select(Digest.period, Digest.made_at)).all())
    months = {month for plan in session.exec(select(Plan).order_by(col(Plan.id))) for month in _months(plan, today)}
    newest = sorted(months, reverse=True)
    return [DigestLine(month.key, month.label, frozen.get(month.key), month.last < today) for month in newest]


def report_periods(session: Session, today: date) -> list[Period]:
    """The years, halves and quarters of the plans that have begun, the newest first."""
    plans = [Period.parse(period) for period in session.exec(select(Plan.period))]
    begun = [month for plan in plans for month in plan.split(Span.MONTH) if month.first <= today]
    spans = (Span.YEAR, Span.HALF, Span.QUARTER)
    return sorted({Period.containing(span, month.first) for month in begun for span in spans}, reverse=True)


def _months(plan: Plan, today: date) -> list[Period]:
    months = Period.parse(plan.period).split(Span.MONTH)
    return [month for month in months if month.first <= today and plan.started_on <= month.last]
