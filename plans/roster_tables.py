"""The tables of the roster beyond the enterprise itself: further contacts, hand-overs, changes and certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from plans.columns import Instant


class Contact(SQLModel, table=True):
    """Somebody else to call at an enterprise, besides who files for it (``Enterprise.contact``)."""

    id: int | None = Field(default=None, primary_key=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


class Handover(SQLModel, table=True):
    """移交: who filed for an enterprise and who does now; rows are only ever added. Old links end with it."""

    id: int | None = Field(default=None, primary_key=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    before_name: str
    before_email: str = ""
    before_phone: str = ""
    after_name: str
    after_email: str = ""
    after_phone: str = ""
    reason: str = ""
    by: str
    via: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Certificate(SQLModel, table=True):
    """A certificate that ends, such as 高新技术企业: its review comes in the year of ``ends_on``."""

    __table_args__ = (UniqueConstraint("enterprise_id", "kind", "issued_on"),)

    id: int | None = Field(default=None, primary_key=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    kind: str
    number: str = ""
    issued_on: date
    ends_on: date
    revoked_on: date | None = None


class EnterpriseChange(SQLModel, table=True):
    """One change of an enterprise of the roster; rows are only ever added, each with the hash of the one before it.

    ``before`` and ``after`` are what people read.
    """

    __tablename__ = "enterprise_change"

    id: int | None = Field(default=None, primary_key=True)
    enterprise_id: int = Field(foreign_key="enterprise.id", index=True)
    field: str
    before: str
    after: str
    by: str
    via: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = ""
    previous_hash: str = ""
    hash: str = ""


class RosterImport(SQLModel, table=True):
    """A roster file somebody handed in. ``reading`` is a RosterReading (plans/roster/reading.py) as JSON."""

    __tablename__ = "roster_import"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    reading: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    handed_in_by: str
    handed_in_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    applied_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    applied_by: str = ""
