"""Letters: a sequence of numbers for each kind and year. The numbers given so far stay as they are."""

from alembic import op

revision = "0007"
down_revision = "0006"

NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
"""What PostgreSQL calls a rule that was given no name; SQLite keeps none, so that they are named while it is copied."""


def upgrade() -> None:
    with op.batch_alter_table("letter", naming_convention=NAMES) as letter:
        letter.drop_constraint("letter_year_number_key", type_="unique")
        letter.create_unique_constraint("letter_kind_year_number_key", ["kind", "year", "number"])
