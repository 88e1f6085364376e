"""docs/forms.md names every key a form's file may have, and its example is a form that can be used."""

import re
import textwrap
from pathlib import Path

import pytest
from pydantic import BaseModel

from tasks.form import load_forms
from tasks.form_files import read_form
from tasks.form_model import (
    Check,
    Derived,
    Field,
    Form,
    Sum,
    Swing,
    UnitSuspect,
    Vanished,
    YearToDateAddsUp,
    YearToDateBelowLast,
)

TEXT = (Path(__file__).parents[1] / "docs" / "forms.md").read_text(encoding="utf-8")
SOFT = (Swing, Vanished, UnitSuspect, YearToDateAddsUp, YearToDateBelowLast)
HEADINGS: dict[str, tuple[type[BaseModel], ...]] = {
    "报表": (Form,),
    "fields 字段": (Field,),
    "checks 大小关系": (Check,),
    "sums 合计": (Sum,),
    "soft 要写明原因的核对": SOFT,
    "derived 算出来的数": (Derived,),
}


def chapter(heading: str) -> str:
    return TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_key_is_documented_and_every_documented_key_exists(heading: str) -> None:
    table = chapter(heading).split("| kind |")[0]

    documented = set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE))

    assert documented == {key for model in HEADINGS[heading] for key in model.model_fields}


def test_every_kind_of_question_is_documented() -> None:
    kinds = set(re.findall(r"^\| `([a-z_]+)` \|", chapter("soft 要写明原因的核对").split("| kind |")[1], re.MULTILINE))

    assert kinds == {model.model_fields["kind"].annotation.__args__[0] for model in SOFT}  # type: ignore[union-attr]


def test_the_example_is_a_form_that_uses_every_part() -> None:
    form = read_form(textwrap.dedent(chapter("例子"))).form

    assert form
    assert form.checks
    assert form.sums
    assert form.derived
    assert {type(question) for question in form.soft} == set(SOFT)


def test_every_form_of_ours_is_listed() -> None:
    assert {key for key in load_forms() if f"| `{key}` |" in TEXT} == set(load_forms())
