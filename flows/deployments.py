"""Many machines: the five flows as Prefect deployments, and a worker that runs them. docs/many-machines.md says how.

Prefect is imported inside the functions: first its telemetry must be off, and what is missing must be said at once.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from flows.clock import TICKS, Tick
from flows.prefect_server import QUIET, PrefectServer
from flows.runtime import open_runtime
from flows.settings import read_settings
from plans.errors import Broken, Refused

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.workers.process import ProcessWorker

logger = logging.getLogger(__name__)

POOL = "duban"
NAME = "duban"
STALE = timedelta(hours=1)


def deploy() -> list[str]:
    """Register the five flows with their ticks; doing it again changes nothing. The deployments' names, flow/name.

    Raises Refused without PREFECT_API_URL, Broken when nothing answers there.
    """
    _need_server()
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        _ensure_pool(client)
        # Prefect would keep the runs planned before beside the new ones.
        _forget(client, lambda run: run.auto_scheduled)
        return [_deploy_one(tick) for tick in TICKS]


def worker(name: str, limit: int = len(TICKS), say: Callable[..., None] = print) -> None:
    """Run the deployments' runs on this machine, at most ``limit`` at once, each in a process, until told to stop.

    Workers of one name count as one; none means the machine's.
    Raises as ``deploy`` does, and DatabaseProblem when this machine cannot work with the database.
    """
    _need_server()
    name = name or socket.gethostname()
    settings = read_settings()
    open_runtime(settings).engine.dispose()
    # Each run's process starts in a folder of its own.
    os.environ["DUBAN_DATA"] = str(settings.data.resolve())
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    from prefect.client.orchestration import get_client
    from prefect.workers.process import ProcessWorker

    with get_client(sync_client=True) as client:
        _ensure_pool(client)
        # Nobody needs the ticks of last week: each run does everything that is due.
        _forget(client, _stale)
    say(f"{name} 已开工，按 Ctrl-C 停止。", flush=True)
    asyncio.run(_work_until_told(ProcessWorker(work_pool_name=POOL, name=name, limit=limit)))
    say(f"{name} 已收工。", flush=True)


async def _work_until_told(worker: "ProcessWorker") -> None:
    working = asyncio.ensure_future(worker.start(printer=logger.info))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(working.cancel))
    with suppress(asyncio.CancelledError):
        await working


def _need_server() -> None:
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        raise Refused("没有指定 Prefect 服务器：请先设置 PREFECT_API_URL，写法见 docs/many-machines.md。")
    if not PrefectServer(url.rstrip("/")).wait_healthy(10):
        raise Broken(f"Prefect 服务器没有应答：请检查 {url} 是否已启动、这台机器能否连到。")
    os.environ.update(QUIET)


def _ensure_pool(client: "SyncPrefectClient") -> None:
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    try:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
    except ObjectAlreadyExists:
        return


def _deploy_one(tick: Tick) -> str:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.prefect_flows import PREFECT_FLOWS

    deployment = RunnerDeployment.from_flow(
        PREFECT_FLOWS[tick.flow],
        NAME,
        schedules=[Cron(tick.cron, timezone="Asia/Shanghai", slug="tick")],
        description=tick.why,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    deployment.apply(work_pool_name=POOL)
    return f"{tick.flow}/{NAME}"


def _stale(run: "FlowRun") -> bool:
    return run.expected_start_time is not None and run.expected_start_time < datetime.now(UTC) - STALE


def _forget(client: "SyncPrefectClient", unwanted: "Callable[[FlowRun], bool]") -> None:
    """Delete planned runs of our deployments that are not wanted."""
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterName,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.exceptions import ObjectNotFound

    ours = DeploymentFilter(name=DeploymentFilterName(any_=[NAME]))
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    read = partial(client.read_flow_runs, deployment_filter=ours, flow_run_filter=FlowRunFilter(state=state), limit=200)
    kept = 0
    while runs := read(offset=kept):
        for run in runs:
            if not unwanted(run):
                kept += 1
                continue
            # Another worker that starts may have been quicker.
            with suppress(ObjectNotFound):
                client.delete_flow_run(run.id)
