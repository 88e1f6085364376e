"""``duban up``: the pages, the clock and Prefect on one machine, until it is told to stop."""

import gc
import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import uvicorn
from filelock import FileLock, Timeout

from flows.clock import start_clock
from flows.current import Current, follow
from flows.first_run import setup_address
from flows.people import link_for
from flows.prefect_server import PrefectServer, start_server
from flows.running import Way, run_flow
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings
from flows.work import FLOWS
from plans.errors import Broken, Refused
from plans.zone import local_day

logger = logging.getLogger(__name__)

MakeApp = Callable[[Current], Any]


def run_up(settings: Settings, make_app: MakeApp | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises Refused (already running, port taken) or Broken (database, pages)."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    settings.data.mkdir(parents=True, exist_ok=True)
    with _only_one(settings), _told_to_stop() as stop, ExitStack() as running:
        house = _House(follow(open_runtime(settings, create=True)))
        app = (make_app or _web_app)(house.current)
        # Undone from the last to the first: clock, pages, Prefect.
        running.callback(house.end_prefect)
        running.enter_context(_pages(app, settings))
        running.callback(start_clock(house.run).stop)
        _greet(house.current.runtime)
        spare_what_stays()
        if settings.prefect:
            house.start_prefect()
        # A wait without a limit would not hear Ctrl-C on Windows.
        while not stop.wait(1.0):
            pass


def spare_what_stays() -> None:
    """From now on the collector passes over all that is loaded: it is for good, and going through it stops every page
    for a tenth of a second."""
    gc.collect()
    gc.freeze()


class _House:
    """What runs the flows in this process: without Prefect until it answers, then under it."""

    def __init__(self, current: Current) -> None:
        self.current = current
        self._way: Way | None = None
        self._server: PrefectServer | None = None
        self._ending = threading.Event()
        self._bringing: threading.Thread | None = None
        # The first pass, a tick and Prefect's pass may meet; one mail connection must not serve two of them.
        self._turns = {flow: threading.Lock() for flow in FLOWS}

    def run(self, flow: str) -> int:
        """One pass of a flow; how many batches it did or failed at. Failures are logged there."""
        with self._turns[flow]:
            done = run_flow(flow, self.current.runtime, datetime.now(UTC), self._way)
        return len(done.batches) + len(done.failed)

    def start_prefect(self) -> None:
        try:
            self._server = start_server(self.current.runtime.settings)
        except OSError:
            logger.warning("Prefect 没有启动，工作照常进行。", exc_info=True)
        else:
            self._bringing = threading.Thread(target=self._bring_prefect, args=[self._server], daemon=True)
            self._bringing.start()

    def end_prefect(self) -> None:
        self._ending.set()
        if self._server is None or self._bringing is None:
            return
        if self._way is not None:
            from flows.prefect_flows import drain

            self._bringing.join(10)
            drain()
        self._server.stop()
        self._bringing.join(10)

    def _bring_prefect(self, server: PrefectServer) -> None:
        try:
            self._go_under_prefect(server)
        except Exception:
            if not self._ending.is_set():
                logger.warning("Prefect 没有用上，工作照常进行，只是在它的页面上看不到。", exc_info=True)

    def _go_under_prefect(self, server: PrefectServer) -> None:
        os.environ.update(server.client_environment)
        # Imported while the server starts: each takes seconds.
        from flows.prefect_flows import show_flow, under_prefect

        if not server.wait_healthy():
            raise Broken(f"Prefect 没有应答：请看 {self.current.runtime.settings.data / 'prefect' / 'server.log'}。")
        self._way = under_prefect(server)
        spare_what_stays()
        print(f"Prefect 页面：{server.url.removesuffix('/api')}", flush=True)
        for flow in FLOWS:
            if not self._ending.is_set() and self.run(flow) == 0:
                now = datetime.now(UTC)
                with self._turns[flow]:
                    show_flow(server, flow, f"{local_day(now)} 启动检查", self.current.runtime, now)


def _web_app(current: Current) -> Any:
    from duban.web.app import create_app

    return create_app(current)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    lock = FileLock(settings.data / "up.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Refused(_already(settings)) from None
    card = settings.data / "up.json"
    with lock:
        card.write_text(json.dumps({"pid": os.getpid(), "address": settings.base_url}), encoding="utf-8")
        yield
        card.unlink(missing_ok=True)


def _already(settings: Settings) -> str:
    try:
        card = json.loads((settings.data / "up.json").read_text(encoding="utf-8"))
        where = f"进程 {card['pid']}，网页 {card['address']}"
    except (OSError, ValueError, KeyError):
        where = "正在启动"
    return f"这个数据文件夹已有一个督办在运行（{where}）：请直接打开网页，或先停掉它。"


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    stop = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, hear) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _pages(app: Any, settings: Settings) -> Iterator[None]:
    door = _bind(settings)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    # Off the main thread uvicorn leaves the signals to us.
    serving = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="pages", daemon=True)
    serving.start()
    try:
        while not server.started:
            if not serving.is_alive():
                raise Broken("网页没有启动：请看上面的错误。")
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        serving.join(10)


def _bind(settings: Settings) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    if os.name == "posix":
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((settings.host, settings.port))
    except OSError as error:
        door.close()
        raise Refused(f"{settings.host}:{settings.port} 不能用来开网页：请用 DUBAN_PORT 换一个端口。") from error
    return door


def _greet(runtime: Runtime) -> None:
    settings = runtime.settings
    print(f"督办已启动，网页：{settings.base_url}")
    if address := setup_address(runtime, datetime.now(UTC)):
        print(f"还没有管理员账号，请打开这个地址设置，设好后作废：{address}")
    print(f"全局网页（不用账号，请不要转发）：{link_for(runtime, '', datetime.now(UTC))}")
    print(f"数据在 {settings.data.resolve()}")
    if not settings.mail_host:
        print("还没有设置发信服务器，邮件一律暂缓，不会丢也不会假装已发。")
    print("按 Ctrl-C 停止。", flush=True)
