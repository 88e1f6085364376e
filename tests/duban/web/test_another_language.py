"""Another language is a file: with one in which every wording is latin, no page keeps a Chinese word of ours."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import write_po
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from cast import GAOQI, at
from conftest import Begin
from duban.web.app import create_app
from duban.wordings import HOUSE, ROOMS, catalogue
from flows.runtime import Runtime
from notifications.language import CHINESE
from support.pages import all_addresses, do_all_work, put_in
from support.smtp import ReceivingServer

DATA = " ".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (HOUSE / room).rglob("*.yaml"))
"""Programmes, forms, columns and ladders are files already: their words are the bureau's."""
WORDS = re.compile("[㐀-鿿]+")
OFFICIAL = re.compile(r"/export/|/letters|/export$|html$|\.(md|ics|svg)$")
"""Files, and letters: what is sent as a document keeps the words it was approved with."""
SPOKEN = ("title", "alt", "placeholder", "aria-label")


@pytest.fixture(scope="session")
def latin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language file in which 我的工作 is xxxx and 还有 {1} 项要办 is xx {1} xxx."""
    made = catalogue()
    for message in made:
        message.string = CHINESE.sub("x", str(message.id))
    path = tmp_path_factory.mktemp("language") / "latin.po"
    with path.open("wb") as file:
        write_po(file, made)
    return path


def shown(page: str) -> Iterator[str]:
    soup = BeautifulSoup(page, "html.parser")
    for tag in soup.find_all(True):
        yield from (str(value) for name, value in tag.attrs.items() if name in SPOKEN)
    yield from map(str, soup.find_all(string=True))


def test_no_page_keeps_a_chinese_word_of_ours(
    begin_in: Callable[[Path], Runtime], now: datetime, latin: Path, everything: Callable[[], dict[str, list[Any]]]
) -> None:
    bureau = begin_in(latin)
    put_in(bureau, now)
    do_all_work(bureau, now)
    pages = [page for page in all_addresses(bureau, now) if not OFFICIAL.search(page)]
    client = TestClient(create_app(bureau, lambda: now), bureau.settings.base_url)
    ours = DATA + " ".join(str(value) for rows in everything().values() for row in rows for value in row)
    texts = {(page, text.strip()) for page in pages for text in shown(client.get(page).text)}
    assert [text for text in texts if any(word not in ours for word in WORDS.findall(text[1]))] == []


@pytest.fixture
def begin_in(bureau: Runtime) -> Callable[[Path], Runtime]:
    """The bureau of the pages, speaking the language of a file."""
    return lambda path: Runtime(bureau.settings.model_copy(update={"language": path}))


def test_a_reminder_arrives_in_it_too(
    begin: Begin, latin: Path, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    bureau = begin(GAOQI, on="2026-10-01 08:00", language=latin, **with_mail)
    do_all_work(bureau, at("2026-10-28 10:00"))
    arrived = mailbox.messages[0].message
    body = arrived.get_body(("plain",))
    assert body is not None
    assert "x" in str(arrived["subject"])
    assert "2026x10x" in body.get_content()
