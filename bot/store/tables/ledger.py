"""What is kept of how it went: what customers thought of their case, and what agents should know of a customer."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

csat = sa.Table(
    "csat",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    text("ticket"),  # "" for a conversation that the bot alone held
    text("agent"),  # "" for the bot
    text("intent"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("score", sa.Integer),  # null: not answered
    text("reason"),
    sa.Column("answered_at", Moment),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_csat_conversation", "shop", "conversation", "asked_at"),
    sa.Index("ix_csat_asked_at", "shop", "asked_at"),
    sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    sa.CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name="answered_at"),
)

#: A conversation is one row per customer and channel for ever: it stands for the customer.
customer_marks = sa.Table(
    "customer_marks",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    text("kind", default=None),
    text("reason"),
    text("agent"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_customer_marks_conversation", "shop", "conversation", "at"),
    sa.Index("ix_customer_marks_expires_at", "expires_at"),
    one_of("kind", "abuse", "claims", "persists", "refunds", "other"),
)
