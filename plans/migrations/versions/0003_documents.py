"""Documents: the sheets made of them, the remembered columns of task tables, and figures of earlier years."""

import sqlalchemy as sa
from alembic import op

from plans.columns import Figure, Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "plan_sheet",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("handed_in_at", Instant(timezone=True), nullable=False),
        sa.Column("handed_in_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("header", sa.String(), nullable=False, unique=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("set_at", Instant(timezone=True), nullable=False),
    )
    op.create_table(
        "base_figure",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("calibre", sa.String(), nullable=False),
        sa.Column("value", Figure(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kept_at", Instant(timezone=True), nullable=False),
        sa.UniqueConstraint("indicator", "unit", "period", "calibre"),
    )
