"""The tables of what is said: notices, the deliveries that carry them, and frozen digests."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, or_

from plans.columns import Instant

URGE, HANDED = "urge:", "handed:"
"""How the step of a notice begins that a person asked for, or that a hand-over made; its number follows."""
LETTER = "letter"
"""The kind of a delivery that carries a numbered letter; the step of its notices is that and the letter's number."""


class NoticeState(StrEnum):
    """waiting to be bundled, carried by a delivery, dropped as the task was over, skipped for a later step, or a step
    that a letter says once it is approved."""

    WAITING = "waiting"
    BUNDLED = "bundled"
    DROPPED = "dropped"
    SKIPPED = "skipped"
    LETTER = "letter"


class DeliveryState(StrEnum):
    """pending → sending → sent | failed | unknown; held waits for a setting; dropped is needless."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        labels = {
            "pending": "待发送",
            "sending": "发送中",
            "sent": "已送达",
            "failed": "发送失败",
            "unknown": "结果不明",
            "held": "暂缓",
            "dropped": "不必再发",
        }
        return labels[self.value]


class Notice(SQLModel, table=True):
    """What must be said: one step of one task to one recipient, once. A deputy hears it on behalf of somebody."""

    __table_args__ = (
        UniqueConstraint("task_id", "step", "recipient"),
        Index("ix_notice_waiting", "state", "recipient"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    step: str
    audience: str
    recipient: str
    state: str = NoticeState.WAITING.value
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id", index=True)
    on_behalf_of: str = ""


def off_the_ladder() -> ColumnElement[bool]:
    """The notices that no ladder wrote."""
    return or_(*(col(Notice.step).startswith(begins) for begins in (URGE, HANDED)))


class Delivery(SQLModel, table=True):
    """One message. Written before it is sent; one reminder a recipient, channel and day."""

    __table_args__ = (
        UniqueConstraint("kind", "channel", "recipient", "on_day", "about"),
        Index("ix_delivery_queue", "state", "next_try_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    channel: str
    recipient: str
    on_day: date
    about: str = ""
    to_name: str = ""
    to_address: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    message_id: str = ""
    state: str = DeliveryState.PENDING.value
    reason: str = ""
    attempt: int = 0
    resent: bool = False
    next_try_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    leased_until: datetime | None = Field(default=None, sa_column=Column(Instant))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Digest(SQLModel, table=True):
    """A month's summary as it was frozen: the facts, not their rendering. ``note`` is what was written at approval."""

    __table_args__ = (UniqueConstraint("plan_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    period: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    approved_by: str = ""
    approved_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    note: str = ""


class LetterState(StrEnum):
    """drafted → approved (it has its number then) → sent; void when a person decided against it."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    VOID = "void"

    @property
    def label(self) -> str:
        return {"drafted": "待审批", "approved": "已批准", "sent": "已发出", "void": "不发"}[self.value]


class Letter(SQLModel, table=True):
    """A numbered letter such as 催报函 〔2026〕3号. The number is given at approval, so that no number of its kind and
    year is missing.

    ``facts`` is what it is written from, kept as approved; ``about`` names what it is for, once a kind and recipient.
    """

    __table_args__ = (UniqueConstraint("kind", "recipient", "about"), UniqueConstraint("kind", "year", "number"))

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    recipient: str
    about: str
    year: int | None = None
    number: int | None = None
    state: str = LetterState.DRAFTED.value
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    drafted_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id")
