"""The agents' quick phrases."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

quick_phrases = sa.Table(
    "quick_phrases",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    text("scope", default="shop"),
    text("owner"),
    text("group"),
    text("code"),
    text("text"),
    text("image"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "scope", "owner", "code"),
    one_of("scope", "personal", "team", "shop"),
    sa.CheckConstraint("(scope = 'shop') = (owner = '')", name="owner"),
)

quick_uses = sa.Table(
    "quick_uses",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("phrase", sa.Text, primary_key=True),  # of the table above, or of a file
    sa.Column("count", sa.Integer, nullable=False, server_default="1"),
    sa.Column("last_used", Moment, nullable=False),
)

quick_imports = sa.Table(
    "quick_imports",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    text("agent"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False, server_default="[]"),  # before and after of each phrase
    sa.Column("undone_at", Moment),
)
