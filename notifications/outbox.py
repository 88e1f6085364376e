"""The outbox: deliveries are rows before they are sent, and every outcome is a row after.

pending → sending → sent | failed (refused) | pending again (try again) | unknown. A message lost between the server's
answer and our commit is unknown: a reminder goes out once more under the same Message-ID, anything else waits for a
person (design.md, Time and the clock).
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import ColumnElement, Engine, exists, not_, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, and_, col, or_, select

from notifications.audience import reachable
from notifications.bundling import REMINDER, stale, to_bundle
from notifications.channels.message import Channel, Message, Outcome, OutcomeKind
from notifications.letters import Pen, addressee, reminder
from notifications.stepping import Rules
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import reading, writing
from plans.zone import local_day
from tasks.states import PENDING
from tasks.tables import Task

logger = logging.getLogger(__name__)

# Far longer than one message can take, so that a living sender is never overtaken.
LEASE = timedelta(minutes=30)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
# Some three days of a mail server that is down; a reminder is long before that carried by the next workday's.
GIVE_UP = 30
NO_CHANNEL = {
    "mail": "还没有设置邮件服务器（DUBAN_MAIL_HOST）",
    "robot": "还没有设置工作群机器人（DUBAN_ROBOT_URL）",
}
NO_ADDRESS = "{name}还没有邮箱地址"
OVER = "任务已办结，不必再发"
UNWRITABLE = "内容写不出来，请看日志"


@dataclass(frozen=True)
class Desk:
    """What sending needs: the channels that are set up, and what messages are written with."""

    channels: Mapping[str, Channel]
    pen: Pen
    reply_to: str | None = None
    host: str = "duban.local"


def queue(now: datetime) -> ColumnElement[bool]:
    """The deliveries a pass has something to do with at that instant."""
    stalled = and_(col(Delivery.state) == DeliveryState.SENDING, col(Delivery.leased_until) < now)
    return or_(_to_send(now), stalled)


def _to_send(now: datetime) -> ColumnElement[bool]:
    # What is left over from an earlier day goes out inside the next bundle, not beside it and not at night.
    ready = and_(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.next_try_at) <= now)
    return and_(ready, not_(stale(local_day(now))))


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
    seen = [0]
    for message, outcome in channel.send_batch(_outgoing(engine, name, desk, now, limit, seen)):
        with writing(engine) as session:
            settle(session, message.key, outcome, now)
    return seen[0]


def _outgoing(
    engine: Engine, channel: str, desk: Desk, now: datetime, limit: int, seen: list[int]
) -> Iterator[Message]:
    # The channel asks for the next message only after the last outcome is committed.
    began = monotonic()
    while seen[0] < limit:
        with writing(engine) as session:
            delivery = _take_one(session, channel, now)
            if delivery is None:
                return
            seen[0] += 1
            spent = timedelta(seconds=monotonic() - began)
            message = _written(session, delivery, desk, now, now + spent + LEASE)
        if message:
            yield message


def _written(session: Session, delivery: Delivery, desk: Desk, now: datetime, until: datetime) -> Message | None:
    """One message that cannot be written must not keep back all those behind it."""
    try:
        with session.begin_nested():
            return _prepare(session, delivery, desk, now, until)
    except DBAPIError:
        raise
    except Exception:
        logger.exception("第%s号消息写不出来。", delivery.id)
        _stop(session, delivery, DeliveryState.FAILED, UNWRITABLE)
        return None


def _take_one(session: Session, channel: str, now: datetime) -> Delivery | None:
    ready = (
        select(Delivery)
        .where(Delivery.channel == channel, _to_send(now))
        .order_by(col(Delivery.next_try_at), col(Delivery.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.exec(ready).first()


def _prepare(session: Session, delivery: Delivery, desk: Desk, now: datetime, until: datetime) -> Message | None:
    """Ask again whether it is still needed, write it, and mark it as sending, all before anything leaves."""
    if not _ready(session, delivery, desk, now):
        return None
    delivery.message_id = delivery.message_id or message_id(delivery, desk.host)
    delivery.state = DeliveryState.SENDING
    delivery.attempt += 1
    delivery.leased_until = until
    session.add(delivery)
    return Message(
        key=f"{delivery.id}/{delivery.attempt}",
        to_name=delivery.to_name,
        to_address=delivery.to_address,
        subject=delivery.subject,
        text=delivery.text,
        html=delivery.html,
        message_id=delivery.message_id,
        reply_to=desk.reply_to,
    )


def _ready(session: Session, delivery: Delivery, desk: Desk, now: datetime) -> bool:
    notices = still_needed(session, delivery)
    if delivery.kind == REMINDER and not notices:
        return _stop(session, delivery, DeliveryState.DROPPED, OVER)
    to = addressee(session, delivery.recipient, desk.pen, local_day(now))
    if not to.address:
        return _stop(session, delivery, DeliveryState.HELD, NO_ADDRESS.format(name=to.name))
    delivery.to_name, delivery.to_address = to.name, to.address
    # What may have arrived already is sent again word for word.
    if delivery.kind == REMINDER and not delivery.resent:
        written = reminder(session, delivery, notices, now, desk.pen)
        delivery.subject, delivery.text, delivery.html = written.subject, written.text, written.html
    return True


def still_needed(session: Session, delivery: Delivery) -> list[Notice]:
    """The delivery's notices whose task is still to be done; the others are dropped."""
    carried = select(Notice, Task.state).join(Task).where(Notice.delivery_id == delivery.id).order_by(col(Notice.id))
    needed = []
    for notice, state in session.exec(carried):
        if state in PENDING:
            needed.append(notice)
        elif notice.state == NoticeState.BUNDLED:
            notice.state = NoticeState.DROPPED
            session.add(notice)
    return needed


def _stop(session: Session, delivery: Delivery, state: DeliveryState, reason: str) -> bool:
    delivery.state, delivery.reason = state, reason
    session.add(delivery)
    return False


def message_id(delivery: Delivery, host: str) -> str:
    """The delivery's own Message-ID: the same for every attempt, so that a second copy is known as one."""
    name = f"{delivery.id}/{delivery.recipient}/{delivery.on_day}/{delivery.made_at.timestamp()}"
    return f"<duban.{delivery.id}.{hashlib.sha256(name.encode()).hexdigest()[:20]}@{host}>"


def settle(session: Session, key: str, outcome: Outcome, now: datetime) -> None:
    """Write down what came of the attempt named by a message's key; an attempt that was overtaken writes nothing."""
    number, attempt = (int(part) for part in key.split("/"))
    mine = select(Delivery).where(
        Delivery.id == number, Delivery.attempt == attempt, Delivery.state == DeliveryState.SENDING
    )
    delivery = session.exec(mine.with_for_update()).one_or_none()
    if delivery is None:
        return
    delivery.leased_until, delivery.reason = None, outcome.detail
    if outcome.kind is OutcomeKind.SENT:
        delivery.state, delivery.sent_at = DeliveryState.SENT, now
    elif outcome.kind is OutcomeKind.REFUSED:
        delivery.state = DeliveryState.FAILED
    elif outcome.kind is OutcomeKind.TRY_AGAIN:
        _try_again(delivery, now)
    else:
        _unknown(delivery, outcome.detail, now)
    session.add(delivery)


def _try_again(delivery: Delivery, now: datetime) -> None:
    if delivery.attempt >= GIVE_UP:
        delivery.state = DeliveryState.FAILED
        return
    wait = BACKOFF[min(delivery.attempt, len(BACKOFF)) - 1]
    delivery.state, delivery.next_try_at = DeliveryState.PENDING, now + wait


def _unknown(delivery: Delivery, detail: str, now: datetime) -> None:
    if delivery.kind == REMINDER and not delivery.resent:
        delivery.state, delivery.resent, delivery.next_try_at = DeliveryState.PENDING, True, now
        delivery.reason = f"{detail}；用同一编号再发一次"
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
            held = update(Delivery).where(pending).values(state=DeliveryState.HELD, reason=reason)
            count += getattr(session.execute(held), "rowcount", 0)
    return count


def release_held(engine: Engine, desk: Desk, now: datetime) -> int:
    """Let held messages go once their channel and address are there; how many."""
    with reading(engine) as session:
        ready = _releasable(session, desk)
    if not ready:
        return 0
    held = and_(col(Delivery.id).in_(ready), col(Delivery.state) == DeliveryState.HELD)
    freed = update(Delivery).where(held).values(state=DeliveryState.PENDING, reason="", next_try_at=now)
    with writing(engine) as session:
        return int(getattr(session.execute(freed), "rowcount", 0))


def _releasable(session: Session, desk: Desk) -> list[int]:
    held = select(Delivery.id, Delivery.recipient).where(
        Delivery.state == DeliveryState.HELD, col(Delivery.channel).in_(list(desk.channels))
    )
    rows = session.exec(held).all()
    there = reachable(session) if rows else frozenset()
    return [number or 0 for number, recipient in rows if recipient in there]
