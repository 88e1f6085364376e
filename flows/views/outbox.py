"""发件箱: every message with where it stands, those that need a person first."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from flows.views.lines import Badge, Paged, one_page
from notifications.audience import GROUP
from notifications.tables import Delivery, DeliveryState
from plans.tables import Agency, Enterprise, Person

STUCK = (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.FAILED)
HIDDEN = "（个人链接已隐去）"
_COLOURS = {
    DeliveryState.SENT: "green",
    DeliveryState.HELD: "yellow",
    DeliveryState.UNKNOWN: "yellow",
    DeliveryState.FAILED: "red",
    DeliveryState.DROPPED: "none",
}
_TOKEN = re.compile(r"(?<=/)(desk|filing|agency|office)/[\w.=-]{20,}")


def outbox(session: Session, state: str, number: int) -> Paged[Delivery]:
    """Deliveries newest first, of one state or of all with the stuck ones on top."""
    stuck = case((col(Delivery.state).in_(STUCK), 0), else_=1)
    query = select(Delivery).order_by(stuck, col(Delivery.made_at).desc(), col(Delivery.id).desc())
    if state in list(DeliveryState):
        query = query.where(Delivery.state == state)
    return one_page(session, query, number, lambda delivery: delivery)


def outbox_counts(session: Session) -> Mapping[DeliveryState, int]:
    """How many deliveries are in each state, in the order of their life."""
    counted = dict(session.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state))).all())
    return {state: counted[state] for state in DeliveryState if state in counted}


def recipient_names(session: Session, deliveries: Iterable[Delivery]) -> Mapping[str, str]:
    """Who is behind each recipient key."""
    keys = {delivery.recipient for delivery in deliveries}
    names = {GROUP: "工作群"}
    for kind, table in (("person", Person), ("enterprise", Enterprise), ("agency", Agency)):
        wanted = [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]
        found = session.exec(select(table.id, table.name).where(col(table.id).in_(wanted)))
        names |= {f"{kind}:{number}": name for number, name in found}
    return names


def delivery_badge(state: str) -> Badge:
    """A delivery's state as a colour and a word."""
    return Badge(_COLOURS.get(DeliveryState(state), "blue"), DeliveryState(state).label)


def without_tokens(written: str) -> str:
    """A message with its personal links made useless: who may read it must not act as the one it was sent to."""
    return _TOKEN.sub(rf"\1/{HIDDEN}", written)
