"""The files of forms: those of this package and the bureau's own, and what is wrong with one, by line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from plans.draft import UNREADABLE, DraftFile
from plans.errors import Broken, Refused
from plans.reading.model import Problem, Severity
from plans.units import Unit
from tasks.form_model import OVER_TIME, Field, Form, Question, UnitSuspect, YearToDateAddsUp

OWN = Path(__file__).with_name("forms")
LARGEST_FILE = 1_000_000
At = tuple[str | int, ...]
Fault = tuple[At, str]
"""Where in the file, and a sentence."""

_FAULTS = {
    "missing": "缺少“{field}”这一项。",
    "extra_forbidden": "不认识“{field}”这一项，请检查拼写。",
    "string_type": "“{field}”请写文字，数字请加引号。",
    "string_too_short": "“{field}”不能空着。",
    "string_too_long": "“{field}”太长了。",
    "string_pattern_mismatch": "“{field}”只能用小写英文字母、数字和下划线，以字母开头。",
    "bool_parsing": "“{field}”只能写 true 或 false。",
    "bool_type": "“{field}”只能写 true 或 false。",
    "decimal_parsing": "“{field}”请写数字。",
    "decimal_type": "“{field}”请写数字。",
    "greater_than": "“{field}”要大于零。",
    "greater_than_equal": "“{field}”不能是负数。",
    "less_than": "“{field}”的数字太大了。",
    "less_than_equal": "“{field}”的数字太大了。",
    "literal_error": "“{field}”只能写 {expected}。",
    "union_tag_invalid": "“kind”只能写 {expected_tags}。",
    "union_tag_not_found": "缺少“kind”这一项。",
    "tuple_type": "“{field}”下面请逐行用“- ”列出。",
    "too_short": "“{field}”下面列得太少。",
    "too_long": "“{field}”下面列得太多。",
}


class FormFileError(Broken):
    """报表文件 rd_monthly.yaml 第 7 行：缺少“label”这一项。"""


class FormNotFound(Refused):
    """没有“rd_weekly”这张报表：可以用 rd_monthly。"""


@dataclass(frozen=True)
class FormFile:
    """A form as it was written: the form, or everything that keeps it from being one."""

    form: Form | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Forms:
    """The forms there are, by key. ``broken`` are the files that could not be read, by name, with what is wrong."""

    known: Mapping[str, Form]
    broken: Mapping[str, tuple[Problem, ...]]

    def __getitem__(self, key: str) -> Form:
        """The form of that key. Raises FormFileError where its file is broken, FormNotFound where there is none."""
        if problems := self.broken.get(f"{key}.yaml"):
            raise FormFileError(told_of_file(f"{key}.yaml", problems))
        if key not in self.known:
            raise FormNotFound(f"没有“{key}”这张报表：可以用 {'、'.join(self.known)}。")
        return self.known[key]

    def __contains__(self, key: object) -> bool:
        return key in self.known

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


@cache
def _own() -> dict[str, Form]:
    return _read_folder(OWN)[0]


def load_forms(folder: Path | None = None) -> Forms:
    """The forms of this package, replaced key by key by the bureau's own. A broken file takes only itself away."""
    known, broken = _read_folder(folder) if folder else ({}, {})
    kept = {key: form for key, form in _own().items() if f"{key}.yaml" not in broken}
    return Forms(dict(sorted((kept | known).items())), broken)


def _read_folder(folder: Path) -> tuple[dict[str, Form], dict[str, tuple[Problem, ...]]]:
    known, broken = {}, {}
    for path in sorted(folder.glob("*.yaml")):
        file = read_form_file(path)
        if file.form is None:
            broken[path.name] = file.problems
        else:
            known[file.form.key] = file.form
    return known, broken


def told_of_file(name: str, problems: Sequence[Problem]) -> str:
    """The first thing wrong with a file, and how many more there are."""
    first, more = problems[0], len(problems) - 1
    rest = f"（另有{more}处，请用 duban form check 查看）" if more else ""
    return f"报表文件 {name} 第 {first.line} 行：{first.message}{rest}"


def read_form_file(path: Path) -> FormFile:
    """Read a form's file, whose name is its key. Never raises for what is in it, or for one that cannot be opened."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return _unread(1, "文件不是 UTF-8 编码：请另存为 UTF-8。")
    except OSError:
        return _unread(1, "文件打不开：请检查是否存在、是否有权限。")
    file = read_form(text)
    if file.form and file.form.key != path.stem:
        return _unread(1, f"文件名要与 key 相同：请改名为 {file.form.key}.yaml。")
    return file


def read_form(text: str) -> FormFile:
    """Read a form, and name everything that is wrong with it by its line."""
    if len(text) > LARGEST_FILE:
        return _unread(1, "文件太大，不像一张报表。")
    try:
        tree = YAML().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return _unread(line, "这一行或上一行的格式不对：请检查缩进、冒号后的空格、引号和括号。")
    except UNREADABLE:
        return _unread(1, "里面有无法识别的字符。")
    if not isinstance(tree, dict):
        return _unread(1, "这不是一张报表：请对照 docs/forms.md。")
    return _validated(tree)


def _unread(line: int, message: str) -> FormFile:
    return FormFile(None, (Problem(line=line, severity=Severity.ERROR, message=message, quote=""),))


def _validated(tree: Any) -> FormFile:
    lines = DraftFile(None, tree, ())
    try:
        form = Form.model_validate(tree)
    except ValidationError as error:
        faults = [(_place(fault["loc"]), _fault_text(fault)) for fault in _first_hand(error.errors())]
        return FormFile(None, tuple(lines.problem(at, message) for at, message in faults))
    problems = tuple(lines.problem(at, message) for at, message in _crossed(form))
    return FormFile(None if problems else form, problems)


def _first_hand(errors: Sequence[Any]) -> list[Any]:
    # A list whose entries are wrong is called too short as well.
    inside = {fault["loc"][0] for fault in errors if len(fault["loc"]) > 1}
    return [
        fault
        for fault in errors
        if fault["type"] != "too_short" or fault["loc"][0] not in inside or len(fault["loc"]) > 1
    ]


def _place(loc: At) -> At:
    """Where a fault is in the file: pydantic names the kind of a soft check too, which is no place."""
    return loc[:2] + loc[3:] if loc[0] == "soft" and len(loc) > 2 else loc


def _fault_text(fault: Any) -> str:
    names = [part for part in fault["loc"] if isinstance(part, str)]
    context = {key: _choices(str(one)) for key, one in fault.get("ctx", {}).items()}
    pattern = _FAULTS.get(fault["type"], "“{field}”写得不对。")
    return pattern.format_map(context | {"field": names[-1] if names else "报表"})


def _choices(expected: str) -> str:
    """'', 'month' or 'year_to_date' → month、year_to_date: leaving it out is how nothing is said."""
    return "、".join(part for part in re.split(r"[', ]+|or ", expected) if part)


def _crossed(form: Form) -> Iterator[Fault]:
    """What only shows when the parts of a form are read together."""
    yield from _twice("fields", [field.key for field in form.fields])
    yield from _twice("soft", [one.key for one in form.soft])
    yield from _twice("derived", [one.key for one in form.derived])
    for nth, field in enumerate(form.fields):
        yield from (((("fields", nth), said)) for said in _field_faults(form, field))
    for kind, nth, name, key in _named(form):
        if key not in form.by_key or form.by_key[key].text:
            yield (kind, nth, name), f"没有“{key}”这个数字字段。"
    if not any(True for _ in _unnamed(form)):
        yield from _rule_faults(form)


def _unnamed(form: Form) -> Iterator[str]:
    return (key for _, _, _, key in _named(form) if key not in form.by_key or form.by_key[key].text)


def _twice(kind: str, keys: Sequence[str]) -> Iterator[Fault]:
    for nth, key in enumerate(keys):
        if key in keys[:nth]:
            yield (kind, nth, "key"), f"“{key}”用了两次。"


def _named(form: Form) -> Iterator[tuple[str, int, str, str]]:
    """Every place where a field is named that must be there and take a number."""
    for nth, field in enumerate(form.fields):
        yield from (("fields", nth, name, key) for name, key in (("of", field.of), ("part_of", field.part_of)) if key)
    for nth, rule in enumerate(form.checks):
        yield from (("checks", nth, name, key) for name, key in (("at_least", rule.at_least), ("than", rule.than)))
    for nth, one in enumerate(form.sums):
        yield "sums", nth, "total", one.total
        yield from (("sums", nth, "parts", key) for key in one.parts)
    for nth, question in enumerate(form.soft):
        yield "soft", nth, "field", question.field
    for nth, derived in enumerate(form.derived):
        yield "derived", nth, "field", derived.field
        if derived.kind == "share":
            yield "derived", nth, "of", derived.of


def _field_faults(form: Form, field: Field) -> Iterator[str]:
    if field.key in ("zero", "computed"):
        yield f"“{field.key}”另有用处，请换一个 key。"
    if not field.text and not field.unit:
        yield f"“{field.key}”是数字，请写明单位 unit。"
    if field.text and (field.unit or field.calibre or field.part_of or field.of or field.largest):
        yield f"“{field.key}”是文字，不能有 unit、calibre、part_of、of、largest。"
    if field.of and (field.calibre != "year_to_date" or _calibre(form, field.of) != "month"):
        yield f"“{field.key}”写了 of：它要是 year_to_date，of 指的要是 month。"
    if field.part_of == field.key:
        yield f"“{field.key}”不能是自己的一部分。"
    if any(_unit(form, other) not in ("", field.unit) for other in (field.of, field.part_of)):
        yield f"“{field.key}”的单位与 of 或 part_of 指的字段不同。"


def _calibre(form: Form, key: str) -> str:
    return form.by_key[key].calibre if key in form.by_key else ""


def _unit(form: Form, key: str) -> str:
    return form.by_key[key].unit if key in form.by_key else ""


def _rule_faults(form: Form) -> Iterator[Fault]:
    for nth, rule in enumerate(form.checks):
        if _unit(form, rule.at_least) != _unit(form, rule.than):
            yield ("checks", nth), "相比的两个字段单位不同。"
    for nth, one in enumerate(form.sums):
        if {_unit(form, key) for key in one.parts} != {_unit(form, one.total)}:
            yield ("sums", nth), "合计与各项的单位不同。"
        yield from _strange_places(("sums", nth, "says"), one.says, one.PLACES)
    for nth, question in enumerate(form.soft):
        yield from ((("soft", nth), said) for said in _question_faults(form.by_key[question.field], question))
        yield from _strange_places(("soft", nth, "says"), question.says, question.PLACES)


def _question_faults(field: Field, question: Question) -> Iterator[str]:
    if isinstance(question, OVER_TIME) and field.calibre != "year_to_date":
        yield f"“{question.kind}”只能用于 calibre 为 year_to_date 的字段。"
    if isinstance(question, YearToDateAddsUp) and not field.of:
        yield f"“{field.key}”没有写 of，不知道本月数是哪个字段。"
    if isinstance(question, UnitSuspect) and Unit(field.unit).base != "元":
        yield "“unit_suspect”只能用于单位是元、千元、万元、亿元的字段。"


def _strange_places(at: At, says: str, known: Sequence[str]) -> Iterator[Fault]:
    usable = "、".join(f"{{{name}}}" for name in known)
    try:
        places = [(name, spec, how) for _, name, spec, how in Formatter().parse(says) if name is not None]
    except ValueError:
        yield at, f"花括号不成对：能用的有 {usable}。"
        return
    for name, spec, how in places:
        if name not in known or spec or how:
            yield at, f"不认识“{{{name}}}”：能用的有 {usable}。"
