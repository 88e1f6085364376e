"""The house keeps its own rules: types, lint, import arrows, small functions, small files."""

import ast
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("duban", "flows", "notifications", "tasks", "plans")


def run(*command: str) -> str:
    tools = Path(sys.executable).parent
    done = subprocess.run([tools / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def sources() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "versions" not in path.parts:  # a migration is a list, however long
                yield path, path.read_text(encoding="utf-8")


def function_lengths() -> list[int]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for _, source in sources() for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
    return [(node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes]


@pytest.mark.house
def test_mypy_is_content() -> None:
    assert run("mypy") == ""


@pytest.mark.house
def test_ruff_is_content() -> None:
    assert run("ruff", "check", ".") == ""
    assert run("ruff", "format", "--check", ".") == ""


@pytest.mark.house
def test_imports_go_down_only() -> None:
    assert run("lint-imports") == ""


@pytest.mark.parametrize("arguments", [["--help"], ["task", "list"]])
def test_a_short_command_does_not_import_prefect(arguments: list[str], tmp_path: Path) -> None:
    script = "import sys; sys.argv = ['duban', *sys.argv[1:]]\nfrom duban.cli import main\ntry:\n    main()\n"
    script += "finally:\n    sys.stderr.write(' '.join(sorted(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )

    loaded = set(done.stderr.split())
    assert "duban.cli.main" in loaded
    assert not loaded & {"prefect", "fastapi", "apprise", "apscheduler", "yagmail", "docx"}


def test_functions_are_small() -> None:
    lengths = function_lengths()

    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=10)[-1] <= 25
    assert max(lengths) <= 40


def test_files_are_small() -> None:
    assert [str(path) for path, source in sources() if source.count("\n") > 400] == []


def test_nothing_below_flows_reads_the_clock() -> None:
    words = ("datetime.now(", "date.today(", "time.time(", "utcnow(")
    below = [(path, source) for path, source in sources() if path.relative_to(ROOT).parts[0] not in ("duban", "flows")]

    assert [str(path) for path, source in below if any(word in source for word in words)] == []


def test_no_machine_and_no_registry_is_named_in_the_repository() -> None:
    names = ("pypi" + ".org", "files.python" + "hosted", "/work" + "/main", "/home" + "/")
    texts = [path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".toml", ".yaml", ".lock"}]
    ours = [path for path in texts if not set(path.parts) & {".venv", ".git", "uv.lock"} and path.name != "uv.lock"]

    assert [str(path) for path in ours if any(name in path.read_text(encoding="utf-8") for name in names)] == []
