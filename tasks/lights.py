"""Lights 红黄绿灯: computed, never picked (domain.md §4 and §7). Pure."""

from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True)
class Thresholds:
    """Points behind time at which a target turns yellow and red, and the workdays ahead at which a task is blue.

    Less than ``yellow`` points behind is green: the published rule leaves 0–10 open and a bureau reads it kindly.
    """

    yellow: int = 10
    red: int = 30
    soon: int = 3


def target_light(share_done: float | None, share_elapsed: float, thresholds: Thresholds) -> Light:
    """A target's light from its share of the floor and of the time, both 0 to 1. Yellow includes both its edges."""
    if share_done is None:
        return Light.NONE
    behind = round((share_elapsed - min(share_done, 1.0)) * 100, 6)
    if behind > thresholds.red:
        return Light.RED
    return Light.YELLOW if behind >= thresholds.yellow else Light.GREEN


def task_light(state: State, due_on: date, today: date, workdays: Workdays, thresholds: Thresholds) -> Light:
    """A task's light: red when overdue or missed, blue when due soon, else green."""
    if state in FINISHED or state is State.CANCELLED:
        return Light.GREEN
    if state is State.LAPSED or due_on < today:
        return Light.RED
    return Light.BLUE if workdays.between(today, due_on) <= thresholds.soon else Light.GREEN


def share(value: Decimal | None, goal: Decimal | None) -> float | None:
    """How much of a goal is reached, None where either is unknown or the goal is nothing."""
    return float(value / goal) if value is not None and goal else None
