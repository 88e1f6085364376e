"""A roster file is read: columns by meaning, values in one form, and what is wrong told with row and quote."""

import pytest

from plans.errors import Refused
from plans.reading.model import Severity
from plans.reading.opening import open_source
from plans.reading.tables.columns import named_field
from plans.roster.checking import read_roster
from plans.roster.fields import read_field, roster_columns
from plans.roster.reading import RosterReading
from support.grids import source
from support.rosters import a_code, excel


def read(picture: str) -> RosterReading:
    return read_roster(source("云溪县企业名册", picture))


def told(reading: RosterReading) -> list[str]:
    return [str(problem) for problem in reading.problems]


@pytest.mark.parametrize(("name", "example"), [(name, one.example) for name, one in roster_columns().items()])
def test_every_example_is_taken_for_its_field(name: str, example: str) -> None:
    assert named_field(example, roster_columns()) == name


@pytest.mark.parametrize(("name", "label"), [(name, one.label) for name, one in roster_columns().items()])
def test_what_is_written_over_a_column_is_read_as_that_column(name: str, label: str) -> None:
    assert named_field(label, roster_columns()) == name


def test_the_header_is_found_below_titles() -> None:
    found = read(
        "云溪县重点企业名册|<|<\n2026年10月制|<|<\n序号|单位名称|联系电话\n1|云溪精工有限公司|13900000001\n合计|1家|"
    )
    assert [(row.row, dict(row.values)) for row in found.rows] == [
        (4, {"name": "云溪精工有限公司", "phone": "13900000001"})
    ]


def test_amounts_are_converted_exactly_and_told() -> None:
    found = read("企业名称|信用代码|2025年研发费用（千元）\n甲有限公司||1,234.5\n乙有限公司||3亿元")
    assert [row.of("weight") for row in found.rows] == ["123.45", "30000"]
    assert "“2025年研发费用（千元）”的数都换算成了万元。" in told(found)[0]


def test_amounts_without_a_unit_are_taken_for_wan_and_told() -> None:
    found = read("企业名称|信用代码|研发费用\n甲有限公司||12")
    assert found.rows[0].of("weight") == "12"
    assert "没有写单位，按万元读取" in told(found)[0]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("phone", "13900000001.0", "13900000001"),
        ("phone", "０７９１－88880000", "0791-88880000"),
        ("email", "mailto:a＠b.example", "a@b.example"),
        ("first_month", "2026年10月", "2026-10"),
        ("first_month", "2026/1", "2026-01"),
        ("last_month", "202612", "2026-12"),
        ("last_month", "2026年10月31日", "2026-10"),
        ("certificate_on", "2023.11.2", "2023-11-02"),
        ("weight", "0", ""),
        ("agency", "无", ""),
    ],
)
def test_a_cell_has_one_form(field: str, typed: str, value: str) -> None:
    assert read_field(field, typed) == value
    assert read_field(field, value) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phone", "1.39E+10"),
        ("phone", "赵会计"),
        ("email", "a@b,c@d"),
        ("first_month", "2026-13"),
        ("first_month", "去年"),
        ("certificate_on", "2023-02-30"),
        ("weight", "约三百"),
        ("weight", "-1"),
        ("weight", "0.00001"),
        ("name", "长" * 201),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(field: str, typed: str) -> None:
    with pytest.raises(Refused, match="请"):
        read_field(field, typed)


def test_a_bad_cell_leaves_the_rest_of_its_row() -> None:
    found = read("企业名称|手机|邮箱\n甲有限公司|1.39E+10|a@b.example")
    assert dict(found.rows[0].values) == {"name": "甲有限公司", "email": "a@b.example"}
    problem = found.problems[-1]
    assert (problem.row, problem.column, problem.quote, problem.severity) == (2, "电话", "1.39E+10", Severity.ERROR)


def test_rows_are_numbered_as_in_the_worksheet() -> None:
    content = excel("企业名称 手机", "甲有限公司|", "|", "|", "乙有限公司|坏")
    found = read_roster(open_source("名册.xlsx", content))
    assert [row.row for row in found.rows] == [2, 5]
    assert found.problems[-1].row == 5


def test_the_same_enterprise_twice_is_read_once_and_told() -> None:
    code = a_code(1)
    found = read(f"企业名称|信用代码\n甲有限公司|{code}\n甲 有限公司|\n丙有限公司|{code.lower()}")
    assert [row.name for row in found.rows] == ["甲有限公司"]
    assert [line.partition("：")[0] for line in told(found)] == ["第3行企业名称", "第4行统一社会信用代码"]


def test_one_mail_for_several_proposes_one_agency() -> None:
    found = read("企业名称|会计|邮箱\n甲有限公司|郑|Z@a.example\n乙有限公司|郑|z@a.example\n丙有限公司|王|w@a.example")
    assert [(one.contact, one.names) for one in found.shared] == [("郑", ("甲有限公司", "乙有限公司"))]
    assert "是同一位代账会计吗" in told(found)[-1]


def test_a_named_agency_is_not_proposed_again() -> None:
    found = read("企业名称|邮箱|代账公司\n甲有限公司|z@a.example|好算\n乙有限公司|z@a.example|好算")
    assert found.shared == ()


def test_short_names_that_fit_several_are_told() -> None:
    found = read("企业名称|简称\n云溪精工有限公司|精工\n南昌精工机械有限公司|\n星火|")
    lines = told(found)
    assert any("简称“精工”也可以指“南昌精工机械有限公司”" in line for line in lines)
    assert any("“星火”像是简称" in line for line in lines)


def test_a_merged_agency_counts_for_all_its_rows() -> None:
    found = read("企业名称|代账公司\n甲有限公司|好算公司\n乙有限公司|^")
    assert [row.of("agency") for row in found.rows] == ["好算公司", "好算公司"]


def test_an_end_before_the_beginning_is_not_read() -> None:
    found = read("企业名称|起报月份|停报月份\n甲有限公司|2026-10|2026-09")
    assert "last_month" not in found.rows[0].values
    assert "停报月份 2026-09 在起报月份 2026-10 之前" in told(found)[-1]


def test_a_file_without_names_says_so() -> None:
    found = read("项目|金额\n甲|1")
    assert found.rows == ()
    assert any("没有读到企业" in line for line in told(found))


def test_other_contacts_are_read_with_role_phone_and_mail() -> None:
    found = read("企业名称|其他联系人\n甲有限公司|王五(厂长) 13900000002 w@a.example; 赵六")
    assert found.rows[0].of("others") == "王五（厂长） 13900000002 w@a.example；赵六"
