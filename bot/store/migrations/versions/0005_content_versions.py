"""Versions of the content, and what became of each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "content_versions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_content_versions")),
    )
    op.create_table(
        "content_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), server_default="", nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "action IN ('start', 'reload', 'rollback', 'serve')", name=op.f("ck_content_events_action")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_events")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("content_events")
    op.drop_table("content_versions")
