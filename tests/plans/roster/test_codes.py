"""统一社会信用代码: any good one passes, any single mistake is seen, and nothing is put right silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.roster.codes import ALPHABET, LENGTH, read_code
from support.rosters import CODES

GOOD = "91360100MA35XXXX10"


@given(CODES)
def test_any_good_code_passes(code: str) -> None:
    assert read_code(code).fault == ""
    assert read_code(code).code == code


@given(CODES, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET + "OISVZ"))
def test_any_single_changed_character_fails(code: str, place: int, char: str) -> None:
    changed = code[:place] + char + code[place + 1 :]
    assert (read_code(changed).fault == "") == (changed == code)


def test_a_code_from_outside_this_house_passes() -> None:
    # Computed outside this house, so that reader and test cannot be wrong together.
    assert read_code("91350100M000100Y43").fault == ""


def test_width_case_blanks_and_dashes_do_not_matter() -> None:
    assert read_code("９１３６０１００ ma35-xxxx-10") == read_code(GOOD)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("91360100MA35XXXX1", "应为18位，这里有17位"),
        ("91360100MA35XXXX1O", "第18位是“O”，代码的这一位不能是这个字符：是不是“0”？改成 91360100MA35XXXX10 就对得上"),
        ("9136O100MA35XXXX10", "第5位是“O”"),
        ("91360100MA35XXXX11", "校验位（第18位）对不上：前17位要求“0”，写的是“1”"),
        ("913D0100MA35XXXX10", "第4位是“D”，代码的这一位要是数字：是不是“0”？"),
        ("360100012345678", "15位的旧注册号"),
        ("MA35XXXX1", "9位的组织机构代码"),
        ("913601001234567000", "末三位都是0，像是表格软件"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(typed: str, told: str) -> None:
    read = read_code(typed)
    assert told in read.fault
    assert read.code == typed


def test_no_code_is_no_fault() -> None:
    assert read_code("  ").fault == ""
