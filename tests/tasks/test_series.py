"""Series and units: cumulative readings become months, like is compared with like, and figures convert exactly."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tasking import read_figure
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Target
from plans.units import UnitMismatch, convert
from tasks.series import (
    CumulativeReading,
    Fall,
    MonthValue,
    RateHasNoMonths,
    cumulative_year_on_year,
    month_values,
    year_on_year,
)
from tasks.units import Growth, Points, growth, points

MONEY = st.sampled_from(["元", "千元", "万元", "亿元"])
COUNTED = st.sampled_from(["家", "个", "项", "人次", "%", "个百分点"])
FIGURES = st.decimals(min_value=-(10**12), max_value=10**12, places=4)


def read_off(month: str, value: str | int | Decimal, unit: str = "家", calibre: str = "") -> CumulativeReading:
    return CumulativeReading(Period.parse(month), Decimal(value), unit, calibre)


def told(*readings: CumulativeReading) -> list[str]:
    return [one.told if isinstance(one, Fall) else f"{one.label} {one.value}" for one in month_values(readings)]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([("2026-01", 1), ("2026-02", 3), ("2026-03", 3)], ["2026年1月 1", "2026年2月 2", "2026年3月 0"]),
        # The first reading of a year is its own, since January; no year leans on the one before.
        ([("2025-12", 9), ("2026-02", 2)], ["2025年1–12月 9", "2026年1–2月 2"]),
        # April is missing: one difference over both months.
        ([("2026-01", 1), ("2026-03", 2), ("2026-05", 6)], ["2026年1月 1", "2026年2–3月 1", "2026年4–5月 4"]),
        # The order of telling does not matter, a correction of the same month does.
        ([("2026-02", 5), ("2026-01", 1), ("2026-02", 4)], ["2026年1月 1", "2026年2月 3"]),
        (
            [("2026-01", 5), ("2026-02", 4), ("2026-03", 7)],
            ["2026年1月 5", "2026年2月累计4家，比上一次的5家还少：请核对。", "2026年2–3月 2"],
        ),
        ([], []),
    ],
)
def test_cumulative_readings_become_the_months_between_them(given_: list[tuple[str, int]], expected: list[str]) -> None:
    assert told(*(read_off(month, value) for month, value in given_)) == expected


def test_readings_of_different_calibres_never_meet() -> None:
    reported, audited = read_off("2026-01", 5, "亿元", "预报"), read_off("2026-02", 4, "亿元", "认定")

    assert [type(one) for one in month_values([reported, audited])] == [MonthValue, MonthValue]
    assert year_on_year(value("2027-01", "2027-01", "1", calibre="认定"), month_values([reported])) is None


def test_a_rate_has_no_months() -> None:
    with pytest.raises(RateHasNoMonths, match="比率"):
        month_values([read_off("2026-01", "2.1", "%")])


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12), st.data())
def test_the_months_of_a_rising_series_add_up_to_its_last_reading(monthly: list[int], data: st.DataObject) -> None:
    readings = [read_off(f"2026-{n:02}", sum(monthly[:n])) for n in range(1, len(monthly) + 1)]
    kept = data.draw(st.lists(st.sampled_from(readings), min_size=1, unique=True))

    found = month_values(kept)

    values = [one for one in found if isinstance(one, MonthValue)]
    assert len(values) == len(found) == len(kept)
    assert sum(one.value for one in values) == max(one.value for one in kept)
    assert [one.first for one in values[1:]] == [one.last.next() for one in values[:-1]]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_no_month_is_ever_negative_and_every_reading_is_accounted_for(totals: list[int]) -> None:
    found = month_values([read_off(f"2026-{n:02}", total) for n, total in enumerate(totals, start=1)])

    assert len(found) == len(totals)
    assert all(one.value >= 0 for one in found if isinstance(one, MonthValue))
    highest = [max(totals[:n]) for n in range(1, len(totals) + 1)]
    assert [isinstance(one, Fall) for one in found] == [now < top for now, top in zip(totals, highest, strict=True)]


def value(first: str, last: str, amount: str, unit: str = "亿元", calibre: str = "") -> MonthValue:
    return MonthValue(Period.parse(first), Period.parse(last), Decimal(amount), unit, calibre)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (value("2025-01", "2025-03", "2"), Growth(Decimal("50.00"))),
        (value("2025-01", "2025-03", "20000", "万元"), Growth(Decimal("50.00"))),
        (value("2025-01", "2025-03", "4"), Growth(Decimal("-25.00"))),
        (value("2025-01", "2025-03", "0"), None),
        (value("2025-01", "2025-02", "2"), None),
        (value("2025-02", "2025-03", "2"), None),
        (value("2024-01", "2024-03", "2"), None),
        (value("2025-01", "2025-03", "2", calibre="预报"), None),
        (value("2025-01", "2025-03", "2", "家"), None),
        (Fall(Period.parse("2025-03"), Decimal(1), Decimal(2), "亿元"), None),
    ],
)
def test_a_year_is_compared_with_the_same_months_of_the_one_before(
    before: MonthValue | Fall, expected: Growth | None
) -> None:
    assert year_on_year(value("2026-01", "2026-03", "3"), [before]) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (read_off("2026-10", 3, "亿元"), read_off("2025-10", 20000, "万元"), Growth(Decimal("50.00"))),
        (read_off("2026-10", "2.1", "%"), read_off("2025-10", "1.9", "%"), Points(Decimal("0.2"))),
        (read_off("2026-10", 3), read_off("2025-09", 2), None),
        (read_off("2026-10", 3, "家"), read_off("2025-10", 2, "项"), None),
        (read_off("2026-10", 3, calibre="网报"), read_off("2025-10", 2, calibre="认定"), None),
    ],
)
def test_amounts_grow_by_percent_and_rates_by_points(
    now: CumulativeReading, before: CumulativeReading, expected: Growth | Points | None
) -> None:
    assert cumulative_year_on_year(now, before) == expected


def test_percent_and_points_cannot_be_compared() -> None:
    percent: Any = Growth(Decimal(5))

    assert percent != Points(Decimal(5))
    with pytest.raises(TypeError):
        assert percent < Points(Decimal(5))


@pytest.mark.parametrize(
    ("change", "label"),
    [
        (Growth(Decimal("4.7")), "增长4.7%"),
        (Growth(Decimal("-9.2")), "下降9.2%"),
        (Points(Decimal("1.20")), "提高1.2个百分点"),
        (Points(Decimal(-2)), "降低2个百分点"),
        (Growth(Decimal(0)), "持平"),
    ],
)
def test_a_change_is_told_as_what_it_is(change: Growth | Points, label: str) -> None:
    assert change.label == label


@given(FIGURES, MONEY, MONEY)
def test_money_converts_exactly_there_and_back(figure: Decimal, one: str, other: str) -> None:
    assert convert(convert(figure, one, other), other, one) == figure


@given(FIGURES, COUNTED, MONEY | COUNTED)
def test_what_is_counted_never_converts(figure: Decimal, one: str, other: str) -> None:
    if one == other:
        assert convert(figure, one, other) == figure
    else:
        with pytest.raises(UnitMismatch):
            convert(figure, one, other)


@given(st.decimals(min_value=-100, max_value=100, places=2), st.decimals(min_value=1, max_value=100, places=2))
def test_growth_and_points_are_the_arithmetic_of_the_page(now: Decimal, before: Decimal) -> None:
    assert growth(now, before) == Growth(round((now / before - 1) * 100, 2))
    assert points(now, before) == Points(now - before)


def target(unit: str) -> Target:
    return Target(item_id=1, indicator="成交额", unit=unit)


@pytest.mark.parametrize(
    ("typed", "unit", "figure"),
    [
        ("3200万元", "亿元", "0.32"),
        ("3,200 万元", "亿元", "0.32"),
        ("３２００万元", "亿元", "0.32"),
        ("0.32亿元", "亿元", "0.32"),
        ("0.32亿", "亿元", "0.32"),
        ("0.32", "亿元", "0.32"),
        ("1234.5千元", "万元", "123.45"),
        ("2亿", "万元", "20000"),
        ("1.5", "家", "1.5"),
        ("12家", "家", "12"),
        ("1.2万家", "家", "12000"),
        ("-4.7%", "%", "-4.7"),
        ("1，234", "", "1234"),
        ("1e3", "家", "1000"),
    ],
)
def test_a_figure_may_be_typed_with_its_unit(typed: str, unit: str, figure: str) -> None:
    assert read_figure(typed, target(unit)) == Decimal(figure)


@pytest.mark.parametrize(
    ("typed", "unit", "why"),
    [
        ("3200万元", "家", "“成交额”的数值“3200万元”不能换算成“家”：请按“家”填数字。"),
        ("5项", "家", "“成交额”的数值“5项”不能换算成“家”：请按“家”填数字。"),
        ("2个百分点", "%", "“成交额”的数值“2个百分点”不能换算成“%”：请按“%”填数字。"),
        ("3元", "亿元", "“成交额”的数值“3元”换成“亿元”超过四位小数，会丢掉尾数：请四舍五入后再填。"),
        ("0.00001", "亿元", "“成交额”的数值“0.00001”超过四位小数，会丢掉尾数：请四舍五入后再填。"),
        ("三家", "家", "“成交额”请填数字（单位：家）。"),
        ("", "家", "“成交额”请填数字（单位：家）。"),
        ("1,2", "家", "“成交额”请填数字（单位：家）。"),
        ("9" * 41, "家", "“成交额”请填数字（单位：家）。"),
        ("1e99", "家", "“成交额”的数字太大了，请检查单位（家）。"),
        ("99999999亿", "元", "“成交额”的数字太大了，请检查单位（元）。"),
    ],
)
def test_a_figure_that_does_not_fit_is_refused_with_both_units(typed: str, unit: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read_figure(typed, target(unit))

    assert str(refused.value) == why


@given(st.text(max_size=45), st.sampled_from(["亿元", "家", "%", ""]))
def test_whatever_is_typed_becomes_a_figure_or_is_refused(typed: str, unit: str) -> None:
    with contextlib.suppress(Refused):
        figure = read_figure(typed, target(unit))
        assert figure == round(figure, 4)
