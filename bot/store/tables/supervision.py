"""What leads did in their agents' conversations, kept as a trail: nothing of it is ever changed or sent anywhere."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

_WHISPERS = sa.text("kind = 'whisper'")

supervisions = sa.Table(
    "supervisions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    text("kind", default=None),
    text("lead"),
    text("sender"),  # who held it before; "" when no agent did
    text("receiver"),  # who got it
    text("text"),  # the whisper, or why
    sa.Column("epoch", sa.Integer, nullable=False),  # of the conversation, as the act left it
    sa.Column("after_seq", sa.Integer, nullable=False),  # the newest message at that time
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_supervisions_conversation", "shop", "conversation", "at"),
    sa.Index(
        "ix_supervisions_whispers", "shop", "conversation", "at",
        sqlite_where=_WHISPERS, postgresql_where=_WHISPERS,
    ),
    one_of("kind", "take_over", "reassign", "whisper", "watch", "seen"),
)
