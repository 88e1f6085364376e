"""LibreOffice, where it is installed: turns one document into another in a home and folder of its own.

No macros, no active content, no linked content fetched; at most ``seconds`` long, and nothing is left running.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

_SETTING = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
SETTINGS = (
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)


def installed_office() -> str | None:
    """Where LibreOffice is, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted_by(
    office: str, data: bytes, from_suffix: str, to_suffix: str, seconds: float, largest: int
) -> bytes | None:
    """The document of one kind (``doc``) as another (``docx``, ``pdf``); None when it takes longer than ``seconds``,
    cannot be read, or comes out over ``largest`` bytes."""
    with tempfile.TemporaryDirectory(prefix="duban-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        _write_settings(place / "home")
        (place / f"in.{from_suffix}").write_bytes(data)
        finished = _convert(office, place, from_suffix, to_suffix, seconds)
        result = place / "out" / f"in.{to_suffix}"
        if not finished or not result.is_file() or result.stat().st_size > largest:
            return None
        return result.read_bytes()


def _convert(office: str, place: Path, from_suffix: str, to_suffix: str, seconds: float) -> bool:
    command = [
        *(office, f"-env:UserInstallation={(place / 'home').as_uri()}"),
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", to_suffix),
        *("--outdir", str(place / "out"), str(place / f"in.{from_suffix}")),
    ]
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    """soffice is a starter: the office itself is another process of the same group."""
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
