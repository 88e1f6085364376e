"""Pictures of every page, to be looked at: python tests/shots.py FOLDER [--dark] [--print].

Plays the demo's first months into FOLDER/bureau (once; delete it to play anew), serves that bureau on loopback, walks
it from each seat's menu in Chromium without JavaScript, and writes SEAT-PAGE-WIDTH.png. Nothing of it is committed.
"""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from duban.demo.show import demo_settings, free_port
from duban.web.app import create_app
from duban.web.visit import COOKIE
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings
from plans.accounts import Seat
from plans.database import ensure_current, make_engine
from plans.zone import local_day
from support.played import front_doors, key_of, menu_pages, opened, played
from support.routes import routes
from support.serving import opened_browser, served
from support.walking import Stop, Walk, patterns

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (390, 1280)
MONTHS = 3
PRINTED = (
    "/office/{token}",
    "/desk/{token}/filings/calls",
    "/office/{token}/digests/{month}",
    "/desk/{token}/letters/{number}",
    "/filing/{token}/receipt",
)
"""Pages that people put on paper."""


def main(given: Namespace) -> None:
    """Play if nothing was played yet, then walk and take the pictures."""
    settings, now = _bureau(given.folder / "bureau")
    missed = set()
    with opened_browser(CHROMIUM) as browser, served(lambda address: opened(settings, address), now) as runtime:
        gets = [path for method, path in routes(create_app(runtime)) if method == "GET"]
        walk = Walk(httpx.Client(), runtime.settings.base_url, patterns(gets))
        for seat in (*Seat, None):
            _take_seat(seat, browser, runtime, now, walk, given)
        missed = {route for route, _ in walk.patterns} - set(walk.seen)
    with opened_browser(CHROMIUM) as browser, served(lambda address: _new(given.folder, address), now) as runtime:
        link = runtime.links.setup(local_day(now))
        _take([Stop(link, "/setup/{token}", "setup")], "new", browser.new_context(java_script_enabled=False), given)
    print("没有走到：", *sorted(missed), sep="\n  ")


def _bureau(folder: Path) -> tuple[Settings, datetime]:
    """The bureau that was played into the folder, now or earlier."""
    noted = folder / "played.json"
    if not noted.exists():
        settings, now = played(folder, MONTHS)
        noted.write_text(json.dumps([settings.mail_port, settings.port, now.isoformat()]), encoding="utf-8")
    mail_port, port, moment = json.loads(noted.read_text(encoding="utf-8"))
    return demo_settings(folder, mail_port, "127.0.0.1", port), datetime.fromisoformat(moment)


def _new(folder: Path, address: str) -> Runtime:
    """A bureau that has just been installed."""
    (folder / "new").mkdir(parents=True, exist_ok=True)
    settings = demo_settings(folder / "new", 25, "127.0.0.1", free_port()).model_copy(update={"public_url": address})
    ensure_current(make_engine(settings.database))
    return open_runtime(settings)


def _take_seat(
    seat: Seat | None, browser: Browser, runtime: Runtime, now: datetime, walk: Walk, given: Namespace
) -> None:
    """The pages of a seat's menu, and whatever lies behind them that no earlier seat has shown; None is a guest."""
    key = key_of(runtime, seat, now) if seat else ""
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", color_scheme="dark" if given.dark else "light"
    )
    if key:
        context.add_cookies([{"name": COOKIE, "value": key, "url": runtime.settings.base_url}])
    walk.client.cookies = httpx.Cookies({COOKIE: key} if key else {})
    doors = menu_pages(runtime, seat) if seat else front_doors(runtime, now)
    _take(_stops(walk, doors), seat.value if seat else "guest", context, given)
    context.close()


def _stops(walk: Walk, doors: list[str]) -> Iterator[Stop]:
    earlier, walk.seen = walk.seen, {}
    for stop in walk.stops(doors):
        if stop.address in doors or stop.route not in earlier:
            yield stop
    walk.seen = earlier | walk.seen


def _take(stops: Iterator[Stop] | list[Stop], who: str, context: BrowserContext, given: Namespace) -> None:
    page = context.new_page()
    for stop in stops:
        page.goto(stop.address)
        if not given.print:
            _photograph(page, given.folder, f"{who}-{stop.name}")
        elif stop.route in PRINTED:
            page.pdf(path=given.folder / f"{who}-{stop.name}.pdf", format="A4", prefer_css_page_size=True)


def _photograph(page: Page, folder: Path, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            print(f"{name}：窗口{width}，页面{wide}")


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true", help="夜间颜色")
    parser.add_argument("--print", action="store_true", help="只要会打印的页，每页一个 PDF")
    main(parser.parse_args())
