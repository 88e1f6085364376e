"""通报与总结: a month that ended is looked at, frozen as it was seen and sent with its Word file; a draft cannot be."""

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from docx import Document
from fastapi.testclient import TestClient
from sqlmodel import select

from cast import GAOQI, at
from conftest import Begin
from flows.digest_approval import NOTHING, seal_of, send_out
from flows.running import tick
from flows.runtime import Runtime
from flows.summaries import month_digest
from notifications.digest import DIGEST, freeze
from notifications.tables import Delivery, Digest
from plans.database import reading, writing
from plans.periods import Period
from support.smtp import ReceivingServer

NOVEMBER = at("2026-11-02 10:00")
PAGE = "/office/me/digests/2026-10"


@pytest.fixture
def now() -> datetime:
    """The first workday after October, at ten."""
    return NOVEMBER


def seal_on(page: str) -> str:
    found = re.search(r'name="seal" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_a_month_is_frozen_as_it_was_seen_and_goes_to_the_leaders(
    bureau: Runtime, seated: Callable[..., TestClient]
) -> None:
    browser = seated("李明", "office")
    seal = seal_on(browser.get(PAGE).text)
    answer = browser.post(f"{PAGE}/approve", data={"seal": seal, "note": "请各股室抓紧。"})
    assert answer.headers["location"].endswith("?said=digest_approved")
    shown = browser.get(PAGE).text
    assert "由李明定稿" in shown
    assert "请各股室抓紧。" in shown
    with reading(bureau.engine) as session:
        assert len(session.exec(select(Delivery).where(Delivery.kind == DIGEST)).all()) == 2


def test_a_second_person_is_told_that_it_is_frozen_already(seated: Callable[..., TestClient]) -> None:
    first, second = seated("李明", "office"), seated("林岚")
    seal = seal_on(second.get(PAGE).text)
    first.post(f"{PAGE}/approve", data={"seal": seal})
    answer = second.post(f"{PAGE}/approve", data={"seal": seal, "note": "我的话"})
    assert answer.status_code == 409
    assert "已经由李明定稿" in answer.text


def test_what_was_not_seen_is_not_frozen(seated: Callable[..., TestClient], bureau: Runtime) -> None:
    answer = seated("李明", "office").post(f"{PAGE}/approve", data={"seal": "another", "note": "留着"})
    assert answer.status_code == 409
    assert "新的办理情况" in answer.text
    assert "留着" in answer.text
    with reading(bureau.engine) as session:
        assert session.exec(select(Digest)).first() is None


def test_a_month_that_still_runs_and_a_link_cannot_freeze(
    seated: Callable[..., TestClient], client: TestClient, office: str
) -> None:
    assert "定稿并发送" not in seated("李明", "office").get("/office/me/digests/2026-11").text
    refused = seated("李明", "office").post("/office/me/digests/2026-11/approve", data={"seal": "x"})
    assert "还没有过完" in refused.text
    assert client.post(f"{office}/digests/2026-10/approve", data={"seal": "x"}).status_code == 403
    assert "定稿并发送" not in client.get(f"{office}/digests/2026-10").text
    assert seated("王芳").post(f"{PAGE}/approve", data={"seal": "x"}).status_code == 403


@pytest.mark.parametrize(("suffix", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!doctype"), ("md", b"#")])
def test_every_form_of_it_can_be_downloaded(seated: Callable[..., TestClient], suffix: str, begins: bytes) -> None:
    answer = seated("王芳").get(f"{PAGE}.{suffix}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert "attachment" in answer.headers["content-disposition"]


def test_an_unknown_form_is_named_with_the_known_ones(seated: Callable[..., TestClient]) -> None:
    answer = seated("王芳").get(f"{PAGE}.exe")
    assert answer.status_code == 404
    assert "docx" in answer.text


def test_a_month_with_nothing_to_say_is_noted_and_not_sent(bureau: Runtime, now: datetime) -> None:
    with writing(bureau.engine) as session:
        digest = freeze(session, Period.parse("2026-10"), now, bureau.gauge)
        digest.facts = {**digest.facts, "totals": dict.fromkeys(digest.facts["totals"], 0), "decisions": []}
        assert send_out(session, digest, now) == 0
    with reading(bureau.engine) as session:
        assert session.exec(select(Digest.note)).one() == NOTHING


def test_the_clock_leaves_the_month_to_a_person_where_the_bureau_wants_that(begin: Begin) -> None:
    waiting = begin(GAOQI, on="2026-10-01 08:00", digest_approval=True)
    tick(waiting, NOVEMBER)
    with reading(waiting.engine) as session:
        assert session.exec(select(Digest)).first() is None


def test_the_same_facts_have_the_same_seal(bureau: Runtime, now: datetime) -> None:
    looked = [seal_of(month_digest(bureau, "2026-10", now).facts) for _ in range(2)]
    assert looked[0] == looked[1]


@pytest.mark.server
def test_the_word_file_arrives_with_the_mail(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    bureau = begin(GAOQI, on="2026-10-01 08:00", **with_mail)
    tick(bureau, NOVEMBER)
    arrived = [one.message for one in mailbox.messages if "通报" in str(one.message["subject"])]
    assert len(arrived) == 2
    file, *pictures = arrived[0].iter_attachments()
    assert file.get_filename() == "2026年10月工作进展通报.docx"
    assert all(each.get_content().startswith(b"\x89PNG") for each in pictures)
    content = file.get_content()
    assert "工作进展通报" in "".join(each.text for each in Document(BytesIO(content)).paragraphs)
