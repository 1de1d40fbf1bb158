"""The systems that shops let us ask how an order stands"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "order_apis",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("secret", sa.Text(), server_default="", nullable=False),
        sa.Column("old_secret", sa.Text(), server_default="", nullable=False),
        sa.Column("old_until", bot.store.tables.Moment(), nullable=True),
        sa.Column("updated_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_order_apis_shop")),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_order_apis")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("order_apis")
