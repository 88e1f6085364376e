"""The clock of one machine: a handful of fixed ticks that wake the flows. What is due, the database knows."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from flows.work import FLOWS
from plans.zone import LOCAL

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tick:
    """When a flow is woken: five cron fields in Asia/Shanghai. A weekday must be a name: APScheduler's 1 is Tuesday."""

    flow: str
    cron: str
    why: str


TICKS = (
    Tick("open_tasks", "5 * * * *", "每小时开出该有的任务，计划或放假安排改动后一小时内见效"),
    Tick("remind", "1-59/5 * * * *", "每五分钟看本局有谁该提醒"),
    Tick("chase", "2-59/5 * * * *", "每五分钟看有哪家企业该催报"),
    Tick("digest", "3-59/30 * * * *", "每半小时看有没有该做的通报"),
    Tick("deliver", "* * * * *", "每分钟送出写好还没送的消息，送不出的到点再试"),
)

_EVENTS = {
    EVENT_JOB_ERROR: "定时工作 %s 出错，下一轮会再做。",
    EVENT_JOB_MISSED: "定时工作 %s 错过了时间，下一轮会补上。",
    EVENT_JOB_MAX_INSTANCES: "定时工作 %s 上一轮还没做完，这一轮不再重复。",
}


class Clock:
    """A running clock."""

    def __init__(self, scheduler: BackgroundScheduler) -> None:
        self._scheduler = scheduler

    def stop(self, patience: float = 20.0) -> bool:
        """Start no more ticks and wait for the running ones, at most ``patience`` seconds. True if all have ended."""
        ending = Thread(target=self._scheduler.shutdown, name="clock-stop", daemon=True)
        ending.start()
        ending.join(patience)
        return not ending.is_alive()


def start_clock(run: Callable[[str], object]) -> Clock:
    """Call ``run(flow)`` for each flow in order at once, and then at its ticks, from threads of the clock."""
    scheduler = BackgroundScheduler(
        timezone=LOCAL,
        executors={"default": ThreadPoolExecutor(len(TICKS) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for tick in TICKS:
        scheduler.add_job(run, CronTrigger.from_crontab(tick.cron, LOCAL), args=[tick.flow], id=tick.flow)
    scheduler.add_job(_first_pass, args=[run], id="启动")
    scheduler.add_listener(_log_event, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    # Its own English lines would say each event a second time.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    scheduler.start()
    return Clock(scheduler)


def _first_pass(run: Callable[[str], object]) -> None:
    for flow in FLOWS:
        try:
            run(flow)
        except Exception:
            logger.exception(_EVENTS[EVENT_JOB_ERROR], flow)


def _log_event(event: JobEvent) -> None:
    failure = getattr(event, "exception", None)
    level = logging.ERROR if event.code == EVENT_JOB_ERROR else logging.WARNING
    logger.log(level, _EVENTS[event.code], event.job_id, exc_info=failure)
