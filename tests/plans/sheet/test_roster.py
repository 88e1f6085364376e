"""Which names of a document are one enterprise."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plans.draft import DraftEnterprise
from plans.reading.model import Reading
from plans.sheet import verbs
from plans.sheet.enlisting import already_listed
from plans.sheet.model import Sheet, SheetEnterprise, Standing
from plans.sheet.roster import OWN, is_full, roster_of, sign, stands_for

SHORTS = st.text("晨星远山竹业材国化", min_size=2, max_size=4)
FULLS = st.builds("{}{}有限公司".format, st.sampled_from(["", "江西", "云溪县", "云溪"]), SHORTS)


def a_reading(*names: str, bureau: str = "云溪县科技局") -> Reading:
    nothing = {"title": None, "period_reported": None, "plan_period": None, "sections": (), "plan_items": ()}
    nothing |= {"done_figures": (), "recurring_duties": (), "problems": ()}
    return Reading.model_validate(nothing | {"bureau_area": bureau, "enterprises": names})


def rows(*names: str) -> dict[str, tuple[str, ...]]:
    return {one.enterprise.name: one.aliases for one in roster_of(a_reading(*names))}


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("国化", "江西国化实业有限公司"),
        ("晨星新材", "云溪晨星新材料有限公司"),
        ("青禾药业", "江西省云溪县青禾生物药业股份有限公司"),
        ("远山竹业", "远山竹业专业合作社"),
        ("晨星新材料有限公司", "云溪晨星新材料有限公司"),
    ],
)
def test_a_short_name_goes_with_its_full_one(short: str, full: str) -> None:
    assert rows(short, full) == {full: (short,)}


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("晨星竹业", "云溪晨星新材料有限公司"),
        ("云溪", "云溪晨星新材料有限公司"),
        ("晨料", "云溪晨星新材料有限公司"),
        ("江西", "江西国化实业有限公司"),
        ("实业有限", "江西国化实业有限公司"),
    ],
)
def test_place_ending_and_other_words_make_no_alias(short: str, full: str) -> None:
    assert rows(short, full) == {short: (), full: ()}


def test_a_name_that_fits_two_stays_a_row_with_the_question() -> None:
    (row, *_) = roster_of(a_reading("远山", "远山竹业有限公司", "云溪远山竹木有限公司"))

    assert (row.enterprise.name, row.standing) == ("远山", Standing.PROPOSED)
    assert row.note == "与“远山竹业有限公司”“云溪远山竹木有限公司”是否同一家？请核对。"


def test_a_short_name_alone_asks_for_its_full_one_until_it_is_given() -> None:
    sheet = Sheet(title="打算", enterprises=roster_of(a_reading("青禾药业", "江西国化实业有限公司")))
    assert [one.note for one in sheet.enterprises] == ["文中只有简称：列入前请补全称。", ""]

    named = verbs.keep_enterprise(sheet, 0, Standing.CONFIRMED, {"name": "青禾药业有限公司"})

    assert named.enterprises[0].note == ""


@pytest.mark.parametrize("hidden", ["xx公司", "*大民新材料有限公司", "××药业", "X公司", "云溪xx科技有限公司"])
def test_a_hidden_name_is_no_row(hidden: str) -> None:
    assert rows(hidden, "TCL科技") == {"TCL科技": ()}


@given(st.lists(st.one_of(SHORTS, FULLS), max_size=8), st.randoms())
def test_each_name_is_one_row_or_one_alias_in_any_order(names: list[str], random: object) -> None:
    found = rows(*names)
    told = [name for name, aliases in found.items() for name in (name, *aliases)]
    assert sorted(told) == sorted(set(names))

    again = list(names)
    random.shuffle(again)  # type: ignore[attr-defined]
    assert {name: set(aliases) for name, aliases in rows(*again).items()} == {
        name: set(aliases) for name, aliases in found.items()
    }


@given(SHORTS, SHORTS)
def test_only_characters_of_the_full_name_stand_for_it(short: str, full: str) -> None:
    if stands_for(short, full):
        assert set(short) <= set(full)
        assert short[:2] in full


def test_a_thousand_names_beside_a_thousand_take_no_time() -> None:
    full = [f"江西晨星{number:03}新材料有限公司" for number in range(1000)]
    short = [f"晨星{number:03}竹业" for number in range(1000)]

    begun = time.perf_counter()
    found = roster_of(a_reading(*full, *short))

    assert len(found) == 2000
    assert time.perf_counter() - begun < 3


def a_sheet_of(*names: str, aliases: tuple[str, ...] = ()) -> Sheet:
    firms = tuple(SheetEnterprise(enterprise=DraftEnterprise(name=name), aliases=aliases) for name in names)
    return Sheet(title="打算", bureau="云溪县科技局", enterprises=firms)


def test_a_row_is_known_by_its_name_its_alias_or_its_full_name() -> None:
    assert already_listed(a_sheet_of("国化"), ["江西国化实业有限公司"]) == {0: "江西国化实业有限公司"}
    assert already_listed(a_sheet_of("江西国化实业有限公司"), ["国化"]) == {0: "国化"}
    assert already_listed(a_sheet_of("云溪晨星有限公司", aliases=("晨星",)), ["晨星"]) == {0: "晨星"}
    assert already_listed(a_sheet_of("远山"), ["远山竹业有限公司", "远山药业有限公司"]) == {}


def test_every_pattern_finds_its_example() -> None:
    for name, entry in YAML(typ="safe").load(OWN.read_text(encoding="utf-8")).items():
        assert sign(name).search(entry["example"]), name
    assert not is_full("晨星新材")
