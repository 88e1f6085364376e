"""The clock: what the table says happens, in order, and what goes wrong is said."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from apscheduler.triggers.cron import CronTrigger

from cast import at
from flows.clock import TICKS, Clock, start_clock
from flows.work import FLOWS
from plans.zone import LOCAL


def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def wake(clock: Clock, flow: str) -> None:
    clock._scheduler.modify_job(flow, next_run_time=datetime.now(LOCAL))


def test_every_flow_is_in_the_table_once() -> None:
    assert [tick.flow for tick in TICKS] == list(FLOWS)
    assert all(tick.why for tick in TICKS)


@pytest.mark.parametrize(
    ("flow", "first", "second"),
    [
        ("open_tasks", "08:05", "09:05"),
        ("remind", "08:01", "08:06"),
        ("chase", "08:02", "08:07"),
        ("deliver", "08:01", "08:02"),
        ("digest", "08:03", "08:33"),
    ],
)
def test_after_eight_the_flows_are_woken_at(flow: str, first: str, second: str) -> None:
    cron = next(tick.cron for tick in TICKS if tick.flow == flow)
    trigger = CronTrigger.from_crontab(cron, LOCAL)
    one = trigger.get_next_fire_time(None, at("2026-11-23 08:00:30"))
    two = trigger.get_next_fire_time(one, one)
    assert [one.strftime("%H:%M"), two.strftime("%H:%M")] == [first, second]


def test_starting_the_clock_runs_every_flow_at_once_in_order() -> None:
    ran: list[str] = []
    clock = start_clock(ran.append)
    until(lambda: len(ran) >= len(FLOWS) and clock._scheduler.get_job("启动") is None)
    assert clock.stop()
    assert ran[: len(FLOWS)] == list(FLOWS)


def test_a_flow_that_raises_is_logged_and_the_others_still_run(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    def run(flow: str) -> None:
        ran.append(flow)
        if flow == "remind":
            raise OSError("disk full")

    clock = start_clock(run)
    until(lambda: len(ran) >= len(FLOWS))
    wake(clock, "remind")
    until(lambda: caplog.text.count("定时工作 remind 出错") == 2)
    clock.stop()
    assert ran[: len(FLOWS)] == list(FLOWS)
    assert caplog.text.count("OSError: disk full") == 2


def test_a_tick_that_finds_the_last_one_still_running_is_left_out_and_said(caplog: pytest.LogCaptureFixture) -> None:
    let_go = threading.Event()
    delivering: list[str] = []

    def run(flow: str) -> None:
        if threading.current_thread().name.startswith("ThreadPool") and flow == "deliver" and len(ran) >= len(FLOWS):
            delivering.append(flow)
            let_go.wait(5)
        ran.append(flow)

    ran: list[str] = []
    clock = start_clock(run)
    until(lambda: len(ran) >= len(FLOWS))
    wake(clock, "deliver")
    until(lambda: delivering)
    wake(clock, "deliver")
    until(lambda: "定时工作 deliver 上一轮还没做完" in caplog.text)
    let_go.set()
    clock.stop()
    assert delivering == ["deliver"]


def test_stopping_waits_for_a_running_flow_but_not_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    let_go = threading.Event()
    clock = start_clock(lambda flow: let_go.wait(5))
    until(lambda: clock._scheduler.get_job("启动") is None)
    assert not clock.stop(patience=0.1)
    let_go.set()
