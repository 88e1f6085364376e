"""A file beside the roster: who is new, what differs, and that nobody is dropped and no empty cell is taken as said."""

from plans.roster.comparing import Known, compare_roster, fingerprint
from plans.roster.reading import RosterRow
from support.rosters import a_code

USUAL = dict.fromkeys(("name", "short_name", "credit_code", "contact", "phone", "email", "agency", "weight"), "")
JINGGONG = Known(
    1, USUAL | {"name": "云溪精工有限公司", "short_name": "精工", "contact": "赵会计", "credit_code": a_code(1)}
)
QINGHE = Known(2, USUAL | {"name": "青禾药业有限公司", "phone": "13900000002"})


def row(number: int = 2, **values: str) -> RosterRow:
    return RosterRow(number, values)


def test_a_row_is_recognised_by_its_code_though_renamed() -> None:
    found = compare_roster([row(name="云溪精工科技有限公司", credit_code=a_code(1))], [JINGGONG])
    assert [(one.field, one.before, one.after) for one in found.changed[0].changes] == [
        ("name", "云溪精工有限公司", "云溪精工科技有限公司")
    ]
    assert found.added == ()


def test_a_row_is_recognised_by_name_whatever_its_width() -> None:
    assert compare_roster([row(name="云溪 精工有限公司")], [JINGGONG]).same == 1


def test_a_row_is_recognised_by_a_short_name_that_only_one_has() -> None:
    found = compare_roster([row(name="青禾", phone="13900000009")], [JINGGONG, QINGHE])
    assert [(one.known.id, one.matched, [change.field for change in one.changes]) for one in found.changed] == [
        (2, "简称", ["phone"])
    ]


def test_a_short_name_of_several_is_asked_about() -> None:
    other = Known(3, USUAL | {"name": "南昌青禾种业有限公司"})
    found = compare_roster([row(name="青禾")], [QINGHE, other])
    assert "简称“青禾”可以指" in found.problems[0].message
    assert found.added == ()


def test_code_and_name_of_two_enterprises_are_a_contradiction() -> None:
    found = compare_roster([row(name="青禾药业有限公司", credit_code=a_code(1))], [JINGGONG, QINGHE])
    assert "信用代码是“云溪精工有限公司”的" in found.problems[0].message
    assert found.changed == ()


def test_who_is_not_in_the_file_is_shown_and_stays() -> None:
    found = compare_roster([row(name="云溪精工有限公司")], [JINGGONG, QINGHE])
    assert found.absent == (QINGHE,)
    assert found.every() == set()


def test_an_empty_cell_is_silent_and_not_taken_over_by_itself() -> None:
    found = compare_roster([row(name="青禾药业有限公司", phone="", contact="钱")], [QINGHE])
    assert {one.field: one.silent for one in found.changed[0].changes} == {"contact": False, "phone": True}
    assert found.usual() == {"2:contact"}
    assert found.every() == {"2:contact", "2:phone"}


def test_a_column_the_file_has_not_changes_nothing() -> None:
    assert compare_roster([row(name="青禾药业有限公司")], [QINGHE]).same == 1


def test_two_rows_for_one_enterprise_are_told() -> None:
    found = compare_roster([row(2, name="青禾药业有限公司"), row(3, name="青禾")], [QINGHE])
    assert "和第2行“青禾药业有限公司”都对应名册里的“青禾药业有限公司”" in found.problems[0].message


def test_the_fingerprint_changes_with_any_value() -> None:
    moved = Known(2, {**QINGHE.values, "phone": "13900000003"})
    assert fingerprint([JINGGONG, QINGHE]) != fingerprint([JINGGONG, moved])
