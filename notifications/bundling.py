"""Bundling: waiting notices become deliveries, one a recipient, channel and day (domain.md §7: few messages)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, update
from sqlmodel import Session, col, select

from notifications.audience import GROUP
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import insert_new
from plans.workdays import Workdays
from plans.zone import LOCAL, local_day

REMINDER = "reminder"
STALE = "当天没有发出，内容并入下一次提醒"


def bundle(session: Session, now: datetime, workdays: Workdays) -> int:
    """Give each recipient with waiting notices one delivery for today; how many are new.

    Who already had today's message hears the rest on the next workday.
    """
    today = local_day(now)
    _take_back_stale(session, today)
    recipients = _waiting_recipients(session, today, workdays)
    made = insert_new(session, Delivery, [_delivery(recipient, today, now) for recipient in recipients])
    _put_in(session, today, recipients)
    return made


def _take_back_stale(session: Session, today: date) -> None:
    # A reminder that could not leave on its day is not sent beside the next one: the next one carries it.
    stale = session.exec(
        select(Delivery)
        .where(Delivery.kind == REMINDER, Delivery.on_day < today, col(Delivery.resent).is_(False))
        .where(col(Delivery.state).in_((DeliveryState.PENDING, DeliveryState.HELD)))
        .with_for_update(skip_locked=True)
    ).all()
    for delivery in stale:
        delivery.state, delivery.reason = DeliveryState.DROPPED, STALE
        session.add(delivery)
    carried = and_(
        col(Notice.delivery_id).in_([delivery.id for delivery in stale]), col(Notice.state) == NoticeState.BUNDLED
    )
    session.execute(update(Notice).where(carried).values(state=NoticeState.WAITING, delivery_id=None))


def _waiting_recipients(session: Session, today: date, workdays: Workdays) -> list[str]:
    waiting = select(Notice.recipient).where(Notice.state == NoticeState.WAITING).distinct()
    if not workdays.is_workday(today):
        # Only what a rule wanted said on this very day off; leftovers wait for the next workday.
        morning = datetime.combine(today, datetime.min.time(), LOCAL)
        waiting = waiting.where(col(Notice.made_at) >= morning)
    return list(session.exec(waiting.order_by(Notice.recipient)))


def _delivery(recipient: str, today: date, now: datetime) -> dict[str, object]:
    return (
        {
            "kind": REMINDER,
            "channel": "robot" if recipient == GROUP else "mail",
            "recipient": recipient,
            "on_day": today,
            "about": "",
            "state": DeliveryState.PENDING.value,
            "next_try_at": now,
            "made_at": now,
        }
        | dict.fromkeys(("to_name", "to_address", "subject", "text", "html", "message_id", "reason"), "")
        | {
            "attempt": 0,
            "resent": False,
        }
    )


def _put_in(session: Session, today: date, recipients: Sequence[str]) -> None:
    # A delivery that is being rendered or was sent takes nothing more in; the lock keeps the sender waiting.
    open_today = session.exec(
        select(Delivery.id, Delivery.recipient)
        .where(
            Delivery.kind == REMINDER,
            Delivery.on_day == today,
            Delivery.message_id == "",
            col(Delivery.state).in_((DeliveryState.PENDING, DeliveryState.HELD)),
            col(Delivery.recipient).in_(recipients),
        )
        .with_for_update()
    ).all()
    for delivery_id, recipient in open_today:
        session.execute(
            update(Notice)
            .where(col(Notice.recipient) == recipient, col(Notice.state) == NoticeState.WAITING)
            .values(state=NoticeState.BUNDLED, delivery_id=delivery_id)
        )
