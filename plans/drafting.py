"""A sheet as a draft in YAML: the same proposals the page shows, and 待填 where only a person can answer."""

from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from plans.draft import TO_FILL, DraftPerson, DraftTarget
from plans.programmes import Programmes
from plans.sheet.model import Sheet, SheetEnterprise, SheetItem, Standing
from plans.typed import one_line

HEAD = """计划草稿：请核对各项，把“待填”填好，然后运行 duban plan start 启动。
bureau 是单位名称；period 写成 2026H2（下半年）、2026Q4、2026-10 或 2026；
owner 是全计划的责任人，须在 people 里有姓名和邮箱；enterprises 是名册，form 是报表。
role 可写 staff 科员、office_head 股室负责人、deputy_director 分管副局长、director 局长。
cadence 是频次，可写 monthly:10、weekly:fri、quarterly、annual:03-10、once:2026-09-30、irregular；
目标类的 cadence 可空着，每月报一次进度。"""
ROSTER = "文中提到的企业：不要的请删去"
SAID = ("kind", "owner", "cadence", "due_policy", "assignees", "ladder", "form")
EXAMPLE = DraftPerson(name="示例人", office="综合股")


def draft_yaml(sheet: Sheet, programmes: Programmes) -> str:
    """The draft as YAML text with its comments."""
    draft = CommentedMap(
        bureau=sheet.bureau or TO_FILL,
        title=sheet.title,
        period=sheet.period or TO_FILL,
        owner=sheet.owner or TO_FILL,
        source=sheet.source,
        people=[_person(person) for person in _people(sheet)],
        enterprises=_enterprises(sheet),
        items=[_item(one, programmes) for one in sheet.kept()],
    )
    if draft["enterprises"]:
        draft.yaml_add_eol_comment(ROSTER, "enterprises")
    draft.yaml_set_start_comment(HEAD)
    return dump(draft)


def dump(draft: CommentedMap) -> str:
    """A draft as YAML text, as people write it."""
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(draft, out)
    return out.getvalue()


def _people(sheet: Sheet) -> list[DraftPerson]:
    """The people known so far and those the document names; an example to copy where there is nobody."""
    names = {person.name for person in sheet.people}
    named = dict.fromkeys(one.item.owner for one in sheet.kept() if one.item.owner)
    return [*sheet.people, *(DraftPerson(name=name) for name in named if name not in names)] or [EXAMPLE]


def _person(person: DraftPerson) -> CommentedMap:
    return CommentedMap(name=person.name, mail=person.mail or TO_FILL, office=person.office, role=person.role.value)


def _enterprises(sheet: Sheet) -> CommentedSeq:
    kept = [one for one in sheet.enterprises if one.standing is not Standing.DROPPED]
    return CommentedSeq(_enterprise(one) for one in kept)


def _enterprise(one: SheetEnterprise) -> CommentedMap:
    given = one.enterprise.model_dump(exclude_defaults=True)
    entry = CommentedMap({name: _plain(value) for name, value in given.items()})
    if comments := [f"文中也写作：{'、'.join(one.aliases)}"] * bool(one.aliases) + [one.note] * bool(one.note):
        entry.yaml_add_eol_comment(one_line("；".join(comments)), "name")
    return entry


def _item(one: SheetItem, programmes: Programmes) -> CommentedMap:
    item = one.item
    entry = CommentedMap(title=item.title, programme=item.programme)
    if programme := programmes.get(item.programme):
        entry.yaml_add_eol_comment(programme.name, "programme")
    entry |= dict(_said(one))
    if questions := list(_written(one)):
        entry.yaml_add_eol_comment(one_line(f"文中写的是：{'、'.join(questions)}"), "cadence")
    if one.office and not item.owner:
        entry.yaml_add_eol_comment(f"文中写的责任单位：{one.office}", "title")
    if item.targets:
        entry["targets"] = [_target(target) for target in item.targets]
    entry["text"] = LiteralScalarString(item.text) if "\n" in item.text else item.text
    return entry


def _said(one: SheetItem) -> Iterator[tuple[str, Any]]:
    given = one.item.model_dump(mode="json", include=set(SAID)) | {"cadence": one.item.cadence or ""}
    yield from ((name, given[name]) for name in SAID if given[name] or (given[name] == "" and name != "owner"))


def _written(one: SheetItem) -> Iterator[str]:
    """What the document says of the item's time, where it is more than its cadence."""
    yield from dict.fromkeys(one.deadlines)
    if one.rhythm and not one.item.cadence:
        yield one.rhythm


def _target(target: DraftTarget) -> CommentedMap:
    entry: dict[str, Any] = {"indicator": target.indicator}
    if not target.qualitative:
        entry |= {name: _number(getattr(target, name)) for name in ("floor", "stretch") if _shown(target, name)}
        entry |= {"unit": target.unit}
    entry |= {"masked": True} if target.masked else {}
    entry |= {"qualitative": True} if target.qualitative else {}
    entry |= {"approximate": True} if target.approximate else {}
    return CommentedMap(entry | {"level": target.level, "quote": target.quote})


def _shown(target: DraftTarget, name: str) -> bool:
    return getattr(target, name) is not None or (target.masked and name == "floor")


def _number(value: Decimal | None) -> int | float | str:
    return TO_FILL if value is None else _plain(value)


def _plain(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
