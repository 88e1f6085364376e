"""What a person does to a sheet, one verb at a time."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from plans.errors import Refused
from plans.sheet import verbs
from plans.sheet.model import Sheet, Standing
from plans.sheet.verbs import FieldFaults, SheetRefused
from plans.words import DuePolicy, Kind, Role
from support.sheets import a_sheet

GAOQI = "培育高新技术企业。确保新增高新技术企业5家，力争8家。"
HETONG = "做好技术合同登记。力争技术合同成交额达到*亿元。"
BOTH = "培育高新技术企业和登记技术合同。确保新增高新技术企业5家，技术合同成交额达到3亿元。"


def indicators(sheet: Sheet) -> dict[int, list[str]]:
    return {one.key: [target.indicator for target in one.item.targets] for one in sheet.items}


def test_items_are_confirmed_dropped_and_restored() -> None:
    sheet = verbs.drop(verbs.confirm(a_sheet(GAOQI, HETONG), 1), 2)

    assert [one.standing for one in sheet.items] == [Standing.CONFIRMED, Standing.DROPPED]
    assert verbs.confirm_all(sheet) == sheet
    assert verbs.restore(sheet, 2).items[1].standing is Standing.PROPOSED
    assert verbs.restore(sheet, 1) == sheet


def test_a_changed_item_is_confirmed_and_fields_left_out_stay() -> None:
    typed = {"title": " 高企\n培育 ", "owner": "王芳", "cadence": "每季度末", "due_policy": "顺延", "kind": "filing"}

    (one,) = verbs.change(a_sheet(GAOQI), 1, typed).items

    assert one.standing is Standing.CONFIRMED
    assert (one.item.title, one.item.owner, one.item.cadence) == ("高企 培育", "王芳", "quarterly")
    assert (one.item.due_policy, one.item.kind, one.item.programme) == (DuePolicy.NEXT, Kind.FILING, "gaoqi")
    assert one.item.targets == a_sheet(GAOQI).items[0].item.targets


@pytest.mark.parametrize(
    ("typed", "kept"), [("5", "5"), ("3.2", "3.2"), ("1,200", "1200"), ("１，２００", "1200"), (" ５ ", "5")]
)
def test_a_number_is_read_as_people_type_it(typed: str, kept: str) -> None:
    (one,) = verbs.change(a_sheet(HETONG), 1, {"target.0.floor": typed}).items

    assert one.item.targets[0].floor == Decimal(kept)
    assert not one.item.targets[0].masked


def test_a_number_nobody_knows_is_to_fill() -> None:
    (one,) = verbs.change(a_sheet(GAOQI), 1, {"target.0.floor": "待填", "target.0.stretch": ""}).items

    (target,) = one.item.targets
    assert (target.floor, target.stretch, target.masked) == (None, None, True)


def test_a_target_is_dropped_and_another_added() -> None:
    typed = {"target.0.drop": "on", "target.1.indicator": "入库企业", "target.1.floor": "20", "target.1.unit": "家"}

    (one,) = verbs.change(a_sheet(GAOQI), 1, typed).items

    (target,) = one.item.targets
    assert (target.indicator, target.floor, target.unit, target.qualitative) == ("入库企业", Decimal(20), "家", False)


def test_everything_that_is_wrong_is_told_by_its_field_and_nothing_is_kept() -> None:
    sheet = a_sheet(GAOQI)
    typed = {
        "title": "",
        "cadence": "尽快",
        "kind": "大事",
        "target.0.floor": "9",
        "target.0.stretch": "8",
        "target.0.unit": "很" * 30,
        "target.1.indicator": "合同",
        "target.1.floor": "五",
    }

    with pytest.raises(FieldFaults) as wrong:
        verbs.change(sheet, 1, typed)

    assert set(wrong.value.faults) == set(typed) - {"target.0.stretch", "target.1.indicator"}
    assert wrong.value.faults["target.0.floor"].endswith("的确保（9）比力争（8）还高。")
    assert str(wrong.value) == "有6处填得不对，没有保存：请改正后再存。"


def test_with_another_programme_its_own_proposals_count() -> None:
    sheet = a_sheet(GAOQI)
    item = sheet.items[0].item
    shown = {"programme": "rd_monthly", "ladder": item.ladder or "", "due_policy": "previous"}

    (one,) = verbs.change(sheet, 1, shown).items

    assert (one.item.programme, one.item.ladder, one.item.due_policy) == ("rd_monthly", None, None)


def test_a_merged_item_brings_its_targets_places_and_text() -> None:
    before = a_sheet(GAOQI, HETONG)

    sheet = verbs.merge(before, 2, into=1)

    (one,) = sheet.items
    assert indicators(sheet) == {1: indicators(before)[1] + indicators(before)[2]}
    assert one.places == (*before.items[0].places, *before.items[1].places)
    assert one.item.text == f"（一）{GAOQI}\n（二）{HETONG}"
    assert one.standing is Standing.CONFIRMED


def test_a_split_gives_each_part_the_targets_its_title_speaks_of() -> None:
    before = a_sheet(BOTH, HETONG)

    sheet = verbs.split(before, 1, ["培育高新技术企业", "登记技术合同"])

    assert [one.key for one in sheet.items] == [1, 3, 2]
    assert indicators(sheet)[1] == ["高新技术企业"]
    assert indicators(sheet)[3] == ["技术合同成交额"]
    assert sheet.items[0].places == sheet.items[1].places == before.items[0].places


def test_a_figure_follows_its_target_through_a_merge_and_is_let_go_with_it() -> None:
    done = "上半年技术合同成交额达到1.2亿元。"
    sheet = verbs.use_figure(a_sheet(GAOQI, HETONG, done=done), 0, "reading", (2, 0))

    merged = verbs.merge(sheet, 2, into=1)
    without = verbs.change(merged, 1, {"target.1.drop": "on"})

    assert merged.figures[0].target == (1, 1)
    assert (without.figures[0].target, without.figures[0].use) == (None, "")


def test_an_added_item_needs_a_title_and_a_programme() -> None:
    sheet = a_sheet(GAOQI)

    added = verbs.add_item(sheet, {"title": "科普日", "programme": "kepu", "cadence": "9月20日"}).items[-1]
    assert (added.key, added.item.cadence, added.standing) == (2, "once:2026-09-20", Standing.CONFIRMED)
    with pytest.raises(FieldFaults) as wrong:
        verbs.add_item(sheet, {"title": " "})
    assert set(wrong.value.faults) == {"title", "programme"}


def test_people_are_set_anew_and_a_wrong_address_is_told_by_its_row() -> None:
    rows = [{"name": "李明", "mail": "li@yunxi.example", "role": "股室负责人"}, {"name": "", "mail": ""}]

    (person,) = verbs.set_people(a_sheet(GAOQI), rows).people
    assert (person.name, person.role) == ("李明", Role.OFFICE_HEAD)
    with pytest.raises(FieldFaults) as wrong:
        verbs.set_people(a_sheet(GAOQI), [*rows, {"name": "李明", "mail": "不知道"}])
    assert wrong.value.faults.keys() == {"2.name", "2.mail"}


def test_a_period_is_taken_in_peoples_words_and_dates_are_read_anew_with_it() -> None:
    sheet = a_sheet("报送研发投入材料。9月30日前完成申报材料报送。")

    changed = verbs.set_header(sheet, {"period": "2027年下半年"})

    assert changed.period == "2027H2"
    assert [one.item.cadence for one in (*sheet.items, *changed.items)] == ["once:2026-09-30", "once:2027-09-30"]


@pytest.mark.parametrize(
    ("typed", "period"),
    [("2026年", "2026"), ("２０２６年第三季度", "2026Q3"), ("2026年9月", "2026-09"), ("2026h2", "2026H2"), ("", "")],
)
def test_a_period_is_read_as_people_write_it(typed: str, period: str) -> None:
    assert verbs.set_header(a_sheet(GAOQI), {"period": typed}).period == period


def test_an_enterprise_is_kept_under_the_name_a_person_gives_it() -> None:
    sheet = a_sheet(GAOQI, done="走访云溪精工有限公司、云溪青禾药业有限公司等2家企业。")

    kept = verbs.keep_enterprise(sheet, 0, Standing.CONFIRMED, {"mail": "zhao@jinggong.example"})
    assert [one.mail for one in kept.draft().enterprises] == ["zhao@jinggong.example"]
    with pytest.raises(FieldFaults, match="没有保存"):
        verbs.keep_enterprise(sheet, 0, Standing.CONFIRMED, {"name": sheet.enterprises[1].enterprise.name})


@pytest.mark.parametrize(
    "verb",
    [
        lambda sheet: verbs.confirm(sheet, 9),
        lambda sheet: verbs.drop(sheet, 0),
        lambda sheet: verbs.change(verbs.drop(sheet, 1), 1, {}),
        lambda sheet: verbs.merge(sheet, 1, 1),
        lambda sheet: verbs.merge(sheet, 1, 9),
        lambda sheet: verbs.split(sheet, 1, ["一个"]),
        lambda sheet: verbs.split(sheet, 1, ["一样", "一样 "]),
        lambda sheet: verbs.keep_enterprise(sheet, 5, Standing.DROPPED, {}),
        lambda sheet: verbs.use_figure(sheet, -1, "base", None),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(verb: Callable[[Sheet], Sheet]) -> None:
    with pytest.raises(SheetRefused) as refused:
        verb(a_sheet(GAOQI, HETONG))

    assert isinstance(refused.value, Refused)
    assert str(refused.value).endswith("。")
