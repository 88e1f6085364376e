"""The catalogue of everything duban says, gathered from templates and code for who writes another language."""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from notifications.language import CHINESE, wordings_of

HOUSE = Path(__file__).parents[1]
ROOMS = ("duban", "flows", "notifications", "tasks", "plans")
# What it reads documents by is not said to anybody; the demo's bureau speaks for itself.
SILENT = ("plans/reading", "duban/demo")


def catalogue() -> Catalog:
    """Every wording with the places where it stands, {1} {2} for the values shown in it."""
    made = Catalog(project="duban", charset="utf-8", fuzzy=False)
    for path in _sources():
        place = path.relative_to(HOUSE).as_posix()
        told = wordings_in_code(path.read_text(encoding="utf-8")) if path.suffix == ".py" else _of_template(path)
        for line, wording in told:
            made.add(wording, locations=[(place, line)])
    return made


def catalogue_file() -> bytes:
    """The catalogue as a .pot file."""
    file = BytesIO()
    write_po(file, catalogue(), omit_header=False, sort_by_file=True)
    return file.getvalue()


def wordings_in_code(source: str) -> Iterator[tuple[int, str]]:
    """Line and wording of each Chinese text in Python code that is not a docstring."""
    tree = ast.parse(source)
    silent = {id(node) for node in _docstrings(tree)} | {id(part) for part in _parts_of_f_strings(tree)}
    for node in ast.walk(tree):
        wording = _wording(node)
        if id(node) not in silent and CHINESE.search(wording):
            yield node.lineno, wording.strip()  # type: ignore[attr-defined]


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*")):
            place = path.relative_to(HOUSE).as_posix()
            if path.name.endswith((".py", ".j2")) and not place.startswith(SILENT):
                yield path


def _of_template(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    for wording in wordings_of(source):
        yield source[: max(0, source.find(wording))].count("\n") + 1, wording


def _wording(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        slots = iter(range(1, len(node.values) + 1))
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{next(slots)}}}" for part in node.values
        )
    return ""


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _parts_of_f_strings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
