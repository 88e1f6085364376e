"""Lights: both sides of every threshold."""

from datetime import date
from decimal import Decimal

import pytest

from plans.workdays import Workdays
from tasks.lights import Light, Thresholds, share, target_light, task_light
from tasks.states import State

NOTICE = Workdays()


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
    assert task_light(State.OPEN, date(2026, 10, 9), date.fromisoformat(today), NOTICE, Thresholds()) is light


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
    assert task_light(state, date(2026, 10, 9), date(2026, 10, 12), NOTICE, Thresholds()) is light


def test_a_missed_duty_is_red_even_before_its_due_date() -> None:
    assert task_light(State.LAPSED, date(2026, 10, 9), date(2026, 10, 1), NOTICE, Thresholds()) is Light.RED


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
