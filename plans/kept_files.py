"""Files of the bureau's own in the data folder: written whole or not at all, and known again by what is in them."""

import hashlib
import os
import tempfile
from pathlib import Path

from plans.errors import Refused

FILES_LOCK = 20_260_706
"""Whoever changes a file of the bureau's own holds this database lock, so that two do not both come first."""
Stamp = tuple[tuple[str, int, int, int], ...]
"""Name, time, size and number on the disk of each file: another stamp means that it has to be read again."""


class Overtaken(Refused):
    """别人刚刚改过：下面是现在的内容，请看过再改。"""


def stamp_of(*paths: Path) -> Stamp:
    """The stamp of these files; a file that is not there has none."""
    return tuple(found for path in paths if (found := _stamp(path)))


def _stamp(path: Path) -> tuple[str, int, int, int] | None:
    try:
        kept = path.stat()
    except OSError:
        return None
    return str(path), kept.st_mtime_ns, kept.st_size, kept.st_ino


def mark_of(content: str) -> str:
    """What a form carries to tell whether somebody changed this since."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def require_unchanged(seen: str, content: str, what: str) -> None:
    """Raises Overtaken where the content is no longer what somebody had before them."""
    if seen != mark_of(content):
        raise Overtaken(f"{what}刚刚被别人改过，您的修改没有保存：请核对现在的内容，再改一次。")


def replace_file(path: Path, text: str) -> None:
    """Write a file beside and put it in place at once, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def text_of(path: Path) -> str:
    """What is in a file, empty where there is none."""
    return path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
