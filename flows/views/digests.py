"""通报: the months of the plans, frozen or still a draft."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from notifications.tables import Digest
from plans.periods import Period, Span
from plans.tables import Plan


@dataclass(frozen=True)
class DigestLine:
    """A month; ``made_at`` is None while it is a draft."""

    key: str
    label: str
    made_at: datetime | None


def digest_months(session: Session, today: date) -> list[DigestLine]:
    """Every month that has begun since its plan started, newest first."""
    frozen: dict[str, datetime] = dict(session.exec(select(Digest.period, Digest.made_at)).all())
    months = {month for plan in session.exec(select(Plan).order_by(col(Plan.id))) for month in _months(plan, today)}
    return [DigestLine(month.key, month.label, frozen.get(month.key)) for month in sorted(months, reverse=True)]


def _months(plan: Plan, today: date) -> list[Period]:
    months = Period.parse(plan.period).split(Span.MONTH)
    return [month for month in months if month.first <= today and plan.started_on <= month.last]
