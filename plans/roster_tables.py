"""The tables of the roster beyond the enterprise itself: further contacts, hand-overs and certificates."""

from datetime import date, datetime

from sqlalchemy import Column, UniqueConstraint
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
