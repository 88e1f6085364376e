"""Rows a test of the database starts from: the smallest plan there can be, and a task of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from cast import at
from plans.database import make_engine
from plans.tables import Person, Plan, Target
from support.strategies import an_item
from tasks.tables import Task


@cache
def _memory() -> Engine:
    engine = make_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    return engine


@contextmanager
def empty_memory() -> Iterator[Session]:
    """A transaction in a database in memory with nothing in it; taken back afterwards."""
    with Session(_memory()) as session:
        yield session


@contextmanager
def in_memory() -> Iterator[Session]:
    """A transaction in a database in memory with the two items in it; taken back afterwards."""
    with Session(_memory()) as session:
        two_items(session)
        yield session


def two_items(session: Session) -> None:
    """A half-year's plan of 李明 (person 4): items 1 and 2, each with a target of its own number."""
    session.add(Person(id=4, name="李明"))
    day, moment = date(2026, 7, 1), at("2026-07-01 08:00")
    session.add(
        Plan(id=1, title="打算", bureau="局", period="2026H2", started_on=day, started_at=moment, started_by="陈平")
    )
    session.flush()
    session.add_all([an_item(id=1, number=1), an_item(id=2, number=2, title="另一事项")])
    session.flush()
    session.add_all([Target(id=1, item_id=1, indicator="高企", unit="家"), Target(id=2, item_id=2, indicator="合同")])
    session.flush()


def a_task(**given: Any) -> Task:
    """A task of item 1 about September, open, with its alarm set; anything may be said otherwise."""
    usual: dict[str, Any] = {
        "item_id": 1,
        "period": "2026-09",
        "assignee": "person:4",
        "purpose": "progress",
        "owner_id": 4,
        "due_on": date(2026, 9, 30),
        "inner_on": date(2026, 9, 30),
        "opened_at": at("2026-09-01 08:00"),
        "stepped_on": date(2026, 9, 30),
        "next_step_at": at("2026-10-12 08:30"),
    }
    return Task(**usual | given)
