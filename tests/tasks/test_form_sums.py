"""Sums and parts of a form: what must hold holds, to the hundredth, and a blank is never taken for nought."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.form import check, derived_values, load_forms
from tasks.form_files import read_form
from tasks.form_model import Form

COSTS = """
key: costs
name: 费用表
fields:
  - {key: total, label: 合计, unit: 万元}
  - {key: pay, label: 人工, unit: 万元}
  - {key: goods, label: 材料, unit: 万元}
  - {key: other, label: 其他, unit: 万元, optional: true}
  - {key: public, label: 政府资金, unit: 万元, part_of: total, optional: true}
sums:
  - {total: total, parts: [pay, goods, other], tolerance: 0.02}
"""
HUNDREDTHS = st.decimals(0, 10**8, places=2)


def form() -> Form:
    read = read_form(COSTS).form
    assert read
    return read


def faults(**typed: str) -> dict[str, str]:
    return check(form(), typed).faults


@given(pay=HUNDREDTHS, goods=HUNDREDTHS, other=HUNDREDTHS, off=st.integers(-5, 5))
def test_a_sum_holds_exactly_when_it_is_not_refused(pay: Decimal, goods: Decimal, other: Decimal, off: int) -> None:
    total = max(pay + goods + other + Decimal(off) / 100, Decimal(0))

    found = faults(total=str(total), pay=str(pay), goods=str(goods), other=str(other))

    assert (found == {}) == (abs(total - pay - goods - other) <= Decimal("0.02"))
    assert set(found) <= {"total"}


def test_what_is_off_is_named_with_the_difference() -> None:
    assert faults(total="10", pay="4", goods="5", other="0.5") == {
        "total": "合计应等于各项之和9.5万元，现在是10万元，相差0.5万元"
    }


@pytest.mark.parametrize(("total", "is_refused"), [("9", False), ("12", False), ("8.9", True)])
def test_a_part_left_open_may_be_the_rest_but_never_less_than_nothing(total: str, is_refused: bool) -> None:
    assert bool(faults(total=total, pay="4", goods="5")) == is_refused


def test_a_part_is_never_larger_than_its_whole() -> None:
    whole = {"total": "9", "pay": "4", "goods": "5", "other": "0"}

    assert faults(**whole, public="9") == {}
    assert faults(**whole, public="9.01") == {"public": "政府资金是合计的一部分，不能比它大"}


def test_no_sum_is_held_against_a_field_that_cannot_be_read() -> None:
    assert set(faults(total="十", pay="4", goods="5", other="0")) == {"total"}


@given(st.dictionaries(st.sampled_from(sorted(load_forms()["rd_monthly_full"].by_key)), st.text(max_size=12)))
def test_whatever_is_typed_anywhere_never_breaks_the_check(typed: dict[str, str]) -> None:
    full = load_forms()["rd_monthly_full"]

    checked = check(full, typed)

    assert checked.faults.keys() <= full.by_key.keys()
    assert checked.faults


def test_a_share_and_a_growth_are_computed_and_never_from_nothing() -> None:
    report = load_forms()["rd_monthly"]

    assert derived_values(report, {"cost_year": "60", "revenue_year": "480"}) == {"share": "12.5%"}
    assert derived_values(report, {"cost_year": "60", "revenue_year": "0"}) == {}
    assert derived_values(report, {"cost_year": "", "revenue_year": "480"}) == {}
