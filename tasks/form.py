"""Forms as data: what is asked, in which unit, and what must hold. One file a form in ``tasks/forms/``."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

FOLDER = Path(__file__).with_name("forms")
LARGEST = Decimal(10) ** 12
LONGEST_TEXT = 500
NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
ZERO = "zero"


class Field(BaseModel):
    """One question. ``text`` fields take words, the others a number of ``unit``; ``whole`` numbers have no decimals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    label: str
    unit: str = ""
    text: bool = False
    whole: bool = False
    optional: bool = False


class Check(BaseModel):
    """A sum or order that must hold between two number fields, and the sentence when it does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: str
    than: str
    says: str


class Form(BaseModel):
    """A form. ``zero_reply`` is the label of the box that says "nothing this month", which is an answer (零报)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    zero_reply: str = ""


@dataclass(frozen=True)
class Checked:
    """What came of checking: the answers as they are kept, and the fault of each field by its key."""

    answers: dict[str, str]
    faults: dict[str, str]


@cache
def load_form(key: str, folder: Path = FOLDER) -> Form:
    """The form of that key. Raises FileNotFoundError for one there is no file of."""
    return Form.model_validate(YAML(typ="safe").load((folder / f"{key}.yaml").read_text(encoding="utf-8")))


def check(form: Form, given: Mapping[str, str]) -> Checked:
    """Check what was typed. Blank is missing, never zero; a ticked zero reply makes every number 0."""
    zero = bool(form.zero_reply and given.get(ZERO))
    answers: dict[str, str] = {ZERO: "1"} if zero else {}
    faults: dict[str, str] = {}
    for field in form.fields:
        typed = " ".join(given.get(field.key, "").split())
        if zero and not field.text:
            typed = "0"
        answers[field.key], fault = _read(field, typed)
        if fault:
            faults[field.key] = fault
    return Checked(answers, faults or _broken(form, answers))


def _read(field: Field, typed: str) -> tuple[str, str]:
    if not typed:
        return "", "" if field.optional else f"请填写{field.label}"
    if field.text:
        return typed, f"{field.label}太长，请在{LONGEST_TEXT}字以内" if len(typed) > LONGEST_TEXT else ""
    return _read_number(field, typed)


def _read_number(field: Field, typed: str) -> tuple[str, str]:
    # A Chinese keyboard types １２．５ and 1，234; a comma anywhere else may be meant for a point, so it is asked.
    written = unicodedata.normalize("NFKC", typed)
    if not NUMBER.fullmatch(written):
        return typed, f"{field.label}请填数字（单位：{field.unit}）"
    number = Decimal(written.replace(",", ""))
    if not 0 <= number < LARGEST:
        return typed, f"{field.label}请填不小于0的合理数字（单位：{field.unit}）"
    if field.whole and number != number.to_integral_value():
        return typed, f"{field.label}请填整数"
    return f"{number.copy_abs():f}", ""


def _broken(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    return {
        rule.at_least: rule.says
        for rule in form.checks
        if answers[rule.at_least] and answers[rule.than]
        if Decimal(answers[rule.at_least]) < Decimal(answers[rule.than])
    }


def form_keys(folder: Path = FOLDER) -> list[str]:
    """The forms there are."""
    return sorted(path.stem for path in folder.glob("*.yaml"))
