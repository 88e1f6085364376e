"""The tables of what is being done."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from plans.columns import Figure, Instant
from tasks.states import State


class Task(SQLModel, table=True):
    """One item × one period × one assignee.

    ``due_on`` decides late or not; reminders count from ``inner_on``. ``next_step_at`` is the task's alarm (UTC), empty
    when nothing more is to be said; steps up to the day ``stepped_on`` are dealt with. ``attempt`` and
    ``leased_until`` fence a tick's claim. ``returns`` counts how often it was sent back, last on ``returned_on``.
    """

    __table_args__ = (
        UniqueConstraint("item_id", "period", "assignee"),
        Index("ix_task_alarm", "next_step_at"),
        Index("ix_task_due_on", "due_on"),
        Index("ix_task_item_state", "item_id", "state", "due_on"),
        Index("ix_task_matrix", "item_id", "period", "state", "enterprise_id"),
        Index("ix_task_done_on", "done_on"),
        # 我的工作 and 督办: what one person still has to do, beside the reports of ten thousand enterprises.
        Index("ix_task_owner", "owner_id", "state", "enterprise_id", "item_id", "period", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="plan_item.id")
    period: str
    assignee: str
    purpose: str
    owner_id: int = Field(foreign_key="person.id")
    enterprise_id: int | None = Field(default=None, foreign_key="enterprise.id", index=True)
    due_on: date
    inner_on: date
    lapses_on: date | None = None
    state: str = State.OPEN.value
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    original_due_on: date | None = None
    returns: int = 0
    returned_on: date | None = None
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    done_on: date | None = None
    stepped_on: date
    next_step_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    attempt: int = 0
    leased_until: datetime | None = Field(default=None, sa_column=Column(Instant))


class TaskChange(SQLModel, table=True):
    """One move of a task; rows are only ever added."""

    __tablename__ = "task_change"

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    verb: str
    from_state: str
    to_state: str
    by: str
    via: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = ""
    on_behalf_of: str = ""
    previous_hash: str = ""
    hash: str = ""

    @property
    def actor(self) -> str:
        """王芳（代李明）: who acted, and in whose name."""
        return f"{self.by}（代{self.on_behalf_of}）" if self.on_behalf_of else self.by


class ItemChange(SQLModel, table=True):
    """One change of a running plan; rows are only ever added. ``before`` and ``after`` are what people read."""

    __tablename__ = "item_change"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="plan_item.id", index=True)
    field: str
    before: str
    after: str
    by: str
    via: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = ""
    previous_hash: str = ""
    hash: str = ""


class Extension(SQLModel, table=True):
    """延期: asked for before the due date, granted or refused by the supervisor. ``state``: asked, granted, refused."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    due_on: date
    asked_due_on: date
    reason: str
    asked_by: str
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    state: str = "asked"
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    answer: str = ""


class Evidence(SQLModel, table=True):
    """A file handed in with a task, kept in the data folder under its hash; the name is only shown."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    name: str
    media_type: str
    size: int
    sha256: str
    by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Progress(SQLModel, table=True):
    """A dated reading of a target. ``calibre`` is 预报, 网报 or 认定 where it matters."""

    __table_args__ = (Index("ix_progress_target_as_of", "target_id", "as_of"),)

    id: int | None = Field(default=None, primary_key=True)
    target_id: int = Field(foreign_key="target.id")
    task_id: int | None = Field(default=None, foreign_key="task.id")
    as_of: date
    value: Decimal = Field(sa_column=Column(Figure, nullable=False))
    cumulative: bool = True
    calibre: str = ""
    note: str = ""
    by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Filing(SQLModel, table=True):
    """One version of one answer to a form; a later version never overwrites an earlier one."""

    __table_args__ = (UniqueConstraint("task_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    form: str
    version: int
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    by: str
    via: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
