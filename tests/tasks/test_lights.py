"""Lights and results: both sides of every threshold, both halves of the year, leap years and month ends."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cast import at
from plans.periods import Period
from plans.tables import Target
from plans.workdays import Workdays
from support.rows import a_task
from support.strategies import days_between
from tasks.history import target_history, task_history
from tasks.lights import Gauge, Light, Result, Thresholds, result_of, share, target_light, task_light
from tasks.states import State
from tasks.tables import Progress

GAUGE = Gauge(Workdays(), Thresholds())


@pytest.mark.parametrize(
    ("done", "elapsed", "light"),
    [
        (0.5, 0.5, Light.GREEN),
        (0.9, 0.5, Light.GREEN),
        (0.4001, 0.5, Light.GREEN),
        (0.4, 0.5, Light.YELLOW),
        (0.3999, 0.5, Light.YELLOW),
        (0.2, 0.5, Light.YELLOW),
        (0.1999, 0.5, Light.RED),
        (0.0, 0.0999, Light.GREEN),
        (0.0, 0.1, Light.YELLOW),
        (0.0, 0.3, Light.YELLOW),
        (0.0, 0.3001, Light.RED),
        (0.7, 1.0, Light.YELLOW),
        (0.6999, 1.0, Light.RED),
        (1.0, 1.0, Light.GREEN),
        (2.5, 1.0, Light.GREEN),
        (-0.5, 0.0, Light.RED),
        (None, 1.0, Light.NONE),
    ],
)
def test_a_target_turns_yellow_at_10_points_behind_and_red_beyond_30(
    done: float | None, elapsed: float, light: Light
) -> None:
    assert target_light(done, elapsed, Thresholds()) is light


@pytest.mark.parametrize(
    ("done", "light"),
    [(0.4501, Light.GREEN), (0.45, Light.YELLOW), (0.3, Light.YELLOW), (0.2999, Light.RED)],
)
def test_a_bureau_may_set_its_own_thresholds(done: float, light: Light) -> None:
    assert target_light(done, 0.5, Thresholds(yellow=5, red=20)) is light


@pytest.mark.parametrize(
    ("today", "light"),
    [
        ("2026-09-28", Light.GREEN),
        ("2026-09-29", Light.BLUE),
        ("2026-09-30", Light.BLUE),
        ("2026-10-03", Light.BLUE),
        ("2026-10-08", Light.BLUE),
        ("2026-10-09", Light.BLUE),
        ("2026-10-10", Light.RED),
        ("2026-11-10", Light.RED),
    ],
)
def test_a_task_due_on_9_october_is_blue_from_three_workdays_ahead_and_red_from_the_day_after(
    today: str, light: Light
) -> None:
    assert task_light(State.OPEN, date(2026, 10, 9), date.fromisoformat(today), GAUGE) is light


@pytest.mark.parametrize(
    ("state", "light"),
    [
        (State.OPEN, Light.RED),
        (State.ACKNOWLEDGED, Light.RED),
        (State.RETURNED, Light.RED),
        (State.LAPSED, Light.RED),
        (State.DONE, Light.GREEN),
        (State.CLOSED, Light.GREEN),
        (State.CANCELLED, Light.GREEN),
    ],
)
def test_after_the_due_date_only_what_is_over_is_green(state: State, light: Light) -> None:
    assert task_light(state, date(2026, 10, 9), date(2026, 10, 12), GAUGE) is light


def test_a_missed_duty_is_red_even_before_its_due_date() -> None:
    assert task_light(State.LAPSED, date(2026, 10, 9), date(2026, 10, 1), GAUGE) is Light.RED


FOUR, FIVE, NOUGHT = Decimal(4), Decimal(5), Decimal(0)


@pytest.mark.parametrize(
    ("value", "goal", "expected"),
    [
        (FOUR, FIVE, 0.8),
        (FIVE, FOUR, 1.25),
        (NOUGHT, FIVE, 0.0),
        (None, FIVE, None),
        (FOUR, None, None),
        (FOUR, NOUGHT, None),
    ],
)
def test_a_share_is_unknown_where_either_number_is_and_of_nothing_there_is_none(
    value: Decimal | None, goal: Decimal | None, expected: float | None
) -> None:
    assert share(value, goal) == expected


def test_each_light_is_said_in_words() -> None:
    assert [light.label for light in Light] == ["正常", "临期", "偏慢", "滞后", "待填"]


@pytest.mark.parametrize(
    ("period", "day", "needed"),
    [
        # The last day that a reading is green, yellow at its far edge, and red below: both halves of the year.
        ("2026H1", "2026-01-01", 0),
        ("2026H1", "2026-03-31", 90 / 181),
        ("2026H1", "2026-06-30", 1),
        ("2026H2", "2026-07-01", 1 / 184),
        ("2026H2", "2026-09-30", 0.5),
        ("2026H2", "2026-12-31", 1),
        # 2028 is a leap year, 2026 and 2100 are not.
        ("2028", "2028-02-28", 59 / 366),
        ("2028", "2028-02-29", 60 / 366),
        ("2028", "2028-03-01", 61 / 366),
        ("2028H1", "2028-02-29", 60 / 182),
        ("2028H1", "2028-06-30", 1),
        ("2026", "2026-02-28", 59 / 365),
        ("2100", "2100-03-01", 60 / 365),
        ("2028-02", "2028-02-28", 28 / 29),
        ("2026Q3", "2026-07-31", 31 / 92),
    ],
)
def test_the_edges_move_with_the_time_that_is_over(period: str, day: str, needed: float) -> None:
    elapsed = Period.parse(period).elapsed(date.fromisoformat(day))

    if needed:
        assert elapsed == pytest.approx(needed)
    for behind, light in EDGES:
        assert target_light(elapsed - behind / 100, elapsed, Thresholds()) is light


EDGES = (
    (-5, Light.GREEN),
    (0, Light.GREEN),
    (9.9999, Light.GREEN),
    (10, Light.YELLOW),
    (10.0001, Light.YELLOW),
    (29.9999, Light.YELLOW),
    (30, Light.YELLOW),
    (30.0001, Light.RED),
)


@pytest.mark.parametrize(
    ("due", "last_green", "first_red"),
    [
        ("2026-01-30", "2026-01-26", "2026-01-31"),
        ("2026-02-28", "2026-02-24", "2026-03-01"),
        ("2028-02-29", "2028-02-23", "2028-03-01"),
        ("2026-06-30", "2026-06-24", "2026-07-01"),
        ("2026-12-31", "2026-12-27", "2027-01-01"),
    ],
)
def test_a_task_due_at_the_end_of_a_month_is_blue_for_three_workdays_and_the_day_itself(
    due: str, last_green: str, first_red: str
) -> None:
    due_on, before, after = date.fromisoformat(due), date.fromisoformat(last_green), date.fromisoformat(first_red)
    span = days_between(before, after)

    lights = [task_light(State.OPEN, due_on, day, GAUGE) for day in span]

    assert lights == [Light.GREEN, *[Light.BLUE] * (len(span) - 2), Light.RED]


@pytest.mark.parametrize(
    ("on", "light"),
    [("2026-10-08", Light.BLUE), ("2026-10-12", Light.RED), ("2026-10-13", Light.GREEN), ("2026-10-14", Light.GREEN)],
)
def test_what_was_done_late_was_red_until_then(on: str, light: Light) -> None:
    done_on = date(2026, 10, 13)

    assert task_light(State.CLOSED, date(2026, 10, 9), date.fromisoformat(on), GAUGE, done_on) is light


FLOOR, STRETCH = Decimal(5), Decimal(8)


@pytest.mark.parametrize(
    ("value", "both", "floor_alone", "stretch_alone"),
    [
        (None, "待填", "待填", "待填"),
        ("4.9999", "未达确保", "未达确保", "未达力争"),
        ("5", "达到确保", "达到确保", "未达力争"),
        ("7.9999", "达到确保", "达到确保", "未达力争"),
        ("8", "达到力争", "达到确保", "达到力争"),
        ("0", "未达确保", "未达确保", "未达力争"),
        ("-1", "未达确保", "未达确保", "未达力争"),
    ],
)
def test_a_result_says_what_the_two_numbers_allow(
    value: str | None, both: str, floor_alone: str, stretch_alone: str
) -> None:
    reading = None if value is None else Decimal(value)

    assert result_of(reading, FLOOR, STRETCH).label == both
    assert result_of(reading, FLOOR, None).label == floor_alone
    assert result_of(reading, None, STRETCH).label == stretch_alone
    assert result_of(reading, None, None) is Result.UNKNOWN


def readings(*given: tuple[str, str]) -> list[Progress]:
    moment: dict[str, Any] = {"by": "李明", "at": at("2026-07-01 08:00")}
    return [Progress(as_of=date.fromisoformat(day), value=Decimal(value), **moment) for day, value in given]


TARGET = Target(id=1, item_id=1, indicator="高企", floor=Decimal(6))
HALF = Period.parse("2026H2")


@pytest.mark.parametrize(
    ("given", "as_of", "colours"),
    [
        # September is red at its end. Caught up in October it is told as yellow; then October says how it is now.
        ([("2026-07-31", "1"), ("2026-10-15", "4")], "2026-10-31", "绿黄黄绿"),
        ([("2026-07-31", "1"), ("2026-10-31", "4")], "2026-10-31", "绿黄黄绿"),
        ([("2026-07-31", "1"), ("2026-11-01", "6")], "2026-11-30", "绿黄红黄绿"),
        ([("2026-07-31", "1")], "2026-10-31", "绿黄红红"),
        ([("2026-07-31", "1"), ("2026-10-15", "4")], "2026-10-14", "绿黄红红"),
        # Caught up, and behind again by the end of the month: September stays yellow.
        ([("2026-07-31", "1"), ("2026-10-01", "1.3")], "2026-10-31", "绿黄黄红"),
        ([], "2026-08-15", "——"),
        ([("2026-07-31", "1")], "2026-06-30", ""),
    ],
)
def test_a_red_month_that_is_caught_up_by_the_end_of_the_next_is_told_as_yellow(
    given: list[tuple[str, str]], as_of: str, colours: str
) -> None:
    told = target_history(TARGET, readings(*given), HALF, date.fromisoformat(as_of), Thresholds())

    assert "".join(month.light.colour for month in told) == colours


@pytest.mark.parametrize(
    ("done", "colours"),
    [("2026-09-30", "绿绿绿绿绿"), ("2026-10-31", "绿绿黄绿绿"), ("2026-11-01", "绿绿红黄绿"), (None, "绿绿红红红")],
)
def test_a_task_done_in_the_month_after_leaves_its_red_month_yellow(done: str | None, colours: str) -> None:
    over = date.fromisoformat(done) if done else None
    task = a_task(due_on=date(2026, 9, 29), state="done" if over else "open", done_on=over)

    told = task_history(task, HALF, date(2026, 11, 30), GAUGE)

    assert "".join(month.light.colour for month in told) == colours


def test_every_light_and_every_result_is_in_the_table_of_the_documents() -> None:
    table = (Path(__file__).parents[2] / "docs" / "lights.md").read_text(encoding="utf-8")

    for light in Light:
        assert f"| {light.colour} {light.label}" in table
    for result in Result:
        assert f"| {result.label} |" in table
