"""灯史: the light of a target or a task in each month of the plan, as it is told afterwards. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plans.periods import Period, Span
from plans.tables import Target
from tasks.lights import Gauge, Light, Thresholds, task_light
from tasks.states import State
from tasks.tables import Progress, Task
from tasks.targets import target_status


@dataclass(frozen=True)
class MonthLight:
    """A month and its light at the month's end, or today's in the running one; red that was caught up is yellow."""

    month: Period
    light: Light


def light_history(
    light_on: Callable[[date], Light], moved_on: Iterable[date], period: Period, as_of: date
) -> list[MonthLight]:
    """The months that have begun. ``light_on`` is the light at the end of a day, ``moved_on`` the days it got better.

    A red month is told as yellow if it was caught up, no longer red, by the end of the next month.
    """
    days = sorted(day for day in moved_on if day <= as_of)
    begun = [month for month in period.split(Span.MONTH) if month.first <= as_of]
    return [MonthLight(month, _told(light_on, days, month, as_of)) for month in begun]


def _told(light_on: Callable[[date], Light], days: Sequence[date], month: Period, as_of: date) -> Light:
    light = light_on(min(month.last, as_of))
    if light is not Light.RED:
        return light
    later = (day for day in days if month.last < day <= month.next().last)
    return Light.YELLOW if any(light_on(day) is not Light.RED for day in later) else Light.RED


def task_history(task: Task, period: Period, as_of: date, gauge: Gauge) -> list[MonthLight]:
    """The months of a task."""

    def light_on(day: date) -> Light:
        return task_light(State(task.state), task.due_on, day, gauge, task.done_on)

    return light_history(light_on, [task.done_on] if task.done_on else [], period, as_of)


def target_history(
    target: Target, readings: Sequence[Progress], period: Period, as_of: date, thresholds: Thresholds
) -> list[MonthLight]:
    """The months of a target, from all the readings it ever had, oldest first."""

    def light_on(day: date) -> Light:
        value = value_on(target, readings, period, day)
        return target_status(target, value, None, period.elapsed(day), thresholds).light

    return light_history(light_on, {reading.as_of for reading in readings}, period, as_of)


def value_on(target: Target, readings: Iterable[Progress], period: Period, day: date) -> Decimal | None:
    """A target's value at a day, as targets.values_at finds it in SQL."""
    seen = sorted((one for one in readings if one.as_of <= day), key=lambda one: (one.as_of, one.id or 0))
    if target.cumulative:
        return seen[-1].value if seen else None
    last = {one.task_id or one.as_of: one.value for one in seen if one.as_of >= period.first}
    return sum(last.values(), Decimal(0)) if last else None
