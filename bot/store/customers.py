"""The condition that a row is of one of some customers, in words that both databases answer by their index."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa


def of_one(table: sa.Table, shop: str, customers: Collection[tuple[str, str]]) -> sa.ColumnElement[bool]:
    """That a row is of one of these customers (channel and id) of the shop. SQLite looks pairs up in no index but reads
    all rows of the shop, so channels and ids are named by themselves too."""
    of = table.c
    return sa.and_(
        of.shop == shop,
        of.channel.in_({channel for channel, _ in customers}),
        of.customer.in_({customer for _, customer in customers}),
        sa.tuple_(of.channel, of.customer).in_(customers),
    )
