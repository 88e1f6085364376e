"""How long a roll-up takes beside hand-written SQL on the same database, in the same run.

The other side is what somebody who knows the tables would write for SQLite by hand: one statement that gives each item
its tasks, share and result, for this data only (no masks, no exemptions, no blue, nothing added up). The numbers agree.
Run: ``uv run --group dev python bench/rollup.py``
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlmodel import SQLModel

from plans.agenda import Purpose
from plans.database import ensure_current, make_engine, reading, writing
from plans.periods import Period, Span, add_months
from plans.tables import Person, Plan, PlanItem, Target
from plans.workdays import Workdays
from tasks.lights import Gauge, Light, Result, Thresholds
from tasks.rollup import PlanStatus, roll_up
from tasks.states import State
from tasks.tables import Progress, Task

SIZES = (1_000, 10_000, 30_000)
MONTHS = 36
TIMES = 5
PERIOD = Period.parse("2028")
AS_OF = date(2028, 8, 31)
NOON = datetime(2025, 12, 31, 4, tzinfo=UTC)
GAUGE = Gauge(Workdays(), Thresholds())
BY_HAND = """
WITH newest AS MATERIALIZED (
  SELECT t.id AS target_id, (
    SELECT p.value FROM progress p WHERE p.target_id = t.id AND p.as_of <= :as_of
    ORDER BY p.as_of DESC, p.id DESC LIMIT 1
  ) AS value FROM target t JOIN plan_item i ON i.id = t.item_id WHERE i.plan_id = 1),
targets AS (
  SELECT t.item_id, min(1.0, n.value * 1.0 / t.floor) AS share,
    CASE WHEN n.value >= t.stretch THEN 'stretch' WHEN n.value >= t.floor THEN 'floor' ELSE 'below' END AS result
  FROM target t JOIN newest n ON n.target_id = t.id),
tasks AS (
  SELECT item_id, count(*) AS due, sum(done_on <= :as_of) AS done,
    sum((done_on IS NULL OR done_on > :as_of) AND due_on < :as_of) AS overdue
  FROM task WHERE state <> 'cancelled' AND due_on <= :as_of GROUP BY item_id)
SELECT i.number, i.title, i.programme, i.weight, t.share, t.result, k.due, coalesce(k.done, 0) AS done, k.overdue,
  k.overdue > 0 OR (:elapsed - t.share) * 100 > 30 AS red
FROM plan_item i JOIN targets t ON t.item_id = i.id JOIN tasks k ON k.item_id = i.id
WHERE i.plan_id = 1 AND i.cancelled_at IS NULL
"""

Row = dict[str, object]


def fill(engine: Engine, size: int) -> None:
    """A plan of so many items, each with a target, 36 months of cumulative readings and the year's tasks."""
    dice = Random(size)
    numbers = range(1, size + 1)
    with writing(engine) as session:
        session.add(Person(id=1, name="李明"))
        began: dict[str, Any] = {"started_on": PERIOD.first, "started_at": NOON, "started_by": "陈平"}
        session.add(Plan(id=1, title="测速", bureau="局", period=PERIOD.key, **began))
        session.flush()
        rows: Mapping[type[SQLModel], Iterator[Row]] = {
            PlanItem: (an_item(number, dice) for number in numbers),
            Target: (a_target(number) for number in numbers),
            Progress: (row for number in numbers for row in readings(number, dice)),
            Task: (row for number in numbers for row in tasks(number, dice)),
        }
        for table, made in rows.items():
            session.execute(insert(table), list(made))


def an_item(number: int, dice: Random) -> Row:
    return {"id": number, "plan_id": 1, "number": number, "title": f"事项{number}", "owner_id": 1} | {
        "programme": f"line{number % 24}",
        "weight": Decimal(dice.randint(1, 5)),
        "skip_months": [],
    }


def a_target(number: int) -> Row:
    return {"id": number, "item_id": number, "indicator": "数", "floor": Decimal(24), "stretch": Decimal(36)}


def readings(number: int, dice: Random) -> Iterator[Row]:
    total = Decimal(0)
    for nth in range(MONTHS):
        day = Period.containing(Span.MONTH, add_months(date(2026, 1, 1), nth)).last
        total = dice.randint(0, 5) + (total if day.month > 1 else Decimal(0))
        yield {"target_id": number, "as_of": day, "value": total, "by": "李明", "at": NOON}


def tasks(number: int, dice: Random) -> Iterator[Row]:
    for month in PERIOD.split(Span.MONTH):
        done = month.last <= AS_OF and dice.random() < 0.97
        yield {
            "item_id": number,
            "period": month.key,
            "assignee": "person:1",
            "purpose": Purpose.PROGRESS.value,
            "owner_id": 1,
            "due_on": month.last,
            "inner_on": month.last,
            "state": State.DONE.value if done else State.OPEN.value,
            "done_on": month.last if done else None,
            "opened_at": NOON,
            "stepped_on": month.first,
        }


def by_duban(engine: Engine) -> PlanStatus:
    with reading(engine) as session:
        return roll_up(session, 1, AS_OF, GAUGE)


def by_hand(engine: Engine) -> Sequence[Any]:
    given = {"as_of": AS_OF.isoformat(), "elapsed": PERIOD.elapsed(AS_OF)}
    with engine.connect() as connection:
        return connection.execute(text(BY_HAND), given).all()


def compare(engine: Engine) -> None:
    """Stop the bench if the two do not agree."""
    ours, rows = by_duban(engine).whole, by_hand(engine)
    weight = sum(row.weight for row in rows)
    assert abs((ours.share or 0) - sum(row.weight * row.share for row in rows) / weight) < 1e-9
    assert abs((ours.completion or 0) - sum(row.weight * row.done / row.due for row in rows) / weight) < 1e-9
    assert ours.lights[Light.RED] == sum(row.red for row in rows)
    assert ours.results == Counter(Result(row.result) for row in rows)


def fastest(work: Callable[[Engine], object], engine: Engine) -> float:
    """The best of some runs, in seconds."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work(engine)
        took.append(time.perf_counter() - began)
    return min(took)


def main() -> None:
    """Print one row a size."""
    print("| items | readings | tasks | duban s | SQL by hand s | duban ÷ by hand |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            engine = make_engine(f"sqlite:///{Path(folder) / 'duban.db'}")
            ensure_current(engine)
            fill(engine, size)
            compare(engine)
            ours, theirs = fastest(by_duban, engine), fastest(by_hand, engine)
            engine.dispose()
        print(f"| {size} | {size * MONTHS} | {size * 12} | {ours:.3f} | {theirs:.3f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
