"""Bundling: waiting notices become deliveries, one a recipient, channel and day (domain.md §7: few messages).

A recipient's one message of the day leaves when the bureau reminds, and not before every task that is due has been
stepped: what came a minute late would have to wait for the next workday.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, not_, union, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, and_, col, select

from notifications.audience import GROUP
from notifications.by_hand import said_after
from notifications.stepping import Rules
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState, off_the_ladder
from plans.database import insert_new
from plans.zone import LOCAL, instant_at, local_day
from tasks.tables import Task

REMINDER = "reminder"
STALE = "当天没有发出，内容并入下一次提醒"
CHANNELS = ("mail", "robot")
UNSENT = (DeliveryState.PENDING, DeliveryState.HELD)
# Three ticks of the clock: a task that cannot be stepped must not keep everybody's mail back for ever.
PATIENCE = timedelta(minutes=15)
# Well under the number of values a statement may carry on either database.
SLICE = 1_000


def stale(today: date) -> ColumnElement[bool]:
    """Reminders that did not leave on their day and surely did not arrive: the next one carries what they say."""
    return and_(
        # Joined to nothing, or SQLite looks at every reminder there ever was instead of at the few unsent ones.
        col(Delivery.kind).concat("") == REMINDER,
        col(Delivery.on_day) < today,
        col(Delivery.resent).is_(False),
        col(Delivery.state).in_(UNSENT),
    )


def bundle(session: Session, now: datetime, rules: Rules) -> int:
    """Give each recipient with waiting notices one delivery for today; how many are new.

    Who already had today's message hears the rest on the next workday.
    """
    today = local_day(now)
    made = 0
    for recipients in _slices(to_bundle(session, now, rules)):
        _take_back_stale(session, today, recipients)
        made += insert_new(session, Delivery, [_delivery(recipient, today, now) for recipient in recipients])
        _put_in(session, today, recipients)
    return made


def _slices(recipients: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(recipients), SLICE):
        yield recipients[begin : begin + SLICE]


def to_bundle(session: Session, now: datetime, rules: Rules) -> list[str]:
    """The recipients whose message of today has something to take in; none while it is not yet time for any."""
    today = local_day(now)
    if now < instant_at(today, rules.remind_at) or _still_stepping(session, now):
        return []
    waiting = select_columns(col(Notice.recipient)).where(col(Notice.state) == NoticeState.WAITING)
    if rules.workdays.is_workday(today):
        wanted = union(waiting, select_columns(col(Delivery.recipient)).where(stale(today))).subquery()
    else:
        # Only what a rule wanted said on this very day off; leftovers, urges and new links wait for the next workday.
        morning = datetime.combine(today, datetime.min.time(), LOCAL)
        by_rule = and_(col(Notice.made_at) >= morning, not_(off_the_ladder()))
        wanted = waiting.where(by_rule).distinct().subquery()
    closed = select(Delivery.recipient).where(_of(today), not_(_takes_more()))
    query = select_columns(wanted.c.recipient).where(wanted.c.recipient.not_in(closed))
    return list(session.scalars(query.order_by(wanted.c.recipient)))


def _still_stepping(session: Session, now: datetime) -> bool:
    rung = and_(col(Task.next_step_at) <= now, col(Task.next_step_at) > now - PATIENCE)
    return bool(session.scalar(select_columns(exists().where(rung))))


def _of(today: date) -> ColumnElement[bool]:
    return and_(col(Delivery.kind) == REMINDER, col(Delivery.on_day) == today)


def _takes_more() -> ColumnElement[bool]:
    # What is being written or was sent takes nothing more in.
    return and_(col(Delivery.message_id) == "", col(Delivery.state).in_(UNSENT))


def _to(recipients: Sequence[str]) -> ColumnElement[bool]:
    # With the channel the unique index finds them; without, every reminder there ever was is looked at.
    return and_(col(Delivery.channel).in_(CHANNELS), col(Delivery.recipient).in_(recipients))


def _take_back_stale(session: Session, today: date, recipients: Sequence[str]) -> None:
    # A reminder that could not leave on its day is not sent beside the next one: the next one carries it.
    late = session.exec(select(Delivery).where(stale(today), _to(recipients)).with_for_update(skip_locked=True)).all()
    for delivery in late:
        delivery.state, delivery.reason = DeliveryState.DROPPED, said_after(delivery.reason, STALE)
        session.add(delivery)
    if not late:
        return
    carried = and_(
        col(Notice.delivery_id).in_([delivery.id for delivery in late]), col(Notice.state) == NoticeState.BUNDLED
    )
    session.execute(update(Notice).where(carried).values(state=NoticeState.WAITING, delivery_id=None))


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
    # The lock keeps a sender from writing the message meanwhile; in one order, so that two bundlers cannot deadlock.
    open_today = session.exec(
        select(Delivery.id, Delivery.recipient)
        .where(_of(today), _takes_more(), _to(recipients))
        .order_by(col(Delivery.id))
        .with_for_update()
    ).all()
    into = [{"into": delivery_id, "whose": recipient} for delivery_id, recipient in open_today]
    if into:
        session.connection().execute(_PUT_IN, into)


_PUT_IN = (
    update(Notice)
    .where(col(Notice.recipient) == bindparam("whose"), col(Notice.state) == NoticeState.WAITING)
    .values(state=NoticeState.BUNDLED, delivery_id=bindparam("into"))
)
