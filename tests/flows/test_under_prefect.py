"""The flows on a real Prefect server: names people read, failures once, and the plain way when it is gone.

One server serves the whole file; the last test kills it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, func, select

import flows.work
from cast import PATROL, at, draft
from conftest import unavailable
from flows.planning import start_from_text
from flows.prefect_server import PrefectServer, start_server
from flows.running import run_flow
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings, read_settings
from flows.work import Batch, Job
from plans.database import reading
from plans.errors import Broken, Refused
from tasks.tables import Task

pytestmark = pytest.mark.server

NOW = at("2026-11-23 08:30")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    settings = read_settings(data=tmp_path_factory.mktemp("prefect"), prefect_port=4391)
    started = start_server(settings)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in started.client_environment.items():
            patch.setenv(name, value)
        import flows.prefect_flows  # noqa: F401 - reads the environment above

        if not started.wait_healthy(60):
            unavailable("Prefect 服务器没有启动")
        yield started
    started.stop()


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    runtime = open_runtime(read_settings(data=tmp_path / "data"), create=True)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The work replaced by a diary: two batches a job, and the job 坏 fails."""
    diary: list[str] = []

    def batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
        if job.label.startswith("坏") or diary.count(job.label) == 2:
            diary.append(f"{job.label}：到头")
            if job.label.startswith("坏"):
                raise ValueError("数字读不懂")
            return Batch(0, "")
        diary.append(job.label)
        return Batch(5, f"第{diary.count(job.label)}批 5 条", "# 通报" if job.flow == "digest" else "")

    for flow in flows.work.FLOWS:
        monkeypatch.setitem(flows.work._BATCH, flow, batch)
    return diary


def make_due(monkeypatch: pytest.MonkeyPatch, *jobs: Job) -> None:
    def due(flow: str, runtime: Runtime, now: datetime) -> list[Job]:
        return [job for job in jobs if job.flow == flow]

    for flow in flows.work.FLOWS:
        monkeypatch.setitem(flows.work._DUE, flow, partial(due, flow))


def ask(server: PrefectServer, what: str, **query: object) -> list[dict[str, Any]]:
    answer = httpx.post(f"{server.url}/{what}/filter", json=query, timeout=20)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


def runs_named(server: PrefectServer, name: str) -> list[dict[str, Any]]:
    return ask(server, "flow_runs", flow_runs={"name": {"any_": [name]}})


def until(true: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.3)


def test_a_job_is_a_run_with_its_name_and_its_batches_are_tasks(
    server: PrefectServer, runtime: Runtime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_flows import drain, under_prefect

    make_due(monkeypatch, Job("chase", "研发月报 2026-10 +1", {"item_id": 3}))
    result = run_flow("chase", runtime, NOW, under_prefect(server))
    assert [batch.line for batch in result.batches] == ["第1批 5 条", "第2批 5 条"]
    (run,) = runs_named(server, "chase 研发月报 2026-10 +1")
    assert (run["state_type"], run["state"]["message"]) == ("COMPLETED", "第1批 5 条；第2批 5 条")
    drain()
    wanted = {f"研发月报 2026-10 +1 第{number}批" for number in (1, 2, 3)}
    mine = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    until(lambda: {task["name"] for task in ask(server, "task_runs", **mine)} == wanted, 15)


def test_a_digest_leaves_its_text_as_an_artifact(
    server: PrefectServer, runtime: Runtime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_flows import under_prefect

    make_due(monkeypatch, Job("digest", "2026-10", {"month": "2026-10"}))
    run_flow("digest", runtime, NOW, under_prefect(server))
    kept = ask(server, "artifacts", artifacts={"key": {"any_": ["digest"]}})
    assert {artifact["data"] for artifact in kept} == {"# 通报"}


def test_work_that_fails_is_a_failed_run_and_is_not_done_again(
    server: PrefectServer, runtime: Runtime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_flows import under_prefect

    make_due(monkeypatch, Job("remind", "坏 2026-11-23"))
    result = run_flow("remind", runtime, NOW, under_prefect(server))
    assert result.failed == ["remind 坏 2026-11-23"]
    assert done == ["坏 2026-11-23：到头"]
    assert [run["state_type"] for run in runs_named(server, "remind 坏 2026-11-23")] == ["FAILED"]


def test_a_run_without_a_selection_does_all_that_is_due_and_fails_at_the_end_if_one_failed(
    server: PrefectServer, runtime: Runtime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_flows import show_flow

    make_due(monkeypatch, Job("chase", "坏"), Job("chase", "研发月报 2026-10 +3"))
    with pytest.raises(Broken, match="chase 坏 没做成"):
        show_flow(server, "chase", "2026-11-23 补做", runtime, NOW)
    assert done.count("研发月报 2026-10 +3") == 2


def test_deploying_without_a_server_is_refused() -> None:
    from flows.deployments import deploy

    with pytest.raises(Refused, match="PREFECT_API_URL"):
        deploy()


def start_worker(settings: Settings, server: PrefectServer) -> "subprocess.Popen[bytes]":
    start_from_text(settings, draft(PATROL), "draft.yaml", "陈平", at("2026-11-20 08:00"))
    environment = os.environ | server.client_environment | {"DUBAN_DATA": str(settings.data)}
    code = "from flows.deployments import worker; worker('测试机')"
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


def opened(settings: Settings) -> int:
    runtime = open_runtime(settings)
    with reading(runtime.engine) as session:
        count = session.exec(select(func.count(col(Task.id)))).one()
    runtime.engine.dispose()
    return count


def test_a_deployed_flow_started_on_another_process_really_opens_tasks(
    server: PrefectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.deployments import deploy

    monkeypatch.setenv("PREFECT_API_URL", server.url)
    names = deploy()
    assert deploy() == names == [f"{flow}/duban" for flow in flows.work.FLOWS]
    assert len(ask(server, "deployments")) == len(names)

    settings = read_settings(data=tmp_path / "far")
    worker = start_worker(settings, server)
    try:
        deployment = httpx.get(f"{server.url}/deployments/name/open_tasks/duban", timeout=20).json()
        request = partial(httpx.post, f"{server.url}/deployments/{deployment['id']}/create_flow_run", timeout=20)
        parameters = {"label": "手工一次", "at": NOW.isoformat()}
        # Planning the deployments' runs, the server's SQLite may be busy for a moment (503).
        until(lambda: request(json={"parameters": parameters}).status_code == 201, 10)
        until(lambda: any(r["state_type"] == "COMPLETED" for r in runs_named(server, "open_tasks 手工一次")), 60)
    finally:
        worker.terminate()
        assert worker.wait(30) == 0
    assert opened(settings) > 0


def test_when_the_server_is_killed_half_way_each_batch_is_still_done_once(
    server: PrefectServer, runtime: Runtime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_flows import under_prefect

    work = flows.work._BATCH["deliver"]

    def killing(job: Job, runtime: Runtime, now: datetime) -> Batch:
        assert server.process is not None
        if done == ["杀掉之时"]:
            server.process.kill()
            server.process.wait()
        return work(job, runtime, now)

    monkeypatch.setitem(flows.work._BATCH, "deliver", killing)
    make_due(monkeypatch, Job("deliver", "杀掉之时"), Job("deliver", "杀掉之后"))
    began = time.monotonic()
    result = run_flow("deliver", runtime, NOW, under_prefect(server))
    assert (len(result.batches), result.failed) == (4, [])
    assert [line for line in done if "到头" not in line] == ["杀掉之时", "杀掉之时", "杀掉之后", "杀掉之后"]
    assert time.monotonic() - began < 20
