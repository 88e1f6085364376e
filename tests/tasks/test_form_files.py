"""Form files: what is wrong with one is told by line, and a broken one takes only itself away."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.form import FormFileError, load_forms
from tasks.form_files import read_form

GOOD = """\
key: xuqiu
name: 需求表
fields:
  - {key: amount, label: 金额, unit: 万元, calibre: month}
  - {key: total, label: 累计, unit: 万元, calibre: year_to_date, of: amount}
  - {key: people, label: 人数, unit: 人}
  - {key: remark, label: 备注, text: true}
"""
REFERENCES = [
    ("checks:\n  - {at_least: totl, than: amount, says: 不对}\n", "9 没有“totl”这个数字字段。"),
    ("checks:\n  - {at_least: remark, than: amount, says: 不对}\n", "9 没有“remark”这个数字字段。"),
    ("checks:\n  - {at_least: people, than: amount, says: 不对}\n", "9 相比的两个字段单位不同。"),
    ("sums:\n  - {total: total, parts: [amount, people]}\n", "9 合计与各项的单位不同。"),
    ("sums:\n  - {total: total, parts: [amount]}\n", "9 “parts”下面列得太少。"),
    (
        "sums:\n  - total: total\n    parts: [amount, amount]\n    says: 差{diff}\n",
        "11 不认识“{diff}”：能用的有 {label}、{unit}、{now}、{sum}、{difference}。",
    ),
    ("soft:\n  - {kind: swing, key: s, field: people, says: '{now!r}'}\n", "9 不认识“{now}”"),
    ("soft:\n  - {kind: swing, key: s, field: people, says: '{now.real}'}\n", "9 不认识“{now.real}”"),
    ("soft:\n  - {kind: swing, key: s, field: people, says: '{now'}\n", "9 花括号不成对"),
    ("soft:\n  - {kind: swing, key: s, field: people, says: ''}\n", "9 “says”不能空着。"),
    ("soft:\n  - {kind: swing, key: s, field: people, share: 一半}\n", "9 “share”请写数字。"),
    ("soft:\n  - {kind: swing, key: s, field: people, share: 0}\n", "9 “share”要大于零。"),
    ("soft:\n  - {kind: jump, key: s, field: people}\n", "9 “kind”只能写 swing、vanished"),
    ("soft:\n  - {key: s, field: people}\n", "9 缺少“kind”这一项。"),
    ("soft:\n  - {kind: unit_suspect, key: s, field: people}\n", "9 “unit_suspect”只能用于单位是元"),
    ("soft:\n  - {kind: year_to_date_below_last, key: s, field: amount}\n", "9 “year_to_date_below_last”只能用于"),
    (
        "soft:\n  - {kind: vanished, key: s, field: people}\n  - {kind: vanished, key: s, field: amount}\n",
        "10 “s”用了两次。",
    ),
    ("derived:\n  - {key: d, label: 比重, kind: share, field: amount}\n", "9 没有“”这个数字字段。"),
]


def told(text: str) -> list[str]:
    return [f"{one.line} {one.message}" for one in read_form(text).problems]


def test_the_good_one_is_good() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(("added", "fault"), REFERENCES)
def test_a_rule_that_cannot_hold_is_told_with_its_line(added: str, fault: str) -> None:
    [found] = told(GOOD + added)

    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{key: zero, label: 零, unit: 人}", "“zero”另有用处，请换一个 key。"),
        ("{key: amount, label: 再来, unit: 万元}", "“amount”用了两次。"),
        ("{key: a, label: 甲}", "“a”是数字，请写明单位 unit。"),
        ("{key: a, label: 甲, text: true, unit: 人}", "“a”是文字，不能有"),
        ("{key: a, label: 甲, unit: 万元, of: amount}", "“a”写了 of：它要是 year_to_date"),
        ("{key: a, label: 甲, unit: 人, part_of: amount}", "“a”的单位与 of 或 part_of 指的字段不同。"),
        ("{key: a, label: 甲, unit: 人, part_of: a}", "“a”不能是自己的一部分。"),
        ("{key: 甲, label: 甲, unit: 人}", "“key”只能用小写英文字母"),
        ("{key: a, label: 12, unit: 人}", "“label”请写文字，数字请加引号。"),
        ("{key: a, label: 甲, unit: 人, calibre: monthly}", "“calibre”只能写 month、year_to_date。"),
    ],
)
def test_a_field_that_cannot_be_is_told_with_its_line(line: str, fault: str) -> None:
    found = told(f"{GOOD}  - {line}\n")

    assert any(one.startswith(f"8 {fault}") for one in found), found


@pytest.mark.parametrize(
    "text", ["", "- 1", "key: [", "a: b: c", "key: x\nname: 表\nfields: []", "!!python/object:os {}"]
)
def test_what_is_no_form_is_told_in_a_sentence(text: str) -> None:
    assert told(text)


@given(st.text(max_size=200) | st.text("keynam:fields{}[]- \n,'\"&*!|>", max_size=80))
def test_no_text_breaks_the_reading_of_a_form(text: str) -> None:
    assert read_form(text).problems


def test_a_bureau_adds_a_form_and_replaces_another(tmp_path: Path) -> None:
    (tmp_path / "xuqiu.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "tepaiyuan_need.yaml").write_text(GOOD.replace("xuqiu", "tepaiyuan_need"), encoding="utf-8")

    forms = load_forms(tmp_path)

    assert set(forms) == {*load_forms(), "xuqiu"}
    assert forms["tepaiyuan_need"].name == "需求表"


def test_a_broken_file_silences_only_itself_and_never_falls_back_on_ours(tmp_path: Path) -> None:
    (tmp_path / "xuqiu.yaml").write_text(GOOD.replace("label: 金额, ", ""), encoding="utf-8")
    (tmp_path / "rd_monthly.yaml").write_bytes("key: 月报".encode("gbk"))

    forms = load_forms(tmp_path)

    assert forms["gaoqi_annual"].key == "gaoqi_annual"
    assert "rd_monthly" not in forms
    with pytest.raises(FormFileError, match=r"报表文件 xuqiu.yaml 第 4 行：缺少“label”这一项。"):
        forms["xuqiu"]
    with pytest.raises(FormFileError, match=r"rd_monthly.yaml 第 1 行：文件不是 UTF-8 编码"):
        forms["rd_monthly"]


def test_the_files_name_is_its_key(tmp_path: Path) -> None:
    (tmp_path / "rd_monthly.yaml").write_text(GOOD, encoding="utf-8")

    [[problem]] = load_forms(tmp_path).broken.values()

    assert problem.message == "文件名要与 key 相同：请改名为 xuqiu.yaml。"
