"""The grid of a month: whole weeks, every day of the month once, and what is special about a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import GAOQI, MONTHLY_REPORT, PATROL
from conftest import Begin
from flows.views.dates import Whose, list_of_day, month_of_days, sign_of, weeks_of
from flows.views.outbox import Sought, outbox
from plans.database import reading
from plans.periods import Period, Span
from plans.workdays import Workdays, YearTable

MONTHS = st.dates(date(2, 1, 1), date(9998, 12, 31)).map(lambda day: Period.containing(Span.MONTH, day))


@given(MONTHS)
def test_each_day_of_the_month_stands_in_the_grid_once_in_weeks_of_seven_from_monday(month: Period) -> None:
    weeks = weeks_of(month)
    days = [day for week in weeks for day in week]

    assert {len(week) for week in weeks} == {7}
    assert {week[0].weekday() for week in weeks} == {0}
    assert [day for day in days if day in month] == [
        month.first + timedelta(days=nth) for nth in range((month.last - month.first).days + 1)
    ]
    assert all(any(day in month for day in week) for week in weeks)


@pytest.mark.parametrize(
    ("day", "sign"),
    [("2026-10-01", "国庆节"), ("2026-10-10", "班"), ("2026-10-11", ""), ("2026-10-12", ""), ("2027-01-01", "")],
)
def test_only_what_is_unlike_other_days_of_the_week_has_a_sign(day: str, sign: str) -> None:
    assert sign_of(date.fromisoformat(day), Workdays()) == sign


def test_a_day_off_that_only_the_bureaus_own_table_knows_is_simply_off() -> None:
    own = Workdays({2027: YearTable(off={date(2027, 2, 8)}, work={date(2027, 2, 13)})})

    assert [sign_of(date(2027, 2, day), own) for day in (8, 9, 13, 14)] == ["休", "", "班", ""]


def test_a_month_a_day_and_the_outbox_are_asked_alike_of_both_databases(begin: Begin) -> None:
    runtime, today = begin(GAOQI, MONTHLY_REPORT, PATROL, on="2026-10-01 08:00"), date(2026, 10, 12)
    with reading(runtime.engine) as session:
        october, december = (
            [
                (one.day.day, [(entry.title, entry.told) for entry in one.entries])
                for one in month_of_days(session, runtime, Period.parse(month), Whose(office="创新股"), today)
                if one.entries
            ]
            for month in ("2026-10", "2026-12")
        )
        found = list_of_day(session, runtime, date(2026, 12, 10), Whose(), today, 1)
        nothing = outbox(session, Sought("failed", today, "李明"), 1)

    assert october == [(10, [("研发月报", "3家")]), (30, [("培育高新技术企业", "李明")])]
    assert december == [(10, [("研发月报", "3家")]), (31, [("培育高新技术企业", "李明")])]
    assert (found.own.total, [entry.title for entry in found.ahead]) == (0, ["研发月报"])
    assert nothing.total == 0
