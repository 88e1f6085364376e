"""What a figure of the done part is proposed to become, and as of when it stands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.errors import Refused
from plans.periods import Period
from plans.sheet import verbs
from plans.sheet.as_of import Stand, stand_of, typed_stand
from plans.sheet.figures import calibre_of
from plans.sheet.model import Sheet, SheetFigure
from plans.sheet.rereading import reread
from plans.sheet.stretches import OWN as WORDS
from plans.sheet.stretches import bare, counted, settled, sign, squeezed, stretch_told
from plans.sheet.usable import figure_faults
from support.sheets import a_sheet

FIRST_HALF = Period.parse("2026H1")
HETONG = "做好技术合同登记。全年力争技术合同成交额达到3亿元。"


def used(sheet: Sheet) -> list[tuple[Any, str, tuple[int, int] | None]]:
    return [(one.figure.value, one.use, one.target) for one in sheet.figures]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("上半年", "2026-06-30"),
        ("今年上半年", "2026-06-30"),
        ("1-4月", "2026-04-30"),
        ("1月至4月", "2026-04-30"),
        ("2025年度1-4月", "2025-04-30"),
        ("截至5月底", "2026-05-31"),
        ("截至2026年5月", "2026-05-31"),
        ("3月10日", "2026-03-10"),
        ("一季度", "2026-03-31"),
        ("2025年", "2025-12-31"),
        ("去年上半年", "2025-06-30"),
        ("截至目前", "2026-06-30"),
        ("今年以来", "2026-06-30"),
        ("二季度", "2026Q2"),
        ("5月份", "2026-05"),
        ("4-6月", "2026Q2"),
        ("2-5月", ""),
        ("20_年1-3月", ""),
        ("*月", ""),
    ],
)
def test_a_time_that_is_written_is_a_day_since_january_or_a_stretch_by_itself(written: str, key: str) -> None:
    assert stand_of(written, FIRST_HALF) == Stand(key)


@pytest.mark.parametrize("written", [None, "", "2026年", "全年", "今年"])
def test_an_undated_figure_stands_at_the_end_of_what_is_reported_but_nobody_said_so(written: str | None) -> None:
    assert stand_of(written, FIRST_HALF) == Stand("2026-06-30", said=False)


def test_in_a_quarters_report_an_undated_figure_is_of_the_quarter_alone() -> None:
    assert stand_of(None, Period.parse("2026Q2")) == Stand("2026Q2", said=False)
    assert stand_of("今年以来", Period.parse("2026Q2")) == Stand("2026-06-30")


@pytest.mark.parametrize("written", ["上半年", "1-4月", "去年", "截至目前", "5月底"])
def test_without_a_year_nobody_can_say(written: str) -> None:
    assert stand_of(written, None).key == ""


@given(st.text("截至止目前今去年上半下一二三四季度0123456789-月底日*_ 　", max_size=12))
def test_any_words_are_a_key_or_nothing(written: str) -> None:
    key = stand_of(written, FIRST_HALF).key

    assert not key or counted(settled(key)) == counted(key)


@given(st.dates(min_value=Period.parse("2020").first, max_value=Period.parse("2030").last))
def test_a_settled_key_counts_the_same_days(day: Any) -> None:
    assert counted(settled(day.isoformat())) == counted(day.isoformat())


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("2026-06-30", "2026年上半年"),
        ("2026-04-30", "2026年1–4月"),
        ("2026-03-10", "截至2026年3月10日"),
        ("2026Q2", "2026年二季度"),
        ("2026-05", "2026年5月"),
    ],
)
def test_a_key_is_told_as_people_say_it(key: str, told: str) -> None:
    assert stretch_told(key) == told


def test_a_level_whose_words_unit_and_count_are_those_of_a_target_is_its_first_reading() -> None:
    sheet = a_sheet(HETONG, done="上半年全县技术合同成交额达到12000万元，同比增长12%。")

    assert used(sheet) == [(12000, "reading", (1, 0))]


@pytest.mark.parametrize(
    ("plan", "done"),
    [
        ("做好技术合同登记。下半年力争技术合同成交额达到3亿元。", "上半年技术合同成交额达到1.2亿元。"),
        (HETONG, "上半年技术合同成交额达到12家。"),
        (HETONG, "上半年技术合同登记额达到1.2亿元。"),
        (HETONG, "2025年上半年技术合同成交额达到1.2亿元。"),
        (HETONG, "二季度技术合同成交额达到1.2亿元。"),
        ("培育科技型中小企业。全年科技型中小企业入库30家。", "上半年科技型中小企业申报12家。"),
    ],
)
def test_where_anything_differs_a_level_is_only_a_base(plan: str, done: str) -> None:
    assert [one.use for one in a_sheet(plan, done=done).figures] == ["base"]


@pytest.mark.parametrize(
    "done",
    [
        "上半年技术合同成交额同比增长12%。",
        "上半年技术合同成交额达到*亿元。",
        "技术合同成交额达到1.2亿元。",
        "20_年1-3月技术合同成交额达到1.2亿元。",
    ],
)
def test_a_rate_a_hidden_and_an_undated_figure_become_nothing_yet(done: str) -> None:
    assert [(one.use, one.target) for one in a_sheet(HETONG, done=done).figures] == [("", None)]


def test_of_two_for_one_target_the_later_is_the_reading_and_the_other_a_base() -> None:
    done = "上半年技术合同成交额达到1.2亿元。其中，上半年技术合同成交额1亿元。1-4月技术合同成交额8000万元。"

    assert used(a_sheet(HETONG, done=done)) == [(1.2, "reading", (1, 0)), (1, "base", None), (8000, "base", None)]


@pytest.mark.parametrize("number", ["9" * 40, "9" * 400, "0.00001"])
def test_a_number_that_cannot_be_kept_becomes_nothing(number: str) -> None:
    sheet = a_sheet(
        f"做好技术合同登记。全年力争技术合同成交额达到{number}亿元。", done=f"上半年技术合同成交额达到{number}亿元。"
    )

    assert [one.use for one in sheet.figures if one.use] == []


def test_a_figure_that_fits_two_targets_is_for_neither() -> None:
    assert [one.use for one in a_sheet(HETONG, HETONG, done="上半年技术合同成交额达到1.2亿元。").figures] == ["base"]


@pytest.mark.parametrize(
    ("words", "calibre"),
    [
        ("研发投入预报数据1.5亿元", "预报"),
        ("研发投入完成网报数据1.5亿元", "网报"),
        ("最终认定的全社会研发投入3.6亿元", "认定"),
        ("国家统计局认定研发投入3.6亿元", "认定"),
        ("高新技术企业认定5家", ""),
        ("技术合同成交额1.2亿元", ""),
    ],
)
def test_the_calibre_is_what_the_words_say(words: str, calibre: str) -> None:
    assert calibre_of(words) == calibre


def test_every_pattern_finds_its_example() -> None:
    groups = YAML(typ="safe").load(WORDS.read_text(encoding="utf-8"))

    for group, entries in groups.items():
        for name, entry in entries.items():
            assert sign(group, name).search(squeezed(entry["example"])), name


def test_an_indicator_is_compared_by_what_it_counts() -> None:
    assert bare("上半年全县累计完成技术合同成交额") == bare("技术合同成交额") == "技术合同成交额"
    assert bare("规上工业企业研发投入") != bare("全社会研发投入")


def test_a_person_dates_a_figure_and_then_uses_it() -> None:
    sheet = a_sheet(HETONG, done="20_年1-3月技术合同成交额达到0.5亿元。")
    with pytest.raises(Refused, match="没有写明截至哪天"):
        verbs.use_figure(sheet, 0, "base", None)

    dated = verbs.date_figure(sheet, 0, " 2026年1-3月 ")

    assert dated.figures[0].as_of == "2026-03-31"
    assert verbs.use_figure(dated, 0, "reading", (1, 0)).figures[0].use == "reading"


@pytest.mark.parametrize(
    ("typed", "key"),
    [("2026H1", "2026-06-30"), ("上半年", "2026-06-30"), ("2025", "2025-12-31"), ("6月底", "2026-06-30")],
)
def test_a_day_may_be_typed_in_many_ways(typed: str, key: str) -> None:
    assert typed_stand(typed, Period.parse("2026H2")) == key


@pytest.mark.parametrize("typed", ["", "早些时候", "2-5月", "x" * 5000])
def test_a_day_nobody_can_read_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="看不出截至哪天"):
        typed_stand(typed, Period.parse("2026H2"))


def faults(sheet: Sheet) -> list[str]:
    return [told for _, told, _ in figure_faults(sheet)]


def test_what_cannot_be_kept_is_told_before_the_start() -> None:
    sheet = a_sheet(HETONG, "提升科普氛围。营造浓厚氛围。", done="上半年科技型中小企业入库21家。")
    chosen = verbs.use_figure(sheet, 0, "reading", (1, 0))

    assert faults(chosen) == ["“上半年科技型中小企业入库 21家”不能换算成“亿元”，不会记作进展，只留作基数。"]
    assert faults(verbs.drop(chosen, 1)) == []
    assert faults(verbs.set_header(verbs.use_figure(a_sheet(HETONG, done=DONE), 0, "reading", (1, 0)), NEXT)) == [
        "“上半年技术合同成交额 1.2亿元”截至2026-06-30，不在2027年以内，不会记作进展，只留作基数。"
    ]


DONE, NEXT = "上半年技术合同成交额达到1.2亿元。", {"period": "2027年"}


def test_read_anew_a_persons_word_and_day_stay_and_a_new_target_is_found_under_its_key() -> None:
    sheet = a_sheet("开展科普宣传。每月组织讲座。", HETONG, done=DONE)
    without = verbs.use_figure(verbs.date_figure(sheet, 0, "2026-05-31"), 0, "", None)

    assert figure(reread(without, sheet)) == ("", None, "2026-05-31")
    moved = verbs.add_item(
        verbs.drop(sheet.model_copy(update={"figures": ()}), 1), {"title": "新", "programme": "kepu"}
    )
    again = reread(moved, sheet)
    assert figure(again)[0] == "reading"
    assert [one.item.title for one in again.items if one.key == (figure(again)[1] or (0, 0))[0]] == ["做好技术合同登记"]


def figure(sheet: Sheet) -> tuple[str, tuple[int, int] | None, str]:
    one: SheetFigure = sheet.figures[0]
    return one.use, one.target, one.as_of
