"""Targets at a day: the newest reading or the sum, the shares and the light, and unknown stays unknown."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from cast import at
from plans.database import ensure_current, make_engine, reading, writing
from plans.periods import Period
from plans.tables import Plan, Target
from support.readings import read_off
from support.rows import a_task, in_memory, two_items
from tasks.lights import Light, Thresholds
from tasks.targets import target_statuses, values_at

AS_OF = date(2026, 9, 30)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the two items, and another plan."""
    made = make_engine(database_url)
    ensure_current(made)
    with writing(made) as session:
        two_items(session)
        started: dict[str, Any] = {
            "started_on": date(2026, 1, 1),
            "started_at": at("2026-01-01 08:00"),
            "started_by": "陈平",
        }
        session.add(Plan(id=2, title="上半年", bureau="局", period="2026H1", **started))
    yield made
    made.dispose()


def test_the_newest_reading_up_to_the_day_is_the_one_and_a_correction_of_the_same_day_wins(engine: Engine) -> None:
    with writing(engine) as session:
        for reading_ in (
            read_off(1, "2026-09-30", "4"),
            read_off(1, "2026-08-31", "2"),
            read_off(1, "2026-09-30", "3.5"),
            read_off(1, "2026-10-01", "9"),
            read_off(2, "2026-10-01", "7"),
        ):
            session.add(reading_)
            session.flush()

    assert values(engine, 1) == {1: Decimal("3.5"), 2: None}
    assert values(engine, 2) == {}


def values(engine: Engine, plan_id: int) -> dict[int, Decimal | None]:
    found = values_at(plan_id, Period.parse("2026H2"), AS_OF)
    with reading(engine) as session:
        return {row.target_id: row.value for row in session.execute(select_columns(found)).all()}


def status_of(session: Session, value: str | None, **target: object) -> tuple[float | None, float | None, Light]:
    """Share of 确保, share of 力争 and light at the half of the half-year, 30 September."""
    row = session.exec(select(Target).where(Target.id == 1)).one()
    for name, given in target.items():
        setattr(row, name, given)
    session.add(row)
    if value is not None:
        session.add(read_off(1, "2026-09-30", value))
    session.flush()
    (status,) = target_statuses(session, 1, Period.parse("2026H2"), AS_OF, Thresholds())[1]
    return status.floor_share, status.stretch_share, status.light


FIVE, EIGHT = Decimal(5), Decimal(8)


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        ("4", {"floor": FIVE, "stretch": EIGHT}, (0.8, 0.5, Light.GREEN)),
        ("2", {"floor": FIVE, "stretch": EIGHT}, (0.4, 0.25, Light.YELLOW)),
        ("1", {"floor": FIVE, "stretch": EIGHT}, (0.2, 0.125, Light.YELLOW)),
        ("0.9", {"floor": FIVE}, (0.18, None, Light.RED)),
        ("4", {"stretch": EIGHT}, (0.5, 0.5, Light.GREEN)),
        ("0", {"floor": FIVE}, (0.0, None, Light.RED)),
        (None, {"floor": FIVE}, (None, None, Light.NONE)),
        ("4", {"floor": None, "masked": True}, (None, None, Light.NONE)),
        ("4", {"floor": FIVE, "masked": True}, (None, None, Light.NONE)),
        ("4", {"qualitative": True}, (None, None, Light.NONE)),
    ],
)
def test_a_target_is_judged_by_its_floor_and_unknown_stays_unknown(
    value: str | None, target: dict[str, object], expected: tuple[float | None, float | None, Light]
) -> None:
    with in_memory() as session:
        assert status_of(session, value, **target) == pytest.approx(expected)


def test_a_target_without_a_reading_is_listed_all_the_same(engine: Engine) -> None:
    with reading(engine) as session:
        statuses = target_statuses(session, 1, Period.parse("2026H2"), AS_OF, Thresholds())

    assert {item: [one.target.indicator for one in found] for item, found in statuses.items()} == {
        1: ["高企"],
        2: ["合同"],
    }


def test_readings_that_are_not_cumulative_are_added_up_over_the_period_and_corrections_replace(engine: Engine) -> None:
    with writing(engine) as session:
        session.get_one(Target, 1).cumulative = False
        task = a_task()
        session.add(task)
        session.flush()
        given = [("2026-06-30", "90"), ("2026-07-31", "1"), ("2026-08-31", "7"), ("2026-08-31", "2")]
        session.add_all(read_off(1, day, value) for day, value in given)
        redone = [read_off(1, "2026-09-20", "50"), read_off(1, "2026-09-28", "4")]
        for one in redone:
            one.task_id = task.id
        session.add_all(redone)

    # June is another plan's; 7 was corrected to 2 that day, and 50 was sent back and became 4.
    assert values(engine, 1)[1] == Decimal(7)
