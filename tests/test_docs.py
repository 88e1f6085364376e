"""Every command and setting is documented, and the documents name nothing that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from duban.cli.main import app
from flows.settings import Settings

ROOT = Path(__file__).parents[1]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, list[str]]]:
    """("duban plan read", ["--json", "-o"]) for every command there is."""
    root = typer.main.get_command(app)
    stack: list[tuple[str, object]] = [("duban", root)]
    while stack:
        name, command = stack.pop()
        children = getattr(command, "commands", {})
        stack += [(f"{name} {key}", child) for key, child in children.items()]
        if not children or getattr(command, "invoke_without_command", False):
            options = [option.opts[0] for option in getattr(command, "params", []) if option.opts[0].startswith("-")]
            yield name, options


@pytest.mark.parametrize(("name", "options"), list(commands()))
def test_every_command_is_documented_with_its_options(name: str, options: list[str]) -> None:
    # A command may have others below it: no further word follows its name.
    rows = [line for line in COMMANDS.splitlines() if re.match(rf"\| `{name}(?:`| [^a-z])", line)]

    assert len(rows) == 1, name
    for option in options:
        assert option in rows[0]


def test_every_documented_command_exists() -> None:
    documented = set(re.findall(r"^\| `(duban(?: [a-z]+)+)", COMMANDS, re.MULTILINE))

    assert documented == {name for name, _ in commands()}


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(DUBAN_[A-Z_]+)` \| (.*?) \|", SETTINGS, re.MULTILINE))

    wanted = {f"DUBAN_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
    assert rows.keys() == wanted.keys()
    for name, default in wanted.items():
        assert rows[name] == ("空" if default in ("", None) else str(default))
