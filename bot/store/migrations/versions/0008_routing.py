"""Routing: who is there and what they chose, offers of a transfer, further deadlines, who spoke with a customer last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ADDED = (
    ("conversations", "last_agent"), ("presences", "chosen"), ("presences", "assigned_at"), ("tickets", "answered_at"),
    ("tickets", "answer_by"), ("tickets", "resolve_by"), ("tickets", "passed_by"),
)  # fmt: skip


def upgrade() -> None:
    """To this version. Whoever was there before has to say so anew: nobody's pulse is known."""
    op.add_column("conversations", sa.Column("last_agent", sa.Text(), server_default="", nullable=False))
    op.add_column("presences", sa.Column("chosen", sa.Text(), server_default="offline", nullable=False))
    for table, column in _ADDED:
        if column.endswith(("_at", "_by")) and column != "passed_by":
            op.add_column(table, sa.Column(column, bot.store.tables.Moment(), nullable=True))
    op.add_column("tickets", sa.Column("passed_by", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "transfers",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("receiver", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="offered", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("until", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn')", name=op.f("ck_transfers_state")
        ),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"], ["conversations.shop", "conversations.id"],
            name=op.f("fk_transfers_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_transfers")),
    )
    op.create_index("ix_transfers_conversation", "transfers", ["shop", "conversation", "at"])
    op.execute("UPDATE presences SET state = 'offline'")


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("transfers")
    for table, column in reversed(_ADDED):
        op.drop_column(table, column)
