"""Agents sign in: sessions, failures, and what the desk needs to know of an agent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("display_name", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("groups", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("capacity", sa.Integer(), server_default="8", nullable=False))
        batch_op.add_column(sa.Column("password_changed_at", bot.store.tables.Moment(), nullable=True))
        batch_op.add_column(sa.Column("disabled_at", bot.store.tables.Moment(), nullable=True))
    op.create_table(
        "sessions",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("seen_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop", "agent"], ["agents.shop", "agents.name"], name=op.f("fk_sessions_shop_agent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop", "token", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token", name=op.f("uq_sessions_token")),
    )
    op.create_index("ix_sessions_agent", "sessions", ["shop", "agent"], unique=False)
    op.create_table(
        "sign_in_failures",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", bot.store.tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "agent", "address", name=op.f("pk_sign_in_failures")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("sign_in_failures")
    op.drop_table("sessions")
    with op.batch_alter_table("agents", schema=None) as batch_op:
        for column in ("disabled_at", "password_changed_at", "capacity", "groups", "display_name"):
            batch_op.drop_column(column)
