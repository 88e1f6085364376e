"""Single sign-on against a real provider on loopback: the right person comes in, and no lie is believed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from duban.web.app import create_app
from duban.web.sso import JOURNEY
from duban.web.visit import COOKIE
from flows.runtime import Runtime
from plans.accounts import close_account, find_account, open_account
from plans.database import reading, writing
from plans.people import find_person
from support.openid import CLIENT, SECRET, Provider, provider

pytestmark = pytest.mark.server


@pytest.fixture
def moment(now: datetime) -> list[datetime]:
    return [now]


@pytest.fixture
def there(now: datetime) -> Iterator[Provider]:
    with provider(now) as made:
        yield made


@pytest.fixture
def house(bureau: Runtime, there: Provider) -> Runtime:
    """The bureau with single sign-on, where 李明 has an account."""
    given = {
        "sso_issuer": there.address,
        "sso_client_id": CLIENT,
        "sso_client_secret": SECRET,
        "sso_name": "县统一登录",
    }
    with writing(bureau.engine) as session:
        open_account(session, find_person(session, "李明"), "liming", "", "", there.now)
    return Runtime(bureau.settings.model_copy(update={**given, "sso_by_login": True}))


@pytest.fixture
def browser(house: Runtime, moment: list[datetime]) -> TestClient:
    return browser_at(house, moment)


def browser_at(runtime: Runtime, moment: list[datetime]) -> TestClient:
    return TestClient(create_app(runtime, lambda: moment[0]), runtime.settings.base_url, follow_redirects=False)


def go(browser: TestClient, onward: str = "") -> str:
    """To the provider and back: the address that the browser is sent to."""
    sent = browser.get("/login/sso", params={"next": onward})
    assert sent.status_code == 303
    answer = httpx.get(sent.headers["location"], trust_env=False)
    assert answer.status_code == 307
    return answer.headers["location"]


def refused(answer: Any, told: str) -> bool:
    return answer.status_code == 403 and told in answer.text and COOKIE not in answer.cookies


def test_who_has_an_account_comes_in_and_goes_on_to_the_wanted_page(browser: TestClient, there: Provider) -> None:
    assert "县统一登录" in browser.get("/login").text
    answer = browser.get(go(browser, "/desk/me/deputy"))
    assert answer.headers["location"] == "/desk/me/deputy"
    assert "李明" in browser.get("/desk/me/deputy").text
    asked = there.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert "openid" in asked["scope"].split()


def test_signing_in_never_leads_to_another_site(browser: TestClient) -> None:
    assert browser.get(go(browser, "//evil.example")).headers["location"] == "/"


def test_the_lasting_name_is_remembered_and_the_login_no_more_asked(
    browser: TestClient, house: Runtime, there: Provider, moment: list[datetime]
) -> None:
    browser.get(go(browser))
    with reading(house.engine) as session:
        account = find_account(session, "liming")
        assert account is not None
        assert account.subject == f"{there.address}#u-4711"
    there.person["preferred_username"] = "li.ming.2"
    only_known = Runtime(house.settings.model_copy(update={"sso_by_login": False}))
    assert browser_at(only_known, moment).get(go(browser_at(only_known, moment))).status_code == 403
    again = browser_at(only_known, moment)
    assert again.get(go(again)).status_code == 303


def test_somebody_else_of_that_login_does_not_get_the_account(browser: TestClient, there: Provider) -> None:
    browser.get(go(browser))
    there.person["sub"] = "u-0815"
    assert refused(browser.get(go(browser)), "没有认出您的账号")


def test_by_login_only_where_the_administrator_allowed_it(house: Runtime, moment: list[datetime]) -> None:
    strict = browser_at(Runtime(house.settings.model_copy(update={"sso_by_login": False})), moment)
    assert refused(strict.get(go(strict)), "没有认出您的账号")


def test_an_address_that_nobody_checked_is_nobodys(house: Runtime, there: Provider, moment: list[datetime]) -> None:
    with writing(house.engine) as session:
        open_account(session, find_person(session, "王芳"), "wang@yunxi.example", "", "", there.now)
    by_mail = browser_at(Runtime(house.settings.model_copy(update={"sso_claim": "email"})), moment)
    there.person |= {"email": "wang@yunxi.example"}
    assert refused(by_mail.get(go(by_mail)), "没有认出您的账号")
    there.person |= {"email_verified": True}
    assert by_mail.get(go(by_mail)).status_code == 303


@pytest.mark.parametrize("name", ["", "nobody", "LIMING "])
def test_who_has_no_account_is_told_what_to_do(browser: TestClient, there: Provider, name: str) -> None:
    there.person["preferred_username"] = name
    answer = browser.get(go(browser))
    assert (answer.status_code == 303) == (name == "LIMING ")
    assert name.strip() == "LIMING" or refused(answer, "请找管理员开账号")


def test_a_closed_account_stays_closed(browser: TestClient, house: Runtime) -> None:
    browser.get(go(browser))
    with writing(house.engine) as session:
        account = find_account(session, "liming")
        assert account is not None
        close_account(session, account)
    assert refused(browser.get(go(browser)), "没有认出您的账号")


def lie(there: Provider, **claims: Any) -> None:
    there.lies = claims


@pytest.mark.parametrize(
    "spoil",
    [
        lambda there: lie(there, nonce="another"),
        lambda there: lie(there, nonce=None),
        lambda there: lie(there, exp=int((there.now - timedelta(minutes=5)).timestamp())),
        lambda there: lie(there, exp=None),
        lambda there: lie(there, aud="somebody-else"),
        lambda there: lie(there, iss="https://evil.example"),
        lambda there: lie(there, sub=None),
        lambda there: setattr(there, "signed_by_another", True),
        lambda there: setattr(there, "unsigned", True),
    ],
    ids=["nonce", "no nonce", "expired", "no end", "audience", "issuer", "nobody", "signature", "unsigned"],
)
def test_a_token_that_does_not_hold_is_refused(
    browser: TestClient, there: Provider, spoil: Callable[[Provider], None]
) -> None:
    spoil(there)
    assert refused(browser.get(go(browser)), "核对不过")


def test_a_wrong_state_is_refused(browser: TestClient) -> None:
    address = httpx.URL(go(browser)).copy_set_param("state", "another")
    assert refused(browser.get(str(address)), "对不上")


def test_an_answer_for_another_browser_is_refused(browser: TestClient, house: Runtime, moment: list[datetime]) -> None:
    address = go(browser)
    assert refused(browser_at(house, moment).get(address), "不是从本系统的登录页过去的")
    other = browser_at(house, moment)
    go(other)
    assert refused(other.get(address), "对不上")


def test_a_journey_that_was_tampered_with_or_took_too_long_is_refused(
    browser: TestClient, moment: list[datetime]
) -> None:
    address = go(browser)
    moment[0] += timedelta(minutes=11)
    assert refused(browser.get(address), "时间太长")
    moment[0] -= timedelta(minutes=11)
    kept = browser.cookies[JOURNEY]
    browser.cookies.clear()
    browser.cookies.set(JOURNEY, kept[:-3] + "xxx")
    assert refused(browser.get(address), "不是从本系统的登录页过去的")


def test_a_code_is_good_once_and_only_with_our_proof(browser: TestClient, there: Provider) -> None:
    address = go(browser)
    there.codes[httpx.URL(address).params["code"]]["code_challenge"] = "another"
    assert refused(browser.get(address), "没有确认这次登录")
    assert refused(browser.get(address), "没有确认这次登录")


def test_who_says_no_over_there_is_told(browser: TestClient, there: Provider) -> None:
    there.denies = True
    assert refused(browser.get(go(browser)), "没有同意登录")


def test_a_provider_that_calls_itself_otherwise_or_is_gone_is_told(
    browser: TestClient, there: Provider, house: Runtime, moment: list[datetime]
) -> None:
    there.issuer = "https://evil.example"
    assert refused(browser.get("/login/sso"), "一个字都不能差")
    for issuer, told in (("http://127.0.0.1:1", "连不上"), ("ftp://127.0.0.1", "https://")):
        elsewhere = Runtime(house.settings.model_copy(update={"sso_issuer": issuer}))
        assert refused(browser_at(elsewhere, moment).get("/login/sso"), told)


def test_without_single_sign_on_there_is_no_button_and_no_way(client: TestClient) -> None:
    assert "/login/sso" not in client.get("/login").text
    assert client.get("/login/sso").status_code == 404
    assert client.get("/login/sso/back").status_code == 404
