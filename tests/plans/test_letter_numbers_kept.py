"""Numbers given before each kind had its own sequence stay as they are when the database is brought up to date."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from plans.database import MIGRATIONS, ensure_current, make_engine

LETTER = """INSERT INTO letter (id, kind, recipient, about, year, number, state, facts, drafted_at, decided_by)
VALUES (:id, :kind, 'enterprise:1', :about, 2026, :number, 'sent', '{}', '2026-07-20', '林岚')"""


def test_old_numbers_stay_and_a_kind_has_each_once(database_url: str) -> None:
    engine = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for number in (1, 2):
            given = {"id": number, "kind": "demand", "about": str(number), "number": number}
            connection.execute(text(LETTER), given)

    ensure_current(engine)

    with engine.begin() as connection:
        assert list(connection.execute(text("SELECT kind, number FROM letter ORDER BY id"))) == [
            ("demand", 1),
            ("demand", 2),
        ]
        connection.execute(text(LETTER), {"id": 3, "kind": "remind", "about": "1/1", "number": 1})
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(LETTER), {"id": 4, "kind": "remind", "about": "1/2", "number": 1})
    engine.dispose()
