"""Chasing: agencies, contacts, hand-overs, certificates, drafts, calls, pauses, cut-offs and numbered letters."""

import sqlalchemy as sa
from alembic import op

from plans.columns import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _add_roster_tables()
    _add_roster_changes()
    with op.batch_alter_table("enterprise") as enterprise:
        enterprise.add_column(sa.Column("short_name", sa.String(), nullable=False, server_default=""))
        enterprise.add_column(sa.Column("exempt_from", sa.String(), nullable=False, server_default=""))
        enterprise.add_column(sa.Column("agency_id", sa.Integer()))
        enterprise.create_foreign_key("fk_enterprise_agency_id", "agency", ["agency_id"], ["id"])
    op.create_index("ix_enterprise_agency_id", "enterprise", ["agency_id"])
    _add_chasing_tables()
    _add_letters()


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _belongs_to(table: str, index: bool = False, unique: bool | None = None) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id")
    return sa.Column(f"{table}_id", sa.Integer(), key, nullable=False, index=index, unique=unique)


def _add_roster_tables() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        *_words("contact", "email", "phone"),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("enterprise", index=True),
        *_words("name", "role", "phone", "email"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("enterprise", index=True),
        *_words("before_name", "before_email", "before_phone", "after_name", "after_email", "after_phone"),
        *_words("reason", "by", "via"),
        sa.Column("at", Instant(timezone=True), nullable=False),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("enterprise", index=True),
        *_words("kind", "number"),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date()),
        sa.UniqueConstraint("enterprise_id", "kind", "issued_on"),
    )


def _add_roster_changes() -> None:
    op.create_table(
        "enterprise_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("enterprise", index=True),
        *_words("field", "before", "after", "by", "via"),
        sa.Column("at", Instant(timezone=True), nullable=False),
        *_words("note", "previous_hash", "hash"),
    )
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_words("name"),
        sa.Column("reading", sa.JSON(), nullable=False),
        *_words("handed_in_by"),
        sa.Column("handed_in_at", Instant(timezone=True), nullable=False),
        sa.Column("applied_at", Instant(timezone=True)),
        *_words("applied_by"),
    )


def _add_chasing_tables() -> None:
    op.create_table(
        "filing_draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("task", unique=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_words("by"),
        sa.Column("at", Instant(timezone=True), nullable=False),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("enterprise", index=True),
        _belongs_to("task"),
        *_words("spoke_with", "said"),
        sa.Column("promised_on", sa.Date()),
        *_words("by", "via"),
        sa.Column("at", Instant(timezone=True), nullable=False),
    )
    op.create_index("ix_call_task_at", "call", ["task_id", "at"])
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), primary_key=True),
        _belongs_to("enterprise", index=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *_words("reason", "by"),
        sa.Column("at", Instant(timezone=True), nullable=False),
    )
    op.create_table(
        "cut_off",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("item_id", sa.Integer(), sa.ForeignKey("plan_item.id"), nullable=False),
        *_words("period"),
        sa.Column("cut_at", Instant(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.UniqueConstraint("item_id", "period"),
    )


def _add_letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_words("kind", "recipient", "about"),
        sa.Column("year", sa.Integer()),
        sa.Column("number", sa.Integer()),
        *_words("state"),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("drafted_at", Instant(timezone=True), nullable=False),
        *_words("decided_by"),
        sa.Column("decided_at", Instant(timezone=True)),
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("delivery.id")),
        sa.UniqueConstraint("kind", "recipient", "about"),
        sa.UniqueConstraint("year", "number"),
    )
