"""Days as people write them become a cadence, or a question; never a guess."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.cadence import Cadence
from plans.reading.dates import DateRule, cadence_of_deadline, due_of, load_date_rules

RULES = load_date_rules()
DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))
MEANING = [(name, rule) for group in ("days", "rhythms") for name, rule in RULES[group].items()]


@pytest.mark.parametrize("rule", [rule for _, rule in MEANING], ids=[name for name, _ in MEANING])
def test_every_way_of_writing_means_what_its_rule_says(rule: DateRule) -> None:
    assert cadence_of_deadline(rule.example, "2026") == rule.means


@pytest.mark.parametrize("name", RULES["questions"])
def test_every_question_is_asked_for_its_example(name: str) -> None:
    rule = RULES["questions"][name]

    due = due_of(rule.example, "2026")

    assert due.cadence is None
    assert rule.asks in due.question
    assert rule.example in due.question


@pytest.mark.parametrize(
    ("words", "cadence"),
    [
        ("6月15日前", "once:2026-06-15"),
        ("２０２６年１２月底前完成", "once:2026-12-31"),
        ("2026-09-30 00:00:00", "once:2026-09-30"),
        ("二〇二六年九月三十日", "once:2026-09-30"),
        ("26年9月底", "once:2026-09-30"),
        ("46295", "once:2026-09-30"),
        ("9/30", "once:2026-09-30"),
        ("9月10日", "once:2026-09-10"),
        ("2月底", "once:2026-02-28"),
        ("2028年2月底", "once:2028-02-29"),
        ("全年", "once:2026-12-31"),
        ("今年年底", "once:2026-12-31"),
        ("2026年全年", "once:2026-12-31"),
        ("2026年", "once:2026-12-31"),
        ("3月10日24时前", "once:2026-03-10"),
        ("2025年12月-2026年3月", "once:2026-03-31"),
        ("2026年1月至12月", "once:2026-12-31"),
        ("7月1日—9月30日", "once:2026-09-30"),
        ("2026年1-12月", "once:2026-12-31"),
        ("每月10日前", "monthly:10"),
        ("每季度末", "quarterly"),
        ("每周五", "weekly:fri"),
        ("每周五下午", "weekly:fri-pm"),
        ("每年5月底前", "annual:05-31"),
        ("月", "monthly"),
        ("每週五", "weekly:fri"),
        ("6月、12月", "half-yearly"),
        ("3月底、6月底、9月底、12月底", "quarterly"),
    ],
)
def test_in_a_plan_of_2026(words: str, cadence: str) -> None:
    assert due_of(words, "2026").cadence == cadence


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("6月15日前", None),
        ("6月15日前", "20_H1"),
        ("6月15日前", "2026H2"),
        ("2月30日", "2026"),
        ("2026年13月", "2026"),
        ("6月、9月", "2026"),
        ("9月10日、20日", "2026"),
        ("收到通知后10个工作日内", "2026"),
        ("按省厅通知", "2026"),
        ("9月初", "2026"),
        ("2026年春节前", "2026"),
        ("月底", "2026"),
        ("9-10", "2026"),
        ("20_年9月底", "2026"),
    ],
)
def test_what_is_not_certain_is_asked_with_its_words(words: str, period: str | None) -> None:
    due = due_of(words, period)

    assert due.cadence is None
    assert words in due.question


def test_the_year_of_the_plan_is_taken_where_the_day_lies_inside_the_plan() -> None:
    assert cadence_of_deadline("9月底", "2026H2") == "once:2026-09-30"
    assert cadence_of_deadline("9月底", "2027Q3") == "once:2027-09-30"
    assert cadence_of_deadline("9月底、12月底", "2026H2") == "quarterly"


def test_a_year_that_is_written_is_kept_wherever_it_lies() -> None:
    assert cadence_of_deadline("2027年3月底", "2026H2") == "once:2027-03-31"
    assert cadence_of_deadline("2027年3月底", None) == "once:2027-03-31"


def test_nothing_written_is_neither_a_date_nor_a_question() -> None:
    assert due_of(" ", "2026").cadence is None
    assert due_of(" ", "2026").question == ""


@given(
    DAYS, st.sampled_from(["%Y年{m}月{d}日", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.{m:02}.{d:02}", "%Y年%m月%d日前"])
)
def test_a_whole_date_comes_back_however_it_is_written(day: date, shape: str) -> None:
    words = day.strftime(shape).format(m=day.month, d=day.day)

    assert cadence_of_deadline(words, None) == f"once:{day}"


@given(DAYS)
def test_a_day_and_a_month_take_the_year_of_the_plan(day: date) -> None:
    assert cadence_of_deadline(f"{day.month}月{day.day}日前", str(day.year)) == f"once:{day}"


@given(DAYS)
def test_a_worksheet_s_count_of_days_comes_back(day: date) -> None:
    assert cadence_of_deadline(str((day - date(1899, 12, 30)).days), None) == f"once:{day}"


@given(
    st.text(alphabet="0123456789年月日底前每季度周、，-.~至末上下半一二三四十九 第", max_size=30),
    st.sampled_from(["2026", "2026H2", None]),
)
def test_any_words_give_a_cadence_that_can_be_read_or_a_question(words: str, period: str | None) -> None:
    due = due_of(words, period)

    if due.cadence:
        assert str(Cadence.parse(due.cadence)) == due.cadence
    else:
        assert bool(due.question) == bool(words.strip())
