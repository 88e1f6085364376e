"""The first run: only with the address, only once, each step on its own, and nothing by looking."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import select

from duban.web.app import create_app
from duban.web.setup_steps import STEPS
from flows.current import Current
from flows.first_run import FirstAdministrator, SetUpAlready, set_up
from flows.runtime import Runtime
from flows.settings import Settings, read_settings
from plans.account_tables import Account
from plans.accounts import has_accounts, open_account
from plans.database import reading, writing
from plans.people import find_person
from plans.tables import Person, PlanSheet
from plans.zone import local_day

FILLED = {
    "bureau": "云溪县科技局",
    "name": "吴越",
    "mail": "wu@yunxi.example",
    "login": "wuyue",
    "password": "qing-shan-2026",
    "again": "qing-shan-2026",
}


def anew(settings: Settings) -> Callable[[], Settings]:
    kept = {"data": settings.data, "database_url": settings.database_url, "secret": settings.secret}
    return lambda: read_settings(**kept)


@pytest.fixture
def arrived(new_bureau: Runtime, now: datetime) -> TestClient:
    """Somebody's browser at a bureau that has just been set up."""
    return browser_at(new_bureau, now)


def browser_at(runtime: Runtime, now: datetime) -> TestClient:
    app = create_app(Current(runtime, anew(runtime.settings)), lambda: now)
    base = runtime.settings.base_url
    return TestClient(app, base, follow_redirects=False, headers={"origin": base})


@pytest.fixture
def address(new_bureau: Runtime, now: datetime) -> str:
    return new_bureau.links.setup(local_day(now))


def accounts(runtime: Runtime) -> list[tuple[str, str, str]]:
    with reading(runtime.engine) as session:
        found = session.exec(select(Account, Person).join(Person, Person.id == Account.person_id))  # type: ignore[arg-type]
        return [(account.login, account.duty, person.name) for account, person in found]


def test_the_first_page_says_where_the_address_is_and_lets_nobody_in(arrived: TestClient, address: str) -> None:
    shown = arrived.get("/").text
    assert "duban setup" in shown
    assert "/setup/" not in shown
    assert arrived.get("/office/me/settings/first").headers["location"].startswith("/login?next=")


@pytest.mark.parametrize("purpose", ["office", "calendar", "none", "me"])
def test_without_the_right_address_nobody_is_made_administrator(
    arrived: TestClient, new_bureau: Runtime, now: datetime, address: str, purpose: str
) -> None:
    others = {"office": new_bureau.links.office(local_day(now)), "calendar": address + "x", "none": address[:-4]}
    wrong = "/setup/" + others.get(purpose, "me").rsplit("/", 1)[-1]
    assert arrived.get(wrong).status_code in (303, 403)
    assert arrived.post(wrong, data=FILLED).status_code in (401, 403)
    assert accounts(new_bureau) == []


def test_an_address_that_is_too_old_opens_nothing(arrived: TestClient, new_bureau: Runtime, now: datetime) -> None:
    long_ago = local_day(now) - timedelta(days=new_bureau.settings.link_days + 1)
    assert arrived.post(new_bureau.links.setup(long_ago), data=FILLED).status_code == 410
    assert accounts(new_bureau) == []


def test_the_administrator_is_made_and_signed_in_at_once(
    arrived: TestClient, new_bureau: Runtime, address: str
) -> None:
    answer = arrived.post(address, data=FILLED)
    assert answer.headers["location"] == "/office/me/settings/first/mail?said=setup_done"
    assert accounts(new_bureau) == [("wuyue", "admin", "吴越")]
    shown = arrived.get(answer.headers["location"])
    assert shown.status_code == 200
    assert "吴越" in shown.text
    assert new_bureau.settings.file.read_text(encoding="utf-8") == 'bureau = "云溪县科技局"\n'


def test_the_address_is_worthless_as_soon_as_there_is_an_account(
    arrived: TestClient, new_bureau: Runtime, address: str, now: datetime
) -> None:
    arrived.post(address, data=FILLED)
    somebody = browser_at(new_bureau, now)
    for answer in (somebody.get(address), somebody.post(address, data=FILLED | {"login": "other", "name": "别人"})):
        assert answer.status_code == 410
        assert "已经有账号了" in answer.text
    assert accounts(new_bureau) == [("wuyue", "admin", "吴越")]
    assert arrived.get(address).headers["location"] == "/office/me/settings/first"


def test_the_second_of_two_who_press_at_once_is_told(new_bureau: Runtime, now: datetime) -> None:
    set_up(new_bureau, FirstAdministrator.of(FILLED), now)
    with pytest.raises(SetUpAlready):
        set_up(new_bureau, FirstAdministrator.of(FILLED | {"login": "other", "name": "别人"}), now)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"bureau": " "}, "bureau"),
        ({"bureau": "局" * 101}, "bureau"),
        ({"name": ""}, "name"),
        ({"mail": "wu@"}, "mail"),
        ({"login": "wu yue"}, "login"),
        ({"password": "kurz", "again": "kurz"}, "password"),
        ({"password": "", "again": ""}, "password"),
        ({"again": "qing-shan-2027"}, "again"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_kept(
    arrived: TestClient, new_bureau: Runtime, address: str, wrong: dict[str, str], field: str
) -> None:
    answer = arrived.post(address, data=FILLED | wrong)
    assert answer.status_code == 422
    shown = BeautifulSoup(answer.text, "lxml")
    assert [one["id"] for one in shown.select(".fault")] == [f"{field}-fault"]
    typed = shown.select_one("#login")
    assert typed is not None
    assert typed["value"] == (FILLED | wrong)["login"]
    assert FILLED["password"] not in answer.text
    assert accounts(new_bureau) == []
    assert not new_bureau.settings.file.exists()


def test_a_bureau_that_lived_on_links_chooses_one_of_its_people(bureau: Runtime, now: datetime) -> None:
    somebody, address = browser_at(bureau, now), bureau.links.setup(local_day(now))
    shown = BeautifulSoup(somebody.get(address).text, "lxml")
    assert "陈平" in [option.get_text() for option in shown.select("#person option")]
    taken = somebody.post(address, data=FILLED | {"name": "陈平"})
    assert taken.status_code == 422
    somebody.post(address, data=FILLED | {"person": "陈平", "name": "", "mail": ""})
    assert accounts(bureau) == [("wuyue", "admin", "陈平")]
    with reading(bureau.engine) as session:
        assert find_person(session, "陈平").email == "chen@yunxi.example"


def test_what_the_environment_sets_is_told_and_not_asked(
    arrived: TestClient, new_bureau: Runtime, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_BUREAU", "青禾县科技局")
    assert "由环境变量设定" in arrived.get(address).text
    arrived.post(address, data=FILLED)
    assert len(accounts(new_bureau)) == 1
    assert not new_bureau.settings.file.exists()


def test_the_steps_are_gone_on_with_where_they_were_left(arrived: TestClient, address: str) -> None:
    arrived.post(address, data=FILLED)
    assert arrived.get("/office/me/settings/first").headers["location"] == "/office/me/settings/first/mail"
    for step in STEPS[1:]:
        shown = BeautifulSoup(arrived.get(f"/office/me/settings/first/{step.key}").text, "lxml")
        assert [one.get_text() for one in shown.select("h1")] == [step.title]
        here = shown.select_one("[aria-current=step]")
        assert here is not None
        assert step.title in here.get_text()


def test_the_sample_is_a_draft_that_says_so_and_can_be_dropped(
    arrived: TestClient, new_bureau: Runtime, address: str
) -> None:
    arrived.post(address, data=FILLED)
    first, again = (arrived.post("/office/me/settings/first/sample").headers["location"] for _ in range(2))
    assert first == again == "/office/me/drafts/1?said=sample"
    assert "样例" in arrived.get(first).text
    with reading(new_bureau.engine) as session:
        version = session.exec(select(PlanSheet.version)).one()
    assert arrived.post("/office/me/drafts/1/drop", data={"version": version}).status_code == 303


def test_only_an_administrator_goes_through_the_steps(
    bureau: Runtime, now: datetime, seated: Callable[..., TestClient], office: str
) -> None:
    with writing(bureau.engine) as session:
        open_account(session, find_person(session, "周正"), "zhou", "", "admin", now)
        assert has_accounts(session)
    for step in STEPS[1:]:
        assert seated("李明").get(f"/office/me/settings/first/{step.key}").status_code == 403
        assert seated("李明").get(f"{office}/settings/first/{step.key}").status_code == 403
    assert seated("李明").post("/office/me/settings/first/sample").status_code == 403
