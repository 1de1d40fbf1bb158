"""What leads do in their agents' conversations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('take_over', 'reassign', 'whisper', 'watch', 'seen')"
_WHISPERS = sa.text("kind = 'whisper'")


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "supervisions",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "id", "conversation", "kind")),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("lead", "sender", "receiver", "text")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("epoch", "after_seq")),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_supervisions_kind")),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"], ["conversations.shop", "conversations.id"],
            name=op.f("fk_supervisions_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_supervisions")),
    )
    place = ["shop", "conversation", "at"]
    op.create_index("ix_supervisions_conversation", "supervisions", place)
    op.create_index(
        "ix_supervisions_whispers", "supervisions", place, sqlite_where=_WHISPERS, postgresql_where=_WHISPERS
    )
    op.create_index("ix_tickets_claimed_at", "tickets", ["shop", "claimed_at"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_tickets_claimed_at", "tickets")
    op.drop_table("supervisions")
