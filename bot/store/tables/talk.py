"""What is said to whom, and why: conversations, messages, decisions."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    text("channel"),
    text("customer"),
    text("customer_name"),
    sa.Column("tags", sa.JSON, nullable=False, server_default="[]"),
    text("holder", default="bot"),
    text("owner"),
    text("last_agent"),  # who spoke with the customer last
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unfetched", sa.Integer, nullable=False, server_default="0"),
    sa.Column("dialogue", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("pending_since", Moment),
    sa.Column("pending_due", Moment),
    sa.Column("agent_at", Moment),
    sa.Column("declined_at", Moment),  # since then the customer wants nothing unasked
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "channel", "customer"),
    sa.Index(
        "ix_conversations_held", "shop", "owner",
        sqlite_where=sa.text("holder = 'agent'"), postgresql_where=sa.text("holder = 'agent'"),
    ),
    one_of("holder", "bot", "queue", "agent"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    text("author", default="customer"),
    text("type", default="text"),
    text("text"),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text),
    sa.Column("webhook_id", sa.Text),
    text("state", default="pending"),
    text("status"),
    sa.Column("decision", sa.Text),
    sa.Column("details", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("sent_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "channel", "external_id"),
    sa.UniqueConstraint("shop", "channel", "webhook_id"),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_messages_conversation", "shop", "conversation", "seq"),
    sa.Index("ix_messages_decision", "shop", "decision"),
    one_of("author", "customer", "bot", "agent"),
    one_of(
        "state",
        "pending", "decided", "recalled", "ignored",  # a customer's: waiting for its turn, or through
        "queued", "sending", "delivered", "unknown", "failed", "dropped",  # ours: on the way out, or through
    ),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    text("status"),
    text("intent"),
    sa.Column("score", sa.Float, nullable=False, server_default="0"),
    sa.Column("margin", sa.Float, nullable=False, server_default="0"),
    text("runner_up"),
    text("example"),
    text("situation"),
    sa.Column("reasons", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("ticket", sa.Text),
    text("content_hash"),
    sa.Column("created_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_decisions_conversation", "shop", "conversation", "created_at"),
)
