"""The pages on a port of their own and a browser to open them, for the tests that drive a real one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from duban.web.app import create_app
from flows.current import Current
from flows.runtime import Runtime

House = TypeVar("House", Runtime, Current)


@contextmanager
def opened_browser(path: str) -> Iterator[Browser]:
    """Chromium, headless; ``path`` is where it is installed."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=flags)
        yield opened
        opened.close()


@contextmanager
def served(make: Callable[[str], House], now: datetime | Callable[[], datetime]) -> Iterator[House]:
    """The pages of the runtime, fixed or current, that ``make`` makes for an address, on a loopback port of their own,
    at an instant or by a clock."""
    clock = now if callable(now) else lambda: now
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    runtime = make(f"http://127.0.0.1:{door.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(create_app(runtime, clock), log_config=None))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield runtime
    server.should_exit = True
    serving.join(10)
