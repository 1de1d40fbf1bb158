"""Orders, and the events that made them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "orders",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("customer", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("record", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("updated_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_orders_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_customer", "orders", ["shop", "channel", "customer", "at"])
    op.create_index("ix_orders_at", "orders", ["shop", "at"])
    op.create_table(
        "order_events",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("received_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop", "order"], ["orders.shop", "orders.id"], name=op.f("fk_order_events_shop_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop", "order", "id", name=op.f("pk_order_events")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("order_events")
    op.drop_table("orders")
