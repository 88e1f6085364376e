"""The outbox: deliveries are rows before they are sent, and every outcome is a row after.

pending → sending → sent | failed (refused) | pending again (try again) | unknown. A message lost between the server's
answer and our commit is unknown: a reminder goes out once more under the same Message-ID, anything else waits for a
person (design.md, Time and the clock). How a message gets from pending to sending is told in leaving.py.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, String, bindparam, case, exists, not_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, and_, col, or_, select

from notifications.audience import reachable
from notifications.bundling import REMINDER, stale, to_bundle
from notifications.by_hand import BY_HAND, said_after, said_after_in_database
from notifications.channels.message import Channel, Outcome, OutcomeKind
from notifications.leaving import Desk, Round, free, taken_as
from notifications.stepping import Rules
from notifications.tables import Delivery, DeliveryState
from plans.database import reading, writing
from plans.zone import local_day

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
# Some three days of a mail server that is down; a reminder is long before that carried by the next workday's.
GIVE_UP = 30
NO_CHANNEL = {
    "mail": "还没有设置邮件服务器",
    "robot": "还没有设置工作群机器人（DUBAN_ROBOT_URL）",
}


def queue(now: datetime) -> ColumnElement[bool]:
    """The deliveries a pass has something to do with at that instant."""
    stalled = and_(col(Delivery.state) == DeliveryState.SENDING, col(Delivery.leased_until) < now)
    return or_(_to_send(now), stalled)


def _to_send(now: datetime) -> ColumnElement[bool]:
    # What is left over from an earlier day goes out inside the next bundle, not beside it and not at night.
    ready = and_(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.next_try_at) <= now)
    return and_(ready, free(now), not_(stale(local_day(now))))


def something_to_send(session: Session, desk: Desk, rules: Rules, now: datetime) -> bool:
    """True when a pass would bundle, send, settle or release anything."""
    queued = session.scalar(select_columns(exists().where(queue(now))))
    return bool(queued or to_bundle(session, now, rules) or _releasable(session, desk))


def deliver(engine: Engine, desk: Desk, now: datetime, limit: int) -> int:
    """Send up to ``limit`` messages a channel; how many rows were dealt with."""
    with writing(engine) as session:
        count = settle_stalled(session, now) + _hold_unreachable(session, desk, now)
    for name, channel in desk.channels.items():
        count += _deliver_through(engine, name, channel, desk, now, limit)
    return count


def _deliver_through(engine: Engine, name: str, channel: Channel, desk: Desk, now: datetime, limit: int) -> int:
    # The channel lets the next message leave only after the last outcome is committed.
    this = Round(engine, name, desk, _to_send(now), now, limit)
    for message, outcome in channel.send_batch(this.messages(), this.may_leave):
        with writing(engine) as session:
            settle(session, message.key, outcome, this.now)
    return this.seen


def settle(session: Session, key: str, outcome: Outcome, now: datetime) -> None:
    """Write down what came of the attempt named by a message's key; an attempt that was overtaken writes nothing."""
    if outcome.kind is OutcomeKind.SENT:
        number, attempt = (int(part) for part in key.split("/"))
        given = {"number": number, "mine": attempt, "said": outcome.detail, "at": now}
        session.connection().execute(_SENT, given)
    elif delivery := session.exec(select(Delivery).where(_under_way(key)).with_for_update()).one_or_none():
        _settle_unsent(delivery, outcome, now)
        session.add(delivery)


_SAID = said_after_in_database(bindparam("said", type_=String))
_SENT = (
    update(Delivery)
    .where(
        col(Delivery.id) == bindparam("number"),
        col(Delivery.attempt) == bindparam("mine"),
        col(Delivery.state) == DeliveryState.SENDING,
    )
    .values(state=DeliveryState.SENT, sent_at=bindparam("at"), leased_until=None, reason=_SAID)
)


def _under_way(key: str) -> ColumnElement[bool]:
    number, attempt = (int(part) for part in key.split("/"))
    mine = and_(col(Delivery.id) == number, col(Delivery.attempt) == attempt)
    # What never got its turn, as the server was out of reach, is still only taken.
    return or_(and_(mine, col(Delivery.state) == DeliveryState.SENDING), taken_as(key))


def _settle_unsent(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    delivery.leased_until, delivery.reason = None, said_after(delivery.reason, outcome.detail)
    if outcome.kind is OutcomeKind.REFUSED:
        delivery.state = DeliveryState.FAILED
    elif outcome.kind is OutcomeKind.TRY_AGAIN:
        _try_again(delivery, now)
    else:
        _unknown(delivery, outcome.detail, now)


def _try_again(delivery: Delivery, now: datetime) -> None:
    if delivery.attempt >= GIVE_UP:
        delivery.state = DeliveryState.FAILED
        return
    wait = BACKOFF[min(delivery.attempt, len(BACKOFF)) - 1]
    delivery.state, delivery.next_try_at = DeliveryState.PENDING, now + wait


def _unknown(delivery: Delivery, detail: str, now: datetime) -> None:
    if delivery.kind == REMINDER and not delivery.resent:
        delivery.state, delivery.resent, delivery.next_try_at = DeliveryState.PENDING, True, now
        delivery.reason = said_after(delivery.reason, f"{detail}；用同一编号再发一次")
    else:
        delivery.state = DeliveryState.UNKNOWN


def settle_stalled(session: Session, now: datetime) -> int:
    """Deliveries whose sender died on the way: nobody knows whether they arrived."""
    stalled = session.exec(
        select(Delivery)
        .where(Delivery.state == DeliveryState.SENDING, col(Delivery.leased_until) < now)
        .with_for_update(skip_locked=True)
    ).all()
    for delivery in stalled:
        _unknown(delivery, "发送途中程序中断", now)
        delivery.leased_until = None
        session.add(delivery)
    return len(stalled)


def _hold_unreachable(session: Session, desk: Desk, now: datetime) -> int:
    """Without a channel nothing is pretended: its deliveries wait, and say why."""
    count = 0
    for name, reason in NO_CHANNEL.items():
        if name not in desk.channels:
            pending = and_(col(Delivery.channel) == name, col(Delivery.state) == DeliveryState.PENDING)
            told = said_after_in_database(reason)
            held = update(Delivery).where(pending).values(state=DeliveryState.HELD, reason=told, leased_until=None)
            count += getattr(session.execute(held), "rowcount", 0)
    return count


def release_held(engine: Engine, desk: Desk, now: datetime) -> int:
    """Let held messages go once their channel and address are there; how many."""
    with reading(engine) as session:
        ready = _releasable(session, desk)
    if not ready:
        return 0
    held = and_(col(Delivery.id).in_(ready), col(Delivery.state) == DeliveryState.HELD)
    kept = case((col(Delivery.reason).contains(BY_HAND), col(Delivery.reason)), else_="")
    freed = update(Delivery).where(held).values(state=DeliveryState.PENDING, reason=kept, next_try_at=now)
    with writing(engine) as session:
        return int(getattr(session.execute(freed), "rowcount", 0))


def _releasable(session: Session, desk: Desk) -> list[int]:
    held = select(Delivery.id, Delivery.recipient).where(
        Delivery.state == DeliveryState.HELD, col(Delivery.channel).in_(list(desk.channels))
    )
    rows = session.exec(held).all()
    there = reachable(session) if rows else frozenset()
    return [number or 0 for number, recipient in rows if recipient in there]
