"""Somebody at an enterprise's page: opens it, types, presses one of its buttons."""

from typing import Any

from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from support.clerk import one, sent_untouched, soup

DRAFT, PROMISE, HANDOVER, RECEIPT = "/draft", "/promise", "/handover", "/receipt"
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "钱会计", "phone": "13900000002"}
HOSTILE = '<script>alert(1)</script>"\'=HYPERLINK("http://x")\r\n第二行{{7*7}}'


def opened(client: TestClient, address: str) -> dict[str, str]:
    """What a browser would send of the form on that page, untouched."""
    return sent_untouched(one(soup(client.get(address)), "form"))


def fill(client: TestClient, address: str, button: str = "", **typed: str) -> Any:
    """Open the report, type, press 提交 or the button of that address."""
    return client.post(address + button, data=opened(client, address) | typed)


def value_of(page: Any, id_: str) -> str:
    """What stands in a field of an answered page."""
    return str(one(soup(page), f"#{id_}")["value"])


def text_of(page: Any, selector: str) -> str:
    """The words of a part of the page, blanks folded."""
    return " ".join(one(soup(page), selector).get_text(" ").split())


def words(page: Any) -> str:
    """All that can be read on the page, blanks folded."""
    return " ".join(BeautifulSoup(page.text, "lxml").get_text(" ").split())
