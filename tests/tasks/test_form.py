"""Forms: blank is missing and never zero, a ticked zero reply is an answer, and no number gets in that is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.form import Check, Field, Form, FormNotFound, check, load_forms

REPORT = load_forms()["rd_monthly"]
ANSWERS = {"staff": "12", "cost_month": "8.5", "cost_year": "60", "filler": "赵会计", "phone": "13900000001"}


def faults(**changed: str) -> dict[str, str]:
    return check(REPORT, ANSWERS | changed).faults


def kept(**changed: str) -> dict[str, str]:
    return check(REPORT, ANSWERS | changed).answers


def test_a_whole_answer_is_kept_as_it_was_typed() -> None:
    checked = check(REPORT, ANSWERS)

    assert checked.faults == {}
    assert checked.answers == ANSWERS | {"remark": "", "revenue_year": ""}


@pytest.mark.parametrize("blank", ["", "  ", "\n\t", "　"])
def test_blank_is_missing_and_not_zero(blank: str) -> None:
    checked = check(REPORT, ANSWERS | {"cost_month": blank})

    assert checked.faults == {"cost_month": "请填写本月研发费用"}
    assert checked.answers["cost_month"] == ""


def test_every_missing_field_is_told_at_once() -> None:
    assert check(REPORT, {}).faults == {
        "staff": "请填写研发人员",
        "cost_month": "请填写本月研发费用",
        "cost_year": "请填写1月至本月累计研发费用",
        "filler": "请填写填表人",
        "phone": "请填写联系电话",
    }


def test_a_zero_reply_is_an_answer_of_nought_but_someone_must_sign_it() -> None:
    signed = check(REPORT, {"zero": "on", "filler": "赵会计", "phone": "13900000001"})
    unsigned = check(REPORT, {"zero": "on"})

    assert signed.faults == {}
    assert [signed.answers[key] for key in ("zero", "staff", "cost_month", "cost_year")] == ["1", "0", "0", "0"]
    assert unsigned.faults == {"filler": "请填写填表人", "phone": "请填写联系电话"}


def test_a_form_without_a_zero_reply_takes_none() -> None:
    strict = REPORT.model_copy(update={"zero_reply": ""})

    assert set(check(strict, {"zero": "on"}).faults) == {"staff", "cost_month", "cost_year", "filler", "phone"}


def test_nought_typed_is_a_number_like_any_other() -> None:
    assert faults(cost_month="0") == {}
    assert kept(cost_month="0")["cost_month"] == "0"
    assert "zero" not in kept(cost_month="0")


@pytest.mark.parametrize(
    ("typed", "is_kept"),
    [
        ("8.5", "8.5"),
        (" 8.5 ", "8.5"),
        ("1,234.5", "1234.5"),
        ("1，234，567", "1234567"),
        ("１２．５", "12.5"),
        ("08.50", "8.50"),
        ("-0", "0"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_a_number_is_read_as_it_was_meant(typed: str, is_kept: str) -> None:
    assert faults(cost_year=typed, cost_month="0") == {}
    assert kept(cost_year=typed)["cost_year"] == is_kept


@pytest.mark.parametrize(
    "typed",
    ["NaN", "sNaN", "Infinity", "-inf", "1e3", "1e999", "1e-999999999999", "1_000", "0x10", "八", "8.5万", "½", "٣"],
)
def test_what_is_no_number_is_refused_with_the_unit(typed: str) -> None:
    assert faults(cost_year=typed) == {"cost_year": "1月至本月累计研发费用请填数字（单位：万元）"}


@pytest.mark.parametrize("typed", ["8,5", "8，5", "1,23,456", "1234,567", ",5", "5,", "8..5", "8 5", "."])
def test_a_comma_that_may_be_meant_for_a_point_is_asked_and_not_left_out(typed: str) -> None:
    assert faults(cost_year=typed) == {"cost_year": "1月至本月累计研发费用请填数字（单位：万元）"}


@pytest.mark.parametrize("typed", ["-1", "-0.01", "1000000000000", "9" * 400])
def test_a_number_out_of_all_reason_is_refused(typed: str) -> None:
    assert faults(cost_year=typed) == {"cost_year": "1月至本月累计研发费用请填不小于0的合理数字（单位：万元）"}


@pytest.mark.parametrize("typed", ["12.5万元", "12.5 万元", "１２．５万元", " 12.5　万元 "])
def test_the_fields_own_unit_may_be_typed_along(typed: str) -> None:
    assert kept(cost_month=typed)["cost_month"] == "12.5"


@pytest.mark.parametrize(
    ("typed", "unit"), [("125000元", "元"), ("125 千元", "千元"), ("0.001亿元", "亿元"), ("1,250元", "元")]
)
def test_another_unit_is_never_converted_silently(typed: str, unit: str) -> None:
    told = f"本月研发费用的单位是万元，这里写的是{unit}：请换算成万元再填"
    assert faults(cost_month=typed) == {"cost_month": told}


def test_a_unit_of_something_else_is_no_number() -> None:
    assert faults(cost_month="12家") == {"cost_month": "本月研发费用请填数字（单位：万元）"}


@pytest.mark.parametrize(("typed", "fault"), [("1.23456", True), ("1.2345", False), ("1.234500", False)])
def test_four_decimals_are_kept_and_no_more(typed: str, fault: bool) -> None:
    assert faults(cost_month=typed) == ({"cost_month": "本月研发费用最多填四位小数"} if fault else {})


def test_more_people_than_there_can_be_are_asked_back() -> None:
    assert faults(staff="100001") == {"staff": "研发人员不应超过100000人：请核对数字和单位"}
    assert faults(staff="100000") == {}


def test_a_loss_is_negative_where_the_form_allows_it() -> None:
    form = Form(key="f", name="表", fields=(Field(key="profit", label="利润", unit="万元", negative=True),))

    assert check(form, {"profit": "-12.5"}).answers == {"profit": "-12.5"}
    assert check(form, {"profit": "-1000000000000"}).faults == {"profit": "利润请填合理数字（单位：万元）"}


def test_people_come_whole() -> None:
    assert faults(staff="12.5") == {"staff": "研发人员请填整数"}
    assert faults(staff="12.0") == {}


@pytest.mark.parametrize(("length", "fault"), [(500, {}), (501, {"remark": "备注太长，请在500字以内"})])
def test_a_remark_has_room_for_500_characters(length: int, fault: dict[str, str]) -> None:
    assert faults(remark="字" * length) == fault


@pytest.mark.parametrize(
    ("month", "year", "fault"),
    [
        ("8.5", "8.5", {}),
        ("8.51", "8.5", {"cost_year": "累计研发费用不能小于本月研发费用"}),
        ("9", "10", {}),
        ("1,000", "999", {"cost_year": "累计研发费用不能小于本月研发费用"}),
    ],
)
def test_the_year_to_date_is_never_below_the_month(month: str, year: str, fault: dict[str, str]) -> None:
    assert faults(cost_month=month, cost_year=year) == fault


def test_a_check_waits_until_every_field_can_be_read() -> None:
    assert set(faults(cost_month="九", cost_year="1")) == {"cost_month"}


def test_a_check_on_a_field_left_open_says_nothing() -> None:
    form = Form(
        key="f",
        name="表",
        fields=(Field(key="whole", label="合计", optional=True), Field(key="part", label="其中", optional=True)),
        checks=(Check(at_least="whole", than="part", says="合计不能小于其中"),),
    )

    assert check(form, {"part": "5"}).faults == {}
    assert check(form, {"whole": "5"}).faults == {}
    assert check(form, {"whole": "4", "part": "5"}).faults == {"whole": "合计不能小于其中"}


@given(st.text(max_size=30) | st.from_regex(r"[\d,.\-eE+_ ]{1,12}", fullmatch=True))
def test_whatever_is_typed_is_a_plain_number_or_a_fault(typed: str) -> None:
    checked = check(REPORT, ANSWERS | {"cost_month": "0", "cost_year": typed})

    if checked.faults:
        assert list(checked.faults) == ["cost_year"]
    else:
        number = checked.answers["cost_year"]
        assert set(number) <= set("0123456789.")
        assert 0 <= Decimal(number) < 10**12


@pytest.mark.parametrize("key", load_forms())
def test_every_form_of_ours_shows_its_units_and_can_be_signed(key: str) -> None:
    form = load_forms()[key]

    assert form.key == key
    assert all(field.unit for field in form.fields if not field.text)
    assert {"filler", "phone"} <= form.by_key.keys()
    assert form.zero_reply or key == "gaoqi_annual"


def test_an_unknown_form_is_refused_with_those_there_are() -> None:
    with pytest.raises(FormNotFound, match="没有“rd_weekly”这张报表：可以用 gaoqi_annual、"):
        load_forms()["rd_weekly"]
