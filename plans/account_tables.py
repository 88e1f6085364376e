"""The tables of who may come in: accounts, sign-ins, failed sign-ins, tokens of other programs, and long errands."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from plans.columns import Instant


class Account(SQLModel, table=True):
    """How a person signs in. ``duty`` is what they do besides their place in the bureau: nothing, office or admin.

    ``password_hash`` is empty for who comes by single sign-on only; ``subject`` is their name there. Raising
    ``version`` ends every sign-in so far.
    """

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    login: str = Field(unique=True)
    password_hash: str = ""
    subject: str = Field(default="", index=True)
    duty: str = ""
    active: bool = True
    version: int = 1
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SignIn(SQLModel, table=True):
    """A browser that somebody signed in with. Only the hash of its key is kept."""

    __tablename__ = "sign_in"

    id: int | None = Field(default=None, primary_key=True)
    key_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    version: int
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SignInFailure(SQLModel, table=True):
    """A sign-in that was refused: by these the next attempts are slowed."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_failure_login", "login", "at"), Index("ix_failure_source", "source", "at"))

    id: int | None = Field(default=None, primary_key=True)
    login: str
    source: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApiToken(SQLModel, table=True):
    """What another program comes in with, in the name of a person. Only the hash of its key is kept."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    key_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Webhook(SQLModel, table=True):
    """An address that hears of every change of a task, in order. ``last_change`` is the last one it has taken.

    What it has not taken is sent again from there, so that nothing is lost; ``secret`` signs every call.
    """

    id: int | None = Field(default=None, primary_key=True)
    url: str
    secret: str
    active: bool = True
    last_change: int = 0
    failures: int = 0
    reason: str = ""
    next_try_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Errand(SQLModel, table=True):
    """Work too long for one page: what it is, how far it is, what came of it. States: waiting, running, done, failed,
    broken off (the program ended meanwhile)."""

    __table_args__ = (Index("ix_errand_owner", "person_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    title: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    state: str = "waiting"
    done: int = 0
    total: int = 0
    given: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    result: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    told: str = ""
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    moved_at: datetime = Field(sa_column=Column(Instant, nullable=False))
