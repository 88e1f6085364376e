"""What keeps strangers out, each so that it fails when the defence is taken out; others beside what they defend:
test_signing_in.py, test_rights.py, test_pages_guard.py, test_filings_pages.py."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from duban.web.app import create_app
from duban.web.visit import COOKIE
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from plans.account_tables import SignIn
from plans.accounts import SOURCE_TRIES, check_password, note_failure, open_account
from plans.database import reading, writing
from plans.people import find_person
from plans.tables import Enterprise, Office, Person, PlanItem
from support.clerk import one, sent_untouched, soup
from support.pages import do_all_work, put_in
from support.routes import routes
from support.walking import Walk, patterns
from tasks.evidence import attach
from tasks.tables import Task
from tasks.verbs import Act

Sit = Callable[..., TestClient]
PASSWORD = "qing-shan-2026"
EVIL = "<script>alert(1)</script>"
CLIMBING = ("..", "../secret", "../../secret.key", "/etc/passwd", "..\\secret", "a\x00b", ".")


@pytest.fixture
def door(bureau: Runtime, now: datetime) -> TestClient:
    """A browser in front of the sign-in page; 李明 and 王芳 have accounts."""
    with writing(bureau.engine) as session:
        for name, login in (("李明", "liming"), ("王芳", "wangfang")):
            open_account(session, find_person(session, name), login, PASSWORD, "", now)
    return browser_at(bureau, now)


def browser_at(bureau: Runtime, now: datetime) -> TestClient:
    base = bureau.settings.base_url
    return TestClient(create_app(bureau, lambda: now), base, follow_redirects=False, headers={"origin": base})


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".db-wal", ".db-shm")}


# A form of another site


def test_no_form_of_another_site_reaches_any_page(seated: Sit, bureau: Runtime) -> None:
    admin = seated("李明", "admin")
    posts = [path for method, path in routes(create_app(bureau)) if method == "POST"]
    assert len(posts) > 50
    for path in posts:
        answer = admin.post(path.replace("{token}", "me"), headers={"origin": "https://evil.example"})
        assert (answer.status_code, "不是从本系统的页面发出" in answer.text) == (403, True), path


# A frame of another site


def test_no_other_site_can_put_a_page_into_a_frame(seated: Sit, client: TestClient, office: str) -> None:
    admin = seated("李明", "admin")
    for browser, address in ((admin, "/office/me/settings"), (client, office), (client, "/login"), (client, "/none")):
        headers = browser.get(address).headers
        assert headers["x-frame-options"] == "DENY", address
        assert "frame-ancestors 'none'" in headers["content-security-policy"], address


def test_a_mail_is_framed_by_our_own_page_only(client: TestClient, bureau: Runtime, now: datetime, office: str) -> None:
    do_all_work(bureau, now)
    headers = client.get(f"{office}/outbox/1/html").headers
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "sandbox" in headers["content-security-policy"]


# Somebody else's key


def test_signing_in_anew_ends_what_the_browser_came_with(door: TestClient, bureau: Runtime, now: datetime) -> None:
    door.post("/login", data={"login": "liming", "password": PASSWORD})
    planted = door.cookies[COOKIE]
    door.post("/login", data={"login": "wangfang", "password": PASSWORD})
    assert door.cookies[COOKIE] != planted
    other = browser_at(bureau, now)
    other.cookies.set(COOKIE, planted)
    assert other.get("/desk/me").headers["location"].startswith("/login")


def test_a_key_that_somebody_planted_never_becomes_a_sign_in(door: TestClient, bureau: Runtime) -> None:
    door.cookies.set(COOKIE, "planted")
    answer = door.post("/login", data={"login": "liming", "password": PASSWORD})
    assert f"{COOKIE}=planted" not in answer.headers["set-cookie"]
    with reading(bureau.engine) as session:
        kept = session.exec(select(SignIn)).one()
    assert "planted" not in kept.key_hash


def test_the_cookie_stays_on_encrypted_connections_where_there_is_one(door: TestClient, bureau: Runtime) -> None:
    plain = door.post("/login", data={"login": "liming", "password": PASSWORD}).headers["set-cookie"]
    assert "secure" not in plain.lower()
    address = "https://duban.yunxi.example/inner"
    settings = read_settings(data=bureau.settings.data, database_url=bureau.settings.database, public_url=address)
    runtime = open_runtime(settings)
    safe = TestClient(create_app(runtime), "https://duban.yunxi.example", follow_redirects=False)
    told = safe.post("/login", data={"login": "liming", "password": PASSWORD}).headers["set-cookie"].lower()
    assert {"secure", "httponly", "samesite=lax", "path=/inner/"} <= {part.strip() for part in told.split(";")}


# One guess after another


def test_an_address_that_tries_many_names_has_to_wait_and_others_need_not(
    door: TestClient, bureau: Runtime, now: datetime
) -> None:
    with writing(bureau.engine) as session:
        for number in range(SOURCE_TRIES):
            note_failure(session, f"name{number}", "testclient", now)
    right = {"login": "liming", "password": PASSWORD}
    assert "试得太多了" in door.post("/login", data=right).text
    elsewhere = TestClient(door.app, bureau.settings.base_url, follow_redirects=False, client=("203.0.113.9", 1))
    assert elsewhere.post("/login", data=right).status_code == 303


def test_a_name_that_nobody_has_takes_as_long_as_a_wrong_password(door: TestClient, bureau: Runtime) -> None:
    def quickest(login: str) -> float:
        times = []
        for _ in range(3):
            began = perf_counter()
            with reading(bureau.engine) as session:
                assert check_password(session, login, "wrong-wrong") is None
            times.append(perf_counter() - began)
        return min(times)

    assert quickest("nobody") > quickest("liming") / 3


# Out of the folder


@pytest.fixture
def evidence(bureau: Runtime, now: datetime, task_of: Callable[..., Task]) -> tuple[int, int]:
    """A task of 李明 and a file with it, whose name climbs and whose content is a page."""
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of("培育高新技术企业").id)
        act = Act("李明", "page", now)
        file = attach(session, task, "../../<b>页.txt", EVIL.encode(), bureau.settings.data / "evidence", act)
        return task.id or 0, file.id or 0


def test_a_file_is_kept_under_our_own_name_and_comes_back_as_a_download(
    seated: Sit, bureau: Runtime, evidence: tuple[int, int]
) -> None:
    task, file = evidence
    kept = files_in(bureau.settings.data / "evidence")
    assert [len(path.name) for path in kept] == [64]
    answer = seated("李明").get(f"/desk/me/tasks/{task}/files/{file}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert ".." not in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_belongs_to_its_task_and_to_who_may_see_it(
    seated: Sit, evidence: tuple[int, int], task_of: Callable[..., Task]
) -> None:
    task, file = evidence
    another = task_of("研发投入年报").id
    assert seated("李明").get(f"/desk/me/tasks/{another}/files/{file}").status_code == 404
    assert seated("王芳").get(f"/desk/me/tasks/{task}/files/{file}").status_code == 404


@pytest.mark.parametrize("name", CLIMBING)
def test_no_address_leads_out_of_the_folder(seated: Sit, bureau: Runtime, name: str) -> None:
    bureau.settings.data.mkdir(parents=True, exist_ok=True)
    for beside in ("secret", "secret.key", "secret.yaml"):
        (bureau.settings.data / beside).write_text("geheim: true", encoding="utf-8")
    admin, climbing = seated("李明", "admin"), quote(name, safe="").replace(".", "%2E")
    before = files_in(bureau.settings.data)
    for path in (
        f"desk/me/tasks/1/files/{climbing}",
        f"office/me/plan/1/files/{climbing}",
        f"office/me/digests/2026-10.{climbing}",
        f"office/me/settings/forms/{climbing}",
        f"office/me/settings/forms/{climbing}/file",
        f"office/me/settings/programmes/file/{climbing}",
        f"office/me/settings/wordings/{climbing}",
        f"office/me/settings/ladders/{climbing}",
        f"office/me/ledger/import/{climbing}",
        f"static/{climbing}",
        f"static/{climbing}/templates/sign_in.html.j2",
    ):
        answer = admin.get(f"/{path}")
        assert answer.status_code in (404, 409, 422), path
        assert "geheim" not in answer.text
    for path in (f"forms/{climbing}/remove", f"wordings/{climbing}", f"ladders/{climbing}"):
        assert admin.post(f"/office/me/settings/{path}", data={"seen": ""}).status_code in (404, 405, 409, 422), path
    assert files_in(bureau.settings.data) == before


def test_a_kept_file_is_named_by_what_is_in_it_and_nothing_else_is_read_or_removed(
    seated: Sit, bureau: Runtime, task_of: Callable[..., Task]
) -> None:
    (bureau.settings.data / "imports").mkdir(parents=True)
    secret = bureau.settings.data / "secret.key"
    secret.write_text("geheim", encoding="utf-8")
    about = f"?item={task_of('研发月报').item_id}&month=2026-09"
    for named in ("../secret.key x.xlsx", f"{secret} x.xlsx", f"{'0' * 64}/../../secret.key x.xlsx"):
        answer = seated("李明").post(f"/desk/me/filings/import/apply{about}", data={"file-1": named, "seal": "x"})
        assert "重新选择" in answer.text, named
        assert secret.exists()


@pytest.mark.parametrize("key", ["../climbed", "/climbed", "a/b", ".."])
def test_a_form_that_names_itself_out_of_its_folder_is_not_kept(seated: Sit, bureau: Runtime, key: str) -> None:
    admin, page = seated("李明", "admin"), "/office/me/settings/forms"
    shipped = admin.get(f"{page}/rd_monthly/file").text
    seen = sent_untouched(one(soup(admin.get(page)), "form:has([type=file])"))["seen"]
    file = shipped.replace("key: rd_monthly", f"key: {key}", 1)
    assert file != shipped
    before = files_in(bureau.settings.data.parent)
    answer = admin.post(page, data={"seen": seen}, files={"file": ("a.yaml", file)})
    assert answer.status_code == 422
    assert files_in(bureau.settings.data.parent) == before
    kept = admin.post(page, data={"seen": seen}, files={"file": ("a.yaml", shipped)})
    assert kept.status_code == 303
    assert {path.name for path in files_in(bureau.settings.data / "forms")} == {"rd_monthly.yaml"}


# What people type


def test_what_people_type_is_only_text_on_every_page_of_who_signed_in(
    seated: Sit, bureau: Runtime, now: datetime, door: TestClient
) -> None:
    put_in(bureau, now)
    with writing(bureau.engine) as session:
        for row in (*session.exec(select(Enterprise)), *session.exec(select(Office)), *session.exec(select(Person))):
            row.name = f"{EVIL}{row.id}" if row.name != "李明" else row.name
        for item in session.exec(select(PlanItem)):
            item.title = item.text = f"{EVIL}{item.id}"
    do_all_work(bureau, now)
    admin = seated("李明", "admin")
    walk = Walk(admin, bureau.settings.base_url, patterns(path for _, path in routes(create_app(bureau))), 1)
    doors = [f"{bureau.settings.base_url}/{path}" for path in ("desk/me", "office/me", "office/me/settings")]
    found = [(stop.address, admin.get(stop.address).text) for stop in walk.stops(doors)]
    assert [address for address, page in found if EVIL in page] == []
    assert sum("&lt;script&gt;alert" in page for _, page in found) >= 12
