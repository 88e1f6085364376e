"""Periods: every edge of months, quarters, halves and years, and keys that come back as they were."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import Refused
from plans.periods import Period, PeriodError, Span, add_months, day_of_month
from support.strategies import DAYS

SPANS = st.sampled_from(Span)


@pytest.mark.parametrize(
    ("key", "first", "last", "label"),
    [
        ("2026-10-10", "2026-10-10", "2026-10-10", "2026年10月10日"),
        ("2026-W01", "2025-12-29", "2026-01-04", "2026年第1周"),
        ("2026-W53", "2026-12-28", "2027-01-03", "2026年第53周"),
        ("2026-02", "2026-02-01", "2026-02-28", "2026年2月"),
        ("2028-02", "2028-02-01", "2028-02-29", "2028年2月"),
        ("2026-12", "2026-12-01", "2026-12-31", "2026年12月"),
        ("2026Q1", "2026-01-01", "2026-03-31", "2026年一季度"),
        ("2026Q2", "2026-04-01", "2026-06-30", "2026年二季度"),
        ("2026Q3", "2026-07-01", "2026-09-30", "2026年三季度"),
        ("2026Q4", "2026-10-01", "2026-12-31", "2026年四季度"),
        ("2026H1", "2026-01-01", "2026-06-30", "2026年上半年"),
        ("2026H2", "2026-07-01", "2026-12-31", "2026年下半年"),
        ("2026", "2026-01-01", "2026-12-31", "2026年"),
    ],
)
def test_a_key_names_its_first_and_last_day(key: str, first: str, last: str, label: str) -> None:
    period = Period.parse(key)

    assert (str(period.first), str(period.last), period.label, str(period)) == (first, last, label, key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "2026H3",
        "2026H0",
        "2026Q5",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "2025-W53",
        "26H1",
        "2026h1",
        "2026H1 ",
        "2026年",
        "0000",
        "0001",
        "9999",
        "9999-12",
        "9999-12-31",
        "2026H1\n",
    ],
)
def test_anything_else_is_refused_with_what_to_write(key: str) -> None:
    with pytest.raises(PeriodError) as refused:
        Period.parse(key)

    assert str(refused.value) == f"“{key}”不是期间：请写成 2026-10、2026Q4、2026H2 或 2026。"
    assert isinstance(refused.value, Refused)


@given(SPANS, DAYS)
def test_every_day_lies_in_exactly_one_period_of_a_span(span: Span, day: date) -> None:
    period = Period.containing(span, day)

    assert day in period
    assert day not in period.next()
    assert day not in period.previous()
    assert period.first <= day <= period.last


@given(SPANS, DAYS)
def test_a_key_comes_back_as_the_same_period(span: Span, day: date) -> None:
    period = Period.containing(span, day)

    assert Period.parse(period.key) == period
    assert Period.parse(period.key).key == period.key


@given(SPANS, DAYS)
def test_periods_follow_each_other_without_a_gap(span: Span, day: date) -> None:
    period = Period.containing(span, day)

    assert period.next().first == period.last + timedelta(days=1)
    assert period.next().previous() == period
    assert period.previous() < period < period.next()


@pytest.mark.parametrize(
    ("whole", "span", "keys"),
    [
        ("2026H1", Span.QUARTER, ["2026Q1", "2026Q2"]),
        ("2026H2", Span.QUARTER, ["2026Q3", "2026Q4"]),
        ("2026H2", Span.MONTH, ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12"]),
        ("2026", Span.HALF, ["2026H1", "2026H2"]),
        ("2026-10", Span.MONTH, ["2026-10"]),
        ("2026-07", Span.WEEK, ["2026-W28", "2026-W29", "2026-W30", "2026-W31"]),
        ("2026-10", Span.HALF, []),
    ],
)
def test_it_splits_into_the_periods_that_begin_inside_it(whole: str, span: Span, keys: list[str]) -> None:
    assert [part.key for part in Period.parse(whole).split(span)] == keys


@pytest.mark.parametrize(
    ("day", "share"),
    [
        ("2025-06-30", 0.0),
        ("2025-12-31", 0.0),
        ("2026-01-01", 1 / 181),
        ("2026-03-31", 90 / 181),
        ("2026-06-30", 1.0),
        ("2026-12-31", 1.0),
    ],
)
def test_the_elapsed_share_counts_the_day_itself_and_stays_between_0_and_1(day: str, share: float) -> None:
    assert Period.parse("2026H1").elapsed(date.fromisoformat(day)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-06-30", 12, "2027-06-30"),
    ],
)
def test_months_are_added_and_the_31st_becomes_the_last_of_a_shorter_month(day: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


@given(DAYS, st.integers(1, 31))
def test_a_numbered_day_is_in_its_month_and_never_after_the_number(day: date, number: int) -> None:
    found = day_of_month(day, number)

    assert (found.year, found.month) == (day.year, day.month)
    assert found.day == number or (found.day < number and (found + timedelta(days=1)).day == 1)
