"""How long a month's chase takes without sending: its tasks opened, claimed and stepped, bundled, every mail written.

The database already holds 35 months before it. Beside it are the same rows put in by hand with one statement a table:
no claim, no fence, no wording, what the disk alone costs. Each size has a process of its own, whose peak of memory is
the last column. Run: ``uv run --group dev python bench/chase.py [SIZE …]``
"""

import multiprocessing
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from flows.planning import start_from_text
from flows.running import run_flow
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from notifications.bundling import bundle
from notifications.leaving import AHEAD, write_ahead
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import insert_new, reading, writing
from plans.periods import Period
from plans.tables import Enterprise
from plans.zone import LOCAL
from reminders import DRAFT, enterprise
from tasks.states import State
from tasks.tables import Task, TaskChange

SIZES = (1_000, 10_000)
BEFORE = 35
SLICE = 10_000
TABLES = ("task", "task_change", "notice", "delivery")
OPENED = datetime(2026, 7, 1, 9, tzinfo=LOCAL)
CHASED = datetime(2026, 7, 3, 8, 31, tzinfo=LOCAL)


def bureau(folder: Path, size: int, months: int) -> Runtime:
    """As many enterprises, with their reports of so many months before July 2026 filed."""
    settings = read_settings(data=folder, secret="s" * 32)
    start_from_text(settings, DRAFT, "draft.yaml", "李明", datetime(2026, 7, 1, 8, tzinfo=LOCAL))
    runtime = open_runtime(settings)
    with writing(runtime.engine) as session:
        insert_new(session, Enterprise, [enterprise(number) for number in range(1, size)])
    for back in range(months, 0, -1):
        for first in range(1, size + 1, SLICE):
            file_month(runtime, back, range(first, min(first + SLICE, size + 1)), (months - back) * size)
    return runtime


def file_month(runtime: Runtime, back: int, enterprises: range, so_far: int) -> None:
    """One task, change, notice and delivery each, all over; ``so_far`` tasks are there already."""
    due_on = date(2026, 6, 8) - timedelta(days=30 * back)
    at = datetime(due_on.year, due_on.month, due_on.day, 9, tzinfo=LOCAL)
    period = Period.parse(f"{due_on:%Y-%m}").key
    rows: dict[type[Task | TaskChange | Notice | Delivery], list[dict[str, object]]] = {}
    for number in enterprises:
        task_id, whose = so_far + number, f"enterprise:{number}"
        made = (
            Task(
                id=task_id, item_id=1, period=f"{period}/{back}", assignee=whose, purpose="filing", owner_id=1,
                enterprise_id=number, due_on=due_on, inner_on=due_on, state=State.DONE, opened_at=at, stepped_on=due_on,
            ),
            TaskChange(
                id=task_id, task_id=task_id, verb="open", from_state="", to_state="open", by="李明", via="clock", at=at,
            ),
            Delivery(
                id=task_id, kind="reminder", channel="mail", recipient=whose, on_day=due_on, subject="请报送研发月报",
                text="请报送" * 80, html="请报送" * 300, state=DeliveryState.SENT, next_try_at=at, made_at=at,
            ),
            Notice(
                id=task_id, task_id=task_id, step="0", audience="assignee", recipient=whose, state=NoticeState.BUNDLED,
                made_at=at, delivery_id=task_id,
            ),
        )  # fmt: skip
        for one in made:
            rows.setdefault(type(one), []).append(one.model_dump())
    with writing(runtime.engine) as session:
        for table, new in rows.items():
            insert_new(session, table, new)


def chase_seconds(runtime: Runtime, size: int) -> list[float]:
    """Seconds to open, to claim and step, to bundle, to write."""

    def bundled() -> None:
        with writing(runtime.engine) as session:
            assert bundle(session, CHASED, runtime.rules) == size

    def written() -> None:
        with reading(runtime.engine) as session:
            waiting = session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.PENDING)).all()
        for first in range(0, size, AHEAD):
            with writing(runtime.engine) as session:
                some = select(Delivery).where(col(Delivery.id).in_(waiting[first : first + AHEAD]))
                assert len(write_ahead(session, session.exec(some).all(), runtime.desk, CHASED)) == AHEAD

    return [
        timed(lambda: run_flow("open_tasks", runtime, OPENED)),
        timed(lambda: run_flow("chase", runtime, CHASED)),
        timed(bundled),
        timed(written),
    ]


def by_hand_seconds(path: Path, there: int) -> float:
    """Seconds to put in again all rows that came after those that were there."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        rows = {name: connection.execute(f"SELECT * FROM {name} WHERE id > ?", (there,)).fetchall() for name in TABLES}  # noqa: S608
        for name in reversed(TABLES):
            connection.execute(f"DELETE FROM {name} WHERE id > ?", (there,))  # noqa: S608

        def put_in() -> None:
            connection.execute("BEGIN IMMEDIATE")
            for name, new in rows.items():
                connection.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(new[0]))})", new)  # noqa: S608
            connection.execute("COMMIT")

        return timed(put_in)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(size: int) -> None:
    """Print one row."""
    months = BEFORE if size <= SLICE else 0
    with tempfile.TemporaryDirectory() as folder:
        runtime = bureau(Path(folder), size, months)
        opening, *chase = chase_seconds(runtime, size)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        runtime.engine.dispose()
        hand = by_hand_seconds(Path(folder) / "duban.db", months * size)
    parts = " | ".join(f"{part:.2f}" for part in chase)
    ratio = (opening + sum(chase)) / hand
    print(f"| {size} | {months} | {opening:.2f} | {parts} | {sum(chase):.2f} | {hand:.2f} | {ratio:.1f} | {memory} |")


def main() -> None:
    """One row a size; 100,000 takes minutes and stands on an empty past, so only when asked for."""
    steps = "open s | claim and step s | bundle s | write s"
    print(f"| enterprises | months before | {steps} | chase s | by hand s | duban ÷ by hand | MB |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for size in [int(given) for given in sys.argv[1:]] or SIZES:
        process = multiprocessing.get_context("spawn").Process(target=run, args=(size,))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
