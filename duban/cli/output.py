"""How the commands print: a table for people, JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from plans.errors import Refused
from plans.reading.model import Problem, Severity


def now() -> datetime:
    """The instant a command runs at: the one place where the command line reads the clock."""
    return datetime.now(UTC)


def runtime(create: bool = False) -> Runtime:
    """The runtime of the settings around us."""
    return open_runtime(read_settings(), create=create)


def as_json(value: Any) -> str:
    """Anything the commands list, as JSON text with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """Print rows under their heads, or the sentence for none."""
    from rich.console import Console
    from rich.table import Table

    if not rows:
        print(empty)
        return
    drawn = Table(*heads, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(escape(str(cell)) for cell in row))
    Console().print(drawn)


def escape(text: str) -> str:
    """Names are hostile: no markup, no control characters reach the terminal."""
    from rich.markup import escape as escape_markup

    return escape_markup("".join(char if char.isprintable() else " " for char in text))


def write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet. Raises Refused."""
    write_new_bytes(path, text.encode())


def write_new_bytes(path: Path, content: bytes) -> None:
    """The same of any content."""
    if path.exists():
        raise Refused(f"{path} 已经存在，没有覆盖：请换个文件名，或先移走它。")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"{path} 写不进去：请检查文件夹是否存在、是否有权限。") from error


def tell_problems(problems: Sequence[Problem], name: str) -> None:
    """Print problems as people work through them: 文件:行 级别 说明（原文）."""
    for problem in problems:
        level = "须改正" if problem.severity is Severity.ERROR else "请留意"
        quote = f"（{problem.quote}）" if problem.quote else ""
        print(f"{name}:{problem.line} {level}：{problem.message}{quote}")
