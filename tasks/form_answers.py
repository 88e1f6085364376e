"""What was typed into a form becomes answers: plain numbers, or a fault that names the field. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from plans.columns import figure_text, fits
from plans.units import Unit
from tasks.form_model import Against, Field, Form

LARGEST = Decimal(10) ** 12
LONGEST_TEXT = 500
LONGEST_NUMBER = 40
NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
MEASURED = re.compile(r"(?P<number>[-\d.,]+)\s*(?P<unit>[^\s\d.,+-]+)", re.ASCII)
ZERO = "zero"
COMPUTED = "computed"
"""Kept among the answers: the keys of the fields nobody typed, with spaces between."""

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Before:
    """What the same enterprise answered for the period before and a year ago; None where nobody knows.

    ``begins_year``: the period is the first of its year, so a year to date begins at nought.
    """

    last_month: Answers | None = None
    last_year: Answers | None = None
    begins_year: bool = False
    last_month_label: str = "上月"
    last_year_label: str = "去年同月"

    def value(self, field: Field, against: Against) -> Decimal | None:
        """The earlier figure a field is compared with; last month's year to date is none of a new year."""
        if against == "last_month" and self.begins_year and field.calibre == "year_to_date":
            return None
        return number_in(self.last_month if against == "last_month" else self.last_year, field.key)

    def label(self, against: Against) -> str:
        return self.last_month_label if against == "last_month" else self.last_year_label

    def so_far(self, field: Field) -> Decimal | None:
        """What a year-to-date field stood at before this period: nought where the year begins."""
        return Decimal(0) if self.begins_year else self.value(field, "last_month")


NOTHING_BEFORE = Before()


def number_in(answers: Answers | None, key: str) -> Decimal | None:
    """The answer as a number; None where there is none, or one that would not be taken today."""
    kept = str((answers or {}).get(key) or "")
    if not NUMBER.fullmatch(kept) or "," in kept:
        return None
    number = Decimal(kept)
    return number if abs(number) < LARGEST and fits(number) else None


def read_answers(form: Form, given: Answers, before: Before) -> tuple[dict[str, str], dict[str, str]]:
    """The answers as they are kept, and the fault of each field. Blank is missing, never zero.

    In a zero reply the month's numbers are 0 and the year to date stays where it was.
    """
    zero = bool(form.zero_reply and given.get(ZERO))
    answers: dict[str, str] = {ZERO: "1"} if zero else {}
    faults: dict[str, str] = {}
    for field in form.fields:
        typed = " ".join(given.get(field.key, "").split())
        answers[field.key], fault = _read(field, _in_zero_reply(field, typed, before) if zero else typed)
        if fault:
            faults[field.key] = fault
    _complete(form, answers, faults, before)
    return answers, faults


def _in_zero_reply(field: Field, typed: str, before: Before) -> str:
    if field.text or field.stays:
        return typed
    if field.calibre != "year_to_date":
        return "0"
    so_far = before.so_far(field)
    return typed or "0" if so_far is None else figure_text(so_far)


def _read(field: Field, typed: str) -> tuple[str, str]:
    if not typed:
        return "", "" if field.optional else f"请填写{field.label}"
    if field.text:
        return typed, f"{field.label}太长，请在{LONGEST_TEXT}字以内" if len(typed) > LONGEST_TEXT else ""
    return _read_number(field, typed)


def _read_number(field: Field, typed: str) -> tuple[str, str]:
    # A Chinese keyboard types １２．５ and 1，234; a comma anywhere else may be meant for a point, so it is asked.
    written = _without_unit(unicodedata.normalize("NFKC", typed).strip(), field.unit)
    if not NUMBER.fullmatch(written):
        return typed, _no_number(field, written)
    number = Decimal(written.replace(",", ""))
    fault = next(_unlikely(field, number, written), "")
    return (typed if fault else f"{number if number else abs(number):f}"), fault


def _without_unit(written: str, unit: str) -> str:
    unit = unicodedata.normalize("NFKC", unit)
    return written.removesuffix(unit).rstrip() if unit else written


def _no_number(field: Field, written: str) -> str:
    found = MEASURED.fullmatch(written)
    if found and Unit(found["unit"]).base == Unit(field.unit).base:
        return f"{field.label}的单位是{field.unit}，这里写的是{found['unit']}：请换算成{field.unit}再填"
    return f"{field.label}请填数字（单位：{field.unit}）"


def _unlikely(field: Field, number: Decimal, written: str) -> Iterator[str]:
    if abs(number) >= LARGEST or (number < 0 and not field.negative):
        bound = "" if field.negative else "不小于0的"
        yield f"{field.label}请填{bound}合理数字（单位：{field.unit}）"
    elif field.largest is not None and abs(number) > field.largest:
        yield f"{field.label}不应超过{figure_text(field.largest)}{field.unit}：请核对数字和单位"
    elif field.whole and number != number.to_integral_value():
        yield f"{field.label}请填整数"
    elif not fits(number) or len(written) > LONGEST_NUMBER:
        yield f"{field.label}最多填四位小数"


def _complete(form: Form, answers: dict[str, str], faults: dict[str, str], before: Before) -> None:
    """Of a month and the year to date that runs it up, the one that was left open follows from the other."""
    computed = []
    for field in form.fields:
        if field.of and (found := _missing_one(field, form.by_key[field.of], answers, faults, before)):
            key, value = found
            answers[key] = figure_text(value)
            faults.pop(key, None)
            computed.append(key)
    if computed:
        answers[COMPUTED] = " ".join(computed)


def _missing_one(
    year: Field, month: Field, answers: Answers, faults: Answers, before: Before
) -> tuple[str, Decimal] | None:
    so_far = before.so_far(year)
    in_month, in_year = (
        None if _unread(one, answers, faults) else number_in(answers, one.key) for one in (month, year)
    )
    if so_far is None:
        return None
    if not answers[month.key] and in_year is not None and (in_year >= so_far or month.negative):
        return month.key, in_year - so_far
    if not answers[year.key] and in_month is not None and so_far + in_month < LARGEST:
        return year.key, so_far + in_month
    return None


def _unread(field: Field, answers: Answers, faults: Answers) -> bool:
    return bool(answers[field.key] and field.key in faults)
