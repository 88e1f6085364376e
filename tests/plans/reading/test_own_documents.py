"""Fourteen documents as bureaus write them: the gold is sound, and the reader reads them as well as it must.

The gold follows ../shared/gold/README.md. What the reader gets wrong stays wrong here until the reader is better.
"""

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest

from plans.cadence import Cadence
from plans.programmes import load_programmes
from support.grading import (
    KINDS,
    OWN,
    PAGE,
    SEED_GOLD,
    Document,
    Scores,
    document_of,
    f1,
    figures_table,
    grade,
    grade_all,
    load,
    printed_tables,
    read,
    shared_grader,
    total,
)

KEYS = [
    *("seed_file", "bureau_area", "period_reported", "plan_period", "doc_type", "title", "year_masked", "mask_tokens"),
    *("sections", "problem_items", "plan_items", "targets_outside_plan", "done_figures", "recurring_duties"),
    *("enterprises", "enterprise_aliases", "non_enterprises", "sum_checks", "notes"),
]
ITEM_KEYS = {"title", "marker", "text", "programme", "other_programmes", "targets", "cadence", "deadlines"} | {
    "counterparties",
    "catch_all",
}
TARGET_KEYS = {"indicator", "floor", "stretch", "unit", "masked", "level", "period", "qualitative", "quote"}
FIGURE_KEYS = {"indicator", "value", "unit", "yoy", "as_of", "text", "masked"}
LEVELS = {"ensure", "strive", "ensure+strive", "plan", "workload"}
SEED_FLOORS = dict.fromkeys(KINDS, 0.95) | {"sections": 1.0, "plan_items": 1.0}
OWN_FLOORS = {
    "sections": 0.95,
    "plan_items": 0.95,
    "programmes": 0.85,
    "targets": 0.90,
    "deadlines": 0.85,
    "duties": 0.80,
    "figures": 0.85,
    "enterprises": 0.80,
}

each_gold = pytest.mark.parametrize("gold", [load(path) for path in OWN], ids=[path.stem for path in OWN])
with_seeds = pytest.mark.skipif(not SEED_GOLD, reason="the gold of the seeds is not beside this repository")
with_shared_grader = pytest.mark.skipif(shared_grader() is None, reason="the shared grader is not beside us")


def text_of(gold: Document) -> str:
    return (OWN[0].parent / str(gold["seed_file"])).read_text(encoding="utf-8")


def targets_of(gold: Document) -> Iterator[dict[str, Any]]:
    yield from gold["targets_outside_plan"]
    for item in gold["plan_items"]:
        yield from item["targets"]


def item_pieces(item: dict[str, Any], text: str) -> Iterator[tuple[str, str]]:
    """(piece, the text it must stand in): what an item says must stand in the item itself."""
    yield item["text"], text
    for piece in (item["title"], item["marker"], *item["deadlines"], *(target["quote"] for target in item["targets"])):
        yield piece, item["text"]
    yield from ((name, text) for name in (*item["counterparties"], item.get("owner", "")))


def pieces(gold: Document, text: str) -> Iterator[tuple[str, str]]:
    for item in gold["plan_items"]:
        yield from item_pieces(item, text)
    whole = [gold["title"], gold["bureau_area"], *gold["mask_tokens"], *gold["enterprises"], *gold["non_enterprises"]]
    whole += [section["heading"] for section in gold["sections"]]
    whole += [problem[key] for problem in gold["problem_items"] for key in ("marker", "title")]
    whole += [row["text"] for row in gold["done_figures"]] + [row["quote"] for row in gold["recurring_duties"]]
    whole += [target["quote"] for target in gold["targets_outside_plan"]]
    whole += [name for pair in gold["enterprise_aliases"].items() for name in pair]
    yield from ((piece, text) for piece in whole)


@each_gold
def test_every_piece_of_the_gold_stands_in_its_document(gold: Document) -> None:
    assert [piece for piece, where in pieces(gold, text_of(gold)) if piece not in where] == []


@each_gold
def test_the_gold_has_the_keys_of_the_shared_gold(gold: Document) -> None:
    assert list(gold) == KEYS
    assert all(item.keys() >= ITEM_KEYS for item in gold["plan_items"])
    assert all(target.keys() == TARGET_KEYS for target in targets_of(gold))
    assert all(figure.keys() >= FIGURE_KEYS for figure in gold["done_figures"])


@each_gold
def test_the_gold_speaks_in_the_words_of_the_house(gold: Document) -> None:
    programmes = {key for item in gold["plan_items"] for key in (item["programme"], *item["other_programmes"])}
    programmes |= {duty["programme"] for duty in gold["recurring_duties"]}

    assert programmes <= load_programmes().keys()
    assert {section["kind"] for section in gold["sections"]} <= {"done", "problems", "plan"}
    assert {target["level"] for target in targets_of(gold)} <= LEVELS
    for cadence in {duty["cadence"] for duty in gold["recurring_duties"]} - {"periodic-unspecified"}:
        Cadence.parse(cadence)


@each_gold
def test_a_target_of_the_gold_has_numbers_just_where_its_level_says(gold: Document) -> None:
    for target in targets_of(gold):
        numbers = (target["floor"], target["stretch"])
        if target["masked"] or target["qualitative"] or target["level"] == "workload":
            assert numbers == (None, None), target
        elif None not in numbers:
            assert numbers[0] < numbers[1], target
        else:
            assert (numbers[0] is None) == (target["level"] == "strive"), target


@each_gold
def test_the_sums_of_the_gold_hold_unless_it_says_that_they_do_not(gold: Document) -> None:
    for check in gold["sum_checks"]:
        found = sum(check["parts"]) if "parts" in check else len(check["names"])
        assert (found == check["total"]) == check.get("holds", True), check


def test_the_documents_are_as_long_and_as_full_as_real_ones() -> None:
    golds = [load(path) for path in OWN]

    assert len(golds) >= 12
    assert sum(len(gold["plan_items"]) >= 10 for gold in golds) >= 3
    assert all(900 <= len(text_of(gold)) <= 2500 for gold in golds)


def test_the_grader_counts_what_is_right_what_was_found_and_what_was_wanted() -> None:
    gold = load(OWN[0])
    empty = gold | dict.fromkeys(("sections", "plan_items", "done_figures", "recurring_duties", "enterprises"), ())
    half = gold | {"enterprises": [*gold["enterprises"][1:], "没有这家"]}
    count = len(gold["enterprises"])

    assert all(f1(counts) == 1.0 for counts in grade(gold, gold).values())
    assert all(f1(counts) == 0.0 for counts in grade(gold, empty).values())
    assert grade(gold, half)["enterprises"] == (count - 1, count, count)


@with_shared_grader
def test_our_grader_agrees_with_the_shared_one() -> None:
    paths = [*OWN, *SEED_GOLD]

    for path, other in chain(zip(paths, paths, strict=True), pairwise(paths)):
        gold, reading = load(path), read(document_of(other))
        assert grade(gold, reading) == shared_grader().score(gold, reading), (path.stem, other.stem)


def below(scores: Scores, floors: dict[str, float]) -> dict[str, str]:
    return {kind: f"{f1(scores[kind]):.3f} < {floor}" for kind, floor in floors.items() if f1(scores[kind]) < floor}


@with_seeds
def test_the_seeds_are_read_almost_without_a_fault() -> None:
    print("\n" + figures_table(SEED_GOLD))

    assert below(total(list(grade_all(SEED_GOLD).values())), SEED_FLOORS) == {}


def test_our_own_documents_are_read_as_well_as_unseen_ones_must_be() -> None:
    print("\n" + figures_table(OWN))

    assert below(total(list(grade_all(OWN).values())), OWN_FLOORS) == {}


@pytest.mark.parametrize("golds", [pytest.param(OWN, id="own"), pytest.param(SEED_GOLD, id="seeds", marks=with_seeds)])
def test_the_page_tells_how_well_is_read_today(golds: list[Path]) -> None:
    told = printed_tables(PAGE.read_text(encoding="utf-8"))

    assert figures_table(golds) in told, "docs/reading.md 的表过期了，请运行：python tests/support/grading.py"


def test_the_page_names_every_library_that_reads_for_us() -> None:
    project = (PAGE.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    libraries = ("cn2an", "opencc", "lxml", "python-calamine", "pypdfium2")

    for library in libraries:
        assert re.search(rf'^    "{library}>', project, re.MULTILINE), library
        assert f"`{library}`" in page
