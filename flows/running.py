"""One pass of a flow, under Prefect when it is there and without it when it is not. Nothing here imports Prefect."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.runtime import Runtime
from flows.work import FLOWS, Batch, Job, due_jobs, run_job

logger = logging.getLogger(__name__)

Way = Callable[[Job, Runtime, datetime], list[Batch]]


class PrefectGone(Exception):
    """Prefect did not take the job, or was lost before its end; the work itself has not failed.

    ``batches`` are the ones done before that; going on from there repeats nothing, the database knows what is left.
    """

    def __init__(self, reason: str, batches: Sequence[Batch] = ()) -> None:
        super().__init__(reason)
        self.batches = list(batches)


@dataclass(frozen=True)
class Done:
    """What one pass of a flow did, and the names of the jobs that failed (each was logged once)."""

    batches: list[Batch]
    failed: list[str]


def run_flow(flow: str, runtime: Runtime, now: datetime, prefect: Way | None = None) -> Done:
    """Everything of a flow that is due. A job that fails stops no other and is not tried a second time here."""
    done = Done([], [])
    try:
        jobs = due_jobs(flow, runtime, now)
    except Exception:
        logger.exception("查不到 %s 该做什么，下一轮会再查。", flow)
        return Done([], [flow])
    for job in jobs:
        try:
            done.batches.extend(_run_one(job, runtime, now, prefect))
        except Exception:
            logger.exception("%s 没做成，下一轮会再做。", name_of(job))
            done.failed.append(name_of(job))
    return done


def tick(runtime: Runtime, now: datetime) -> dict[str, Done]:
    """One plain pass of all flows in their order, so that what one writes the next one already sees."""
    return {flow: run_flow(flow, runtime, now) for flow in FLOWS}


def name_of(job: Job) -> str:
    """As people read it: chase 研发月报 2026-10 +1."""
    return f"{job.flow} {job.label}".strip()


def _run_one(job: Job, runtime: Runtime, now: datetime, prefect: Way | None) -> list[Batch]:
    if prefect is None:
        return run_job(job, runtime, now)
    try:
        return prefect(job, runtime, now)
    except PrefectGone as gone:
        logger.warning("Prefect 不在，%s 不经过它照常做。", name_of(job), exc_info=gone)
        return [*gone.batches, *run_job(job, runtime, now)]
