"""Cadences: each way of writing one, its dates in 2026, and what is told to who writes another."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.cadence import Cadence, CadenceError
from plans.periods import Period
from support.strategies import CADENCES, DAYS_OF_2026

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def dates(text: str, first: date, last: date, in_arrears: bool = False) -> list[str]:
    """As “period→date”, short enough to read."""
    return [f"{period}→{day:%m-%d}" for period, day in Cadence.parse(text).dates(first, last, in_arrears)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("once:2026-09-30", "一次（2026-09-30）"),
        ("daily", "每天"),
        ("daily:every", "每天（含休息日）"),
        ("weekly", "每周"),
        ("weekly:wed", "每周三"),
        ("weekly:sun-am", "每周日上午"),
        ("weekly:fri-pm", "每周五下午"),
        ("monthly", "每月"),
        ("monthly:10", "每月10日"),
        ("monthly:05", "每月5日"),
        ("quarterly:10", "每季度10日"),
        ("half-yearly", "每半年"),
        ("annual", "每年"),
        ("annual:03-10", "每年3月10日"),
        ("irregular", "不定期"),
    ],
)
def test_each_form_is_read_and_said(text: str, label: str) -> None:
    cadence = Cadence.parse(text)

    assert (cadence.label, str(cadence)) == (label, text)
    assert cadence.has_dates == (text != "irregular")
    assert cadence.every_day == (text == "daily:every")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "每月",
        "monthly:0",
        "monthly:32",
        "monthly:-1",
        "monthly:ten",
        "Monthly:10",
        "weekly:friday",
        "weekly:fri-night",
        "annual:02-30",
        "annual:3-10",
        "annual:13-01",
        "annual:W10",
        "annual:W01-1",
        "once",
        "once:",
        "once:2026-02-29",
        "once:20260930",
        "once:2026-W40-3",
        "irregular:10",
        "daily:10",
        "fortnightly",
        "monthly:10:00",
        "half-yearly:x",
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(CadenceError) as refused:
        Cadence.parse(text)

    assert str(refused.value) == (
        f"频次“{text}”读不懂：请写成 monthly:10、weekly:fri、annual:03-10、once:2026-09-30 或 irregular。"
    )


@given(st.text(max_size=20) | st.from_regex(r"(once|weekly|monthly|annual):[\d\-Wfri]{0,10}", fullmatch=True))
def test_whatever_is_read_has_dates_and_a_label(text: str) -> None:
    try:
        cadence = Cadence.parse(text)
    except CadenceError:
        return

    assert all(YEAR[0] <= day <= YEAR[1] for _, day in cadence.dates(*YEAR))
    assert cadence.label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("monthly", ["2026-01→01-31", "2026-02→02-28", "2026-03→03-31", "2026-04→04-30"]),
        ("monthly:31", ["2026-01→01-31", "2026-02→02-28", "2026-03→03-31", "2026-04→04-30"]),
        ("monthly:10", ["2026-01→01-10", "2026-02→02-10", "2026-03→03-10", "2026-04→04-10"]),
        ("monthly:29", ["2026-01→01-29", "2026-02→02-28", "2026-03→03-29", "2026-04→04-29"]),
        ("quarterly", ["2026Q1→03-31"]),
        ("quarterly:10", ["2026Q1→03-10"]),
        ("annual:03-10", ["2026→03-10"]),
        ("annual:02-29", ["2026→02-28"]),
        ("annual", []),
        ("half-yearly", []),
        ("once:2026-04-30", ["2026-04-30→04-30"]),
        ("once:2026-05-01", []),
        ("irregular", []),
    ],
)
def test_its_dates_from_january_to_april(text: str, expected: list[str]) -> None:
    assert dates(text, date(2026, 1, 1), date(2026, 4, 30)) == expected


def test_a_leap_february_has_its_29th() -> None:
    assert dates("monthly:31", date(2028, 2, 1), date(2028, 2, 29)) == ["2028-02→02-29"]
    assert dates("annual:02-29", date(2028, 1, 1), date(2028, 12, 31)) == ["2028→02-29"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("monthly:10", ["2025-12→01-10", "2026-01→02-10"]),
        ("monthly", ["2025-12→01-31", "2026-01→02-28"]),
        ("quarterly:10", ["2025Q4→01-10"]),
        ("quarterly", []),
        ("half-yearly:20", ["2025H2→01-20"]),
        ("annual:01-31", ["2025→01-31"]),
    ],
)
def test_in_arrears_a_date_is_about_the_period_before(text: str, expected: list[str]) -> None:
    assert dates(text, date(2026, 1, 1), date(2026, 2, 28), in_arrears=True) == expected


def test_the_day_of_a_quarter_or_half_lies_in_its_last_month_and_in_arrears_in_its_first() -> None:
    assert dates("half-yearly:20", *YEAR) == ["2026H1→06-20", "2026H2→12-20"]
    assert dates("half-yearly:20", *YEAR, in_arrears=True) == ["2025H2→01-20", "2026H1→07-20"]
    assert dates("quarterly:10", *YEAR, in_arrears=True) == [
        "2025Q4→01-10",
        "2026Q1→04-10",
        "2026Q2→07-10",
        "2026Q3→10-10",
    ]


def test_weeks_go_from_monday_and_over_the_turn_of_the_year() -> None:
    turn = date(2025, 12, 29), date(2026, 1, 11)

    assert dates("weekly:fri-pm", *turn) == ["2026-W01→01-02", "2026-W02→01-09"]
    assert dates("weekly:mon", *turn) == ["2026-W01→12-29", "2026-W02→01-05"]
    assert dates("weekly:sun", *turn) == ["2026-W01→01-04", "2026-W02→01-11"]
    assert dates("weekly", *turn) == dates("weekly:fri", *turn)


@settings(max_examples=60)
@given(CADENCES, DAYS_OF_2026, DAYS_OF_2026, st.booleans())
def test_a_window_has_the_years_dates_that_lie_in_it_in_order(
    text: str, one: date, other: date, in_arrears: bool
) -> None:
    first, last = min(one, other), max(one, other)

    within = list(Cadence.parse(text).dates(first, last, in_arrears))

    whole = Cadence.parse(text).dates(*YEAR, in_arrears=in_arrears)
    assert within == [(period, day) for period, day in whole if first <= day <= last]
    assert [day for _, day in within] == sorted({day for _, day in within})


@given(CADENCES, DAYS_OF_2026)
def test_the_span_of_a_date_ends_with_its_period(text: str, day: date) -> None:
    cadence = Cadence.parse(text)

    for period, stated in cadence.dates(day, day):
        assert cadence.span_end(stated) == Period.containing(period.span, stated).last
