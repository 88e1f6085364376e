"""The roll-up: counted by hand in small, and by brute force over a heap of tasks."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cast import at
from plans.database import ensure_current, make_engine, reading, writing
from plans.periods import Period
from plans.tables import Plan, Target
from support.rows import a_task, in_memory, two_items
from support.strategies import an_item
from tasks.lights import Light, Thresholds
from tasks.rollup import Counts, count_tasks, newest_readings, target_statuses
from tasks.states import State
from tasks.tables import Progress, Task, TaskChange

SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)
AS_OF = date(2026, 9, 30)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the two items, and a third of another plan."""
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
        session.flush()
        session.add(an_item(id=3, plan_id=2))
    yield made
    made.dispose()


def moved(task: Task, via: str) -> TaskChange:
    moves: dict[str, Any] = {"verb": "acknowledge", "from_state": "open", "to_state": "acknowledged", "by": "李明"}
    return TaskChange(task_id=task.id or 0, via=via, at=at("2026-09-01 09:00"), **moves)


def done(period: str, due: str, on: str) -> Task:
    days = {"due_on": date.fromisoformat(due), "done_on": date.fromisoformat(on)}
    return a_task(period=period, state=State.DONE.value, **days)


def test_a_small_month_is_counted_as_by_hand(engine: Engine) -> None:
    with writing(engine) as session:
        silent = a_task(period="a", due_on=date(2026, 9, 10))
        seen = a_task(period="b", due_on=date(2026, 9, 10), state=State.ACKNOWLEDGED.value)
        session.add_all([silent, seen])
        session.add_all([done("c", "2026-09-10", "2026-09-10"), done("d", "2026-09-10", "2026-09-11")])
        session.add(done("e", "2026-09-25", "2026-10-01"))
        session.add(a_task(period="f", due_on=date(2026, 9, 4), state=State.LAPSED.value))
        session.add(a_task(period="g", due_on=date(2026, 9, 30)))
        session.add(a_task(period="h", due_on=date(2026, 9, 15), state=State.CANCELLED.value))
        session.add_all([a_task(period="i", due_on=date(2026, 8, 31)), a_task(period="j", due_on=date(2026, 10, 1))])
        session.add(a_task(item_id=2, due_on=date(2026, 9, 1)))
        session.add(a_task(item_id=3, due_on=date(2026, 9, 1)))
        session.flush()
        session.add_all([moved(silent, "clock"), moved(seen, "page")])

    with reading(engine) as session:
        counted = count_tasks(session, 1, *SEPTEMBER, AS_OF)

    # c on time, d late; a, b and e overdue that evening (e came a day too late for it), b alone was not silent;
    # f missed, g still has its day, h was called off, i and j are not of the month.
    assert counted == {
        1: Counts(due=7, on_time=1, late=1, overdue=3, silent=2, lapsed=1),
        2: Counts(due=1, on_time=0, late=0, overdue=1, silent=1, lapsed=0),
    }


@pytest.mark.parametrize(
    ("due", "finished", "as_of", "counts"),
    [
        ("2026-09-10", "2026-09-10", "2026-09-10", Counts(due=1, on_time=1)),
        ("2026-09-10", "2026-09-11", "2026-09-11", Counts(due=1, late=1)),
        ("2026-09-10", "2026-09-11", "2026-09-10", Counts(due=1)),
        ("2026-09-10", "2026-09-12", "2026-09-11", Counts(due=1, overdue=1, silent=1)),
        ("2026-09-01", "2026-08-20", "2026-09-30", Counts(due=1, on_time=1)),
        ("2026-09-30", "2026-09-30", "2026-09-30", Counts(due=1, on_time=1)),
    ],
)
def test_a_task_counts_as_it_stood_that_evening(due: str, finished: str, as_of: str, counts: Counts) -> None:
    with in_memory() as session:
        session.add(done("2026-09", due, finished))

        assert count_tasks(session, 1, *SEPTEMBER, date.fromisoformat(as_of)) == {1: counts}


def test_no_tasks_count_nothing(engine: Engine) -> None:
    with reading(engine) as session:
        assert count_tasks(session, 1, *SEPTEMBER, AS_OF) == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_heap_of_tasks_is_counted_as_by_brute_force(engine: Engine, seed: int) -> None:
    dice = random.Random(seed)
    with writing(engine) as session:
        tasks = [any_task(dice, number) for number in range(150)]
        session.add_all(tasks)
        session.flush()
        reacted = {task.id for task in tasks if dice.random() < 0.5}
        session.add_all(moved(task, "page" if task.id in reacted else "clock") for task in tasks)

    as_of = date(2026, 9, dice.randint(10, 30))
    with reading(engine) as session:
        counted = count_tasks(session, 1, *SEPTEMBER, as_of)

    assert counted == brute_force([task for task in tasks if task.item_id != 3], reacted, as_of)


def any_task(dice: random.Random, number: int) -> Task:
    state = dice.choice(list(State))
    over = date(2026, 8, 20) + timedelta(days=dice.randint(0, 60)) if state in (State.DONE, State.CLOSED) else None
    due = date(2026, 8, 20) + timedelta(days=dice.randint(0, 50))
    return a_task(item_id=dice.choice((1, 2, 3)), period=f"第{number}", due_on=due, state=state.value, done_on=over)


def brute_force(tasks: list[Task], reacted: set[int | None], as_of: date) -> dict[int, Counts]:
    counted: dict[int, list[int]] = {}
    for task in tasks:
        if task.state == State.CANCELLED or task.due_on.month != 9:
            continue
        row = counted.setdefault(task.item_id, [0, 0, 0, 0, 0, 0])
        row[0] += 1
        if task.done_on and task.done_on <= as_of:
            row[1 if task.done_on <= task.due_on else 2] += 1
        elif task.state == State.LAPSED:
            row[5] += 1
        elif task.due_on < as_of:
            row[3] += 1
            row[4] += task.id not in reacted
    return {item: Counts(*row) for item, row in counted.items()}


def test_counts_add_up_field_by_field() -> None:
    total = Counts(5, 1, 1, 2, 1, 1) + Counts(3, 2, 0, 1, 0, 0)

    assert total == Counts(due=8, on_time=3, late=1, overdue=3, silent=1, lapsed=1)
    assert total.done == 4


def read_off(target: int, day: str, value: str) -> Progress:
    figures: dict[str, Any] = {"as_of": date.fromisoformat(day), "value": Decimal(value)}
    return Progress(target_id=target, by="李明", at=at("2026-09-30 12:00"), **figures)


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

    with reading(engine) as session:
        found = {target: one.value for target, one in newest_readings(session, 1, AS_OF).items()}
        assert newest_readings(session, 2, AS_OF) == {}
    assert found == {1: Decimal("3.5")}


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
