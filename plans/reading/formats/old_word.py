"""A .doc, .wps or .rtf: made a .docx by LibreOffice where it is installed, in a home and folder of its own."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import CONVERSION_SECONDS, LARGEST_FILE
from plans.reading.formats.word import read_word
from plans.reading.source import Block

ADVICE = "是旧式文档，请用办公软件打开后另存为 .docx 再试。"
FAILED = "无法自动转换（可能有密码或已损坏），请用办公软件打开后另存为 .docx 再试。"
_SETTING = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
SETTINGS = (
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)
"""No macros, no active content, no linked content fetched."""


def read_old_word(data: bytes, notes: list[str]) -> Iterator[Block]:
    """The blocks of an old document; raises Unreadable where LibreOffice is not installed or cannot read it."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise Unreadable(ADVICE)
    return read_word(converted(office, data), notes)


def converted(office: str, data: bytes) -> bytes:
    """The same document as .docx, in at most CONVERSION_SECONDS; raises Unreadable."""
    with tempfile.TemporaryDirectory(prefix="duban-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        _write_settings(place / "home")
        (place / "in.doc").write_bytes(data)
        _convert(office, place)
        result = place / "out" / "in.docx"
        if not result.is_file() or result.stat().st_size > LARGEST_FILE:
            raise Unreadable(FAILED)
        return result.read_bytes()


def _convert(office: str, place: Path) -> None:
    command = [
        *(office, f"-env:UserInstallation={(place / 'home').as_uri()}"),
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx"),
        *("--outdir", str(place / "out"), str(place / "in.doc")),
    ]
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(CONVERSION_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(FAILED) from error
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """soffice is a starter: the office itself is another process of the same group."""
    import os
    import signal
    from contextlib import suppress

    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
        process.wait()


def _write_settings(home: Path) -> None:
    items = "".join(_SETTING.format(path=path, name=name, value=value) for path, name, value in SETTINGS)
    user = home / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )
