"""What a person said of a table's columns is kept by its header, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from plans.columns_memory import forget_columns, list_columns, remember_columns, remembered_columns
from plans.database import ensure_current, make_engine, reading, writing
from plans.reading.tables.columns import UnknownField

MORNING, NOON = datetime(2026, 11, 22, 1, tzinfo=UTC), datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of this version."""
    made = make_engine(database_url)
    ensure_current(made)
    yield made
    made.dispose()


def test_the_latest_word_on_a_header_counts(engine: Engine) -> None:
    with writing(engine) as session:
        remember_columns(session, "序号|重点事项", ["number", "detail"], MORNING)
        remember_columns(session, "序号|重点事项", ["number", "task"], NOON)

    with reading(engine) as session:
        assert remembered_columns(session) == {"序号|重点事项": ("number", "task")}
        assert [one.set_at for one in list_columns(session)] == [NOON]


def test_a_column_may_say_nothing_and_be_named_in_chinese(engine: Engine) -> None:
    with writing(engine) as session:
        remember_columns(session, "甲|乙", ["", "工作任务"], MORNING)

    with reading(engine) as session:
        assert remembered_columns(session) == {"甲|乙": ("", "task")}


def test_a_mapping_is_forgotten_by_its_number(engine: Engine) -> None:
    with writing(engine) as session:
        remember_columns(session, "甲|乙", ["", "task"], MORNING)
    with writing(engine) as session:
        number = list_columns(session)[0].id
        assert forget_columns(session, number) == "甲|乙"
        assert forget_columns(session, number + 1) is None

    with reading(engine) as session:
        assert remembered_columns(session) == {}


def test_an_unknown_field_is_refused(engine: Engine) -> None:
    with writing(engine) as session, pytest.raises(UnknownField):
        remember_columns(session, "甲|乙", ["", "谁"], MORNING)
