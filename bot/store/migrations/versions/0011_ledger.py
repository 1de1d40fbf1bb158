"""The ledger: reports on drafts by time, what customers thought of their case, marks on customers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_index("ix_suggestions_created_at", "suggestions", ["shop", "created_at"])
    _csat()
    _customer_marks()


def _csat() -> None:
    op.create_table(
        "csat",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("intent", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", bot.store.tables.Moment(), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_csat_score")),
        sa.CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name=op.f("ck_csat_answered_at")),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"], ["conversations.shop", "conversations.id"],
            name=op.f("fk_csat_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_csat")),
    )
    op.create_index("ix_csat_conversation", "csat", ["shop", "conversation", "asked_at"])
    op.create_index("ix_csat_asked_at", "csat", ["shop", "asked_at"])


def _customer_marks() -> None:
    op.create_table(
        "customer_marks",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("expires_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('abuse', 'claims', 'persists', 'refunds', 'other')", name=op.f("ck_customer_marks_kind")
        ),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"], ["conversations.shop", "conversations.id"],
            name=op.f("fk_customer_marks_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_customer_marks")),
    )
    op.create_index("ix_customer_marks_conversation", "customer_marks", ["shop", "conversation", "at"])
    op.create_index("ix_customer_marks_expires_at", "customer_marks", ["expires_at"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("customer_marks")
    op.drop_table("csat")
    op.drop_index("ix_suggestions_created_at", "suggestions")
