"""Answers to the questions of a sheet, each under its question's path."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from plans.checking import DEFAULT_LADDERS
from plans.errors import Refused
from plans.sheet.dating import single_day
from plans.sheet.errors import FieldFaults
from plans.sheet.fields import read_item
from plans.sheet.items import put
from plans.sheet.model import Sheet, SheetItem, Standing
from plans.sheet.surroundings import know_person, offices, set_header
from plans.sheet.typed import Typed, read_mail, read_owner, read_year, words
from plans.words import Assignees, Kind

Answer = Callable[[Sheet, tuple[str, ...], str], Sheet]
ROSTER, OWNER = "roster", "owner"
"""Who fills a form where no enterprise is known: those the document names, or the owner for them."""


def answer(sheet: Sheet, typed: Mapping[str, str]) -> Sheet:
    """Answers by their path; empty ones stay open, unknown paths are passed over. Raises FieldFaults."""
    faults: dict[str, str] = {}
    for pattern, give in _ANSWERS:
        for path, text in typed.items():
            match = pattern.fullmatch(path) if text.strip() else None
            if match is None:
                continue
            try:
                sheet = give(sheet, match.groups(), text)
            except FieldFaults as wrong:
                faults[path] = next(iter(wrong.faults.values()))
            except Refused as wrong:
                faults[path] = str(wrong)
    if faults:
        raise FieldFaults(faults)
    return sheet


def _header(sheet: Sheet, groups: tuple[str, ...], text: str) -> Sheet:
    return set_header(sheet, {groups[0]: text})


def _year(sheet: Sheet, _: tuple[str, ...], text: str) -> Sheet:
    span = re.sub(r"^[^HQ-]*", "", sheet.period)
    return set_header(sheet, {"period": f"{read_year(text)}{span}"})


def _office(sheet: Sheet, groups: tuple[str, ...], text: str) -> Sheet:
    owner = read_owner(text)
    items = (_owned(one, owner) if one.office == groups[0] and not one.item.owner else one for one in sheet.items)
    return sheet.model_copy(update={"items": tuple(items)})


def _owned(one: SheetItem, owner: str) -> SheetItem:
    return one.model_copy(update={"item": one.item.model_copy(update={"owner": owner})})


def _mail(sheet: Sheet, groups: tuple[str, ...], text: str) -> Sheet:
    name = words("姓名", 50, needed=True)(groups[0])
    return know_person(sheet, name, read_mail(text), offices(sheet, name))


def _past(sheet: Sheet, groups: tuple[str, ...], _: str) -> Sheet:
    today = date.fromisoformat(groups[0])
    for one in sheet.kept():
        day = single_day(one.item.cadence)
        if day and day < today:
            sheet = put(sheet, one, item=one.item.model_copy(update={"cadence": ""}))
    return sheet


def _item_field(sheet: Sheet, groups: tuple[str, ...], text: str) -> Sheet:
    key, name = groups
    one = next((one for one in sheet.kept() if one.key == int(key)), None)
    if one is None:
        return sheet
    fields = Typed({name.replace("targets.", "target."): text})
    item = read_item(fields, one.item, sheet.period)
    fields.settle()
    return put(sheet, one, item=item)


def _form(sheet: Sheet, groups: tuple[str, ...], text: str) -> Sheet:
    if text.strip() == ROSTER:
        listed = (
            one.model_copy(update={"standing": Standing.CONFIRMED}) if one.standing is Standing.PROPOSED else one
            for one in sheet.enterprises
        )
        return sheet.model_copy(update={"enterprises": tuple(listed)})
    one = next((one for one in sheet.kept() if one.key == int(groups[0])), None)
    if one is None or text.strip() != OWNER:
        return sheet
    ladder = DEFAULT_LADDERS[one.item.kind or Kind.FILING]
    given = {"assignees": Assignees.OWNER, "form": "", "ladder": ladder}
    return put(sheet, one, item=one.item.model_copy(update=given))


# In this order: a day without its year needs the period, a person's office the items they own.
_ANSWERS: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (re.compile(r"(bureau|title|period|owner)"), _header),
    (re.compile(r"year"), _year),
    (re.compile(r"office\.(.{1,50})"), _office),
    (re.compile(r"people\.(.{1,50})\.mail"), _mail),
    (re.compile(r"past\.(\d{4}-\d{2}-\d{2})"), _past),
    (re.compile(r"items\.(\d{1,9})\.(cadence|owner|targets\.\d{1,3}\.(?:floor|stretch))"), _item_field),
    (re.compile(r"items\.(\d{1,9})\.form"), _form),
)
