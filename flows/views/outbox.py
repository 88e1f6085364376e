"""发件箱: every message with where it stands, those that need a person first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.lines import Badge, Paged, one_page
from notifications.audience import GROUP
from notifications.tables import Delivery, DeliveryState
from plans.tables import Agency, Enterprise, Person

STUCK = (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.FAILED)
_TABLES: tuple[tuple[str, type[Person] | type[Enterprise] | type[Agency]], ...] = (
    ("person", Person),
    ("enterprise", Enterprise),
    ("agency", Agency),
)
HIDDEN = "（个人链接已隐去）"
_COLOURS = {
    DeliveryState.SENT: "green",
    DeliveryState.HELD: "yellow",
    DeliveryState.UNKNOWN: "yellow",
    DeliveryState.FAILED: "red",
    DeliveryState.DROPPED: "none",
}
ADVICE = {
    DeliveryState.PENDING: "排着队，几分钟内发出；不想发了可以点“不再发”。",
    DeliveryState.SENDING: "正在发，稍等一会儿再看。",
    DeliveryState.SENT: "对方的邮件服务器已经收下。对方说没收到，请他看看垃圾邮件；还是没有，可以再发一次。",
    DeliveryState.FAILED: "对方的邮件服务器拒收，不会自动再发：按原因改好地址后点“再发一次”，不用发了点“不再发”。",
    DeliveryState.UNKNOWN: "发到一半断了，不知道对方收到没有，不会自动再发：先问一声，没收到再点“再发一次”。",
    DeliveryState.HELD: "缺设置或缺地址，没有发出：补上以后自动发，不用点什么；不想发了点“不再发”。",
    DeliveryState.DROPPED: "不会再发。任务已经办结、内容并入了下一封，或有人决定不发。",
}
"""What each state means and what to do about it."""
_RANKS = {
    DeliveryState.HELD: 0,
    DeliveryState.UNKNOWN: 0,
    DeliveryState.FAILED: 1,
    DeliveryState.SENDING: 2,
    DeliveryState.PENDING: 2,
}
_TOKEN = re.compile(r"(?<=/)(desk|filing|agency|office|calendar)/[\w.=-]{20,}")


@dataclass(frozen=True)
class Sought:
    """Which deliveries are wanted: of one state, of one day, with these words in the recipient or the subject."""

    state: str = ""
    day: date | None = None
    q: str = ""


def outbox(session: Session, sought: Sought, number: int) -> Paged[Delivery]:
    """Deliveries: what is held or unknown, then what failed, then what is on its way, then the rest; newest first."""
    rank = case(_RANKS, value=col(Delivery.state), else_=3)
    # The numbers alone come from an index, where rows with their whole messages would all have to be read.
    query = select(Delivery.id).order_by(rank, col(Delivery.id).desc())
    if sought.state in list(DeliveryState):
        query = query.where(Delivery.state == sought.state)
    if sought.day:
        query = query.where(Delivery.on_day == sought.day)
    if sought.q:
        query = query.where(_speaks_of(sought.q))
    page: Paged[int] = one_page(session, query, number, lambda number: number)
    shown = {one.id: one for one in session.exec(select(Delivery).where(col(Delivery.id).in_(page.rows)))}
    return Paged([shown[number] for number in page.rows], page.number, page.total)


def _speaks_of(q: str) -> ColumnElement[bool]:
    columns = (Delivery.to_name, Delivery.to_address, Delivery.subject)
    written = [col(column).contains(q, autoescape=True) for column in columns]
    # One that was never written has only the key of who it is for.
    named = [
        col(Delivery.recipient).in_(
            select_columns(literal(f"{kind}:").concat(cast(table.id, String))).where(
                col(table.name).contains(q, autoescape=True)
            )
        )
        for kind, table in _TABLES
    ]
    return or_(*written, *named)


def outbox_counts(session: Session) -> Mapping[DeliveryState, int]:
    """How many deliveries are in each state, in the order of their life."""
    counted = dict(session.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state))).all())
    return {state: counted[state] for state in DeliveryState if state in counted}


def recipient_names(session: Session, deliveries: Iterable[Delivery]) -> Mapping[str, str]:
    """Who is behind each recipient key."""
    keys = {delivery.recipient for delivery in deliveries}
    names = {GROUP: "工作群"}
    for kind, table in _TABLES:
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
