"""Another program that is told of changes: a real HTTP server on the loopback, well behaved or not."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Manner = Callable[[BaseHTTPRequestHandler], None]
"""How it answers a call it has read."""


@dataclass(frozen=True)
class Heard:
    """One call as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def changes(self) -> list[int]:
        return [change["id"] for change in self.told["changes"]]

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


def answers(status: int, **headers: str) -> Manner:
    """A status and nothing more."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hangs(seconds: float) -> Manner:
    """Nothing at all for a while."""
    return lambda handler: time.sleep(seconds)


def drips(seconds: float) -> Manner:
    """A byte now and then, never a whole answer: no single wait is long."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    return drip


def drops(handler: BaseHTTPRequestHandler) -> None:
    """The line is cut before an answer."""
    handler.close_connection = True


@dataclass
class Listener:
    """Keeps what it hears; ``manner`` may be changed at any time."""

    manner: Manner = field(default_factory=lambda: answers(204))
    heard: list[Heard] = field(default_factory=list)

    def __enter__(self) -> "Listener":
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener.heard.append(Heard(self.path, headers, body))
                try:
                    listener.manner(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.socket.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/duban"
