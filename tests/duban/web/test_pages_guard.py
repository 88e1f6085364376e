"""What holds on every page: nothing changes by looking, headers are there, errors help, names are only text."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from cast import GAOQI, MONTHLY_REPORT, PATROL
from duban.web.app import create_app
from duban.web.guard import LARGEST_UPLOAD
from flows.people import link_for
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Agency, Enterprise, Person, PlanItem
from plans.zone import local_day
from support.pages import all_addresses, do_all_work, put_in
from tasks.chasing_tables import Call
from tasks.tables import Filing


@pytest.fixture
def bureau(bureau: Runtime, now: datetime) -> Runtime:
    put_in(bureau, now)
    return bureau


def test_looking_twice_at_every_page_changes_no_row(
    client: TestClient, bureau: Runtime, now: datetime, everything: Callable[[], dict[str, list[Any]]]
) -> None:
    do_all_work(bureau, now)
    addresses = all_addresses(bureau, now)
    before = everything()
    for address in addresses:
        for look in (client.get, client.get, client.head):
            assert look(address).status_code == 200, address
    assert everything() == before


def test_head_says_what_get_says_without_the_page(client: TestClient) -> None:
    told, asked = client.get("/"), client.head("/")
    assert asked.status_code == 200
    assert asked.headers["content-length"] == told.headers["content-length"]


def test_every_answer_keeps_the_link_to_itself(client: TestClient, bureau: Runtime, now: datetime) -> None:
    do_all_work(bureau, now)
    wrong = ["/nothing-here", "/desk/nonsense", "/office/nonsense/tasks?page=abc", "/static/nothing.css"]
    for address in [*all_addresses(bureau, now), *wrong]:
        headers = client.get(address).headers
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == ("SAMEORIGIN" if address.endswith("/html") else "DENY")
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script" not in headers["content-security-policy"]


def test_no_page_needs_a_script_an_inline_style_or_another_host(
    client: TestClient, bureau: Runtime, now: datetime
) -> None:
    do_all_work(bureau, now)
    for address in all_addresses(bureau, now):
        page = client.get(address).text
        if not address.endswith(("/html", ".html", ".md")):
            assert "<script" not in page
            assert " style=" not in page
            assert "https://" not in page


def test_names_are_text_wherever_they_are_shown(client: TestClient, bureau: Runtime, now: datetime) -> None:
    evil = "<script>alert(1)</script>"
    with writing(bureau.engine) as session:
        for person in session.exec(select(Person)):
            person.name = f"{evil}{person.id}"
        for enterprise in session.exec(select(Enterprise)):
            enterprise.name, enterprise.contact, enterprise.phone = f"{evil}{enterprise.id}", evil, evil
        for agency in session.exec(select(Agency)):
            agency.name, agency.contact, agency.phone = evil, evil, evil
        for call in session.exec(select(Call)):
            call.said, call.spoke_with = evil, evil
        for filing in session.exec(select(Filing)):
            filing.by, filing.answers = evil, {**filing.answers, "remark": evil}
        for item in session.exec(select(PlanItem)):
            item.text = evil
        session.exec(select(Person).where(Person.id == 4)).one().name = "李明"
    do_all_work(bureau, now)
    shown = 0
    for address in all_addresses(bureau, now):
        page = client.get(address).text
        assert evil not in page or address.endswith(".md"), address
        shown += "&lt;script&gt;" in page
    assert shown >= 30
    found = client.get(bureau.links.office(local_day(now)) + "/tasks", params={"q": evil})
    assert evil not in found.text
    assert "&lt;script&gt;" in found.text


def test_a_form_larger_than_any_of_ours_is_refused_with_a_sentence(
    client: TestClient, desk_of: Callable[[str], str]
) -> None:
    answer = client.post(f"{desk_of('李明')}/tasks/1/done", data={"note": "长" * 100_000})
    assert answer.status_code == 413
    assert "提交的内容太大" in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_file_larger_than_can_be_read_is_refused_with_its_bound(client: TestClient, office: str) -> None:
    answer = client.post(f"{office}/drafts", files={"file": ("总结.txt", b"x" * (LARGEST_UPLOAD + 1))})
    assert answer.status_code == 413
    assert "文件最大20 MB" in answer.text


def test_a_large_form_that_hides_its_length_is_refused_too(client: TestClient) -> None:
    pieces = (b"note=" + b"x" * 70_000 for _ in range(5))
    assert client.post("/filing/nonsense", content=pieces).status_code == 413


@pytest.mark.parametrize(
    ("method", "address", "status", "sentence"),
    [
        ("GET", "/nothing-here", 404, "请检查地址"),
        ("POST", "/", 405, "用页面上的按钮"),
        ("PUT", "/filing/nonsense", 405, "用页面上的按钮"),
        ("POST", "/filing/nonsense", 403, "请从邮件里重新点开"),
        ("GET", "/docs", 404, "请检查地址"),
        ("GET", "/openapi.json", 404, "请检查地址"),
    ],
)
def test_what_goes_wrong_is_told_in_chinese(
    client: TestClient, method: str, address: str, status: int, sentence: str
) -> None:
    answer = client.request(method, address)
    assert answer.status_code == status
    assert sentence in answer.text


def test_a_number_no_table_can_hold_is_not_understood(client: TestClient, office: str) -> None:
    for path in ("/tasks/99999999999999999999", "/tasks?page=0", "/tasks?page=99999999999999999999", "/outbox/x"):
        assert client.get(office + path).status_code == 422
    assert client.get(office + "/tasks/2147483647").status_code == 404


def test_a_fault_of_ours_is_told_without_its_insides(
    client: TestClient, bureau: Runtime, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duban.web.office.overview", lambda *given: 1 / 0)
    answer = client.get(office)
    assert answer.status_code == 500
    assert "系统出了问题" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"


def test_behind_a_proxy_the_pages_stay_below_its_path(begin: Callable[..., Runtime], now: datetime) -> None:
    bureau = begin(GAOQI, on="2026-10-01 08:00", public_url="https://yunxi.example/duban/")
    path = link_for(bureau, "李明", now).removeprefix("https://yunxi.example/duban")
    page = TestClient(create_app(bureau, lambda: now)).get(path).text
    assert 'href="/duban/static/duban.css"' in page
    assert f'href="/duban{path}/tasks/' in page


def test_the_pages_bring_neither_prefect_nor_a_scheduler_nor_mail_with_them() -> None:
    heavy = ("prefect", "apscheduler", "yagmail", "apprise")
    code = f"import sys, duban.web.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.server
def test_every_page_opens_on_postgresql_too(
    settings_on_postgres: dict[str, object], begin: Callable[..., Runtime], now: datetime
) -> None:
    bureau = begin(GAOQI, MONTHLY_REPORT, PATROL, on="2026-10-01 08:00", **settings_on_postgres)
    put_in(bureau, now)
    do_all_work(bureau, now)
    client = TestClient(create_app(bureau, lambda: now), bureau.settings.base_url)
    for address in all_addresses(bureau, now):
        assert client.get(address).status_code == 200, address
    assert client.get(bureau.links.office(local_day(now)) + "/tasks?q=%00%25_&person=%00").status_code == 200


@pytest.fixture
def settings_on_postgres(postgres_url: str) -> dict[str, object]:
    return {"database_url": postgres_url}
