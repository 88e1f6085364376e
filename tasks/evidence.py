"""Evidence 佐证材料: files handed in with a task, kept under their hash in a folder outside any web root.

The name a person gave is only ever shown; what lies on the disk is named by its content.
"""

import hashlib
from pathlib import Path

from sqlmodel import Session, col, select

from plans.errors import Broken, Refused
from tasks.states import Verb
from tasks.tables import Evidence, Task
from tasks.verbs import Act, MoveRefused, is_pending, record

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 120
# What a file begins with decides what it is, not its name.
KINDS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": "application/zip",
    b"\xd0\xcf\x11\xe0": "application/msword",
}
TEXT = "text/plain"


def attach(session: Session, task: Task, name: str, content: bytes, folder: Path, act: Act) -> Evidence:
    """Keep a file with a task. Raises Refused for an empty, too large or unknown kind of file, naming it."""
    shown = _shown_name(name)
    if not is_pending(task):
        raise MoveRefused("这项任务已经不在办理，不能再附材料。")
    if not content:
        raise Refused(f"{shown} 是空的，请检查是不是选错了文件。")
    if len(content) > LARGEST:
        raise Refused(f"{shown} 超过20MB，请压缩或分成几份。")
    media_type = kind_of(content)
    if media_type is None:
        raise Refused(f"{shown} 不是能收的文件：请用 PDF、图片、Word、Excel、压缩包或文本。")
    evidence = Evidence(
        task_id=task.id or 0,
        name=shown,
        media_type=media_type,
        size=len(content),
        sha256=_keep(folder, content),
        by=act.by,
        at=act.at,
    )
    session.add(evidence)
    record(session, task, Verb.ATTACH, task.state, act, shown)
    session.flush()
    return evidence


def kind_of(content: bytes) -> str | None:
    """The media type of a file by its first bytes; None for what is not taken."""
    for beginning, media_type in KINDS.items():
        if content.startswith(beginning):
            return media_type
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if b"\x00" in content else TEXT


def evidence_of(session: Session, task_id: int) -> list[Evidence]:
    """The files of a task in the order they came."""
    return list(session.exec(select(Evidence).where(Evidence.task_id == task_id).order_by(col(Evidence.id))))


def _shown_name(name: str) -> str:
    base = name.replace("\\", "/").rpartition("/")[2]
    readable = "".join(char for char in base if char.isprintable()).strip()
    return readable[-LONGEST_NAME:] or "未命名"


def _keep(folder: Path, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest[:2] / digest
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            half = path.with_suffix(".part")
            half.write_bytes(content)
            half.rename(path)
    except OSError as error:
        raise Broken("材料存不进数据文件夹：请检查磁盘空间和权限。") from error
    return digest
