"""Again or not at all: what a person decides about one delivery.

Sent again is a new attempt of the same delivery: the same Message-ID and, once it was written, word for word. What the
page showed fences it: of two clicks the second is told.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifications.audience import reachable
from notifications.by_hand import BY_HAND
from notifications.outbox import NO_CHANNEL
from notifications.tables import LETTER, Delivery, DeliveryState, Notice, NoticeState
from plans.zone import local_text
from tasks.verbs import MoveRefused

AGAIN = (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.SENT)
STOPPABLE = (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.PENDING)


class DeliveryMoved(MoveRefused):
    """这封已经在重发了（待发送）：不用再点。"""


def may_go_again(delivery: Delivery) -> bool:
    """True for what a person may send once more; a numbered letter that arrived is not sent twice."""
    arrived = delivery.state == DeliveryState.SENT
    return delivery.state in AGAIN and not (arrived and delivery.kind == LETTER)


def may_be_stopped(delivery: Delivery) -> bool:
    """True for what is not on its way out."""
    return delivery.state in STOPPABLE and delivery.leased_until is None


def send_again(session: Session, number: int, seen: int, by: str, channels: Collection[str], now: datetime) -> Delivery:
    """Queue it once more; ``seen`` is the attempt the page showed, ``channels`` those that are set up.

    Raises DeliveryMoved when something happened to it meanwhile, or while it could not leave anyway.
    """
    delivery = _locked(session, number)
    if delivery.attempt != seen or not may_go_again(delivery):
        raise DeliveryMoved(_moved(delivery, "不能再发"))
    _refuse_unreachable(session, delivery, channels)
    # What was written may have arrived: then it goes word for word. What never was is written as things stand.
    delivery.resent = bool(delivery.text)
    delivery.state, delivery.next_try_at, delivery.leased_until = DeliveryState.PENDING, now, None
    return _decided(session, delivery, f"{local_text(now)} {by}再发{BY_HAND}")


def stop(session: Session, number: int, seen: int, by: str, now: datetime) -> Delivery:
    """不再发: it goes nowhere any more, nor does what it was to say. Raises DeliveryMoved."""
    delivery = _locked(session, number)
    if delivery.attempt != seen or not may_be_stopped(delivery):
        raise DeliveryMoved(_moved(delivery, "不能停发"))
    delivery.state = DeliveryState.DROPPED
    carried = (col(Notice.delivery_id) == delivery.id) & (col(Notice.state) == NoticeState.BUNDLED)
    session.execute(update(Notice).where(carried).values(state=NoticeState.DROPPED))
    return _decided(session, delivery, f"{local_text(now)} {by}决定不再发{BY_HAND}")


def _locked(session: Session, number: int) -> Delivery:
    return session.exec(select(Delivery).where(col(Delivery.id) == number).with_for_update()).one()


def _moved(delivery: Delivery, cannot: str) -> str:
    state = DeliveryState(delivery.state)
    if state is DeliveryState.PENDING and BY_HAND in delivery.reason:
        return "已经排队重发了，不用再点：下一轮就发出，发出后这里会变成“已送达”。"
    return f"这封现在是“{state.label}”，{cannot}：情况刚刚变了，请看下面的最新状态。"


def _refuse_unreachable(session: Session, delivery: Delivery, channels: Collection[str]) -> None:
    if delivery.channel not in channels:
        raise DeliveryMoved(f"{NO_CHANNEL[delivery.channel]}：设好以后会自动发出，不用再点。")
    if delivery.recipient not in reachable(session):
        raise DeliveryMoved("收件人还没有邮箱地址：补上以后再发。")


def _decided(session: Session, delivery: Delivery, act: str) -> Delivery:
    delivery.reason = f"{delivery.reason}；{act}" if delivery.reason else act
    session.add(delivery)
    session.flush()
    return delivery
