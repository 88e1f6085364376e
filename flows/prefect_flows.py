"""The five flows for Prefect. Prefect shows and spreads the work; the database decides what is done, and by whom.

Importing this module imports Prefect (a second or more): only ``duban up``, ``duban deploy`` and workers do.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from typing import Any

import prefect.runtime
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import SettingsContext, get_settings_context
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY
from prefect.states import Completed

from flows.prefect_server import PrefectServer
from flows.running import PrefectGone, Way, name_of
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from flows.work import Batch, Job, due_jobs, moved_on, run_batch
from plans.errors import Broken
from plans.zone import local_text

logger = logging.getLogger(__name__)

Selection = dict[str, str | int] | None


@dataclass
class _Visit:
    """What travels beside a run's plain parameters: the caller's runtime, and how far the work came."""

    runtime: Runtime
    now: datetime
    began: bool = False
    batches: list[Batch] = field(default_factory=list)
    failure: Exception | None = None
    _since: float = field(default_factory=monotonic)

    @property
    def moment(self) -> datetime:
        """``now``, moved on by whole minutes: the leases of a long job must not begin in the past."""
        return moved_on(self.now, monotonic() - self._since)

    @property
    def done(self) -> list[Batch]:
        return [batch for batch in self.batches if batch.count]


_VISIT: ContextVar[_Visit | None] = ContextVar("visit", default=None)


def _run_name() -> str:
    parameters: dict[str, Any] = prefect.runtime.flow_run.parameters
    # A worker may start a run a little before its time.
    label = parameters["label"] or parameters["at"] or local_text(prefect.runtime.flow_run.scheduled_start_time)
    return f"{prefect.runtime.flow_run.flow_name} {label}"


def _flow(name: str) -> Callable[[Callable[..., State[Any]]], prefect.Flow[..., State[Any]]]:
    return flow(name=name, flow_run_name=_run_name, persist_result=False)


@_flow("open_tasks")
def open_tasks(label: str = "", selection: Selection = None, at: str | None = None) -> State[Any]:
    """开出该有的任务"""
    return _run("open_tasks", label, selection, at)


@_flow("remind")
def remind(label: str = "", selection: Selection = None, at: str | None = None) -> State[Any]:
    """提醒本局的人"""
    return _run("remind", label, selection, at)


@_flow("chase")
def chase(label: str = "", selection: Selection = None, at: str | None = None) -> State[Any]:
    """催报企业"""
    return _run("chase", label, selection, at)


@_flow("deliver")
def deliver(label: str = "", selection: Selection = None, at: str | None = None) -> State[Any]:
    """送出写好的消息"""
    return _run("deliver", label, selection, at)


@_flow("digest")
def digest(label: str = "", selection: Selection = None, at: str | None = None) -> State[Any]:
    """做进展通报"""
    return _run("digest", label, selection, at)


PREFECT_FLOWS = {each.name: each for each in (open_tasks, remind, chase, deliver, digest)}


def under_prefect(server: PrefectServer) -> Way:
    """Do jobs as Prefect runs in this process, with the caller's runtime. Raises PrefectGone, or the work's error."""
    settings = _fast_settings(server)
    # What fails is logged by our caller; Prefect's own lines go to its pages, not to this terminal.
    logging.getLogger("prefect").propagate = False
    logging.getLogger("prefect").addHandler(logging.NullHandler())
    # Otherwise each event takes ten seconds to give up a server that is gone, also when the process ends.
    EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=0)

    def way(job: Job, runtime: Runtime, now: datetime) -> list[Batch]:
        if not server.healthy():
            raise PrefectGone("no answer from its API")
        visit = _Visit(runtime, now)
        _call(settings, visit, job.flow, job.label, job.selection)
        return visit.done

    return way


def show_flow(server: PrefectServer, flow_name: str, label: str, runtime: Runtime, now: datetime) -> None:
    """One run of a flow that does whatever is due, for people to see. Raises PrefectGone, or the work's error."""
    _call(_fast_settings(server), _Visit(runtime, now), flow_name, label, None)


def drain(patience: float = 3.0) -> None:
    """Let what Prefect still has to say about the runs reach its server, at most ``patience`` seconds."""
    EventsWorker.drain_all(timeout=patience)
    APILogWorker.drain_all(timeout=patience)


def _fast_settings(server: PrefectServer) -> SettingsContext:
    """Made once, since each making costs 50 ms. With heartbeats a run waits a second for their thread to end."""
    context = get_settings_context()
    settings = context.settings.copy_with_update(
        updates={PREFECT_API_URL: server.url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    )
    return SettingsContext(profile=context.profile, settings=settings)


def _call(settings: SettingsContext, visit: _Visit, flow_name: str, label: str, selection: Selection) -> None:
    token = _VISIT.set(visit)
    try:
        with settings.model_copy():
            PREFECT_FLOWS[flow_name](label, selection, visit.now.isoformat())
    except Exception as error:
        if visit.failure is not None:
            raise visit.failure from None
        raise PrefectGone("lost on the way" if visit.began else "could not start", visit.done) from error
    finally:
        _VISIT.reset(token)


def _run(flow_name: str, label: str, selection: Selection, at: str | None) -> State[Any]:
    """The body of every flow: the one job that was asked for, or everything that is due."""
    visit = _VISIT.get() or _Visit(open_runtime(read_settings()), _instant(at))
    visit.began = True
    token = _VISIT.set(visit)
    try:
        if selection is None:
            _do_all(flow_name, visit)
        else:
            _do_job(Job(flow_name, label, selection))
    finally:
        _VISIT.reset(token)
    return Completed(message=_summary(visit.done))


def _do_all(flow_name: str, visit: _Visit) -> None:
    failed = []
    with _noting_failure(visit):
        jobs = due_jobs(flow_name, visit.runtime, visit.now)
    for job in jobs:
        try:
            _do_job(job)
        except Exception:  # noqa: BLE001 - logged for the run, and raised below when the others are done
            get_run_logger().exception("%s 没做成。", name_of(job))
            failed.append(name_of(job))
    if failed:
        visit.failure = Broken(f"{'、'.join(failed)} 没做成，下一轮会再做。")
        raise visit.failure


def _do_job(job: Job) -> None:
    # A task that returns a state returns nothing else: the batch comes back beside it.
    batches = _current().batches
    for number in count(1):
        _batch_step(job.flow, job.label, job.selection, number)
        if not batches[-1].count:
            return


@task(name="一批", task_run_name="{label} 第{number}批", cache_policy=NO_CACHE, persist_result=False)
def _batch_step(flow_name: str, label: str, selection: dict[str, str | int], number: int) -> State[Any]:
    visit = _current()
    with _noting_failure(visit):
        batch = run_batch(Job(flow_name, label, selection), visit.runtime, visit.moment)
    visit.batches.append(batch)
    if batch.artifact:
        _keep(flow_name, batch)
    return Completed(message=batch.line if batch.count else "没有剩下的了")


def _keep(flow_name: str, batch: Batch) -> None:
    try:
        create_markdown_artifact(batch.artifact, key=flow_name.replace("_", "-"), description=batch.line)
    except Exception:
        logger.warning("Prefect 没有留下这份通报，通报本身已经做好。", exc_info=True)


def _current() -> _Visit:
    visit = _VISIT.get()
    if visit is None:
        raise LookupError("no flow of duban is running here")
    return visit


@contextmanager
def _noting_failure(visit: _Visit) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        visit.failure = error
        raise


def _summary(batches: list[Batch]) -> str:
    lines = [batch.line for batch in batches[:5]]
    rest = f"等{len(batches)}批" if len(batches) > len(lines) else ""
    return "；".join(lines) + rest if lines else "没有到期的事"


def _instant(at: str | None) -> datetime:
    return datetime.fromisoformat(at) if at else datetime.now(UTC)
