"""A bureau's own file of programmes, checked before it is kept: everything that is wrong with it, by line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from plans.cadence import Cadence, CadenceError
from plans.draft import UNREADABLE, DraftFile
from plans.programmes import Programme, load_programmes
from plans.reading.model import Problem, Severity
from plans.words import Assignees, DuePolicy, Kind

At = tuple[str | int, ...]
Fault = tuple[At, str]
_CHOICES = {"kind": Kind, "due_policy": DuePolicy, "assignees": Assignees}
_FAULTS = {
    "missing": "缺少“{field}”这一项。",
    "extra_forbidden": "不认识“{field}”这一项，请检查拼写。",
    "enum": "“{field}”只能写：{choices}。",
    "string_type": "“{field}”请写文字，数字请加引号。",
    "int_parsing": "“{field}”请写整数。",
    "int_type": "“{field}”请写整数。",
    "greater_than_equal": "“{field}”不能是负数。",
    "less_than_equal": "“{field}”的数字太大了。",
    "bool_parsing": "“{field}”只能写 true 或 false。",
    "tuple_type": "“{field}”请写在方括号里，用逗号隔开。",
}


@dataclass(frozen=True)
class Known:
    """What a programme may name, and the keys of programmes that items already have."""

    ladders: Collection[str]
    forms: Collection[str]
    used: Collection[str] = ()


def programme_problems(text: str, known: Known) -> tuple[Problem, ...]:
    """What keeps the text from being the bureau's programmes; empty for a good file. Never raises."""
    try:
        tree = YAML().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return (_problem(line, "这一行或上一行的格式不对：请检查缩进、冒号后的空格、引号和括号。"),)
    except UNREADABLE:
        return (_problem(1, "里面有无法识别的字符。"),)
    if not isinstance(tree, dict):
        return (_problem(1, "这不是业务线文件：请对照自带的，每条写 key 和下面的各栏。"),)
    lines = DraftFile(None, tree, ())
    return tuple(lines.problem(at, said) for at, said in _faults(tree, known))


def _faults(tree: Mapping[Any, Any], known: Known) -> Iterator[Fault]:
    shipped = load_programmes()
    for key, changes in tree.items():
        if not isinstance(key, str) or not isinstance(changes, dict):
            yield (key,), f"“{key}”下面请写各栏，如 name: 名称。"
            continue
        before = shipped[key].model_dump(mode="json", exclude={"key"}) if key in shipped else {}
        yield from _entry_faults(key, {**before, **changes}, known)
    for key in sorted(set(known.used) - shipped.keys() - tree.keys()):
        yield (), f"少了“{key}”：计划里有事项用着它，请补上。"


def _entry_faults(key: str, entry: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    try:
        programme = Programme.model_validate({**entry, "key": key})
    except ValidationError as error:
        yield from (((key, *fault["loc"]), _fault_text(fault)) for fault in error.errors())
        return
    if programme.ladder and programme.ladder not in known.ladders:
        yield (key, "ladder"), f"没有“{programme.ladder}”这个催办阶梯：可以用 {'、'.join(known.ladders)}。"
    if programme.form and programme.form not in known.forms:
        yield (key, "form"), f"没有“{programme.form}”这张报表：可以用 {'、'.join(known.forms)}。"
    if any(not 1 <= month <= 12 for month in programme.skip_months):
        yield (key, "skip_months"), "“skip_months”里请写1到12。"
    try:
        Cadence.parse(programme.cadence or "irregular")
    except CadenceError as refused:
        yield (key, "cadence"), str(refused)


def _fault_text(fault: Any) -> str:
    names = [part for part in fault["loc"] if isinstance(part, str)]
    field = names[-1] if names else "业务线"
    choices = "、".join(_CHOICES[field]) if field in _CHOICES else ""
    return _FAULTS.get(fault["type"], "“{field}”写得不对。").format(field=field, choices=choices)


def _problem(line: int, message: str) -> Problem:
    return Problem(line=line, severity=Severity.ERROR, message=message, quote="")
