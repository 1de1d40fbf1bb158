"""The ledger of what shops say first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_CHECKS = {
    "kind": "kind IN ('nudge', 'notice', 'care')",
    "outcome": "outcome IN ('sent', 'held_out', 'snoozed', 'dropped')",
    "answer": "answer IN ('', 'right', 'other')",
}


def upgrade() -> None:
    """To this version."""
    texts, more = ("kind", "channel", "customer", "outcome", "reason"), ("cluster", "message", "ticket", "answer")
    op.create_table(
        "proactive_messages",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "order", "plan", "occasion")),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in texts),
        sa.Column("snoozes", sa.Integer(), server_default="0", nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in more),
        sa.Column("answered_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_proactive_messages_{name}")) for name, rule in _CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["shop", "order"], ["orders.shop", "orders.id"], name=op.f("fk_proactive_messages_shop_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop", "order", "plan", "occasion", name=op.f("pk_proactive_messages")),
    )
    op.create_index("ix_proactive_messages_customer", "proactive_messages", ["shop", "channel", "customer"])
    op.create_index("ix_proactive_messages_at", "proactive_messages", ["shop", "at"])
    op.create_index("ix_proactive_messages_cluster", "proactive_messages", ["shop", "cluster", "at"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("proactive_messages")
