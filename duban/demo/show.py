"""duban demo: the play, its display, and the pages that stay open afterwards."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import httpx
import uvicorn
from ruamel.yaml import YAML

from duban.demo.accounts import open_accounts
from duban.demo.browsing import Browser
from duban.demo.display import Display
from duban.demo.life import Life
from duban.demo.mailbox import Mailbox, mail_server
from duban.demo.mailpages import add_mail_pages
from duban.demo.roster import roster
from duban.demo.tour import tour
from duban.web.app import create_app
from flows.planning import start_from_text
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings, read_settings
from plans.errors import Refused
from plans.periods import add_months
from plans.zone import instant_at

PLAN = Path(__file__).with_name("plan.yaml")
MARKER = ".duban-demo"
FIRST = date(2026, 7, 1)


@dataclass
class MovedClock:
    """The demo's clock: it stands where the play put it."""

    now: datetime

    def set(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def show(months: int, pages: bool, folder: Path, port: int) -> None:
    """Play so many months in front of the person, then keep the pages open unless ``pages`` is False."""
    fresh_folder(folder)
    began = time.monotonic()
    clock = MovedClock(instant_at(FIRST, clock_time(8, 0)).astimezone(UTC))
    mailbox = Mailbox(clock.now)
    with mail_server(mailbox) as mail_port:
        address = ("127.0.0.1", port if pages and is_free(port) else free_port())
        runtime = begin(demo_settings(folder, mail_port, *address), clock.now)
        with serving(runtime, clock, mailbox), httpx.Client(follow_redirects=False, trust_env=False) as client:
            life = Life(runtime, mailbox, Browser(client), clock.set)
            display = Display(FIRST, last_day(runtime, months))
            with display:
                for day in life.days(FIRST, last_day(runtime, months)):
                    display.show(day, runtime)
            display.sum_up(runtime, time.monotonic() - began)
            if pages:
                wait_until_stopped(tour(runtime, clock.now))
    runtime.engine.dispose()


def last_day(runtime: Runtime, months: int) -> date:
    """The first workday after the last month, on which its digest is made."""
    return runtime.workdays.on_or_after(add_months(FIRST, months))


def fresh_folder(folder: Path) -> None:
    """An empty folder for the play. Raises Refused for one that is not the demo's own."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise Refused(f"{folder} 里有别的东西，没有动它：请用 --folder 换一个空文件夹。")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()


def demo_settings(folder: Path, mail_port: int, host: str, port: int) -> Settings:
    """Settings of the play, whatever this machine's own settings are."""
    return read_settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'duban.db'}",
        host=host,
        port=port,
        public_url=f"http://{host}:{port}",
        mail_host="127.0.0.1",
        mail_port=mail_port,
        mail_security="none",
        mail_user="",
        mail_sender="duban@kjj.yunxi.example",
        mail_sender_name="云溪县科技局督办",
        mail_pause=0.0,
        robot_url="",
        programmes=None,
        ladders=None,
    )


def begin(settings: Settings, now: datetime) -> Runtime:
    """Start the sample plan with its sixty enterprises."""
    yaml = YAML(typ="safe")
    plan = yaml.load(PLAN.read_text(encoding="utf-8"))
    plan["enterprises"] = [enterprise.model_dump(mode="json") for enterprise in roster()]
    written = settings.data / "plan.yaml"
    with written.open("w", encoding="utf-8") as file:
        YAML().dump(plan, file)
    _add_workday_table(settings.data)
    start_from_text(settings, written.read_text(encoding="utf-8"), written.name, "吴越", now)
    runtime = open_runtime(settings)
    open_accounts(runtime, now)
    return runtime


def _add_workday_table(folder: Path) -> None:
    # The last digest is made in January 2027, for which no notice is out: a bureau would add what it knows.
    (folder / "workdays").mkdir()
    (folder / "workdays" / "2027.yaml").write_text("off: [2027-01-01]\n", encoding="utf-8")


def is_free(port: int) -> bool:
    """True when nobody listens on that loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port > 0


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(runtime: Runtime, clock: MovedClock, mailbox: Mailbox) -> Iterator[None]:
    """The real pages, on the play's clock, with the received mails beside them."""
    app = create_app(runtime, clock)
    add_mail_pages(app, mailbox)
    settings = runtime.settings
    server = uvicorn.Server(uvicorn.Config(app, host=settings.host, port=settings.port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)


def wait_until_stopped(lines: list[str]) -> None:
    """Print what to look at and stay until Ctrl-C."""
    print("\n".join(lines))
    try:
        while True:
            time.sleep(timedelta(hours=1).total_seconds())
    except KeyboardInterrupt:
        print("\n演示结束。")
