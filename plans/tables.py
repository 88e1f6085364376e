"""The tables of what was promised and of who is there. Values are validated before they get here (plans/draft.py)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from plans.columns import Figure, Instant
from plans.words import Assignees, DuePolicy, Kind, Role


class Office(SQLModel, table=True):
    """A 股室 of the bureau."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class Person(SQLModel, table=True):
    """Someone of the bureau. ``link_version`` is raised to make all links sent so far worthless, ``feed_version`` to
    make the address of their calendar feed worthless."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str = Role.STAFF.value
    office_id: int | None = Field(default=None, foreign_key="office.id")
    email: str = ""
    active: bool = True
    link_version: int = 1
    feed_version: int = 1


class Agency(SQLModel, table=True):
    """代账公司, or one accountant who files for several enterprises: one mail and one link for all of them."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    contact: str = ""
    email: str = ""
    phone: str = ""
    link_version: int = 1
    active: bool = True


class Enterprise(SQLModel, table=True):
    """An enterprise of the roster with the contact who files for it. ``weight`` is last year's R&D in 万元.

    With an agency, the agency files and hears instead of the contact. With a reason it is exempt from the month
    ``exempt_from`` on, or from all where that is empty.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    short_name: str = ""
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    credit_code: str | None = Field(default=None, unique=True)
    contact: str = ""
    email: str = ""
    phone: str = ""
    weight: Decimal = Field(default=Decimal(0), sa_column=Column(Figure, nullable=False))
    first_month: str = ""
    last_month: str = ""
    exempt_reason: str = ""
    exempt_from: str = ""
    link_version: int = 1


class Deputy(SQLModel, table=True):
    """代理: from the first to the last day (both inside) the deputy gets the person's notices and rights."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    deputy_id: int = Field(foreign_key="person.id", index=True)
    first_day: date
    last_day: date


class Plan(SQLModel, table=True):
    """A started plan: one period of one bureau's promises."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    bureau: str
    period: str = Field(unique=True)
    started_on: date
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_by: str
    source: str = ""
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class PlanItem(SQLModel, table=True):
    """One promise. Dates come from ``cadence`` inside the plan's period; see programmes.yaml for the other fields.

    ``needs_sign``, ``needs_review`` and ``needs_evidence`` ask more of its tasks; light is the default.
    """

    __tablename__ = "plan_item"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    number: int
    title: str
    text: str = ""
    programme: str
    kind: str = Kind.GOAL.value
    cadence: str = ""
    due_policy: str = DuePolicy.PREVIOUS.value
    in_arrears: bool = False
    skip_months: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    assignees: str = Assignees.OWNER.value
    ladder: str = "staff"
    form: str = ""
    owner_id: int = Field(foreign_key="person.id", index=True)
    weight: Decimal = Field(default=Decimal(1), sa_column=Column(Figure, nullable=False))
    needs_sign: bool = False
    needs_review: bool = False
    needs_evidence: bool = False
    cancelled_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    carried_from: int | None = Field(default=None, foreign_key="plan_item.id")


class Target(SQLModel, table=True):
    """A measured or stated result of an item. ``floor`` is 确保, ``stretch`` is 力争; masked means 待填.

    From ``ended_at`` on nobody asks for it and it counts no more; its readings stay.
    """

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="plan_item.id", index=True)
    indicator: str
    unit: str = ""
    floor: Decimal | None = Field(default=None, sa_column=Column(Figure))
    stretch: Decimal | None = Field(default=None, sa_column=Column(Figure))
    masked: bool = False
    qualitative: bool = False
    level: str = ""
    quote: str = ""
    cumulative: bool = True
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class SheetState(StrEnum):
    """What became of a sheet."""

    OPEN = "open"
    STARTED = "started"
    APPLIED = "applied"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {"open": "起草中", "started": "已启动", "applied": "已并入", "dropped": "不要"}[self.value]


class PlanSheet(SQLModel, table=True):
    """A document somebody handed in and the draft made of it. ``version`` fences two people working on it at once.

    ``document`` is a Source (plans/reading/source.py) and ``sheet`` a Sheet (plans/sheet/model.py), both as JSON;
    ``mapping`` is what its tables' columns were taken for. ``plan_id`` is the plan it started or amended.
    """

    __tablename__ = "plan_sheet"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    sha256: str
    document: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sheet: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    version: int = 1
    state: str = SheetState.OPEN.value
    handed_in_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    handed_in_by: str = ""
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    plan_id: int | None = Field(default=None, foreign_key="plan.id")


class ColumnMapping(SQLModel, table=True):
    """What this bureau takes the columns of a task table for, remembered by the table's header.

    ``header`` is the folded header row; ``columns`` are field names by position, empty where a column says nothing.
    """

    __tablename__ = "column_mapping"

    id: int | None = Field(default=None, primary_key=True)
    header: str = Field(unique=True)
    columns: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    set_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class BaseFigure(SQLModel, table=True):
    """A figure of an earlier document, the base of a later 同比. ``period`` is a Period key."""

    __tablename__ = "base_figure"
    __table_args__ = (UniqueConstraint("indicator", "unit", "period", "calibre"),)

    id: int | None = Field(default=None, primary_key=True)
    indicator: str
    unit: str
    period: str
    calibre: str = ""
    value: Decimal = Field(sa_column=Column(Figure, nullable=False))
    quote: str = ""
    source: str = ""
    kept_at: datetime = Field(sa_column=Column(Instant, nullable=False))
