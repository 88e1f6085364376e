"""One pass of a flow: every job once, with Prefect or without, whatever fails."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

import flows.work
from cast import at
from flows.running import PrefectGone, run_flow, tick
from flows.runtime import Runtime
from flows.settings import read_settings
from flows.work import FLOWS, Batch, Job, run_job

NOW = at("2026-11-23 08:30")
REPORT = Job("chase", "研发月报 2026-10 +1", {"period": "2026-10"})
RETURN = Job("chase", "研发投入年报 2026 -3", {"period": "2026"})


class Work:
    """Fake jobs with so many batches each; ``done`` is what was really done, in order."""

    def __init__(self) -> None:
        self.left: dict[str, int] = {}
        self.done: list[str] = []
        self.broken: set[str] = set()

    def batch(self, job: Job, runtime: Runtime, now: datetime) -> Batch:
        if job.label in self.broken:
            self.done.append(f"{job.label}!")
            raise ValueError("数字读不懂")
        if not self.left.get(job.label):
            return Batch(0, "")
        self.left[job.label] -= 1
        self.done.append(job.label)
        return Batch(1, f"{job.label} 做了一批")


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return Runtime(read_settings(data=tmp_path))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    work = Work()
    for flow in FLOWS:
        monkeypatch.setitem(flows.work._DUE, flow, lambda runtime, now: [])
        monkeypatch.setitem(flows.work._BATCH, flow, work.batch)
    return work


def due_of(jobs: list[Job], runtime: Runtime, now: datetime) -> list[Job]:
    return jobs


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_due(*jobs: Job) -> None:
        for flow in {job.flow for job in jobs}:
            monkeypatch.setitem(flows.work._DUE, flow, partial(due_of, [job for job in jobs if job.flow == flow]))

    return set_due


def test_a_tick_goes_through_the_flows_in_their_order(runtime: Runtime, work: Work, due: Callable[..., None]) -> None:
    due(*(Job(flow, flow) for flow in reversed(FLOWS)))
    work.left = dict.fromkeys(FLOWS, 2)
    done = tick(runtime, NOW)
    assert work.done == [flow for flow in FLOWS for _ in range(2)]
    assert {flow: len(each.batches) for flow, each in done.items()} == dict.fromkeys(FLOWS, 2)


def test_nothing_due_does_nothing(runtime: Runtime, work: Work) -> None:
    assert all(done.batches == [] and done.failed == [] for done in tick(runtime, NOW).values())
    assert work.done == []


def test_prefect_that_cannot_start_leaves_the_job_to_the_plain_way(
    runtime: Runtime, work: Work, due: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    def gone(job: Job, runtime: Runtime, now: datetime) -> list[Batch]:
        raise PrefectGone("no answer")

    due(REPORT)
    work.left = {REPORT.label: 2}
    assert len(run_flow("chase", runtime, NOW, gone).batches) == 2
    assert "Prefect 不在，chase 研发月报 2026-10 +1 不经过它照常做" in caplog.text


def test_prefect_lost_on_the_way_is_gone_on_from_there(runtime: Runtime, work: Work, due: Callable[..., None]) -> None:
    def lost_after_one(job: Job, runtime: Runtime, now: datetime) -> list[Batch]:
        raise PrefectGone("lost", [work.batch(job, runtime, now)])

    due(REPORT)
    work.left = {REPORT.label: 3}
    done = run_flow("chase", runtime, NOW, lost_after_one)
    assert len(done.batches) == len(work.done) == 3


def test_work_that_fails_under_prefect_is_logged_once_and_not_repeated(
    runtime: Runtime, work: Work, due: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    due(REPORT)
    work.broken = {REPORT.label}
    done = run_flow("chase", runtime, NOW, run_job)
    assert work.done == ["研发月报 2026-10 +1!"]
    assert done.failed == ["chase 研发月报 2026-10 +1"]
    assert caplog.text.count("没做成") == 1
    assert "数字读不懂" in caplog.text


def test_a_job_that_fails_does_not_stop_the_next(runtime: Runtime, work: Work, due: Callable[..., None]) -> None:
    due(REPORT, RETURN)
    work.broken, work.left = {REPORT.label}, {RETURN.label: 1}
    done = run_flow("chase", runtime, NOW)
    assert [batch.line for batch in done.batches] == ["研发投入年报 2026 -3 做了一批"]


def test_a_flow_that_cannot_ask_what_is_due_says_so(
    runtime: Runtime, work: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(runtime: Runtime, now: datetime) -> list[Job]:
        raise OSError("database is locked")

    monkeypatch.setitem(flows.work._DUE, "remind", locked)
    assert tick(runtime, NOW)["remind"].failed == ["remind"]
    assert "查不到 remind 该做什么" in caplog.text


def test_neither_a_tick_nor_the_clock_imports_prefect() -> None:
    code = "import sys, flows.running, flows.clock, flows.deployments, duban.up; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
