"""Pages: accounts, sign-ins, tokens and webhooks of other programs, errands, and approved digests."""

import sqlalchemy as sa
from alembic import op

from plans.columns import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _add_accounts()
    _add_doors_for_programs()
    _add_errands()
    _add_approval()
    _speed_up_pages()
    op.add_column("person", sa.Column("feed_version", sa.Integer(), nullable=False, server_default="1"))


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, Instant(timezone=True), nullable=nullable) for name in names]


def _add_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False, unique=True),
        sa.Column("login", sa.String(), nullable=False, unique=True),
        *_words("password_hash", "subject", "duty"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_instants("made_at"),
    )
    op.create_index("ix_account_subject", "account", ["subject"])
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key_hash", sa.String(), nullable=False, unique=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_instants("started_at"),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_words("login", "source"),
        *_instants("at"),
    )
    op.create_index("ix_failure_login", "sign_in_failure", ["login", "at"])
    op.create_index("ix_failure_source", "sign_in_failure", ["source", "at"])


def _add_doors_for_programs() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False, unique=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        *_instants("made_at"),
        *_instants("used_at", "ended_at", nullable=True),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_words("url", "secret"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("last_change", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        *_words("reason"),
        *_instants("next_try_at", "made_at"),
    )


def _add_errands() -> None:
    op.create_table(
        "errand",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_words("kind", "title"),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id")),
        *_words("state"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        *_words("told"),
        *_instants("made_at", "moved_at"),
    )
    op.create_index("ix_errand_owner", "errand", ["person_id", "id"])


def _add_approval() -> None:
    with op.batch_alter_table("digest") as digest:
        digest.add_column(sa.Column("approved_by", sa.String(), nullable=False, server_default=""))
        digest.add_column(sa.Column("approved_at", Instant(timezone=True)))
        digest.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))


def _speed_up_pages() -> None:
    op.create_index("ix_task_item_state", "task", ["item_id", "state", "due_on"])
    op.create_index("ix_task_matrix", "task", ["item_id", "period", "state", "enterprise_id"])
    op.create_index("ix_task_done_on", "task", ["done_on"])
    op.drop_index("ix_task_owner_id", "task")
    op.create_index("ix_task_owner", "task", ["owner_id", "state", "enterprise_id", "item_id", "period", "due_on"])
