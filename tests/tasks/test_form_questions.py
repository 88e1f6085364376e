"""Soft checks: what differs from before wants a written reason; what nobody knows is no alarm."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tasks.form import Asked, Before, check, derived_values, load_forms
from tasks.form_model import Swing, UnitSuspect, Vanished, suspected_unit

REPORT = load_forms()["rd_monthly"]
SIGNED = {"filler": "赵会计", "phone": "13900000001"}
TYPED = {"staff": "12", "cost_month": "80", "cost_year": "680", **SIGNED}
LAST = {"staff": "12", "cost_month": "85.5", "cost_year": "600"}
SEPTEMBER = Before(LAST, None, last_month_label="2026年9月", last_year_label="2025年10月")
AMOUNTS = st.decimals("0.01", 10**6, places=2)


def asked(before: Before = SEPTEMBER, **typed: str) -> list[Asked]:
    checked = check(REPORT, TYPED | typed, before)
    assert checked.faults == {}
    return list(checked.asked)


def keys(before: Before = SEPTEMBER, **typed: str) -> list[str]:
    return [one.key for one in asked(before, **typed)]


def test_a_month_like_the_last_is_not_asked_about() -> None:
    assert asked() == []


def test_nothing_before_is_no_alarm() -> None:
    assert asked(Before(), cost_month="99999", cost_year="99999") == []
    assert asked(Before({"cost_month": "", "cost_year": "待填"}, {}), cost_month="99999", cost_year="99999") == []


def test_a_figure_in_thousands_is_asked_about_by_its_unit_and_not_as_a_swing() -> None:
    [one] = [one for one in asked(cost_month="800", cost_year="1400") if one.field == "cost_month"]

    assert one.says == (
        "“本月研发费用”填了800万元，约为2026年9月85.5万元的10倍，是不是按千元填的？请以万元为单位，属实请写明原因"
    )


def test_a_swing_tells_both_figures_and_the_change() -> None:
    [one] = asked(cost_month="200", cost_year="800")

    assert (one.field, one.name) == ("cost_month", "reason:swing")
    assert one.says == "“本月研发费用”填了200万元，2026年9月是85.5万元，增长133.92%：请核对，属实请写明原因"


def test_research_that_falls_to_nothing_wants_a_reason() -> None:
    assert keys(cost_month="0", cost_year="600") == ["vanished"]


def test_a_year_to_date_below_last_months_wants_what_was_taken_back() -> None:
    assert keys(cost_year="580") == ["written_off"]
    kept = check(REPORT, TYPED | {"cost_year": "580", "reason:written_off": " 冲减上半年 多计的材料费 "}, SEPTEMBER)

    assert kept.open == ()
    assert kept.answers["reason:written_off"] == "冲减上半年 多计的材料费"


def test_a_year_to_date_that_does_not_add_up_is_asked_about() -> None:
    assert keys(cost_year="680.1") == []
    [one] = asked(cost_year="690")

    assert one.says.startswith("“1月至本月累计研发费用”填了690万元，2026年9月累计加上本月是680万元")


@pytest.mark.parametrize("reason", ["", "  ", "1", "。。。。", "12345", "<>", "字" * 501])
def test_what_is_no_reason_in_words_is_asked_for_again(reason: str) -> None:
    checked = check(REPORT, TYPED | {"cost_year": "580", "reason:written_off": reason}, SEPTEMBER)

    assert [one.key for one in checked.open] == ["written_off"]


def test_a_reason_nobody_asked_for_is_not_kept() -> None:
    checked = check(REPORT, TYPED | {"reason:swing": "去年的原因", "reason:other": "别的"}, SEPTEMBER)

    assert not [key for key in checked.answers if key.startswith("reason:")]


def test_a_question_waits_until_its_own_field_can_be_read_and_no_longer() -> None:
    checked = check(REPORT, TYPED | {"cost_month": "八十", "cost_year": "580"}, SEPTEMBER)

    assert set(checked.faults) == {"cost_month"}
    assert [one.key for one in checked.asked] == ["written_off"]


def test_in_january_the_year_to_date_begins_anew() -> None:
    january = Before(LAST, None, begins_year=True)

    assert keys(january, cost_month="80", cost_year="80") == []
    assert keys(january, cost_month="80", cost_year="95") == ["adds_up"]


def test_a_year_ago_is_looked_at_by_those_that_say_so() -> None:
    october = Before(None, {"cost_year": "68"}, last_year_label="2025年10月")

    [one] = asked(october)

    assert (one.key, "约为2025年10月68万元的10倍" in one.says) == ("unit_year", True)
    assert derived_values(REPORT, {"cost_year": "81.6"}, october)["growth"] == "增长20%"


@given(before=AMOUNTS, now=AMOUNTS, share=st.decimals("0.01", 3, places=2), floor=st.decimals(0, 100, places=1))
def test_a_swing_is_asked_about_exactly_beyond_its_share_and_floor(
    before: Decimal, now: Decimal, share: Decimal, floor: Decimal
) -> None:
    swing = Swing(kind="swing", key="s", field="cost_month", share=share, floor=floor)

    beyond = now > before + share * before or now < before - share * before
    assert swing.asks(now, before) == (beyond and max(now, before) - min(now, before) >= floor)
    assert not swing.asks(before + share * before, before)


@given(
    before=st.decimals(1, 10**5, places=1),
    factor=st.sampled_from([10, 1000, 10**4]),
    up=st.booleans(),
    off=st.decimals("0.7", "1.3", places=3),
)
def test_a_unit_is_suspected_within_a_fifth_of_a_power_of_ten(
    before: Decimal, factor: int, up: bool, off: Decimal
) -> None:
    suspect = UnitSuspect(kind="unit_suspect", key="u", field="cost_month")
    times = Decimal(factor) if up else 1 / Decimal(factor)
    now = before * times * off

    assert suspect.asks(now, before) == (Decimal("0.8") <= off <= Decimal("1.2"))


@given(now=AMOUNTS, before=AMOUNTS)
def test_nothing_vanishes_that_is_there(now: Decimal, before: Decimal) -> None:
    vanished = Vanished(kind="vanished", key="v", field="cost_month", floor=Decimal(5))

    assert not vanished.asks(now, before)
    assert vanished.asks(Decimal(0), before) == (before >= 5)


@pytest.mark.parametrize(
    ("unit", "factor", "suspect"),
    [
        ("万元", "10", "千元"),
        ("万元", "10000", "元"),
        ("万元", "0.0001", "亿元"),
        ("千元", "1000", "元"),
        ("千元", "0.1", "万元"),
        ("万元", "1000", "别的单位"),
        ("元", "10", "别的单位"),
    ],
)
def test_the_suspected_unit_is_one_that_people_use(unit: str, factor: str, suspect: str) -> None:
    assert suspected_unit(unit, Decimal(factor)) == suspect


@pytest.mark.parametrize("kept", ["9" * 40, "0." + "0" * 60 + "1", "1,000", "-", "NaN", "1e5"])
def test_what_would_not_be_taken_today_is_no_figure_to_compare_with(kept: str) -> None:
    before = Before({"cost_month": kept}, {"cost_year": kept})

    assert asked(before) == []
    assert derived_values(REPORT, {"cost_year": "60", "revenue_year": kept}, before) == {}


@given(typed=st.text(max_size=12), month=st.text(max_size=8), year=st.text(max_size=8))
def test_hostile_earlier_answers_are_no_figures_and_break_nothing(typed: str, month: str, year: str) -> None:
    assume(typed.strip())
    before = Before({"cost_month": month, "cost_year": year}, {"cost_month": year})

    checked = check(REPORT, TYPED | {"cost_month": typed}, before)

    assert checked.faults.keys() <= {"cost_month", "cost_year"}


class TestZeroReply:
    def test_the_year_to_date_stays_where_it_was(self) -> None:
        checked = check(REPORT, {"zero": "1", **SIGNED}, Before({"cost_month": "0", "cost_year": "300.0"}))

        assert checked.faults == {}
        assert [checked.answers[key] for key in ("staff", "cost_month", "cost_year")] == ["0", "0", "300"]
        assert checked.asked == ()

    def test_in_january_it_is_nought(self) -> None:
        checked = check(
            REPORT, {"zero": "1", **SIGNED}, Before({"cost_month": "0", "cost_year": "300"}, begins_year=True)
        )

        assert checked.answers["cost_year"] == "0"

    def test_where_nobody_knows_it_what_is_typed_counts(self) -> None:
        assert check(REPORT, {"zero": "1", **SIGNED, "cost_year": "300"}).answers["cost_year"] == "300"
        assert check(REPORT, {"zero": "1", **SIGNED}).answers["cost_year"] == "0"
        assert set(check(REPORT, {"zero": "1", **SIGNED, "cost_year": "三百"}).faults) == {"cost_year"}

    def test_it_is_asked_why_there_is_nothing_after_a_month_with_some(self) -> None:
        checked = check(REPORT, {"zero": "1", **SIGNED}, SEPTEMBER)

        assert [one.says for one in checked.open] == ["“本月研发费用”2026年9月有85.5万元，这次没有了：请写明原因"]

    def test_what_stays_is_typed_as_ever(self) -> None:
        checked = check(REPORT, {"zero": "1", **SIGNED, "revenue_year": "480"}, SEPTEMBER)

        assert checked.answers["revenue_year"] == "480"


class TestOneOfTwo:
    def test_the_month_follows_from_the_year_to_date(self) -> None:
        checked = check(REPORT, TYPED | {"cost_month": "", "cost_year": "680.5"}, SEPTEMBER)

        assert (checked.faults, checked.asked) == ({}, ())
        assert (checked.answers["cost_month"], checked.answers["computed"]) == ("80.5", "cost_month")

    def test_the_year_to_date_follows_from_the_month(self) -> None:
        checked = check(REPORT, TYPED | {"cost_year": ""}, SEPTEMBER)

        assert (checked.answers["cost_year"], checked.answers["computed"]) == ("680", "cost_year")

    @pytest.mark.parametrize("before", [Before(), Before({"cost_month": "5"})])
    def test_nothing_follows_from_what_nobody_knows(self, before: Before) -> None:
        assert set(check(REPORT, TYPED | {"cost_month": ""}, before).faults) == {"cost_month"}

    def test_a_negative_month_is_never_computed(self) -> None:
        assert set(check(REPORT, TYPED | {"cost_month": "", "cost_year": "580"}, SEPTEMBER).faults) == {"cost_month"}

    def test_nothing_follows_from_two_blanks(self) -> None:
        checked = check(REPORT, TYPED | {"cost_month": "", "cost_year": ""}, SEPTEMBER)

        assert set(checked.faults) == {"cost_month", "cost_year"}
