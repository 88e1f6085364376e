"""From a document's reading to a draft: proposals a person confirms, and 待填 where only a person can answer."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from plans.cadence import Cadence, CadenceError
from plans.checking import DEFAULT_LADDERS
from plans.draft import TO_FILL
from plans.programmes import Programme, Programmes
from plans.reading.model import Item, Reading, StatedTarget

HEAD = """计划草稿：请核对各项，把“待填”填好，然后运行 duban plan start 启动。
period 写成 2026H2（下半年）、2026Q4、2026-10 或 2026；owner 是责任人，须在 people 里有姓名和邮箱。
role 可写 staff 科员、office_head 股室负责人、deputy_director 分管副局长、director 局长。
cadence 可写 monthly:10、weekly:fri、quarterly、annual:03-10、once:2026-09-30、irregular；
目标类的 cadence 可空着，每月报一次进度。"""


def draft_yaml(reading: Reading, source: str, programmes: Programmes) -> str:
    """The draft as YAML text with its comments."""
    draft = CommentedMap(
        bureau=TO_FILL,
        title=reading.title or source,
        period=reading.plan_period or TO_FILL,
        owner=TO_FILL,
        source=source,
        people=[CommentedMap(name="示例人", mail=TO_FILL, office="综合股", role="staff")],
        enterprises=[],
        items=[_item(item, programmes[item.programme]) for item in reading.plan_items],
    )
    if reading.bureau_area:
        draft["bureau"] = reading.bureau_area
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


def _item(item: Item, programme: Programme) -> CommentedMap:
    kind = item.kind
    entry = CommentedMap(title=item.title, programme=item.programme, kind=kind.value)
    entry.yaml_add_eol_comment(programme.name, "programme")
    if item.owner:
        entry["owner"] = item.owner
    entry["cadence"] = _known_cadence(item.cadence) or programme.cadence
    if questions := [*item.deadlines, *([item.cadence] if item.cadence and not entry["cadence"] else [])]:
        entry.yaml_add_eol_comment(f"文中写的是：{'、'.join(questions)}", "cadence")
    entry["ladder"] = programme.ladder or DEFAULT_LADDERS[kind]
    if item.targets:
        entry["targets"] = [_target(target) for target in item.targets if target.level != "workload"]
    entry["text"] = LiteralScalarString(item.text) if "\n" in item.text else item.text
    return entry


def _known_cadence(cadence: str | None) -> str:
    try:
        return str(Cadence.parse(cadence)) if cadence else ""
    except CadenceError:
        return ""


def _target(target: StatedTarget) -> CommentedMap:
    entry: dict[str, Any] = {"indicator": target.indicator}
    if not target.qualitative:
        entry |= {name: _number(getattr(target, name)) for name in ("floor", "stretch") if _shown(target, name)}
        entry |= {"unit": target.unit or ""}
    entry |= {"masked": True} if target.masked else {}
    entry |= {"qualitative": True} if target.qualitative else {}
    return CommentedMap(entry | {"level": target.level, "quote": target.quote})


def _shown(target: StatedTarget, name: str) -> bool:
    return getattr(target, name) is not None or (target.masked and name == "floor")


def _number(value: float | None) -> int | float | str:
    if value is None:
        return TO_FILL
    return int(value) if value == int(value) else value
