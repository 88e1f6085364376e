"""What a person says of everything around the items: the head, the people, the roster draft, the done figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from plans.checking import period_of
from plans.draft import DraftEnterprise, DraftPerson, duplicates
from plans.sheet.as_of import typed_stand
from plans.sheet.dating import date_anew
from plans.sheet.errors import SheetRefused
from plans.sheet.items import GONE, find_item
from plans.sheet.model import Sheet, SheetFigure, Standing, Use
from plans.sheet.typed import Typed, one_of, read_mail, read_owner, read_period, words
from plans.typed import one_line
from plans.words import Role

HEADER = {
    "bureau": words("单位名称", 100),
    "title": words("标题", 200, needed=True),
    "period": read_period,
    "owner": read_owner,
}
FIRM = {
    "name": words("企业名称", 100, needed=True),
    "contact": words("联系人", 50),
    "mail": read_mail,
    "phone": words("电话", 50),
    "credit_code": words("信用代码", 30),
}


def set_header(sheet: Sheet, typed: Mapping[str, str]) -> Sheet:
    """bureau, title, period, owner; dates without a year are read anew with another period. Raises FieldFaults."""
    fields = Typed(typed)
    given = {name: fields.read(name, read, getattr(sheet, name)) for name, read in HEADER.items()}
    fields.settle()
    changed = sheet.model_copy(update=given)
    return date_anew(changed) if changed.period != sheet.period else changed


def set_people(sheet: Sheet, rows: Sequence[Mapping[str, str]]) -> Sheet:
    """The people (name, mail, office, role) anew; rows without a name are passed over. Raises FieldFaults (0.mail)."""
    fields = Typed({f"{position}.{name}": text for position, row in enumerate(rows) for name, text in row.items()})
    named = [position for position, row in enumerate(rows) if row.get("name", "").strip()]
    people = [_person(fields, position) for position in named]
    for again in duplicates([person.name for person in people]):
        fields.faults[f"{named[again]}.name"] = f"{people[again].name}写了两遍。"
    fields.settle()
    return sheet.model_copy(update={"people": tuple(people)})


def _person(fields: Typed, row: int) -> DraftPerson:
    return DraftPerson(
        name=fields.read(f"{row}.name", words("姓名", 50), "") or "?",
        mail=fields.read(f"{row}.mail", read_mail, ""),
        office=fields.read(f"{row}.office", words("股室", 50), ""),
        role=fields.read(f"{row}.role", one_of("职务", Role), None) or Role.STAFF,
    )


def know_person(sheet: Sheet, name: str, mail: str, office: str) -> Sheet:
    """The person with that address, new or known."""
    known = next((person for person in sheet.people if person.name == name), None)
    person = known or DraftPerson(name=name, office=office)
    others = [other for other in sheet.people if other.name != name]
    return sheet.model_copy(update={"people": (*others, person.model_copy(update={"mail": mail}))})


def keep_enterprise(sheet: Sheet, position: int, standing: Standing, typed: Mapping[str, str]) -> Sheet:
    """What a person said of an enterprise of the roster draft, with its name, contact, mail, phone, credit_code."""
    if not 0 <= position < len(sheet.enterprises):
        raise SheetRefused(GONE)
    fields, one = Typed(typed), sheet.enterprises[position]
    given = {name: fields.read(name, read, getattr(one.enterprise, name)) for name, read in FIRM.items()}
    others = [other.enterprise.name for place, other in enumerate(sheet.enterprises) if place != position]
    if given["name"] in others and standing is not Standing.DROPPED:
        fields.faults["name"] = f"{given['name']}写了两遍。"
    fields.settle()
    enterprise = DraftEnterprise.model_validate(one.enterprise.model_dump() | given)
    note = one.note if enterprise.name == one.enterprise.name else ""
    changed = one.model_copy(update={"enterprise": enterprise, "standing": standing, "note": note})
    return _replaced(sheet, "enterprises", position, changed)


def use_figure(sheet: Sheet, position: int, use: Use, target: tuple[int, int] | None) -> Sheet:
    """What a done figure becomes; ``target`` is (item key, position) for a first reading."""
    one = _figure(sheet, position)
    if use and (one.figure.value is None or not one.as_of):
        missing = "是多少" if one.figure.value is None else "截至哪天"
        raise SheetRefused(f"“{one.figure.indicator[:40]}”没有写明{missing}，还不能用。")
    if (use == "reading") != (target is not None):
        raise SheetRefused("请选择这个数是哪个指标的进展。")
    if target is not None and not 0 <= target[1] < len(find_item(sheet, target[0]).item.targets):
        raise SheetRefused("这个指标已经不在草稿里：请刷新页面。")
    return _replaced(sheet, "figures", position, one.model_copy(update={"use": use, "target": target}))


def date_figure(sheet: Sheet, position: int, typed: str) -> Sheet:
    """As of when a done figure stands, as typed: 2026年6月底, 1-4月, 2026年二季度. Raises Refused."""
    one = _figure(sheet, position)
    as_of = typed_stand(typed, period_of(sheet.period))
    return _replaced(sheet, "figures", position, one.model_copy(update={"as_of": as_of}))


def _figure(sheet: Sheet, position: int) -> SheetFigure:
    if not 0 <= position < len(sheet.figures):
        raise SheetRefused(GONE)
    return sheet.figures[position]


def _replaced(sheet: Sheet, name: str, position: int, new: object) -> Sheet:
    kept: tuple[Any, ...] = getattr(sheet, name)
    return sheet.model_copy(update={name: (*kept[:position], new, *kept[position + 1 :])})


def offices(sheet: Sheet, name: str) -> str:
    """The office of a person, where the document names exactly one for the items they own."""
    found = {one.office for one in sheet.kept() if one.item.owner == name and one.office}
    return one_line(found.pop()) if len(found) == 1 else ""
