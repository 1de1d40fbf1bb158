"""Where customers want their orders to go: the newest confirmed wish of each order, until it is settled."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

address_wishes = sa.Table(
    "address_wishes",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("order", sa.Text, primary_key=True),
    text("conversation"),
    text("occasion"),  # names the address that the order had
    text("bound"),  # the digest that was confirmed
    sa.Column("address", sa.JSON, nullable=False, server_default="{}"),  # its parts
    sa.Column("state", sa.Text, nullable=False, server_default="open"),
    text("ticket"),  # id of the task to stop the parcel
    sa.Column("at", Moment, nullable=False),  # of the confirmation
    sa.ForeignKeyConstraint(["shop", "order"], ["orders.shop", "orders.id"], ondelete="CASCADE"),
    one_of("state", "open", "taken", "intercept"),
)
