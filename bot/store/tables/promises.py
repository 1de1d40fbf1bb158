"""What customers were promised."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

_UNSETTLED = sa.text("settled_at IS NULL")

promises = sa.Table(
    "promises",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # among the promises of the message
    sa.Column("seq", sa.Integer, nullable=False),  # of the message
    text("kind", default=None),
    text("words"),
    text("agent"),  # who made it; "" for the bot
    sa.Column("due", Moment, nullable=False),
    sa.Column("remind_at", Moment, nullable=False),
    text("state", default="open"),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("reminded_at", Moment),
    sa.Column("settled_at", Moment),  # null while somebody still has to see to it, also of a broken one
    text("settled_by"),
    text("corrected_by"),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.ForeignKeyConstraint(["shop", "message"], ["messages.shop", "messages.id"]),
    sa.UniqueConstraint("shop", "message", "place"),
    sa.Index(
        "ix_promises_unsettled", "shop", "conversation", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED
    ),
    sa.Index("ix_promises_due", "shop", "due"),
    one_of("kind", "answer", "callback", "ship", "gift", "refund", "other"),
    one_of("state", "open", "kept", "broken", "void"),
    sa.CheckConstraint("state <> 'open' OR settled_at IS NULL", name="settled"),
    sa.CheckConstraint("state NOT IN ('kept', 'void') OR settled_at IS NOT NULL", name="settled_at"),
)
