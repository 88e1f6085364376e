"""A mail server in a process of its own that takes everything and keeps nothing, so that it slows nobody's Python."""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class Sink:
    """Says 250 to every message."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


def serve(port: int) -> None:
    Controller(Sink(), hostname=HOST, port=port).start()
    while True:
        time.sleep(3600)


@contextmanager
def sink() -> Iterator[int]:
    """The port of a running sink."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(port,), daemon=True)
    process.start()
    _wait_until_open(port)
    yield port
    process.terminate()
    process.join()


def _wait_until_open(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the sink did not open")
