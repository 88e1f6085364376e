"""Calling a webhook: signed, short, and only there."""

import hashlib
import hmac
import time

import pytest

from cast import at
from notifications.channels.webhook import call_all
from notifications.webhooks import Answer, Call
from support.listening import Listener, Manner, answers, drips, drops, hangs

NOW = at("2026-10-12 10:00")


def a_call(url: str, body: str = '{"webhook":3,"changes":[]}') -> Call:
    return Call(webhook=3, url=url, secret="whsec_1", leased_until=NOW, upto=1, count=1, body=body.encode())


def called(url: str, patience: float = 5.0) -> Answer:
    (answer,) = call_all([a_call(url)], NOW, patience)
    return answer


def test_what_is_sent_is_signed_with_its_time() -> None:
    with Listener() as listener:
        assert called(listener.url) == Answer(True)

    (heard,) = listener.heard
    stamped = heard.headers["duban-timestamp"]
    wanted = hmac.new(b"whsec_1", stamped.encode() + b"." + heard.body, hashlib.sha256).hexdigest()
    assert heard.headers["duban-signature"] == f"sha256={wanted}"
    assert int(stamped) == NOW.timestamp()
    assert heard.headers["duban-webhook"] == "3"
    assert heard.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        (answers(500), "对方答复 500"),
        (answers(401), "对方答复 401"),
        (answers(302, Location="http://127.0.0.1:1/"), "对方要转到别的地址（302），没有跟随"),
        (hangs(2), "对方0.3秒内没有答复"),
        (drips(2), "对方0.3秒内没有答复"),
        (drops, "没有连上对方"),
    ],
)
def test_what_was_not_taken_says_why(manner: Manner, said: str) -> None:
    with Listener(manner) as listener:
        answer = called(listener.url, patience=0.3)

    assert not answer.taken
    assert not answer.gone
    assert answer.reason.startswith(said)
    assert len(listener.heard) == 1


def test_410_is_told_apart() -> None:
    with Listener(answers(410)) as listener:
        assert called(listener.url).gone


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://没有.invalid/", "https://127.0.0.1:1/", "http://[::1", "http://a\nb/"]
)
def test_an_address_that_leads_nowhere_is_a_reason_not_an_error(url: str) -> None:
    answer = called(url)

    assert not answer.taken
    assert answer.reason


def test_one_that_hangs_does_not_hold_up_another() -> None:
    with Listener(hangs(5)) as bad, Listener() as good:
        began = time.monotonic()
        answers_given = call_all([a_call(bad.url), a_call(good.url)], NOW, patience=0.5)

    assert [answer.taken for answer in answers_given] == [False, True]
    assert time.monotonic() - began < 2


def test_a_call_goes_past_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    with Listener() as listener:
        assert called(listener.url).taken
