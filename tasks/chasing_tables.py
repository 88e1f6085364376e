"""The tables of chasing enterprises: drafts of filings, calls and promises, pauses, and months that were cut off."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from plans.columns import Instant


class FilingDraft(SQLModel, table=True):
    """填写中: what an enterprise typed and has not handed in. ``version`` fences two people typing at once."""

    __tablename__ = "filing_draft"

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", unique=True)
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    version: int = 1
    by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Call(SQLModel, table=True):
    """What was said about a task: a telephone call, or a promise made on the page. Rows are only ever added.

    ``promised_on`` is the day by which the enterprise says it will file (承诺). The newest call with one counts.
    """

    __table_args__ = (Index("ix_call_task_at", "task_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    task_id: int = Field(foreign_key="task.id")
    spoke_with: str = ""
    said: str = ""
    promised_on: date | None = None
    by: str
    via: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Pause(SQLModel, table=True):
    """暂停催报: nothing is said to an enterprise from the first to the last day, both inside."""

    id: int | None = Field(default=None, primary_key=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    first_day: date
    last_day: date
    reason: str
    by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class CutOff(SQLModel, table=True):
    """截止: the state of one item's period when it was cut off. Denominators stay; what comes later is 补报."""

    __tablename__ = "cut_off"
    __table_args__ = (UniqueConstraint("item_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="plan_item.id")
    period: str
    cut_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
