"""Signing in: the right password opens the wanted page, wrong ones are slowed, an ended key is worth nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from duban.web.app import create_app
from duban.web.visit import COOKIE
from flows.runtime import Runtime
from plans.accounts import LASTS, close_account, find_account, open_account, set_password, sign_in
from plans.database import writing
from plans.people import find_person

PASSWORD = "qing-shan-2026"


@pytest.fixture
def moment(now: datetime) -> list[datetime]:
    return [now]


@pytest.fixture
def browser(bureau: Runtime, moment: list[datetime]) -> TestClient:
    """A browser at the bureau, where 李明 has an account."""
    with writing(bureau.engine) as session:
        open_account(session, find_person(session, "李明"), "liming", PASSWORD, "", moment[0])
    app = create_app(bureau, lambda: moment[0])
    base = bureau.settings.base_url
    return TestClient(app, base, follow_redirects=False, headers={"origin": base})


def sign_in_as(browser: TestClient, login: str = "liming", password: str = PASSWORD, onward: str = "") -> int:
    typed = {"login": login, "password": password, "next": onward}
    return int(browser.post("/login", data=typed).status_code)


def test_who_is_not_signed_in_is_asked_to_and_then_sees_what_was_wanted(browser: TestClient) -> None:
    asked = browser.get("/desk/me/deputy")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=%2Fdesk%2Fme%2Fdeputy"
    typed = {"login": "LiMing", "password": PASSWORD, "next": "/desk/me/deputy"}
    assert browser.post("/login", data=typed).headers["location"] == "/desk/me/deputy"
    shown = browser.get("/desk/me/deputy")
    assert "李明" in shown.text
    assert "退出" in shown.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    told = browser.post("/login", data={"login": "liming", "password": PASSWORD}).headers["set-cookie"].lower()
    assert "httponly" in told
    assert "samesite=lax" in told


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_signing_in_never_leads_to_another_site(browser: TestClient, elsewhere: str) -> None:
    typed = {"login": "liming", "password": PASSWORD, "next": elsewhere}
    assert browser.post("/login", data=typed).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(browser: TestClient) -> None:
    answers = [
        browser.post("/login", data={"login": login, "password": "falsch-falsch"}) for login in ("liming", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text.replace("liming", "nobody") == answers[1].text
    assert "falsch-falsch" not in answers[0].text


def test_after_five_wrong_tries_even_the_right_one_has_to_wait(browser: TestClient, moment: list[datetime]) -> None:
    assert [sign_in_as(browser, password="wrong-wrong") for _ in range(5)] == [403] * 5
    assert sign_in_as(browser) == 403
    assert "请等" in browser.post("/login", data={"login": "liming", "password": PASSWORD}).text
    moment[0] += timedelta(seconds=16)
    assert sign_in_as(browser) == 303


def test_a_key_that_was_in_the_browser_before_is_not_taken_over(browser: TestClient) -> None:
    typed = {"login": "liming", "password": PASSWORD}
    browser.post("/login", data=typed, headers={"cookie": f"{COOKIE}=planted"})
    assert browser.cookies[COOKIE] != "planted"
    planted = TestClient(browser.app, follow_redirects=False, cookies={COOKIE: "planted"})
    assert planted.get("/desk/me").status_code == 303


def test_signing_out_ends_the_key_and_not_only_the_cookie(browser: TestClient) -> None:
    sign_in_as(browser)
    key = browser.cookies.get(COOKIE) or ""
    assert browser.post("/logout").status_code == 303
    again = TestClient(browser.app, follow_redirects=False, cookies={COOKIE: key})
    assert again.get("/desk/me").headers["location"].startswith("/login")


def test_a_sign_in_ends_with_the_day_the_account_and_a_new_password(
    browser: TestClient, bureau: Runtime, moment: list[datetime]
) -> None:
    sign_in_as(browser)
    assert browser.get("/desk/me").status_code == 200
    for end in (close_account, lambda session, account: set_password(session, account, "neu-neu-neu")):
        with writing(bureau.engine) as session:
            account = find_account(session, "liming")
            assert account is not None
            end(session, account)
        assert browser.get("/desk/me").status_code == 303
        with writing(bureau.engine) as session:
            account = find_account(session, "liming")
            assert account is not None
            close_account(session, account, active=True)
            browser.cookies.clear()
            browser.cookies.set(COOKIE, sign_in(session, account, moment[0]))
        assert browser.get("/desk/me").status_code == 200
    moment[0] += LASTS
    assert browser.get("/desk/me").status_code == 303


def test_a_form_sent_after_the_end_is_told_so_and_changes_nothing(
    browser: TestClient, everything: Callable[[], object]
) -> None:
    before = everything()
    answer = browser.post("/desk/me/deputy", data={"to": "王芳"})
    assert answer.status_code == 401
    assert "重新登录" in answer.text
    assert everything() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "", "referer": "https://evil.example/duban"},
        {"origin": ""},
    ],
)
def test_a_form_of_another_site_does_nothing_for_who_is_signed_in(
    browser: TestClient, everything: Callable[[], object], headers: dict[str, str]
) -> None:
    sign_in_as(browser)
    before = everything()
    answer = browser.post("/logout", headers=headers)
    assert answer.status_code == 403
    assert "不是从本系统的页面发出" in answer.text
    assert everything() == before


def test_ones_own_password_is_changed_with_the_old_one_and_ends_every_sign_in(browser: TestClient) -> None:
    sign_in_as(browser)
    wrong = browser.post("/account", data={"old": "nope-nope", "new": "neu-neu-neu", "again": "neu-neu-neu"})
    assert wrong.status_code == 422
    unlike = browser.post("/account", data={"old": PASSWORD, "new": "neu-neu-neu", "again": "neu-neu-nie"})
    assert "不一样" in unlike.text
    right = browser.post("/account", data={"old": PASSWORD, "new": "neu-neu-neu", "again": "neu-neu-neu"})
    assert right.headers["location"] == "/login?said=password_changed"
    assert browser.get("/desk/me").status_code == 303
    assert sign_in_as(browser, password="neu-neu-neu") == 303
