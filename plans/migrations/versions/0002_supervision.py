"""Supervision: extensions, deputies, evidence, changes of a running plan, and the hash chain."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from plans.columns import Figure, Instant

revision = "0002"
down_revision = "0001"

TEXT: dict[str, Any] = {"nullable": False, "server_default": ""}
NO: dict[str, Any] = {"nullable": False, "server_default": sa.false()}


def upgrade() -> None:
    _widen_tables()
    _add_people_tables()
    _add_task_tables()


def _widen_tables() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.add_column(sa.Column("closed_at", Instant(timezone=True)))
    with op.batch_alter_table("plan_item") as item:
        item.add_column(sa.Column("weight", Figure(), nullable=False, server_default="10000"))
        for name in ("needs_sign", "needs_review", "needs_evidence"):
            item.add_column(sa.Column(name, sa.Boolean(), **NO))
        item.add_column(sa.Column("cancelled_at", Instant(timezone=True)))
        item.add_column(sa.Column("carried_from", sa.Integer()))
        item.create_foreign_key("fk_plan_item_carried_from", "plan_item", ["carried_from"], ["id"])
    with op.batch_alter_table("target") as target:
        target.add_column(sa.Column("cumulative", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("task") as task:
        task.add_column(sa.Column("original_due_on", sa.Date()))
        task.add_column(sa.Column("returns", sa.Integer(), nullable=False, server_default="0"))
        task.add_column(sa.Column("returned_on", sa.Date()))
    # A target's newest reading up to a day is looked up for every target of every page.
    op.create_index("ix_progress_target_as_of", "progress", ["target_id", "as_of"])
    op.drop_index("ix_progress_target_id", "progress")
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("on_behalf_of", sa.String(), **TEXT))
    with op.batch_alter_table("task_change") as change:
        for name in ("on_behalf_of", "previous_hash", "hash"):
            change.add_column(sa.Column(name, sa.String(), **TEXT))


def _add_people_tables() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("deputy_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
    )
    op.create_table(
        "item_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("item_id", sa.Integer(), sa.ForeignKey("plan_item.id"), nullable=False, index=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("field", "before", "after", "by", "via")),
        sa.Column("at", Instant(timezone=True), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("note", "previous_hash", "hash")),
    )


def _add_task_tables() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=False, index=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", Instant(timezone=True)),
        sa.Column("answer", sa.String(), nullable=False),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=False, index=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "media_type")),
        sa.Column("size", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sha256", "by")),
        sa.Column("at", Instant(timezone=True), nullable=False),
    )
