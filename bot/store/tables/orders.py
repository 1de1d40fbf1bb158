"""The customers' orders as their events made them, which events have been heard, and which system can be asked."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, text

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    text("channel"),
    text("customer"),
    text("state"),
    sa.Column("record", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("at", Moment, nullable=False),  # of the newest event
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("ix_orders_customer", "shop", "channel", "customer", "at"),
    sa.Index("ix_orders_at", "shop", "at"),
)

# What an event told is in its order; kept here is only that it was heard: no second copy of personal data.
order_events = sa.Table(
    "order_events",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("order", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "order"], ["orders.shop", "orders.id"], ondelete="CASCADE"),
)

order_apis = sa.Table(
    "order_apis",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    text("url"),
    sa.Column("seconds", sa.Float, nullable=False),
    text("secret"),
    text("old_secret"),  # signs beside the new one until then
    sa.Column("old_until", Moment),
    sa.Column("updated_at", Moment, nullable=False),
)
