"""Lights 红黄绿灯 and results: computed, never picked. Pure. docs/lights.md has the rules as a table."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from plans.workdays import Workdays
from tasks.states import FINISHED, State


class Light(StrEnum):
    """What a light says."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"

    @property
    def label(self) -> str:
        return {"green": "正常", "blue": "临期", "yellow": "偏慢", "red": "滞后", "none": "待填"}[self.value]

    @property
    def colour(self) -> str:
        """The colour in a word, for where no colour can be shown."""
        return {"green": "绿", "blue": "蓝", "yellow": "黄", "red": "红", "none": "—"}[self.value]


class Result(StrEnum):
    """What a target's reading amounts to beside 确保 and 力争; ``SHORT`` is below a 力争 that stands alone."""

    BELOW = "below"
    FLOOR = "floor"
    SHORT = "short"
    STRETCH = "stretch"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        labels = {
            "below": "未达确保",
            "floor": "达到确保",
            "short": "未达力争",
            "stretch": "达到力争",
            "unknown": "待填",
        }
        return labels[self.value]

    @property
    def is_met(self) -> bool:
        return self in (Result.FLOOR, Result.STRETCH)


@dataclass(frozen=True)
class Thresholds:
    """Points behind time at which a target turns yellow and red, and the workdays ahead at which a task is blue.

    Less than ``yellow`` points behind is green: the published rule leaves 0–10 open and a bureau reads it kindly.
    """

    yellow: int = 10
    red: int = 30
    soon: int = 3


@dataclass(frozen=True)
class Gauge:
    """What a bureau's lights are computed by."""

    workdays: Workdays
    thresholds: Thresholds

    def soon_until(self, today: date) -> date:
        """The last due date that is blue on the day."""
        return self.workdays.shifted(today, self.thresholds.soon + 1) - timedelta(days=1)


def target_light(share_done: float | None, share_elapsed: float, thresholds: Thresholds) -> Light:
    """A target's light from its share of the floor and of the time, both 0 to 1. Yellow includes both its edges."""
    if share_done is None:
        return Light.NONE
    behind = round((share_elapsed - min(share_done, 1.0)) * 100, 6)
    if behind > thresholds.red:
        return Light.RED
    return Light.YELLOW if behind >= thresholds.yellow else Light.GREEN


def task_light(state: State, due_on: date, today: date, gauge: Gauge, done_on: date | None = None) -> Light:
    """A task's light at the end of a day: red when overdue or missed, blue when due soon, else green.

    What was done after that day was not done yet.
    """
    done = state in FINISHED and (done_on is None or done_on <= today)
    if done or state is State.CANCELLED:
        return Light.GREEN
    if state is State.LAPSED or due_on < today:
        return Light.RED
    return Light.BLUE if due_on <= gauge.soon_until(today) else Light.GREEN


def result_of(value: Decimal | None, floor: Decimal | None, stretch: Decimal | None) -> Result:
    """What a reading amounts to; with only one of the two numbers, what can be said by it."""
    if value is None or (floor is None and stretch is None):
        return Result.UNKNOWN
    if stretch is not None and value >= stretch:
        return Result.STRETCH
    if floor is None:
        return Result.SHORT
    return Result.FLOOR if value >= floor else Result.BELOW


def share(value: Decimal | None, goal: Decimal | None) -> float | None:
    """How much of a goal is reached, None where either is unknown or the goal is nothing."""
    return float(value / goal) if value is not None and goal else None
