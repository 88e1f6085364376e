"""A year's days off, read from what a clerk pastes."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.workday_notice import NoticeRefused, file_of, read_year
from plans.workdays import YearTable

NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。2月13日（周六）、2月21日（周日）上班。
三、中秋节：9月15日放假1天。
"""


def days(*written: str) -> list[date]:
    return [date.fromisoformat(f"2027-{day}") for day in written]


def test_the_notice_itself_is_read() -> None:
    read = read_year(NOTICE, 2027)
    assert read.off == days("01-01", "02-05", "02-08", "02-09", "02-10", "02-11", "09-15")
    assert read.work == days("02-13", "02-21")
    assert read.notes == ()


@pytest.mark.parametrize(
    ("text", "off", "work"),
    [
        ("2027-01-01 放假\n2027.2.13 上班", ["01-01"], ["02-13"]),
        ("10月1日-7日放假；9月25日、10月9日补班", ["10-01", "10-04", "10-05", "10-06", "10-07"], ["09-25", "10-09"]),
        ("4月30日至5月3日放假", ["04-30", "05-03"], []),
        ("９月１５日、16日放假", ["09-15", "09-16"], []),
        ("off: [2027-03-01]\nwork: [2027-03-06]\n", ["03-01"], ["03-06"]),
    ],
)
def test_other_ways_of_writing_are_read(text: str, off: list[str], work: list[str]) -> None:
    read = read_year(text, 2027)
    assert (read.off, read.work) == (days(*off), days(*work))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1月1日放假。2月4日上班", "2月4日不是周末，本来就上班。"),
        ("1月1日放假。2026年12月31日放假", "2026年12月31日不是2027年的，没有收。"),
        ("1月1日放假。2月30日放假", "没有2月30日这一天，没有收。"),
        ("1月1日放假。5月9日至5月1日放假", "“5月9日至5月1日”看不懂，没有收。"),
        ("1月1日放假。6月1日", "6月1日后面没有写放假还是上班，没有收。"),
    ],
)
def test_what_is_doubtful_is_told_and_left_out(text: str, note: str) -> None:
    read = read_year(text, 2027)
    assert read.notes == (note,)
    assert (read.off, read.work) == (days("01-01"), [])


@pytest.mark.parametrize("text", ["", "没有日期", "off: [soon]", "off: {}", "1月1日", "2026-01-01放假", "字" * 20_001])
def test_nothing_is_made_up_where_nothing_can_be_read(text: str) -> None:
    with pytest.raises(NoticeRefused):
        read_year(text, 2027)


def test_a_day_that_is_both_is_refused() -> None:
    with pytest.raises(NoticeRefused, match="2月13日既放假又上班"):
        read_year("2月13日放假。2月13日上班", 2027)


OF_2027 = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@settings(max_examples=30, deadline=None)
@given(found=st.sets(OF_2027, min_size=1, max_size=30))
def test_what_is_kept_is_read_back_as_it_was(found: set[date]) -> None:
    off = {day for day in found if day.weekday() < 5}
    table = YearTable(off=off, work=found - off)
    assert read_year(file_of(table), 2027).table == table


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="1234年月日至、。放假上班:[]-\n off", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = read_year(text, 2027)
    except NoticeRefused:
        return
    assert all(day.year == 2027 for day in read.table.off | read.table.work)
