"""The Prefect server that ``duban up`` starts for itself, in the data folder, and that never outlives it.

Prefect is not imported here: the server is a child process, run from the end of this file.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import uvicorn

from flows.settings import Settings

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
MODULE = "flows.prefect_server"
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
}


@dataclass(frozen=True)
class PrefectServer:
    """A Prefect server: our child in ``home``, or somebody's at ``url`` (then both are None)."""

    url: str
    home: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def client_environment(self) -> dict[str, str]:
        """What must be in the environment before Prefect is imported. Few retries: the work can go on without it."""
        if self.home is None:
            return QUIET
        own = {"PREFECT_HOME": str(self.home), "PREFECT_API_URL": self.url, "PREFECT_CLIENT_MAX_RETRIES": "1"}
        return QUIET | own | {"PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false"}

    def healthy(self, patience: float = 1.0) -> bool:
        """Whether it answers within ``patience`` seconds."""
        if self.process is not None and self.process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=patience) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError, ValueError):
            return False

    def wait_healthy(self, timeout: float = 60.0) -> bool:
        """Wait until it answers, at most ``timeout`` seconds; False at once when our child has ended."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.healthy():
                return True
            if self.process is not None and self.process.poll() is not None:
                return False
            time.sleep(0.1)
        return False

    def stop(self, patience: float = 5.0) -> None:
        """End our child, gently first; somebody else's server is left alone."""
        if self.process is None or self.process.stdin is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_server(settings: Settings) -> PrefectServer:
    """The server of PREFECT_API_URL if that is set, else a new child on loopback, which answers seconds later."""
    if url := os.environ.get("PREFECT_API_URL"):
        return PrefectServer(url.rstrip("/"))
    home = (settings.data / "prefect").resolve()
    home.mkdir(parents=True, exist_ok=True)
    _end_stale(home)
    port = _free_port(settings.prefect_port)
    url = f"http://{LOOPBACK}:{port}/api"
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", MODULE, str(home), str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | QUIET | _server_environment(home, port, url),
        )
    (home / "url").write_text(url, encoding="ascii")
    (home / "pid").write_text(str(process.pid), encoding="ascii")
    return PrefectServer(url, home, process)


def _server_environment(home: Path, port: int, url: str) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    }


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            if os.name == "posix":
                # A port in TIME_WAIT is free for a server; elsewhere this option would share a port in use.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on loopback")


def _end_stale(home: Path) -> None:
    """End a server that an earlier, killed ``duban up`` left over in this folder."""
    pid = _recorded_pid(home)
    if pid is None or not _is_ours(pid, home):
        return
    logger.warning("上次留下的 Prefect（进程 %s）还在，先结束它。", pid)
    os.kill(pid, signal.SIGTERM)
    for _ in range(50):
        if not _is_ours(pid, home):
            return
        time.sleep(0.1)
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _recorded_pid(home: Path) -> int | None:
    try:
        return int((home / "pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _is_ours(pid: int, home: Path) -> bool:
    """Judged by its command line, since a pid is used again; where there is no /proc nothing is touched."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return MODULE.encode() in words and os.fsencode(home) in words


def _serve(port: int, lifeline: IO[bytes]) -> None:
    """In the child: serve until the parent closes the pipe, which its death does too, even by SIGKILL."""
    config = uvicorn.Config(
        "prefect.server.api.server:create_app", factory=True, host=LOOPBACK, port=port, log_level="warning"
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_parent, args=(server, lifeline), daemon=True).start()
    server.run()


def _end_with_parent(server: uvicorn.Server, lifeline: IO[bytes]) -> None:
    lifeline.read()
    server.should_exit = True
    time.sleep(3)
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[2]), sys.stdin.buffer)
