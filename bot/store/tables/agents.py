"""Who works for a shop: accounts, sessions, who is there."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    text("role", default="agent"),
    text("password_hash"),
    text("display_name"),
    sa.Column("groups", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="8"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("password_changed_at", Moment),
    sa.Column("disabled_at", Moment),
    one_of("role", "agent", "lead", "trainer", "admin"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("token", sa.Text, primary_key=True),  # SHA-256 of what the browser holds
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    text("address"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.UniqueConstraint("token"),  # the browser's cookie names the session alone
    sa.ForeignKeyConstraint(["shop", "agent"], ["agents.shop", "agents.name"], ondelete="CASCADE"),
    sa.Index("ix_sessions_agent", "shop", "agent"),
)

#: Wrong passwords in a row. Shop and agent are what was typed: there may be no such account.
sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
)

presences = sa.Table(
    "presences",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    text("state", default="offline"),  # offline, too, of who is no longer heard of
    text("chosen", default="offline"),  # what the agent last said
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("assigned_at", Moment),  # when kefu last gave them a customer
    sa.ForeignKeyConstraint(["shop", "agent"], ["agents.shop", "agents.name"], ondelete="CASCADE"),
    one_of("state", "online", "busy", "away", "offline"),
)
