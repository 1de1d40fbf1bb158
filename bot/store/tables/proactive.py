"""The ledger of what the shop said first: one row for each plan, order and occasion, with what became of it."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

proactive_messages = sa.Table(
    "proactive_messages",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("order", sa.Text, primary_key=True),
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("occasion", sa.Text, primary_key=True),  # an address, a parcel, a scan: "" where the order is all
    text("kind"),
    text("channel"),
    text("customer"),
    text("outcome"),
    text("reason"),
    sa.Column("snoozes", sa.Integer, nullable=False, server_default="0"),
    text("cluster"),  # courier and province of a parcel in trouble: many at once are one matter
    text("message"),  # id of what was said
    text("ticket"),  # id of what was opened
    text("answer"),
    sa.Column("answered_at", Moment),
    sa.Column("at", Moment, nullable=False),  # of the outcome
    sa.ForeignKeyConstraint(["shop", "order"], ["orders.shop", "orders.id"], ondelete="CASCADE"),
    sa.Index("ix_proactive_messages_customer", "shop", "channel", "customer"),
    sa.Index("ix_proactive_messages_at", "shop", "at"),
    sa.Index("ix_proactive_messages_cluster", "shop", "cluster", "at"),
    one_of("kind", "nudge", "notice", "care"),
    one_of("outcome", "sent", "held_out", "snoozed", "dropped"),
    one_of("answer", "", "right", "other"),
)
