"""How long the first screen of the matrix takes, beside hand-written SQL on the same database, in the same run.

The other side is what somebody who knows the tables would write by hand for one page: the first fifty enterprises by
weight, their tasks of twelve months, and the counts of those months; no drafts, promises, cut-offs or weights.
Run: ``uv run --group dev python bench/matrix.py``
"""

import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, text

from flows.views.matrix import Wanted, matrix_of
from plans.database import ensure_current, make_engine, reading, writing
from plans.periods import Period, Span, add_months
from plans.tables import Person, Plan, PlanItem
from plans.words import Assignees, Kind

SIZES = (1_000, 10_000, 100_000)
MONTHS = [Period.containing(Span.MONTH, add_months(date(2024, 1, 1), nth)).key for nth in range(36)]
TODAY = date(2027, 1, 12)
TIMES = 5
SCREENS = (Wanted(), Wanted(number=10_000), Wanted(state="owing"), Wanted(q="号12", sort="name"))
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size) "
ENTERPRISES = """INSERT INTO enterprise (id, name, short_name, contact, email, phone, weight, first_month, last_month,
  exempt_reason, exempt_from, link_version)
SELECT n, '第' || n || '号有限公司', '', '赵会计', '', '139', n * 7919 % 100000 * 10000, '', '', '', '', 1
  FROM numbers"""
TASKS = """INSERT INTO task (item_id, period, assignee, purpose, owner_id, enterprise_id, due_on, inner_on, state,
  opened_at, returns, done_at, done_on, stepped_on, attempt)
SELECT 1, :month, 'enterprise:' || n, 'filing', 1, n, :due, :due,
  CASE WHEN n * 31 % 100 < :share THEN 'done' ELSE 'open' END, :due, 0,
  CASE WHEN n * 31 % 100 < :share THEN :due END, CASE WHEN n * 31 % 100 < :share THEN :due END, :due, 0 FROM numbers"""
FILINGS = """INSERT INTO filing (task_id, form, version, answers, "by", via, at)
SELECT id, 'rd_monthly', 1, CASE WHEN id % 9 = 0 THEN '{"zero": "1"}' ELSE '{"cost_month": "85.5"}' END, '赵会计',
  'page', due_on FROM task WHERE state = 'done'"""
BY_HAND = (
    """SELECT e.name, t.period, t.state FROM (SELECT id, name FROM enterprise ORDER BY weight DESC LIMIT 50) e
JOIN task t ON t.enterprise_id = e.id AND t.item_id = 1 AND t.period >= '2026-01'""",
    "SELECT period, count(*), sum(state = 'done') FROM task WHERE item_id = 1 AND period >= '2026-01' GROUP BY period",
)


def fill(engine: Engine, size: int) -> None:
    """So many enterprises, 36 months of one report; of the newest month half is in."""
    noon = datetime(2024, 1, 1, 4, tzinfo=UTC)
    with writing(engine) as session:
        session.add(Person(id=1, name="李明"))
        session.add(
            Plan(id=1, title="测", bureau="局", period="2027", started_on=TODAY, started_at=noon, started_by="陈")
        )
        session.flush()
        item = PlanItem(id=1, plan_id=1, number=1, title="研发月报", programme="rd_monthly", owner_id=1)
        item.kind, item.assignees, item.form = Kind.FILING.value, Assignees.ENTERPRISES.value, "rd_monthly"
        session.add(item)
        session.flush()
        session.execute(text(_with_numbers(ENTERPRISES)), {"size": size})
        for month in MONTHS:
            due = add_months(Period.parse(month).first, 1).replace(day=10).isoformat()
            share = 50 if month == MONTHS[-1] else 97
            session.execute(text(_with_numbers(TASKS)), {"size": size, "month": month, "due": due, "share": share})
        session.execute(text(FILINGS))


def _with_numbers(insert: str) -> str:
    head, _, rest = insert.partition("SELECT")
    return f"{head}{NUMBERS}SELECT{rest}"


def by_duban(engine: Engine, wanted: Wanted) -> int:
    with reading(engine) as session:
        return matrix_of(session, session.get_one(PlanItem, 1), TODAY, wanted).page.total


def by_hand(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(len(connection.execute(text(query)).all()) for query in BY_HAND)


def fastest(work: Callable[[], object]) -> float:
    """The best of some runs, in milliseconds."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def main() -> None:
    """Print one row a size."""
    print("| enterprises | tasks | first screen ms | last page | 还没有报的 | by name 号12 | SQL by hand ms | ÷ | MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            engine = make_engine(f"sqlite:///{Path(folder) / 'duban.db'}")
            ensure_current(engine)
            fill(engine, size)
            first, last, owing, named = (fastest(partial(by_duban, engine, wanted)) for wanted in SCREENS)
            theirs = fastest(partial(by_hand, engine))
            engine.dispose()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = (first, last, owing, named, theirs)
        print(
            f"| {size} | {size * len(MONTHS)} | "
            + " | ".join(f"{one:.0f}" for one in told)
            + f" | {first / theirs:.1f} | {memory:.0f} |"
        )


if __name__ == "__main__":
    main()
