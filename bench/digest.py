"""How long a digest's roll-up takes beside hand-written SQL on the same database, in the same run.

10,000 enterprises × 36 months of one report. A digest asks its tasks for the month (and, for the year's picture, for
each month): due, in time, late, overdue, silent, missed. The other side is one statement that somebody who knows the
tables would write for this data by hand; the numbers agree.
Run: ``uv run --group dev python bench/digest.py``
"""

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text

from matrix import MONTHS, TODAY, fill
from plans.database import ensure_current, make_engine, reading
from plans.periods import Period
from tasks.rollup import Counts, count_tasks

SIZES = (1_000, 10_000)
TIMES = 5
FIRST, LAST = date(2024, 1, 1), date(2027, 1, 31)
BY_HAND = """
SELECT t.item_id, count(*) AS due,
  sum(t.done_on IS NOT NULL AND t.done_on <= :today AND t.done_on <= t.due_on) AS on_time,
  sum(t.done_on IS NOT NULL AND t.done_on <= :today AND t.done_on > t.due_on) AS late,
  sum((t.done_on IS NULL OR t.done_on > :today) AND t.state <> 'lapsed' AND t.due_on < :today) AS overdue,
  sum((t.done_on IS NULL OR t.done_on > :today) AND t.state <> 'lapsed' AND t.due_on < :today
    AND NOT EXISTS (SELECT 1 FROM task_change c WHERE c.task_id = t.id AND c.via <> 'clock')) AS silent,
  sum(t.state = 'lapsed') AS lapsed
FROM task t JOIN plan_item i ON i.id = t.item_id
WHERE i.plan_id = 1 AND i.cancelled_at IS NULL AND t.state <> 'cancelled' AND t.due_on BETWEEN :first AND :last
  AND NOT EXISTS (SELECT 1 FROM enterprise e WHERE e.id = t.enterprise_id AND e.exempt_reason <> ''
    AND e.exempt_from <= t.period)
GROUP BY t.item_id
"""


def by_duban(engine: Engine, first: date, last: date) -> dict[int, Counts]:
    with reading(engine) as session:
        return count_tasks(session, 1, first, last, TODAY)


def by_hand(engine: Engine, first: date, last: date) -> dict[int, Counts]:
    given = {"today": TODAY.isoformat(), "first": first.isoformat(), "last": last.isoformat()}
    with engine.connect() as connection:
        return {row[0]: Counts(*row[1:]) for row in connection.execute(text(BY_HAND), given)}


def fastest(work: Callable[[], object]) -> float:
    """The best of some runs, in milliseconds."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def main() -> None:
    """Print one row a size and span."""
    month = Period.parse(MONTHS[-1]).next()
    spans = {"one month": (month.first, month.last), "36 months": (FIRST, LAST)}
    print("| enterprises | span | duban ms | SQL by hand ms | duban ÷ by hand |\n|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            engine = make_engine(f"sqlite:///{Path(folder) / 'duban.db'}")
            ensure_current(engine)
            fill(engine, size)
            for name, (first, last) in spans.items():
                # What is compared must be the same answer.
                assert by_duban(engine, first, last) == by_hand(engine, first, last)
                ours = fastest(lambda: by_duban(engine, first, last))  # noqa: B023 - called at once
                theirs = fastest(lambda: by_hand(engine, first, last))  # noqa: B023 - called at once
                print(f"| {size} | {name} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} |")
            engine.dispose()


if __name__ == "__main__":
    main()
