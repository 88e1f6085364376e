"""The database: one engine, two kinds of transaction, and a version that is checked before anything is touched."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session, SQLModel

from plans.errors import Broken

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_MS = 30_000
UPGRADE_LOCK = 20260701


class DatabaseProblem(Broken):
    """数据库打不开：……。 The sentence is for the person, the cause is chained for the log."""


@cache
def make_engine(url: str) -> Engine:
    """The engine of a process for ``sqlite:///file`` or ``postgresql://…``: one for each. Opens nothing yet."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseProblem("DUBAN_DATABASE_URL 写得不对：请写成 postgresql://用户:密码@主机/库名。") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.render_as_string(hide_password=False))
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    raise DatabaseProblem(f"不支持 {parsed.get_backend_name()} 数据库：请用 SQLite 或 PostgreSQL。")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes late and deferred; we say it ourselves in _begin_sqlite.
    connection.isolation_level = None
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails with "database is locked".
    writes = connection.get_execution_options().get("duban_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A transaction that only reads: one consistent view, given back unchanged."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction that reads and writes: all of it lasts or none."""
    writer = engine.execution_options(duban_writes=True)
    with Session(writer, expire_on_commit=False) as session, session.begin():
        yield session


def ensure_current(engine: Engine) -> None:
    """Bring an empty or older database to this version; raise DatabaseProblem for one we must not touch."""
    with _connected(engine) as connection:
        found, tables = _version(connection)
        _refuse_strange(found, tables)
    _use_wal(engine)
    if found == newest_version():
        return
    # Another process may be doing the same: whoever comes second waits, looks again and finds it done.
    with _connected(engine, alone=True) as connection:
        if _version(connection)[0] != newest_version():
            _upgrade(connection)


def require_current(engine: Engine) -> None:
    """Raise DatabaseProblem unless the database is there and of this very version; touches nothing."""
    _require_file(engine)
    with _connected(engine) as connection:
        found, tables = _version(connection)
    _refuse_strange(found, tables)
    if found is None:
        raise DatabaseProblem("数据库还是空的：请先用 duban plan start 启动一份计划，或运行 duban up。")
    if found != newest_version():
        raise DatabaseProblem("数据库是旧版本的：请先运行一次 duban up 完成升级。")


def is_empty(engine: Engine) -> bool:
    """True when there is no database yet, or one without any table."""
    name = engine.url.database
    if engine.dialect.name == "sqlite" and name and not Path(name).exists():
        return True
    with _connected(engine) as connection:
        found, has_tables = _version(connection)
    return found is None and not has_tables


def newest_version() -> str:
    """The revision this program writes."""
    return max(_known_versions())


def _require_file(engine: Engine) -> None:
    name = engine.url.database
    if engine.dialect.name == "sqlite" and name and not Path(name).exists():
        raise DatabaseProblem("这里还没有数据库：请先用 duban plan start 启动一份计划，或运行 duban up。")


@contextmanager
def _connected(engine: Engine, alone: bool = False) -> Iterator[Connection]:
    try:
        with engine.execution_options(duban_writes=alone).connect() as connection:
            if alone and engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
            yield connection
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise DatabaseProblem(f"数据库连不上：{where}。请检查地址、账号和服务是否已启动。") from error
    except DatabaseError as error:
        raise DatabaseProblem(f"数据库文件损坏或不是数据库：{engine.url.database}。请用备份恢复。") from error


def _use_wal(engine: Engine) -> None:
    # It is written into the file and stays there, so only a file that has been found to be ours may get it.
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode=WAL")


def _version(connection: Connection) -> tuple[str | None, bool]:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        return None, bool(tables)
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found, bool(tables - {"alembic_version"})


def _refuse_strange(found: str | None, has_tables: bool) -> None:
    if found is None and has_tables:
        raise DatabaseProblem("数据库里有表却没有版本记录，可能不是督办的库：没有做任何改动，请检查数据库地址。")
    if found is not None and found not in _known_versions():
        raise DatabaseProblem(f"数据库版本（{found}）比程序新：没有做任何改动，请升级督办后再打开。")


def _known_versions() -> set[str]:
    # A migration's file name begins with its revision: 0001_first_tables.py.
    return {path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _upgrade(connection: Connection) -> None:
    # Alembic is slow to import and only an upgrade needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


def one_at_a_time(session: Session, key: int) -> None:
    """Wait until no other transaction holds this key, and hold it to this one's end. SQLite has one writer anyway."""
    # SQLite's writer begins with its first statement: what is read after this is what the one before left.
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no unique rule and leave out the others; how many were new.

    The same call on both databases, safe when two processes insert the same rows at once.
    """
    if not rows:
        return 0
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.flush()
    # psycopg's cursor is closed before anybody asks how many rows there were.
    statement = dialect.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    # Many small statements compiled once are four times as quick as one large one compiled each time.
    return max(0, session.connection().execute(statement, list(rows)).rowcount)
