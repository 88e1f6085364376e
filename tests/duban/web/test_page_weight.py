"""What the first page of each menu entry weighs on the wire, with all it brings; pictures have their size told."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx import Response

from duban.web.menu import ENTRIES, Entry
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Enterprise
from support.pages import do_all_work, put_in

HEAVIEST = 60_000
"""Bytes, nothing of it compressed."""


@pytest.fixture
def admin(bureau: Runtime, now: datetime, seated: Callable[..., TestClient]) -> TestClient:
    put_in(bureau, now)
    with writing(bureau.engine) as session:
        session.add_all(
            Enterprise(name=f"云溪第{n}号新材料科技有限公司", contact="赵会计", phone="13900000000") for n in range(60)
        )
    do_all_work(bureau, now)
    return seated("李明", "admin")


def address_of(entry: Entry) -> str:
    return entry.route.replace("{token}", "me")


def with_all_it_brings(browser: TestClient, address: str) -> dict[str, int]:
    """The bytes of a page and of each thing it loads, headers and all."""
    page = browser.get(address)
    soup = BeautifulSoup(page.text, "lxml")
    loads = [link["href"] for link in soup.find_all("link")] + [image["src"] for image in soup.find_all("img")]
    weights = {address: _weight(page)}
    for path in {unescape(str(one)) for one in loads}:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        weights[path] = _weight(answer)
    return weights


def _weight(answer: Response) -> int:
    return len(answer.content) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items())


def test_the_first_page_of_every_entry_is_light(admin: TestClient) -> None:
    for entry in ENTRIES:
        weights = with_all_it_brings(admin, address_of(entry))
        assert sum(weights.values()) < HEAVIEST, weights
    assert "第59号" in admin.get("/office/me/matrix?page=2").text


def test_a_page_keeps_the_place_of_its_pictures(admin: TestClient) -> None:
    for address in [*map(address_of, ENTRIES), "/office/me/plan/1", "/login"]:
        for image in re.findall(r"<img\b[^>]*>", admin.get(address).text):
            assert re.search(r'width="\d+"', image), image
            assert re.search(r'height="\d+"', image), image
