"""The bureau's own .docx as the 通报: a Word file with placeholders in {{ }}, filled in by docxtpl.

The placeholders are Chinese and listed in placeholders.yaml. A template is a file from somebody's desk: it runs in a
sandbox, may name only what is listed, and whatever is filled in stays text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from ruamel.yaml import YAML

from notifications.digest import Facts
from notifications.documents.digest_rows import Entry, lists_of
from notifications.documents.progress_rows import goal_head
from notifications.documents.sealing import sealed
from notifications.documents.wording import one_line
from notifications.writing import percent
from plans.errors import Refused
from plans.zone import local_day

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 2_000
FILTERS = ("join", "length", "default", "first", "last")
_UNKNOWN_NAME = re.compile(r"'([^']+)'(?: is undefined)?$")


class BadTemplate(Refused):
    """通报模板里的“局长”不认识：能用的有……"""


@cache
def placeholders() -> Mapping[str, Mapping[str, Any]]:
    """What a template may name, in the order people are told of it."""
    text = Path(__file__).with_name("placeholders.yaml").read_text(encoding="utf-8")
    known: dict[str, dict[str, Any]] = YAML(typ="safe").load(text)
    return known


def filled(template: bytes, facts: Facts, made_at: datetime, draft: bool = False) -> bytes:
    """The bureau's template with the month's facts in it, as .docx. Raises BadTemplate."""
    # docxtpl is slow to import, and most bureaus have no template.
    from docxtpl import DocxTemplate

    _check_size(template)
    environment = _environment()
    with _as_refusals():
        document = DocxTemplate(BytesIO(template))
        unknown = sorted(document.get_undeclared_template_variables(environment) - placeholders().keys())
        if unknown:
            raise BadTemplate(_not_known(unknown))
        document.render(_context(facts, made_at, draft), environment, autoescape=True)
        written = BytesIO()
        document.save(written)
    return sealed(written.getvalue(), made_at)


class _Sandbox(ImmutableSandboxedEnvironment):
    """A template goes through what there is and says it; it reckons nothing and makes nothing larger."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"不能做运算 {operator}")


def _environment() -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, finalize=_told, autoescape=True)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def _told(value: object) -> object:
    if value is None:
        return "—"
    if isinstance(value, float):
        return percent(value)
    return _day_told(value) if isinstance(value, date) else one_line(value)


def _day_told(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _context(facts: Facts, made_at: datetime, draft: bool) -> dict[str, Any]:
    known = placeholders().items()
    plain = {name: facts[one["from"]] for name, one in known if "from" in one}
    totals = {name: facts["totals"][one["total"]] for name, one in known if "total" in one}
    goal = goal_head(facts)
    lists = lists_of(facts)
    lists["进展表"] = [_with_goal(entry, goal) for entry in lists["进展表"]]
    return {
        **plain,
        **totals,
        **lists,
        "截至": date.fromisoformat(facts["as_of"]),
        "序时进度": facts["elapsed"],
        "成文日期": local_day(made_at),
        "草稿": "（草稿）" if draft else "",
    }


def _with_goal(entry: Entry, head: str) -> Entry:
    return {("目标" if key == head else key): value for key, value in entry.items()}


def _check_size(template: bytes) -> None:
    if len(template) > LARGEST:
        raise BadTemplate("通报模板超过 20 MB：请删去里面的大图片再试。")
    try:
        with ZipFile(BytesIO(template)) as file:
            parts = file.infolist()
    except BadZipFile as error:
        raise BadTemplate("通报模板不是 .docx 文件：请用办公软件另存为 .docx 再放进来。") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise BadTemplate("通报模板太大：请删去里面的大图片再试。")


@contextmanager
def _as_refusals() -> Iterator[None]:
    """What goes wrong in a template, said to whoever wrote it."""
    try:
        yield
    except UndefinedError as error:
        found = _UNKNOWN_NAME.search(str(error))
        raise BadTemplate(_not_known([found[1] if found else str(error)])) from error
    except TemplateError as error:
        raise BadTemplate(
            f"通报模板里的花括号写得不对（{error.message}）：请对照说明检查每个 {{{{ }}}} 和 {{% %}}。"
        ) from error
    except (KeyError, ValueError, TypeError, AttributeError, BadZipFile) as error:
        raise BadTemplate("通报模板读不懂：请用办公软件打开后另存为 .docx 再试。") from error


def _not_known(names: Iterable[str]) -> str:
    told = "、".join(f"“{one_line(name)}”" for name in names)
    return f"通报模板里的{told}不认识：能用的有 {'、'.join(_spelt())}。"


def _spelt() -> Iterator[str]:
    """Every placeholder, a list with the names of its entries."""
    for name, one in placeholders().items():
        yield f"{name}（每行的{'、'.join(one['of'])}）" if "of" in one else name
