"""Workdays: the State Council's days of 2026 one by one, a bureau's own table, and a year without any."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.workdays import Workdays, WorkdayTableError, YearTable, load_workdays
from support.strategies import DAY, DAYS, days_between, works

NOTICE = Workdays()


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_weekend_day_that_works_is_a_workday_and_does_not_move(day: str) -> None:
    found = date.fromisoformat(day)

    assert found.weekday() >= 5
    assert NOTICE.is_workday(found)
    assert NOTICE.on_or_after(found) == NOTICE.on_or_before(found) == found


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-10-01", "国庆节"),
        ("2026-10-03", "国庆节"),
        ("2026-02-23", "春节"),
        ("2026-10-10", ""),
        ("2026-10-11", ""),
        ("2026-10-12", ""),
        ("2027-10-01", ""),
    ],
)
def test_a_day_off_has_its_holidays_name_where_the_table_knows_it(day: str, name: str) -> None:
    assert NOTICE.holiday(date.fromisoformat(day)) == name


def test_a_day_the_bureau_works_on_is_no_holiday_whatever_the_notice_says() -> None:
    own = Workdays({2026: YearTable(off={date(2026, 10, 12)})})

    assert own.holiday(date(2026, 10, 1)) == ""
    assert own.holiday(date(2026, 10, 12)) == ""


@pytest.mark.parametrize(
    ("day", "later", "earlier"),
    [
        ("2026-10-05", "2026-10-08", "2026-09-30"),
        ("2026-05-05", "2026-05-06", "2026-04-30"),
        ("2026-02-15", "2026-02-24", "2026-02-14"),
        ("2026-02-20", "2026-02-24", "2026-02-14"),
        ("2026-02-28", "2026-02-28", "2026-02-28"),
        ("2026-10-11", "2026-10-12", "2026-10-10"),
        ("2026-01-01", "2026-01-04", "2025-12-31"),
    ],
)
def test_a_day_off_has_a_workday_on_each_side(day: str, later: str, earlier: str) -> None:
    found = date.fromisoformat(day)

    assert (str(NOTICE.on_or_after(found)), str(NOTICE.on_or_before(found))) == (later, earlier)


@pytest.mark.parametrize("day", ["2026-01-02", "2026-02-20", "2026-05-01", "2026-06-19", "2026-09-25", "2026-10-02"])
def test_these_fridays_of_2026_are_off(day: str) -> None:
    assert date.fromisoformat(day).weekday() == 4
    assert not NOTICE.is_workday(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "by", "then"),
    [
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-10-08", -1, "2026-09-30"),
        ("2026-10-09", 1, "2026-10-10"),
        ("2026-10-09", 2, "2026-10-12"),
        ("2026-10-05", 1, "2026-10-08"),
        ("2026-10-05", -1, "2026-09-30"),
        ("2026-10-05", 0, "2026-10-05"),
        ("2026-02-24", -3, "2026-02-12"),
    ],
)
def test_it_shifts_by_workdays(day: str, by: int, then: str) -> None:
    assert NOTICE.shifted(date.fromisoformat(day), by) == date.fromisoformat(then)


@given(DAYS, st.integers(-20, 20).filter(bool))
def test_shifting_lands_on_a_workday_with_that_many_workdays_in_between(day: date, by: int) -> None:
    then = NOTICE.shifted(day, by)

    passed = days_between(day + DAY, then) if by > 0 else days_between(then, day - DAY)
    assert works(then)
    assert sum(works(one) for one in passed) == abs(by)


@given(DAYS, st.integers(0, 60) | st.integers(61, 900))
def test_between_counts_the_workdays_after_the_first_day(first: date, length: int) -> None:
    last = first + DAY * length

    assert NOTICE.between(first, last) == sum(works(day) for day in days_between(first + DAY, last))
    assert NOTICE.between(last, first) == -NOTICE.between(first, last)


def test_a_bureaus_table_wins_over_the_built_in_one() -> None:
    own = Workdays({2026: YearTable(off={date(2026, 11, 2)}, work={date(2026, 11, 7)})})

    assert not own.is_workday(date(2026, 11, 2))
    assert own.is_workday(date(2026, 11, 7))
    # The whole year is the bureau's: what its table does not name is Monday to Friday.
    assert own.is_workday(date(2026, 10, 5))
    assert not own.is_workday(date(2026, 10, 10))
    assert not own.is_workday(date(2025, 10, 5))


def test_a_year_without_a_table_is_monday_to_friday_and_says_so() -> None:
    week = days_between(date(2027, 2, 1), date(2027, 2, 7))

    assert [NOTICE.is_workday(day) for day in week] == [True] * 5 + [False] * 2
    assert NOTICE.years_without_table(date(2026, 7, 1), date(2028, 1, 1)) == [2027, 2028]
    assert NOTICE.warnings(date(2026, 12, 1), date(2027, 1, 31)) == [
        "2027年的放假安排还没有录入，暂按周一至周五为工作日推算；国务院通知公布后请补录。"
    ]
    assert NOTICE.warnings(date(2026, 1, 1), date(2026, 12, 31)) == []


def test_a_table_for_the_year_ends_the_warning(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text("off:\n  - 2027-02-05\nwork:\n  - 2027-02-06\n", encoding="utf-8")
    (tmp_path / "说明.yaml").write_text("不是年份的文件不读", encoding="utf-8")

    loaded = load_workdays(sorted(tmp_path.glob("*.yaml")))

    assert loaded.warnings(date(2027, 1, 1), date(2027, 12, 31)) == []
    assert not loaded.is_workday(date(2027, 2, 5))
    assert loaded.is_workday(date(2027, 2, 6))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("off: [2027-02-30]", "读不懂"),
        ("off: 春节", "读不懂"),
        ("holidays: [2027-02-05]", "读不懂"),
        ("off: [", "读不懂"),
        ("- 2027-02-05", "读不懂"),
        ("off: [2026-02-05]", "里有别的年份的日期：2026-02-05。"),
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, written: str, told: str) -> None:
    (tmp_path / "2027.yaml").write_text(written, encoding="utf-8")

    with pytest.raises(WorkdayTableError, match=r"2027\.yaml") as broken:
        load_workdays([tmp_path / "2027.yaml"])

    assert told in str(broken.value)


def test_an_empty_table_means_a_year_without_exceptions(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text("", encoding="utf-8")

    assert load_workdays([tmp_path / "2027.yaml"]).has_table(2027)
