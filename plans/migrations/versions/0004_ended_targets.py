"""Targets that ended while their item runs on: their readings stay."""

import sqlalchemy as sa
from alembic import op

from plans.columns import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("target", sa.Column("ended_at", Instant(timezone=True)))
