"""发件箱: what needs a person first, filtered by state, day and words; sent again once, or stopped, by who may."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from flows.runtime import Runtime
from notifications.tables import Delivery, DeliveryState
from plans.database import reading, writing
from support.clerk import one, soup

STATES = ("sent", "failed", "held", "dropped", "unknown", "pending")


@pytest.fixture(autouse=True)
def letters(bureau: Runtime, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """One delivery a state, to 李明 on the 12th; and one never written, to an enterprise, on the 9th."""
    monkeypatch.setitem(vars(bureau), "channels", {"mail": object()})
    usual: dict[str, Any] = {"kind": "reminder", "channel": "mail", "next_try_at": now, "made_at": now, "attempt": 1}
    with writing(bureau.engine) as session:
        for number, state in enumerate(STATES, start=1):
            told: dict[str, Any] = {"state": state, "subject": f"第{number}封", "text": "您好", "to_name": "李明"}
            address: dict[str, Any] = {"recipient": "person:4", "to_address": "li@yunxi.example", "about": str(number)}
            session.add(Delivery(**usual, **told, **address, on_day=now.date(), reason=f"原因{number}"))
        session.add(Delivery(**usual, recipient="enterprise:2", state="held", on_day=date(2026, 10, 9)))


def kept(bureau: Runtime, number: int) -> Delivery:
    with reading(bureau.engine) as session:
        return session.get_one(Delivery, number)


def titles(page: Any) -> list[str]:
    return [link.get_text() for link in soup(page).select(".rows .what a")]


def test_held_and_unknown_come_first_then_failed_then_pending_then_sent(client: TestClient, office: str) -> None:
    assert titles(client.get(f"{office}/outbox")) == [
        "尚未写成",
        "第5封",
        "第3封",
        "第2封",
        "第6封",
        "第4封",
        "第1封",
    ]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("state=failed", ["第2封"]),
        ("day=2026-10-09", ["尚未写成"]),
        ("q=青禾", ["尚未写成"]),
        ("q=李明&state=unknown", ["第5封"]),
        ("q=li@yunxi&day=2026-10-12&state=sent", ["第1封"]),
        ("q=第4", ["第4封"]),
        ("q=%25", []),
        ("day=2025-01-01", []),
    ],
)
def test_the_outbox_is_filtered_by_state_day_and_words(
    client: TestClient, office: str, query: str, wanted: list[str]
) -> None:
    assert titles(client.get(f"{office}/outbox?{query}")) == wanted


def test_a_day_that_is_none_is_told_beside_the_field(client: TestClient, office: str) -> None:
    answer = client.get(f"{office}/outbox?day=昨天&q=李明")

    assert answer.status_code == 422
    assert one(soup(answer), "#day")["aria-invalid"] == "true"
    assert one(soup(answer), "#day")["value"] == "昨天"
    assert len(titles(answer)) == 6


@pytest.mark.parametrize("number", range(1, 7))
def test_each_state_is_explained_with_what_to_do(client: TestClient, office: str, number: int) -> None:
    page = client.get(f"{office}/outbox/{number}")

    assert len(one(soup(page), "dd .small").get_text()) > 10


def test_a_failed_one_is_sent_again_once_with_who_and_when_kept(
    bureau: Runtime, seated: Callable[..., TestClient]
) -> None:
    browser = seated("王芳", "office")
    typed = {"seen": str(one(soup(browser.get("/office/me/outbox/2")), "input[name=seen]")["value"])}

    first = browser.post("/office/me/outbox/2/again", data=typed)
    second = browser.post("/office/me/outbox/2/again", data=typed)

    assert "已排队重发" in browser.get(first.headers["location"]).text
    assert second.status_code == 409
    assert "已经排队重发了，不用再点" in second.text
    letter = kept(bureau, 2)
    assert (letter.state, letter.resent) == (DeliveryState.PENDING, True)
    assert letter.reason == "原因2；2026-10-12 10:00 王芳再发（人工）"


def test_a_form_that_saw_an_earlier_attempt_or_none_sends_nothing(
    bureau: Runtime, seated: Callable[..., TestClient]
) -> None:
    browser = seated("王芳", "office")

    for typed in ({"seen": "0"}, {"seen": "x"}, {}):
        assert browser.post("/office/me/outbox/2/again", data=typed).status_code == 409
    assert kept(bureau, 2).state == DeliveryState.FAILED


def test_one_is_stopped_with_who_and_when_kept(bureau: Runtime, seated: Callable[..., TestClient]) -> None:
    browser = seated("陈平", "admin")

    answer = browser.post("/office/me/outbox/5/stop", data={"seen": "1"})

    assert "已停发" in browser.get(answer.headers["location"]).text
    assert kept(bureau, 5).state == DeliveryState.DROPPED
    assert kept(bureau, 5).reason == "原因5；2026-10-12 10:00 陈平决定不再发（人工）"


@pytest.mark.parametrize(
    ("number", "buttons"),
    [
        (1, ["再发一次"]),
        (2, ["再发一次", "不再发"]),
        (3, ["再发一次", "不再发"]),
        (4, []),
        (5, ["再发一次", "不再发"]),
        (6, ["不再发"]),
    ],
)
def test_only_what_can_be_done_has_a_button(seated: Callable[..., TestClient], number: int, buttons: list[str]) -> None:
    page = soup(seated("陈平", "admin").get(f"/office/me/outbox/{number}"))

    assert [button.get_text() for button in page.select("main button")] == buttons


def test_a_leader_and_a_link_look_and_decide_nothing(
    client: TestClient, bureau: Runtime, office: str, seated: Callable[..., TestClient]
) -> None:
    leader = seated("林岚")
    for browser, home in ((client, office), (leader, "/office/me")):
        assert not soup(browser.get(f"{home}/outbox/2")).select("main button")
        for verb in ("again", "stop"):
            assert browser.post(f"{home}/outbox/2/{verb}", data={"seen": "1"}).status_code == 403
    assert kept(bureau, 2).state == DeliveryState.FAILED


def test_one_that_is_not_there_is_a_helping_page(seated: Callable[..., TestClient]) -> None:
    for verb in ("again", "stop"):
        answer = seated("陈平", "admin").post(f"/office/me/outbox/99/{verb}", data={"seen": "1"})
        assert answer.status_code == 404
        assert "请从列表里打开" in answer.text
