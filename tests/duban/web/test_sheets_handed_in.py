"""起草: what comes in, however hostile or long it is, becomes a draft that only shows words, or a sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cast import at
from flows.runtime import Runtime
from flows.sheets import open_sheet
from support.clerk import one, sent_untouched, soup
from support.papers import SUMMARY, table_in_excel, word

Dump = Callable[[], dict[str, list[Any]]]
EVIL = '<img src=x onerror="alert(1)">=cmd|\r\n'


@pytest.fixture
def now() -> datetime:
    return at("2026-07-06 09:00")


@pytest.fixture
def bureau(new_bureau: Runtime) -> Runtime:
    return new_bureau


def test_a_document_is_handed_in_and_its_draft_opens(client: TestClient, office: str) -> None:
    answer = client.post(f"{office}/drafts", files={"file": ("总结.docx", word(SUMMARY))})

    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/drafts/1?said=handed_in")
    page = client.get(answer.headers["location"]).text
    assert "文件已读入" in page
    assert "总结.docx" in client.get(f"{office}/drafts").text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "请先选择一份文件。"),
        ({"file": ("空.txt", b"")}, "空"),
        ({"file": ("坏.docx", b"PK\x03\x04nothing")}, "坏.docx"),
        ({"file": ("图片.exe", b"MZ\x90\x00")}, "图片.exe"),
    ],
)
def test_what_cannot_be_read_is_told_where_it_was_handed_in(
    client: TestClient, office: str, everything: Dump, sent: dict[str, Any], told: str
) -> None:
    before = everything()
    answer = client.post(f"{office}/drafts", files=sent or {"other": ("x", b"")})
    assert answer.status_code == 422
    assert told in one(soup(answer), "[role=alert]").get_text()
    assert "把工作计划拖到这里" in answer.text
    assert everything() == before


def test_a_draft_that_is_not_there_is_a_helping_page(client: TestClient, office: str) -> None:
    assert client.get(f"{office}/drafts/9").status_code == 404
    assert client.post(f"{office}/drafts/9/confirm-all", data={"version": "1"}).status_code == 404
    assert client.get(f"{office}/drafts/9/columns/0").status_code == 404


def test_the_cards_of_a_long_plan_are_turned_over(client: TestClient, office: str) -> None:
    items = "".join(
        f"（{'一二三四五六七八九十'[n % 10]}）走访第{n}批企业。每月{n % 28 + 1}日前完成。\n" for n in range(60)
    )
    paper = f"云溪县科技局2026年下半年工作打算\n三、下半年工作打算\n{items}".encode()
    address = client.post(f"{office}/drafts", files={"file": ("长.txt", paper)}).headers["location"].partition("?")[0]
    first, second = soup(client.get(address)), soup(client.get(f"{address}?page=2"))
    shown = [len(page.select("article")) for page in (first, second)]
    assert shown[0] == 50
    assert sum(shown) >= 60
    assert len(second.select("mark")) == shown[1]
    last = str(second.select("article")[-1]["id"])
    answer = client.post(f"{address}/confirm", data={"version": "1", "key": last.removeprefix("item-")})
    assert "已确认。" in one(soup(client.get(answer.headers["location"])), f"#{last}").text


def test_hostile_words_are_only_text_wherever_they_are_shown(client: TestClient, office: str, bureau: Runtime) -> None:
    paper = f"云溪县科技局工作打算{EVIL}\n三、下半年工作打算\n（一）{EVIL.strip()}整治。每月10日前完成。\n".encode()
    address = client.post(f"{office}/drafts", files={"file": (f"{EVIL.strip()}.txt", paper)}).headers["location"]
    address = address.partition("?")[0]
    client.post(f"{address}/people", data={"version": "1", "0.name": EVIL, "0.mail": "a@b.c"})
    client.post(f"{address}/header", data={"version": "2", "bureau": EVIL, "title": EVIL, "owner": EVIL})
    moved = client.post(f"{address}/header", data={"version": "1", "title": EVIL})
    for page in (moved.text, client.get(address).text, client.get(f"{office}/drafts").text):
        assert "&lt;img" in page
        assert "<img src=x" not in page
    assert client.get(address, params={"said": EVIL, "at": EVIL}).status_code == 200


def test_the_columns_of_a_table_are_shown_and_set(client: TestClient, bureau: Runtime, office: str) -> None:
    client.post(f"{office}/drafts", files={"file": ("分解表.xlsx", table_in_excel())})
    address = f"{office}/drafts/1/columns/0"
    page = soup(client.get(address))
    assert [cell.text for cell in page.select("thead th")][:3] == ["序号", "工作任务", "年度目标"]
    assert "科技型中小企业入库" in one(page, "tbody").text
    form = sent_untouched(one(page, "form"))
    assert form["column-5"] == "helpers"

    answer = client.post(address, data=form | {"column-5": "remark"})

    assert answer.status_code == 303
    assert open_sheet(bureau, 1, at("2026-07-06 09:00")).tables[0].columns[5] == "remark"
    again = client.post(address, data=form)
    assert again.status_code == 409
    assert "别人刚刚改过" in again.text
    wrong = form | {"version": "2", "column-5": "nonsense"}
    assert client.post(address, data=wrong).status_code == 422
    assert client.get(f"{office}/drafts/1/columns/7").status_code == 404


def test_a_long_document_makes_a_small_page(client: TestClient, office: str) -> None:
    filler = "全县科技工作平稳有序。\n" * 4_000
    plan = "三、下半年工作打算\n（一）培育高企。确保认定5家。\n"
    paper = f"云溪县科技局2026年下半年工作打算\n{filler}{plan}{filler}".encode()
    answer = client.post(f"{office}/drafts", files={"file": ("长文.txt", paper)})
    page = client.get(answer.headers["location"]).text
    assert len(paper) > 250_000
    assert len(page) < 100_000
    assert "此处略去" in page
    assert "最多 6 万字" in page
