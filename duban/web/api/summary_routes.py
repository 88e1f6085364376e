"""通报 and 发件箱: the months as they were frozen, and every message with where it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from duban.web.api.admitting import OFFICE, admit_to_page, not_found, or_missing
from duban.web.api.calling import Reading
from duban.web.api.shapes import Moment, Nth, Number, Rows, one_page
from flows.summaries import month_digest
from flows.views.digests import digest_months
from flows.views.outbox import Sought, outbox, without_tokens
from notifications.tables import Delivery, DeliveryState
from plans.database import reading

digests = APIRouter(prefix="/digests", tags=["通报"])
deliveries = APIRouter(prefix="/deliveries", tags=["发件箱"])

DIGESTS, OUTBOX = f"{OFFICE}/digests", f"{OFFICE}/outbox"
Month = Annotated[str, Path(max_length=20, description="月份", examples=["2026-10"])]


class DigestShort(BaseModel):
    """一个月的通报"""

    month: str = Field(description="月份", examples=["2026-09"])
    label: str = Field(description="月份，中文", examples=["2026年9月"])
    frozen: bool = Field(description="是否已定稿")
    made_at: Moment | None = Field(description="何时定稿，还是草稿就是 null")


class DigestWhole(BaseModel):
    """一个月的通报和它的事实"""

    month: str = Field(description="月份", examples=["2026-09"])
    frozen: bool = Field(description="是否已定稿；草稿是按现在的情况算的")
    made_at: Moment = Field(description="何时定稿，草稿是现在")
    facts: dict[str, Any] = Field(description="通报里的全部事实：任务数、指标、没有报的企业、变更等")


class DeliveryShort(BaseModel):
    """一封消息"""

    id: int = Field(description="编号")
    kind: str = Field(description="哪一种", examples=["reminder"])
    channel: str = Field(description="通道：mail 邮件、robot 群机器人", examples=["mail"])
    to_name: str = Field(description="收件人")
    to_address: str = Field(description="收件地址")
    subject: str = Field(description="标题")
    state: DeliveryState = Field(description="状态")
    state_label: str = Field(description="状态，中文", examples=["已送达"])
    reason: str = Field(description="对方的答复，或为什么没有送出")
    attempt: int = Field(description="试过几次")
    made_at: Moment = Field(description="何时写下")
    sent_at: Moment | None = Field(description="何时送达")


class DeliveryWhole(DeliveryShort):
    """一封消息和它的正文"""

    text: str = Field(description="正文，个人链接已隐去")


@digests.get("", summary="各月的通报")
def list_digests(call: Reading) -> list[DigestShort]:
    """新的在前，连同还是草稿的。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, DIGESTS)
        found = digest_months(session, call.today)
    return [
        DigestShort(month=one.key, label=one.label, frozen=one.made_at is not None, made_at=one.made_at)
        for one in found
    ]


@digests.get("/{month}", summary="一个月的通报")
def one_digest(call: Reading, month: Month) -> DigestWhole:
    """已定稿的用定稿，没有定稿的按现在的情况算。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, DIGESTS)
    found = or_missing(lambda: month_digest(call.runtime, month, call.now))
    return DigestWhole(month=month, frozen=found.frozen, made_at=found.made_at, facts=found.facts)


@deliveries.get("", summary="发件箱")
def list_deliveries(
    call: Reading,
    state: Annotated[DeliveryState | None, Query(description="只看这个状态，不写是全部")] = None,
    nth: Nth = 1,
) -> Rows[DeliveryShort]:
    """要人处理的在前，其余的新的在前。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, OUTBOX)
        return one_page(outbox(session, Sought(state or ""), nth), lambda one: DeliveryShort(**_delivery(one)))


@deliveries.get("/{number}", summary="一封消息")
def one_delivery(call: Reading, number: Number) -> DeliveryWhole:
    """连同正文。"""
    with reading(call.engine) as session:
        admit_to_page(session, call, OUTBOX)
        found = session.get(Delivery, number)
        if found is None:
            raise not_found(f"没有编号为 {number} 的消息。")
        return DeliveryWhole(**_delivery(found), text=without_tokens(found.text))


def _delivery(one: Delivery) -> dict[str, Any]:
    kept = ("id", "kind", "channel", "to_name", "to_address", "state", "attempt", "made_at", "sent_at")
    told = {name: without_tokens(getattr(one, name)) for name in ("subject", "reason")}
    return {name: getattr(one, name) for name in kept} | told | {"state_label": DeliveryState(one.state).label}
