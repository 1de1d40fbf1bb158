"""The versions of the trainers' files."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

#: What the shops' servers speak from. The content folder is the installation's, not one shop's: no shop in these keys.
content_versions = sa.Table(
    "content_versions",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("files", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

content_events = sa.Table(
    "content_events",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    text("who"),
    text("action", default=None),
    text("hash"),
    sa.Column("accepted", sa.Boolean, nullable=False),
    text("reason"),
    one_of("action", "start", "reload", "rollback", "serve"),
)
