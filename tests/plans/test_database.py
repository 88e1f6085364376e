"""The database: migrations make the models, strangers are left alone, and values come back as they went in."""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import SQLModel, func, select

import notifications.tables
import plans.account_tables
import plans.roster_tables
import tasks.chasing_tables
import tasks.tables
from cast import at
from plans.columns import figure_text
from plans.database import (
    DatabaseProblem,
    ensure_current,
    insert_new,
    is_empty,
    make_engine,
    newest_version,
    reading,
    require_current,
    writing,
)
from plans.tables import Enterprise, Office, Plan
from plans.zone import LOCAL

ALL_TABLES = (
    plans.roster_tables.Contact,
    tasks.chasing_tables.Call,
    tasks.tables.Task,
    notifications.tables.Notice,
)
"""Named so that every table is known to the models before they are compared."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of this version."""
    made = make_engine(database_url)
    ensure_current(made)
    yield made
    made.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert differences == []
    assert all(table.__tablename__ in SQLModel.metadata.tables for table in ALL_TABLES)


def test_a_new_database_is_empty_until_it_is_made_and_current_after(database_url: str) -> None:
    engine = make_engine(database_url)
    assert is_empty(engine)

    ensure_current(engine)
    ensure_current(engine)

    require_current(engine)
    assert not is_empty(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == newest_version()
    engine.dispose()


def test_two_processes_may_make_the_database_at_once(database_url: str) -> None:
    failures = together(4, lambda: ensure_current(make_engine(database_url)))

    assert failures == []
    require_current(make_engine(database_url))


def together(times: int, work: Callable[[], object]) -> list[Exception]:
    """Run it in so many threads that start at once; what went wrong."""
    failures: list[Exception] = []
    start = threading.Barrier(times)

    def run() -> None:
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_many_writers_at_once_all_get_their_turn(engine: Engine) -> None:
    def count_up() -> None:
        for _ in range(5):
            with writing(engine) as session:
                office = session.exec(select(Office).with_for_update()).one()
                office.name = str(int(office.name) + 1)
                session.add(office)

    with writing(engine) as session:
        session.add(Office(name="0"))

    assert together(4, count_up) == []
    with reading(engine) as session:
        assert session.exec(select(Office.name)).one() == "20"


def test_a_failed_writing_leaves_nothing(engine: Engine) -> None:
    def add_and_fail() -> None:
        with writing(engine) as session:
            session.add(Office(name="创新股"))
            session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        add_and_fail()

    with reading(engine) as session:
        assert session.exec(select(Office)).all() == []


def test_the_same_row_is_inserted_once_whoever_comes_first(engine: Engine) -> None:
    with writing(engine) as session:
        first = insert_new(session, Office, [{"name": "创新股"}, {"name": "综合股"}])
        second = insert_new(session, Office, [{"name": "综合股"}, {"name": "成果股"}])
        none = insert_new(session, Office, [])

    assert (first, second, none) == (2, 1, 0)
    with reading(engine) as session:
        assert sorted(session.exec(select(Office.name))) == ["创新股", "成果股", "综合股"]


def test_more_rows_than_fit_in_one_statement_are_all_inserted(engine: Engine) -> None:
    with writing(engine) as session:
        assert insert_new(session, Office, [{"name": f"股{number}"} for number in range(1201)]) == 1201


INSTANTS = {
    "2024": datetime(2026, 10, 9, 8, 30, tzinfo=LOCAL),
    "2025": datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=LOCAL),
    "2026": datetime(1990, 6, 1, 12, 0, tzinfo=LOCAL),
    "2027": datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),
}


def test_an_instant_comes_back_as_the_same_instant_in_utc(engine: Engine) -> None:
    with writing(engine) as session:
        session.add_all(a_plan(instant, period) for period, instant in INSTANTS.items())

    with reading(engine) as session:
        read = {plan.period: plan.started_at for plan in session.exec(select(Plan))}
    assert read == INSTANTS
    assert {instant.tzinfo for instant in read.values()} == {UTC}


def a_plan(started_at: datetime, period: str = "2026H2") -> Plan:
    day = date(2026, 7, 1)
    return Plan(title="打算", bureau="局", period=period, started_on=day, started_at=started_at, started_by="陈平")


def test_an_instant_without_a_zone_is_a_mistake_of_ours(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(Exception, match="an instant needs a zone"):
        session.exec(select(Plan).where(Plan.started_at == datetime(2026, 7, 1))).all()  # noqa: DTZ001


def test_instants_are_compared_as_instants_not_as_texts(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(a_plan(at("2026-07-01 08:00")))

    with reading(engine) as session:
        before = select(Plan).where(Plan.started_at < datetime(2026, 7, 1, 0, 0, 1, tzinfo=UTC))
        assert len(session.exec(before).all()) == 1


FIGURES = ["0", "0.1", "455.25", "0.0001", "-4.7", "0.3", "100", "12345678.9", "999999999999.9999"]


def test_a_figure_comes_back_to_the_last_digit(engine: Engine) -> None:
    with writing(engine) as session:
        session.add_all(Enterprise(name=written, weight=Decimal(written)) for written in FIGURES)

    with reading(engine) as session:
        read = {one.name: one.weight for one in session.exec(select(Enterprise))}
        total = session.exec(select(func.sum(Enterprise.weight))).one()
    assert read == {written: Decimal(written) for written in FIGURES}
    assert {written: figure_text(weight) for written, weight in read.items()} == {one: one for one in FIGURES}
    assert total == sum(read.values())


def test_an_unknown_figure_is_shown_as_to_be_filled() -> None:
    assert figure_text(None) == "待填"


def fingerprints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


STRANGERS = {
    "CREATE TABLE orders (id INTEGER)": (
        "数据库里有表却没有版本记录，可能不是督办的库：没有做任何改动，请检查数据库地址。"
    ),
    "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9999')": (
        "数据库版本（9999）比程序新：没有做任何改动，请升级督办后再打开。"
    ),
}


@pytest.mark.parametrize("opening", [ensure_current, require_current])
@pytest.mark.parametrize(("made_by", "told"), STRANGERS.items())
def test_a_database_that_is_not_ours_is_refused_and_left_byte_for_byte(
    tmp_path: Path, made_by: str, told: str, opening: Callable[[Engine], None]
) -> None:
    file = tmp_path / "other.db"
    connection = sqlite3.connect(file)
    connection.executescript(made_by)
    connection.close()
    before = fingerprints(tmp_path)
    engine = make_engine(f"sqlite:///{file}")

    with pytest.raises(DatabaseProblem) as problem:
        opening(engine)

    engine.dispose()
    assert str(problem.value) == told
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("opening", [ensure_current, require_current, is_empty])
def test_a_file_that_is_no_database_is_refused_and_left_byte_for_byte(
    tmp_path: Path, opening: Callable[[Engine], object]
) -> None:
    file = tmp_path / "plan.db"
    file.write_text("这是一份工作打算，不是数据库。" * 300, encoding="utf-8")
    before = fingerprints(tmp_path)

    with pytest.raises(DatabaseProblem, match="数据库文件损坏或不是数据库") as problem:
        opening(make_engine(f"sqlite:///{file}"))

    assert isinstance(problem.value.__cause__, Exception)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("made_by", STRANGERS)
@pytest.mark.server
def test_a_strange_postgres_database_is_refused_and_gets_no_table(postgres_url: str, made_by: str) -> None:
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(made_by)

    with pytest.raises(DatabaseProblem) as problem:
        ensure_current(engine)

    assert str(problem.value) == STRANGERS[made_by]
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    assert count == 1
    engine.dispose()


def test_reading_where_nothing_is_makes_no_file(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'duban.db'}")

    with pytest.raises(DatabaseProblem, match="这里还没有数据库：请先用 duban plan start"):
        require_current(engine)

    assert is_empty(engine)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_counts_as_no_database_yet(tmp_path: Path) -> None:
    (tmp_path / "duban.db").touch()
    engine = make_engine(f"sqlite:///{tmp_path / 'duban.db'}")

    assert is_empty(engine)
    with pytest.raises(DatabaseProblem, match="数据库还是空的"):
        require_current(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgres//nonsense", "DUBAN_DATABASE_URL 写得不对：请写成 postgresql://用户:密码@主机/库名。"),
        ("mysql://root@localhost/duban", "不支持 mysql 数据库：请用 SQLite 或 PostgreSQL。"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(url: str, told: str) -> None:
    with pytest.raises(DatabaseProblem) as problem:
        make_engine(url)

    assert str(problem.value) == told


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(DatabaseProblem) as problem:
        ensure_current(make_engine("postgresql://duban:hidden@127.0.0.1:1/duban"))

    assert str(problem.value).startswith("数据库连不上：")
    assert "hidden" not in str(problem.value)
