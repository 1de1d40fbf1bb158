"""The shops, their channels, and what they sell."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

shops = sa.Table(
    "shops",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text("name"),
    text("mode", default="auto"),
    sa.Column("created_at", Moment, nullable=False),
    one_of("mode", "auto", "assist"),
)

channels = sa.Table(
    "channels",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    text("mode", default="response"),
    text("callback_url"),
    sa.Column("callback_dedup", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("quiet_seconds", sa.Float, nullable=False, server_default="3"),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("id"),  # the webhook's address names the channel alone
    one_of("mode", "response", "callback"),
)

channel_secrets = sa.Table(
    "channel_secrets",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("secret", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.ForeignKeyConstraint(["shop", "channel"], ["channels.shop", "channels.id"], ondelete="CASCADE"),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    text("title"),
    sa.Column("facts", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("stock", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("read_at", Moment),  # of the stock; null where nobody told it
    sa.Column("updated_at", Moment, nullable=False),
)
