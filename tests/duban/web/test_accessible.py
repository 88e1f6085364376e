"""axe on one page of every kind, as the seat that opens it: no serious finding, on a telephone by day, on a desk by
night, and nothing wider than the window."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

import httpx
import pytest

from duban.web.app import create_app
from duban.web.visit import COOKIE
from plans.accounts import Seat

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from flows.runtime import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.server]

Found = dict[str, list[str]]
Look = Callable[[int, Literal["light", "dark"]], Iterator["Page"]]
SHORTEST_WALK = 50


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple["Runtime", dict[str, list[str]]]]:
    """The demo's bureau after a month on a port, and the addresses to look at by who opens them."""
    from support.played import front_doors, key_of, menu_pages, opened, played
    from support.routes import routes
    from support.serving import served
    from support.walking import Walk, patterns

    settings, now = played(tmp_path_factory.mktemp("played") / "bureau", 1)
    with served(lambda address: opened(settings, address), now) as runtime:
        gets = [path for method, path in routes(create_app(runtime)) if method == "GET"]
        walk, found = Walk(httpx.Client(), runtime.settings.base_url, patterns(gets), 1), dict[str, list[str]]()
        for seat in (*Seat, None):
            key = key_of(runtime, seat, now) if seat else ""
            walk.client.cookies = httpx.Cookies({COOKIE: key} if key else {})
            doors = menu_pages(runtime, seat) if seat else front_doors(runtime, now)
            found[key] = [stop.address for stop in walk.stops(doors)]
        yield runtime, found


@pytest.fixture(scope="module")
def look(browser: "Browser", house: tuple["Runtime", Found]) -> Look:
    """look(390, "light"): every page of the walk, opened one after the other."""
    runtime, found = house

    def through(width: int, scheme: Literal["light", "dark"]) -> Iterator["Page"]:
        for key, addresses in found.items():
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            if key:
                context.add_cookies([{"name": COOKIE, "value": key, "url": runtime.settings.base_url}])
            page = context.new_page()
            for address in addresses:
                page.goto(address)
                yield page
            context.close()

    return through


def serious(page: "Page") -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:2]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_nobody_is_shut_out_of_any_page(look: Look, width: int, scheme: Literal["light", "dark"]) -> None:
    wrong, seen = {}, set()
    for page in look(width, scheme):
        seen.add(page.url)
        faults = serious(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append("wider than the window")
        if faults:
            wrong[page.url] = faults
    assert wrong == {}
    assert len(seen) >= SHORTEST_WALK


def test_every_page_has_one_title_and_names_itself(house: tuple["Runtime", Found]) -> None:
    from bs4 import BeautifulSoup

    _, found = house
    for key, addresses in found.items():
        client = httpx.Client(cookies={COOKIE: key} if key else {})
        for address in addresses:
            page = BeautifulSoup(client.get(address).text, "lxml")
            if page.find("main") is None:
                continue
            assert len(page.find_all("h1")) == 1, address
            assert page.title is not None
            assert len(page.title.get_text()) > len(" · 督办"), address
