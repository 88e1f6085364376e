"""The line of a YAML file at which something is wrong, found from the error that it caused."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from plans.kept_files import text_of

At = tuple[str | int, ...]
_LINE = re.compile(r"第 ?\d+ ?行")


def told_with_line(problem: Exception, files: Sequence[Path]) -> str:
    """The problem's sentence with the line behind the file's name, where the error tells it."""
    told = str(problem)
    if _LINE.search(told):
        return told
    for file in files:
        if file.name in told and (line := _line_in(file, problem)):
            return told.replace(f"{file.name} ", f"{file.name} 第 {line} 行", 1)
    return told


def _line_in(file: Path, problem: Exception) -> int:
    for error in _causes(problem):
        if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
            return int(error.problem_mark.line) + 1
        if isinstance(error, ValidationError):
            return _line_of(file, error)
    return 0


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _line_of(file: Path, error: ValidationError) -> int:
    try:
        whole = YAML().load(text_of(file))
    except (OSError, ValueError, YAMLError):
        return 0
    fault = error.errors()[0]
    # What is checked entry by entry does not know its entry's name.
    names = list(whole) if isinstance(whole, dict) else []
    for at in (fault["loc"], *((name, *fault["loc"]) for name in names)):
        found, line = _walk(whole, at)
        if line and (fault["type"] == "missing" or _same(found, fault["input"])):
            return line
    return 0


def _same(found: Any, given: Any) -> bool:
    try:
        return bool(found == given)
    except RecursionError:  # YAML can hold a list in itself
        return False


def _walk(node: Any, at: At) -> tuple[Any, int]:
    """What stands there, and its line; as far as the file goes where a field is missing."""
    line = 0
    for step in at:
        place = getattr(node, "lc", None)
        try:
            line, node = place.item(step)[0] + 1 if isinstance(step, int) else place.key(step)[0] + 1, node[step]  # type: ignore[union-attr]
        except (KeyError, IndexError, TypeError, AttributeError):
            return None, line
    return node, line
