"""What the columns of a table mean, by the words over them (columns.yaml), or as the bureau once said."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from plans.errors import Refused
from plans.reading.document import fold
from plans.reading.model import TableUse
from plans.reading.rules import rule
from plans.reading.source import Cell
from plans.reading.traditional import simplify_words

OWN = Path(__file__).parents[1] / "columns.yaml"
LONGEST_HEADER = 24
"""Longer words over a column are no header."""
_BRACKETED = re.compile(r"[(\[【][^()\[\]【】]{0,20}[)\]】]")
_TASKLIKE = ("task", "detail", "target")
_OF_TASKS_ONLY = frozenset({"lead", "owner", "helpers", "deadline", "rhythm", "detail", "leader", "next"})


class Column(BaseModel):
    """One field a column can hold: what people call it, and the headers it goes by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    words: tuple[str, ...]
    example: str


class UnknownField(Refused):
    """“责任”不是可以指定的列：请写 序号、工作任务……之一。"""

    def __init__(self, said: str) -> None:
        super().__init__(f"“{said}”不是可以指定的列：请写{'、'.join(field_labels().values())}之一，不用的列留空。")


@cache
def load_columns() -> Mapping[str, Mapping[str, Column]]:
    """Every field of columns.yaml by group (tasks, figures, rows, caption) and name."""
    groups = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    return {group: columns_of(entries) for group, entries in groups.items()}


def columns_of(entries: Mapping[str, Mapping[str, object]]) -> Mapping[str, Column]:
    """The fields of one group as they stand in a YAML file."""
    return {name: Column.model_validate(fields) for name, fields in entries.items()}


def field_labels() -> dict[str, str]:
    """The fields a column can be taken for, each with what people call it: {"task": "工作任务"}."""
    fields = {**load_columns()["tasks"], **load_columns()["figures"]}
    return {name: column.label for name, column in fields.items()}


def field_said(said: str) -> str:
    """The field that a person means by its name or label; empty for none. Raises UnknownField."""
    labels = field_labels()
    names = {label: name for name, label in labels.items()} | {name: name for name in labels} | {"": ""}
    if said.strip() not in names:
        raise UnknownField(said.strip())
    return names[said.strip()]


def folded(words: str) -> str:
    """A cell's words in half width and Simplified."""
    return simplify_words(fold(words))


def bare(words: str) -> str:
    """A header's words folded, without blanks, brackets and marks: （单位：家） and line breaks say nothing."""
    said = _BRACKETED.sub("", "".join(folded(words).split()))
    return "".join(character for character in said if unicodedata.category(character)[0] in "LN")


def header_key(words: Sequence[str]) -> str:
    """What a mapping is remembered under: the header's words, folded and joined."""
    return "|".join(bare(word) for word in words).rstrip("|")


def field_of(words: str, group: str) -> str:
    """The field of this group that a header names; empty for none."""
    return named_field(words, load_columns()[group])


def named_field(words: str, columns: Mapping[str, Column]) -> str:
    """The column a header names: of the words it ends in the longest, else the last it holds; empty for none."""
    header = bare(words)
    if not header or len(header) > LONGEST_HEADER:
        return ""
    found = [
        (header.rfind(word) + len(word), len(word), name)
        for name, column in columns.items()
        for word in column.words
        if word in header
    ]
    end, length, name = max(found, default=(0, 0, ""))
    return name if end == len(header) or length >= 3 else ""


def fields_of(levels: Sequence[Sequence[str]], group: str) -> tuple[str, ...]:
    """A field a column; `levels` are its headers from the top, of which the lowest that says something counts."""
    named = ([field_of(words, group) for words in reversed(column)] for column in levels)
    return tuple(next((name for name in names if name), "") for names in named)


def recognised(levels: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The fields of a header, as those of a table of figures where it is one, else of a task table."""
    tasks, figures = fields_of(levels, "tasks"), fields_of(levels, "figures")
    if use_of(figures) == "figures" and not _OF_TASKS_ONLY & set(tasks):
        return figures
    return tasks


def use_of(columns: Sequence[str]) -> TableUse:
    """What a table is, by what its columns say."""
    said = set(columns) - {""}
    if "indicator" in said and said & {"value", "yoy"}:
        return "figures"
    return "tasks" if said & set(_TASKLIKE) else "unread" if said else "ignored"


def settled(columns: Sequence[str], cells: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The fields with what only the cells can tell: whether 单位 counts or answers, and which column is the task.

    `cells` are the cells under each column.
    """
    decided = [
        "lead" if name == "unit" and "indicator" not in columns and not _counts(under) else name
        for name, under in zip(columns, cells, strict=True)
    ]
    if "indicator" in decided or "task" in decided:
        return tuple(decided)
    instead = next((name for name in ("detail", "target") if name in decided), None)
    if instead:
        decided[decided.index(instead)] = "task"
    return tuple(decided)


def _counts(cells: Sequence[Cell]) -> bool:
    """万元, 家, %: most of the cells are units of measure."""
    said = [bare_unit(cell.words) for cell in cells if cell.words and not cell.merged]
    return bool(said) and 2 * sum(_unit_pattern().fullmatch(words) is not None for words in said) >= len(said)


def bare_unit(words: str) -> str:
    """A unit's words folded, without blanks."""
    return "".join(folded(words).split())


@cache
def _unit_pattern() -> re.Pattern[str]:
    units, large = rule("quantities", "units").pattern, rule("quantities", "large").pattern
    return re.compile(f"(?:{large})?(?:{units})|{large}")
