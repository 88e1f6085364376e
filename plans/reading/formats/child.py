"""A process of its own for what is read by a library in C or Rust: it may hang or crash, and only it is ended.

The format's function gets bytes and gives values that JSON can carry. Starting one costs about 0.1 s.
"""

import json
import subprocess
import sys
from importlib import import_module
from typing import Any

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import MEMORY, SECONDS

_START = "import sys; sys.path[:] = {path!r}; from plans.reading.formats.child import answer; answer({work!r})"
TOO_COMPLEX = "过于复杂，{seconds} 秒内没有读完，请只保留工作计划的正文，另存为 .docx 后再试。"
DAMAGED = "已损坏或过于复杂，请重新取得文件，或用办公软件打开后另存为 .docx 再试。"


def in_child(work: str, data: bytes, seconds: float = SECONDS) -> Any:
    """What `work` (module.function of this package) makes of the data, in at most `seconds` and MEMORY bytes.

    Raises Unreadable when it says so, takes too long, or dies.
    """
    command = [sys.executable, "-c", _START.format(path=sys.path, work=work)]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=True)  # noqa: S603
        said = json.loads(run.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_COMPLEX.format(seconds=round(seconds))) from error
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    if "unreadable" in said:
        raise Unreadable(said["unreadable"])
    return said["answer"]


def answer(work: str) -> None:
    """The child's side: read the data from stdin, write what the function makes of it to stdout."""
    _limit()
    module, _, function = work.partition(".")
    reader = getattr(import_module(f"plans.reading.formats.{module}"), function)
    try:
        said = {"answer": reader(sys.stdin.buffer.read())}
    except Unreadable as error:
        said = {"unreadable": str(error)}
    sys.stdout.buffer.write(json.dumps(said).encode())


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
