"""The settings pages: in force at once, faults beside their fields, secrets never shown again, administrators only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from duban.web.app import create_app
from duban.web.settings_index import SECTIONS
from duban.web.visit import COOKIE
from flows.current import Current
from flows.runtime import Runtime
from flows.settings import read_settings
from flows.settings_file import change_settings
from plans.accounts import open_account, sign_in
from plans.database import writing
from plans.people import find_person

HOME = "/office/me/settings"


@pytest.fixture
def current(bureau: Runtime) -> Current:
    kept = {"data": bureau.settings.data, "database_url": bureau.settings.database_url, "secret": "s" * 32}
    return Current(bureau, lambda: read_settings(**kept))


@pytest.fixture
def admin(current: Current, now: datetime) -> TestClient:
    """陈平's browser, the administrator."""
    with writing(current.runtime.engine) as session:
        account = open_account(session, find_person(session, "陈平"), "chenping", "", "admin", now)
        key = sign_in(session, account, now)
    base = current.runtime.settings.base_url
    return TestClient(
        create_app(current, lambda: now), base, follow_redirects=False, headers={"origin": base}, cookies={COOKIE: key}
    )


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "lxml")


def form_of(browser: TestClient, path: str, button: str = "") -> dict[str, str]:
    """What a browser sends of the page's form that nobody touched."""
    page = soup(browser.get(f"{HOME}{path}"))
    form = page.select_one(f"main form[action='{HOME}{button or path}']")
    assert form is not None
    found = {
        str(one["name"]): str(one.get("value", "")) for one in form.select("input:not([type=checkbox], [type=file])")
    }
    for choice in form.select("select"):
        option = choice.select_one("option[selected]") or choice.select_one("option")
        assert option is not None
        found[str(choice["name"])] = str(option.get("value", option.get_text()))
    return found


def test_every_section_of_the_index_opens_for_an_administrator_and_nobody_else(
    admin: TestClient, seated: Callable[..., TestClient], office: str
) -> None:
    assert SECTIONS
    index, staff = soup(admin.get(HOME)), seated("李明")
    for section in (one for group in SECTIONS.values() for one in group):
        assert index.select(f"a[href='{HOME}{section.path}']")
        assert admin.get(HOME + section.path).status_code in (200, 303), section.path
        assert staff.get(HOME + section.path).status_code == 403, section.path
        assert admin.get(f"{office}/settings{section.path}").status_code == 403, section.path


def test_a_changed_light_is_in_force_on_the_next_page(admin: TestClient, current: Current) -> None:
    answer = admin.post(f"{HOME}/values/lights", data=form_of(admin, "/values/lights") | {"light_yellow": "15"})
    assert answer.headers["location"] == f"{HOME}/values/lights?said=saved"
    assert current.runtime.gauge.thresholds.yellow == 15
    assert form_of(admin, "/values/lights")["light_yellow"] == "15"
    assert current.runtime.settings.file.read_text(encoding="utf-8") == "light_yellow = 15\n"


def test_a_wrong_value_stands_in_its_field_with_the_fault_beside_it(admin: TestClient, current: Current) -> None:
    typed = form_of(admin, "/values/lights") | {"light_yellow": "40", "light_soon": "<b>"}
    answer = admin.post(f"{HOME}/values/lights", data=typed)
    assert answer.status_code == 422
    page = soup(answer)
    assert {one["id"] for one in page.select(".fault")} == {"light_red-fault", "light_soon-fault"}
    assert page.select("#light_soon")[0]["value"] == "<b>"
    assert not current.runtime.settings.file.exists()


def test_the_second_of_two_tabs_is_told(admin: TestClient, current: Current) -> None:
    first, second = (form_of(admin, "/values/lights") for _ in range(2))
    admin.post(f"{HOME}/values/lights", data=first | {"light_soon": "5"})
    answer = admin.post(f"{HOME}/values/lights", data=second | {"light_soon": "7"})
    assert answer.status_code == 409
    assert "刚刚被别人改过" in answer.text
    assert soup(answer).select("#light_soon")[0]["value"] == "7"
    assert "现在保存的是 5" in answer.text
    assert current.runtime.settings.light_soon == 5


def test_what_the_environment_sets_is_shown_and_cannot_be_changed(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LIGHT_SOON", "4")
    page = soup(admin.get(f"{HOME}/values/lights"))
    assert not page.select("#light_soon")
    assert "由环境变量设定" in page.get_text()


def test_a_password_is_kept_never_shown_and_goes_when_asked(admin: TestClient, current: Current) -> None:
    typed = form_of(admin, "/mail") | {"mail_host": "smtp.example", "mail_user": "duban", "mail_password": "geheim-1"}
    typed.pop("try", None)
    assert admin.post(f"{HOME}/mail", data=typed).status_code == 303
    assert current.runtime.settings.mail_password == "geheim-1"
    assert "geheim-1" not in admin.get(f"{HOME}/mail").text
    again = form_of(admin, "/mail") | {"mail_sender_name": "科技局"}
    admin.post(f"{HOME}/mail", data=again)
    assert (current.runtime.settings.mail_password, current.runtime.settings.mail_sender_name) == ("geheim-1", "科技局")
    admin.post(f"{HOME}/mail", data=form_of(admin, "/mail") | {"clear.mail_password": "1"})
    assert current.runtime.settings.mail_password == ""


def test_a_provider_fills_in_its_server_and_keeps_nothing(admin: TestClient, current: Current) -> None:
    page = soup(admin.get(f"{HOME}/mail", params={"provider": "163 邮箱"}))
    assert page.select("#mail_host")[0]["value"] == "smtp.163.com"
    assert not current.runtime.settings.file.exists()


@pytest.mark.server
def test_the_test_mail_goes_out_through_what_was_just_saved(
    admin: TestClient, current: Current, with_mail: dict[str, object], mailbox: Any
) -> None:
    server = {name: str(value) for name, value in with_mail.items()}
    typed = form_of(admin, "/mail") | server | {"try": "1", "to": "chen@yunxi.example"}
    answer = admin.post(f"{HOME}/mail", data=typed)
    assert answer.status_code == 200
    assert "已送交邮件服务器：250 OK" in answer.text
    assert [one.recipients for one in mailbox.messages] == [("chen@yunxi.example",)]
    nobody = admin.post(f"{HOME}/mail", data=form_of(admin, "/mail") | {"try": "1", "to": "chen"})
    assert nobody.status_code == 422
    assert "请写一个收测试邮件的邮箱" in nobody.text
    assert len(mailbox.messages) == 1


def test_a_broken_file_is_told_on_top_of_the_page_and_the_old_settings_stay(
    admin: TestClient, current: Current
) -> None:
    change_settings(current.runtime.settings, {"light_soon": "5"})
    assert current.runtime.settings.light_soon == 5
    current.runtime.settings.file.write_text("light_soon = 5\nlight_red = 200\n", encoding="utf-8")
    shown = admin.get(HOME)
    assert shown.status_code == 200
    assert "duban.toml 第 2 行的 light_red 写得不对：不能大于 100" in shown.text
    answer = admin.post(f"{HOME}/values/lights", data=form_of(admin, "/values/lights") | {"light_red": "30"})
    assert answer.status_code == 303
    assert "写得不对" not in admin.get(HOME).text


def test_the_server_page_hides_the_password_of_the_database(admin: TestClient) -> None:
    page = admin.get(f"{HOME}/server").text
    assert "要重启" in page
    assert "duban.db" in page


def test_a_years_table_is_looked_at_before_it_is_kept(admin: TestClient, current: Current) -> None:
    typed = {"year": "2027", "text": "1月1日至3日放假。1月9日上班。"}
    looked = admin.post(f"{HOME}/workdays", data=typed)
    assert "1月1日（周五）" in looked.text
    assert 2027 not in current.runtime.workdays.tables
    kept = form_of_answer(looked, f"{HOME}/workdays/keep")
    assert admin.post(f"{HOME}/workdays/keep", data=kept).status_code == 303
    assert sorted(day.day for day in current.runtime.rules.workdays.tables[2027].work) == [9]
    assert admin.post(f"{HOME}/workdays/drop", data={"year": "2027"}).status_code == 303
    assert 2027 not in current.runtime.workdays.tables


def form_of_answer(answer: Any, action: str) -> dict[str, str]:
    return {str(one["name"]): str(one["value"]) for one in soup(answer).select(f"form[action='{action}'] input")}


@pytest.mark.parametrize("typed", [{"year": "2027", "text": "没有"}, {"year": "../../x", "text": "1月1日放假"}, {}])
def test_a_table_that_cannot_be_read_is_refused_with_what_was_typed(
    admin: TestClient, current: Current, typed: dict[str, str]
) -> None:
    for path in ("/workdays", "/workdays/keep"):
        answer = admin.post(HOME + path, data=typed)
        assert answer.status_code == 422
        assert typed.get("text", "") in answer.text
    assert not (current.runtime.settings.data / "workdays").exists()


def test_a_notice_can_be_uploaded(admin: TestClient) -> None:
    file = {"file": ("通知.txt", "元旦：1月1日至3日放假".encode(), "text/plain")}
    answer = admin.post(f"{HOME}/workdays", data={"year": "2027"}, files=file)
    assert "1月1日（周五）" in answer.text
    broken = {"file": ("通知.docx", b"PK\x03\x04nonsense", "application/zip")}
    assert admin.post(f"{HOME}/workdays", data={"year": "2027"}, files=broken).status_code == 422


def test_a_tokens_key_is_shown_once(admin: TestClient) -> None:
    made = admin.post(f"{HOME}/tokens", data={"name": "OA<b>", "person": "李明", "scope": ["read", "tasks"]})
    key = soup(made).select("code.key")[0].get_text()
    assert key.startswith("duban_")
    shown = admin.get(f"{HOME}/tokens").text
    assert "OA&lt;b&gt;" in shown
    assert "查看、办理任务" in shown
    assert key not in shown
    assert admin.post(f"{HOME}/tokens/1/end").headers["location"] == f"{HOME}/tokens?said=token_ended"
    assert "OA" not in soup(admin.get(f"{HOME}/tokens")).select("#tokens")[0].get_text().replace("如 OA", "")
    assert admin.post(f"{HOME}/tokens/1/end").status_code == 422


def test_a_token_without_rights_or_a_webhook_without_an_address_is_refused(admin: TestClient) -> None:
    answer = admin.post(f"{HOME}/tokens", data={"name": "OA", "person": "李明"})
    assert answer.status_code == 422
    assert soup(answer).select("#name")[0]["value"] == "OA"
    assert admin.post(f"{HOME}/tokens/webhooks", data={"url": "ftp://x"}).status_code == 422


def test_a_webhooks_secret_is_shown_once(admin: TestClient) -> None:
    made = admin.post(f"{HOME}/tokens/webhooks", data={"url": "http://oa.example/duban"})
    secret = soup(made).select("code.key")[0].get_text()
    assert secret not in admin.get(f"{HOME}/tokens").text
    assert admin.post(f"{HOME}/tokens/webhooks/1/end").status_code == 303
