"""The promise ledger; notes name their order and their reason"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UNSETTLED = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """To this version."""
    moment = bot.store.tables.Moment
    op.create_table(
        "promises",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("due", moment(), nullable=False),
        sa.Column("remind_at", moment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("reminded_at", moment(), nullable=True),
        sa.Column("settled_at", moment(), nullable=True),
        sa.Column("settled_by", sa.Text(), server_default="", nullable=False),
        sa.Column("corrected_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('answer', 'callback', 'ship', 'gift', 'refund', 'other')", name=op.f("ck_promises_kind")
        ),
        sa.CheckConstraint("state IN ('open', 'kept', 'broken', 'void')", name=op.f("ck_promises_state")),
        sa.CheckConstraint("state <> 'open' OR settled_at IS NULL", name=op.f("ck_promises_settled")),
        sa.CheckConstraint(
            "state NOT IN ('kept', 'void') OR settled_at IS NOT NULL", name=op.f("ck_promises_settled_at")
        ),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"], ["conversations.shop", "conversations.id"],
            name=op.f("fk_promises_shop_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["shop", "message"], ["messages.shop", "messages.id"], name=op.f("fk_promises_shop_message")
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_promises")),
        sa.UniqueConstraint("shop", "message", "place", name=op.f("uq_promises_shop_message_place")),
    )
    op.create_index(
        "ix_promises_unsettled", "promises", ["shop", "conversation"], sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )
    op.create_index("ix_promises_due", "promises", ["shop", "due"])
    op.add_column("notes", sa.Column("order_id", sa.Text(), server_default="", nullable=False))
    op.add_column("notes", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_notes_at", "notes", ["shop", "at", "id"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_notes_at", "notes")
    op.drop_column("notes", "reason")
    op.drop_column("notes", "order_id")
    op.drop_table("promises")
