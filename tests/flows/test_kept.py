"""What pages are made of is read again once something was written, by whomever, and only then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from flows.kept import MOST, Kept
from plans.data_stamp import stamps_of
from plans.database import ensure_current, make_engine, writing
from plans.tables import Person

Names = Callable[[], list[str]]


@pytest.fixture
def engine(database_url: str) -> Engine:
    made = make_engine(database_url)
    ensure_current(made)
    return made


@pytest.fixture
def reads() -> list[int]:
    """One entry each time the database was really asked."""
    return []


@pytest.fixture
def names(engine: Engine, reads: list[int]) -> Names:
    kept = Kept(engine)

    def read(session: Session) -> list[str]:
        reads.append(1)
        return list(session.exec(select(Person.name).order_by(Person.name)))

    return lambda: kept.read("names", read)


def comes(engine: Engine, name: str) -> None:
    with writing(engine) as session:
        session.add(Person(name=name))


def test_while_nothing_is_written_it_is_read_once(engine: Engine, names: Names, reads: list[int]) -> None:
    comes(engine, "李明")

    assert [names(), names(), names()] == [["李明"]] * 3
    assert len(reads) == 1


def test_what_was_written_is_seen_at_once(engine: Engine, names: Names, reads: list[int]) -> None:
    for count in range(1, 6):
        comes(engine, f"第{count}人")
        assert len(names()) == len(reads) == count


def test_what_another_process_wrote_is_seen_at_once(
    engine: Engine, database_url: str, names: Names, reads: list[int]
) -> None:
    names()
    comes(make_engine(database_url), "李明")

    assert names() == ["李明"]


def test_what_is_written_while_it_is_read_is_seen_the_next_time(engine: Engine) -> None:
    kept = Kept(engine)

    def read_then_write(session: Session) -> int:
        count = len(session.exec(select(Person.id)).all())
        comes(engine, f"第{count}人")
        return count

    assert [kept.read("count", read_then_write) for _ in range(3)] == [0, 1, 2]


def test_what_was_not_committed_is_not_taken_for_a_change(engine: Engine, names: Names) -> None:
    names()
    with engine.execution_options(duban_writes=True).connect() as connection:
        connection.execute(text("UPDATE person SET name = 'x'"))
        connection.rollback()
    assert names() == []


def test_each_key_has_its_own_and_only_the_latest_are_kept(engine: Engine) -> None:
    kept, asked = Kept(engine), []

    def read(session: Session) -> int:
        asked.append(1)
        return len(asked)

    for key in range(MOST + 1):
        assert kept.read(key, read) == key + 1
    assert kept.read(MOST, read) == MOST + 1
    assert kept.read(0, read) == MOST + 2


def test_a_restored_backup_is_another_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    for name in ("a.db", "b.db"):
        ensure_current(make_engine(f"sqlite:///{tmp_path / name}"))
    stamp = stamps_of(make_engine(f"sqlite:///{path}"))
    before = stamp()
    assert before == stamp()
    (tmp_path / "b.db").replace(path)
    assert stamp() != before


def test_a_database_in_memory_is_always_read(reads: list[int]) -> None:
    stamp = stamps_of(make_engine("sqlite://"))
    assert stamp() != stamp()
