"""Whether anything was written since: a stamp that changes with every commit, whichever process made it.

SQLite counts the commits of other connections, so one connection of ours does nothing but look. PostgreSQL's snapshot
names the transactions that are seen and those that run: the same snapshot, the same data.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, text

Stamp = object
"""Two that are equal stand for the same data."""


def stamps_of(engine: Engine) -> Callable[[], Stamp]:
    """What gives the stamp of a database as it stands; a database in memory never has the same one twice."""
    name = engine.url.database
    if engine.dialect.name == "postgresql":
        return lambda: _snapshot(engine)
    return _Looker(Path(name)).stamp if name and name != ":memory:" else object


def _snapshot(engine: Engine) -> Stamp:
    with engine.connect() as connection:
        return connection.execute(text("SELECT pg_current_snapshot()::text")).scalar_one()


class _Looker:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = Lock()
        self._file = 0
        self._connection: sqlite3.Connection | None = None

    def stamp(self) -> Stamp:
        """The file, which a restored backup replaces, and the number of commits others made in it."""
        with self._turn:
            file = self.path.stat().st_ino
            if self._connection is None or file != self._file:
                self._file, self._connection = file, sqlite3.connect(self.path, check_same_thread=False)
            return file, id(self._connection), self._connection.execute("PRAGMA data_version").fetchone()[0]
