"""The bureau whose pages are looked at: started on 1 October 2026, looked at on Monday the 12th at ten."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, PATROL, at, draft
from duban.web.app import create_app
from duban.web.visit import COOKIE
from flows.people import link_for
from flows.planning import start_from_text
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings, read_settings
from plans.account_tables import Account
from plans.accounts import open_account, sign_in
from plans.database import reading, writing
from plans.people import find_person
from plans.tables import Enterprise, PlanItem
from plans.zone import local_day
from tasks.tables import Task

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def database_url(empty_file: str) -> str:
    """Pages are the same on both databases; one test walks them on PostgreSQL."""
    return empty_file


@pytest.fixture
def now() -> datetime:
    return at("2026-10-12 10:00")


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which the plan has just started: made once, copied for every test."""
    folder = tmp_path_factory.mktemp("started")
    settings = read_settings(data=folder, database_url=f"sqlite:///{folder / 'duban.db'}", secret="s" * 32)
    items = draft(GAOQI, MONTHLY_REPORT, PATROL, ANNUAL_RETURN)
    start_from_text(settings, items, "draft.yaml", "陈平", at("2026-10-01 08:00"))
    return folder / "duban.db"


@pytest.fixture
def bureau(started: Path, settings: Settings, database_file: Path) -> Iterator[Runtime]:
    with closing(sqlite3.connect(started)) as source, closing(sqlite3.connect(database_file)) as copy:
        source.backup(copy)
    runtime = open_runtime(settings)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def new_bureau(settings: Settings, made_once: Path, database_file: Path) -> Iterator[Runtime]:
    """A bureau that has just been set up: nobody in it, no plan."""
    shutil.copy(made_once, database_file)
    runtime = open_runtime(settings)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def client(bureau: Runtime, now: datetime) -> TestClient:
    """A browser without cookies that follows nothing by itself."""
    app = create_app(bureau, lambda: now)
    return TestClient(app, bureau.settings.base_url, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def seated(bureau: Runtime, now: datetime) -> Callable[..., TestClient]:
    """seated("李明") or seated("陈平", "admin"): a browser in which that person is signed in."""

    def sit(name: str, duty: str = "") -> TestClient:
        with writing(bureau.engine) as session:
            person = find_person(session, name)
            kept = session.exec(select(Account).where(Account.person_id == person.id)).first()
            account = kept or open_account(session, person, f"u{person.id}", "", duty, now)
            key = sign_in(session, account, now)
        browser = TestClient(create_app(bureau, lambda: now), bureau.settings.base_url, follow_redirects=False)
        browser.headers["origin"] = bureau.settings.base_url
        browser.cookies.set(COOKIE, key)
        return browser

    return sit


@pytest.fixture
def desk_of(bureau: Runtime, now: datetime) -> Callable[[str], str]:
    """The address of a person's own pages."""
    return lambda name: link_for(bureau, name, now)


@pytest.fixture
def office(bureau: Runtime, now: datetime) -> str:
    return bureau.links.office(local_day(now))


@pytest.fixture
def task_of(bureau: Runtime) -> Callable[..., Task]:
    """task_of("研发月报", "云溪精工有限公司"): the item's first task, of that enterprise where one is named."""

    def find(title: str, enterprise: str = "") -> Task:
        query = select(Task).join(PlanItem).where(PlanItem.title == title).order_by(col(Task.due_on))
        with reading(bureau.engine) as session:
            if enterprise:
                found = session.exec(select(Enterprise.id).where(Enterprise.name == enterprise)).one()
                query = query.where(Task.enterprise_id == found)
            return session.exec(query.limit(1)).one()

    return find


@pytest.fixture
def filing_of(bureau: Runtime, now: datetime, task_of: Callable[..., Task]) -> Callable[[str], str]:
    """The address of an enterprise's monthly report."""

    def link(enterprise: str) -> str:
        task = task_of("研发月报", enterprise)
        return bureau.links.filing(task.enterprise_id or 0, 1, task.id or 0, local_day(now))

    return link


@pytest.fixture
def everything(bureau: Runtime) -> Callable[[], dict[str, list[Any]]]:
    """Every row of every table."""

    def dump() -> dict[str, list[Any]]:
        with bureau.engine.connect() as connection:
            tables = SQLModel.metadata.sorted_tables
            return {table.name: [tuple(row) for row in connection.execute(table.select())] for table in tables}

    return dump


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium; in CI it may not be missing."""
    path = "/usr/bin/chromium"
    if not Path(path).exists():
        if os.environ.get("DUBAN_CI"):
            pytest.fail("没有 /usr/bin/chromium，不能在浏览器里测")
        pytest.skip("没有 /usr/bin/chromium，不能在浏览器里测")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    # Only a test with a browser pays for playwright.
    from support.serving import opened_browser

    with opened_browser(chromium) as opened:
        yield opened
