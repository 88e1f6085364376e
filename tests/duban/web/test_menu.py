"""The menu: what a seat may open and nothing else, the open entry marked, its parts below; none for who has a link."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

ALL = ["我的工作", "一览", "工作计划", "督办", "企业填报", "通报总结", "日历", "发件箱", "设置"]


def words(page: str, name: str = "nav") -> list[str]:
    found = BeautifulSoup(page, "html.parser").find("nav", class_=name)
    return [link.get_text() for link in found.find_all("a")] if found else []


@pytest.mark.parametrize(
    ("name", "duty", "closed"),
    [
        ("李明", "admin", set()),
        ("林岚", "", {"设置"}),
        ("陈平", "", {"发件箱", "设置"}),
        ("李明", "", {"督办", "发件箱", "设置"}),
    ],
)
def test_each_seat_sees_what_it_may_open(
    seated: Callable[..., TestClient], name: str, duty: str, closed: set[str]
) -> None:
    browser = seated(name, duty)
    page = browser.get("/desk/me").text
    assert words(page) == [word for word in ALL if word not in closed]
    for address in re.findall(r'<a href="(/[^"]+)"', page.split("</nav>")[0]):
        assert browser.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("address", "entry", "part"),
    [
        ("/desk/me/roster", "企业填报", "名册"),
        ("/desk/me/filings", "企业填报", "填报"),
        ("/desk/me/deputy", "我的工作", "代理"),
        ("/office/me/drafts", "工作计划", "起草"),
        ("/office/me/plan", "工作计划", "计划"),
    ],
)
def test_the_page_that_is_open_is_marked_in_the_menu_and_below(
    seated: Callable[..., TestClient], address: str, entry: str, part: str
) -> None:
    soup = BeautifulSoup(seated("陈平").get(address).text, "html.parser")
    marked = [link.get_text() for link in soup.select("nav.nav [aria-current], nav.subnav [aria-current]")]
    assert marked == [entry, part]


def test_a_link_shows_its_own_pages_whoever_else_uses_the_browser(
    seated: Callable[..., TestClient], desk_of: Callable[[str], str]
) -> None:
    page = seated("李明", "admin").get(desk_of("王芳")).text
    assert "王芳，您好" in page
    assert "退出" not in page
    assert words(page, "subnav") == []
