"""Leaving: a few deliveries are taken and written ahead, and each is marked only when its turn to leave has come.

Taken is a lease on a delivery that is still pending; ``sending`` is the one on the wire and no other. So a sender that
is killed leaves one message of unknown fate; the others it had taken surely never left, and go to the next one.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import ColumnElement, Engine, bindparam, exists, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, and_, col, or_, select

from notifications.bundling import REMINDER
from notifications.by_hand import said_after
from notifications.channels.message import Attachment, Channel, Message
from notifications.letters import Papers, Pen, addressee, lay_out, reminder
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import writing
from plans.zone import local_day
from tasks.states import PENDING
from tasks.tables import Task

logger = logging.getLogger(__name__)

AHEAD = 20
# What was read longer ago is read and written anew before it leaves.
FRESH = timedelta(seconds=2)
# A sender that is overtaken sends nothing of it: the mark is fenced by the attempt.
TAKEN = timedelta(minutes=5)
# Far longer than one message can take, so that a living sender is never overtaken with a message on the wire.
LEASE = timedelta(minutes=30)
NO_ADDRESS = "{name}还没有邮箱地址"
OVER = "任务已办结，不必再发"
UNWRITABLE = "内容写不出来，请看日志"


Attach = Callable[[Session, Delivery], tuple[Attachment, ...]]
"""The files that go with a delivery."""


@dataclass(frozen=True)
class Desk:
    """What sending needs: the channels that are set up, what messages are written with, and files by kind."""

    channels: Mapping[str, Channel]
    pen: Pen
    reply_to: str | None = None
    host: str = "duban.local"
    attach: Mapping[str, Attach] = field(default_factory=dict)


def free(now: datetime) -> ColumnElement[bool]:
    """The deliveries that no living sender has taken."""
    return or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) < now)


@dataclass
class Round:
    """One channel's share of a pass over the queue: up to ``limit`` deliveries; ``seen`` counts those dealt with."""

    engine: Engine
    channel: str
    desk: Desk
    queued: ColumnElement[bool]
    began_at: datetime
    limit: int
    seen: int = 0
    _began: float = field(default_factory=monotonic)
    _read_at: dict[str, float] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The pass's instant, moved on in whole minutes: what a letter says it was read at."""
        return self.began_at + timedelta(minutes=(monotonic() - self._began) // 60)

    def messages(self) -> Iterator[Message]:
        """Written ahead, a few at a time, each in its row before it is given out."""
        while self.seen < self.limit:
            read_at = monotonic()
            with writing(self.engine) as session:
                taken = self._take(session, min(AHEAD, self.limit - self.seen))
                written = write_ahead(session, taken, self.desk, self.now) if taken else []
            if not taken:
                return
            self.seen += len(taken)
            self._read_at |= dict.fromkeys((message.key for message in written), read_at)
            yield from written

    def _take(self, session: Session, count: int) -> Sequence[Delivery]:
        query = select(Delivery).where(Delivery.channel == self.channel, self.queued)
        query = query.order_by(col(Delivery.next_try_at), col(Delivery.id)).limit(count)
        taken = session.exec(query.with_for_update(skip_locked=True)).all()
        for delivery in taken:
            delivery.attempt += 1
            delivery.leased_until = self.now + TAKEN
        return taken

    def may_leave(self, message: Message) -> Message | None:
        """Ask again whether all it speaks of is still to be done, and mark it as sending, before anything leaves."""
        fresh = monotonic() - self._read_at.pop(message.key) < FRESH.total_seconds()
        with writing(self.engine) as session:
            if fresh and mark(session, message.key, self.now + LEASE):
                return message
            return self._written_anew(session, message.key)

    def _written_anew(self, session: Session, key: str) -> Message | None:
        mine = select(Delivery).where(taken_as(key)).with_for_update()
        delivery = session.exec(mine).one_or_none()
        if delivery is None:
            return None
        written = write_ahead(session, [delivery], self.desk, self.now)
        session.flush()
        return written[0] if written and mark(session, key, self.now + LEASE) else None


def taken_as(key: str) -> ColumnElement[bool]:
    """The delivery behind a message's key, while nobody has overtaken or stopped it and it has not yet left."""
    number, attempt = (int(part) for part in key.split("/"))
    mine = and_(col(Delivery.id) == number, col(Delivery.attempt) == attempt)
    return and_(mine, col(Delivery.state) == DeliveryState.PENDING, col(Delivery.leased_until).is_not(None))


def mark(session: Session, key: str, until: datetime) -> bool:
    """Mark a taken delivery as sending; False when it was overtaken, stopped, or speaks of what is over."""
    number, attempt = (int(part) for part in key.split("/"))
    given = {"number": number, "mine": attempt, "until": until}
    return session.connection().execute(_MARK, given).rowcount == 1


_OVER = (
    select_columns(col(Notice.id))
    .join(Task)
    .where(
        col(Notice.delivery_id) == col(Delivery.id),
        col(Notice.state) == NoticeState.BUNDLED,
        col(Task.state).not_in(PENDING),
    )
)
_MARK = (
    update(Delivery)
    .where(
        col(Delivery.id) == bindparam("number"),
        col(Delivery.attempt) == bindparam("mine"),
        col(Delivery.state) == DeliveryState.PENDING,
        col(Delivery.leased_until).is_not(None),
        ~exists(_OVER.correlate(Delivery)),
    )
    .values(state=DeliveryState.SENDING, leased_until=bindparam("until"))
)


def write_ahead(session: Session, taken: Sequence[Delivery], desk: Desk, now: datetime) -> list[Message]:
    """Put what each is to say into its row; those that are needless, unreachable or cannot be written are stopped."""
    with session.no_autoflush:
        papers = lay_out(session, taken)
        written = [_written(session, delivery, papers, desk, now) for delivery in taken]
    return [message for message in written if message]


def _written(session: Session, delivery: Delivery, papers: Papers, desk: Desk, now: datetime) -> Message | None:
    """One message that cannot be written must not keep back all those behind it."""
    try:
        return _prepare(session, delivery, papers, desk, now)
    except DBAPIError:
        raise
    except Exception:
        logger.exception("第%s号消息写不出来。", delivery.id)
        _stop(delivery, DeliveryState.FAILED, UNWRITABLE)
        return None


def _prepare(session: Session, delivery: Delivery, papers: Papers, desk: Desk, now: datetime) -> Message | None:
    notices = still_needed(papers, delivery)
    to = addressee(session, delivery.recipient, desk.pen, local_day(now))
    if _is_over(delivery, notices, papers):
        _stop(delivery, DeliveryState.DROPPED, OVER)
        return None
    if not to.address:
        _stop(delivery, DeliveryState.HELD, NO_ADDRESS.format(name=to.name))
        return None
    delivery.to_name, delivery.to_address = to.name, to.address
    # What may have arrived already is sent again word for word.
    if delivery.kind == REMINDER and not delivery.resent:
        written = reminder(session, delivery, notices, now, desk.pen, papers.bureau)
        delivery.subject, delivery.text, delivery.html = written.subject, written.text, written.html
    delivery.message_id = delivery.message_id or message_id(delivery, desk.host)
    return _message(session, delivery, desk)


def _is_over(delivery: Delivery, notices: Sequence[Notice], papers: Papers) -> bool:
    # A numbered letter is sent as it was approved or not at all; a reminder speaks of what is left.
    return not notices if delivery.kind == REMINDER else len(notices) < len(papers.carried[delivery.id or 0])


def _message(session: Session, delivery: Delivery, desk: Desk) -> Message:
    attach = desk.attach.get(delivery.kind)
    return Message(
        key=f"{delivery.id}/{delivery.attempt}",
        to_name=delivery.to_name,
        to_address=delivery.to_address,
        subject=delivery.subject,
        text=delivery.text,
        html=delivery.html,
        message_id=delivery.message_id,
        reply_to=desk.reply_to,
        attachments=attach(session, delivery) if attach else (),
    )


def still_needed(papers: Papers, delivery: Delivery) -> list[Notice]:
    """The delivery's notices whose task is still to be done; the others are dropped."""
    needed = []
    for notice, task in papers.carried[delivery.id or 0]:
        if task.state in PENDING:
            needed.append(notice)
        elif notice.state == NoticeState.BUNDLED:
            notice.state = NoticeState.DROPPED
    return needed


def _stop(delivery: Delivery, state: DeliveryState, reason: str) -> None:
    delivery.state, delivery.reason, delivery.leased_until = state, said_after(delivery.reason, reason), None


def message_id(delivery: Delivery, host: str) -> str:
    """The delivery's own Message-ID: the same for every attempt, so that a second copy is known as one."""
    name = f"{delivery.id}/{delivery.recipient}/{delivery.on_day}/{delivery.made_at.timestamp()}"
    return f"<duban.{delivery.id}.{hashlib.sha256(name.encode()).hexdigest()[:20]}@{host}>"
