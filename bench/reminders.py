"""How fast due reminders become notices and queued mails, beside APScheduler's own job store.

What a user would pick instead is one APScheduler job a reminder, kept in SQLAlchemyJobStore on the same SQLite.
Both must survive a restart; only duban writes what is said, to whom, once.
Run: ``uv run --group dev python bench/reminders.py``
"""

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from flows.planning import start_from_text
from flows.running import run_flow
from flows.runtime import open_runtime
from flows.settings import read_settings
from notifications.bundling import bundle
from plans.database import insert_new, writing
from plans.tables import Enterprise
from plans.zone import LOCAL

SIZES = (100, 1_000, 10_000)
DRAFT = """
bureau: 云溪县科技局
title: 测速
period: 2026H2
owner: 李明
people: [{name: 李明, mail: li@yunxi.example}]
enterprises: [{name: 云溪第零有限公司, mail: zero@yunxi.example}]
items: [{title: 研发月报, programme: rd_monthly}]
"""
ran = threading.Semaphore(0)


def duban_seconds(size: int, folder: Path) -> float:
    """Seconds from due alarms to notices and queued deliveries, one mail an enterprise."""
    settings = read_settings(data=folder, secret="s" * 32)
    start_from_text(settings, DRAFT, "draft.yaml", "李明", datetime(2026, 7, 1, 8, tzinfo=LOCAL))
    runtime = open_runtime(settings)
    with writing(runtime.engine) as session:
        insert_new(session, Enterprise, [enterprise(number) for number in range(1, size)])
    run_flow("open_tasks", runtime, datetime(2026, 7, 1, 9, tzinfo=LOCAL))
    now = datetime(2026, 7, 3, 8, 31, tzinfo=LOCAL)
    began = time.perf_counter()
    run_flow("chase", runtime, now)
    with writing(runtime.engine) as session:
        made = bundle(session, now, runtime.rules)
    took = time.perf_counter() - began
    runtime.engine.dispose()
    assert made == size, made
    return took


def enterprise(number: int) -> dict[str, object]:
    made = Enterprise(name=f"云溪第{number}有限公司", email=f"e{number}@yunxi.example", weight=Decimal(1))
    return made.model_dump(exclude={"id"})


def remind() -> None:
    """The job of the other side: nothing but saying that it ran."""
    ran.release()


def job_store_seconds(size: int, folder: Path) -> float:
    """Seconds until as many jobs of APScheduler's store have run, all due at once."""
    store = SQLAlchemyJobStore(f"sqlite:///{folder / 'jobs.db'}")
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(10)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    due = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(size):
        scheduler.add_job(remind, "date", run_date=due, id=str(number))
    began = time.perf_counter()
    scheduler.resume()
    for _ in range(size):
        ran.acquire()
    took = time.perf_counter() - began
    scheduler.shutdown()
    return took


def main() -> None:
    """Print one row a size."""
    print("| reminders | duban s | duban /s | APScheduler store s | APScheduler /s | ratio |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            ours, theirs = duban_seconds(size, Path(one)), job_store_seconds(size, Path(other))
        print(f"| {size} | {ours:.2f} | {size / ours:.0f} | {theirs:.2f} | {size / theirs:.0f} | {theirs / ours:.1f} |")


if __name__ == "__main__":
    main()
