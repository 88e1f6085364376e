"""A document read anew with corrected columns: what a person said stays, nothing is proposed twice."""

from plans.sheet import verbs
from plans.sheet.model import Sheet, Standing
from plans.sheet.rereading import reread
from support.sheets import a_sheet

ITEMS = ("做好科普宣传。", "做好人才工作。", "做好创文工作。", "做好党建工作。")


def titled(sheet: Sheet) -> dict[int, str]:
    return {one.key: one.item.title for one in sheet.items}


def test_what_was_changed_dropped_or_confirmed_stays_and_the_rest_is_proposed_afresh() -> None:
    sheet = a_sheet(*ITEMS)
    said = verbs.confirm(verbs.drop(verbs.change(sheet, 1, {"title": "科普日"}), 2), 3)
    fresh = sheet.model_copy(
        update={
            "items": tuple(
                one.model_copy(update={"item": one.item.model_copy(update={"title": f"新{one.key}"})})
                for one in sheet.items
            )
        }
    )

    again = reread(said, fresh)

    assert titled(again) == {1: "科普日", 2: "做好人才工作", 3: "做好创文工作", 4: "新4"}
    assert again.items[1].standing is Standing.DROPPED


def test_an_item_of_another_place_gets_a_key_that_never_was() -> None:
    sheet = verbs.drop(a_sheet(*ITEMS[:2]), 1)
    moved = sheet.items[1].model_copy(update={"places": ((900, 950),)})

    again = reread(sheet, sheet.model_copy(update={"items": (moved,)}))

    assert list(titled(again)) == [1, 3]
    assert again.next_key == 4


def test_a_merged_item_keeps_both_its_places_to_itself() -> None:
    sheet = a_sheet(*ITEMS)

    again = reread(verbs.merge(sheet, 3, into=1), sheet)

    assert list(titled(again)) == [1, 2, 4]


def test_an_item_of_a_persons_own_stays_behind_the_others() -> None:
    sheet = a_sheet(*ITEMS[:2])
    added = verbs.add_item(sheet, {"title": "自己加的", "programme": "other"})

    assert list(titled(reread(added, sheet)).values())[-1] == "自己加的"


def test_a_figure_keeps_its_use_while_its_target_is_the_same() -> None:
    plan = "做好技术合同登记。力争技术合同成交额达到3亿元。"
    sheet = a_sheet(plan, done="上半年技术合同成交额达到1.2亿元。")
    used = verbs.use_figure(sheet, 0, "reading", (1, 0))
    without = sheet.items[0].model_copy(update={"item": sheet.items[0].item.model_copy(update={"targets": []})})

    assert reread(used, sheet).figures[0].target == (1, 0)
    assert reread(used, sheet.model_copy(update={"items": (without,)})).figures[0].target is None


def test_a_figure_a_person_has_no_use_for_is_not_proposed_again() -> None:
    sheet = a_sheet("做好科普宣传。", done="上半年技术合同成交额达到1.2亿元。")

    declined = verbs.use_figure(sheet, 0, "", None)

    assert reread(declined, verbs.use_figure(sheet, 0, "base", None)).figures[0].use == ""


def test_a_figure_proposed_for_a_target_finds_it_under_its_new_key() -> None:
    plan = "做好技术合同登记。力争技术合同成交额达到3亿元。"
    sheet = a_sheet("做好科普宣传。", plan, done="上半年技术合同成交额达到1.2亿元。")
    fresh = verbs.use_figure(sheet, 0, "reading", (2, 0))
    without = sheet.model_copy(update={"items": sheet.items[:1], "figures": (), "next_key": 7})

    again = reread(without, fresh)

    assert list(titled(again)) == [1, 7]
    assert again.figures[0].target == (7, 0)
