"""Queries about orders: what the events have made of them, by number and by customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.order_record import order_from, record_of
from bot.core.orders import Order, OrderEvent
from bot.store.prepared import Prepared
from bot.store.tables import order_events, orders, shops

_COLUMNS = [orders.c.shop, orders.c.id, orders.c.record]
_GET = Prepared(
    sa.select(*_COLUMNS).where(orders.c.shop == sa.bindparam("shop"), orders.c.id == sa.bindparam("id")), _COLUMNS
)
_OF_CUSTOMER = Prepared(
    sa.select(*_COLUMNS)
    .where(
        orders.c.shop == sa.bindparam("shop"),
        orders.c.channel == sa.bindparam("channel"),
        orders.c.customer == sa.bindparam("customer"),
    )
    .order_by(orders.c.at.desc(), orders.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer)),
    _COLUMNS,
)


def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(orders)
    changed = ("channel", "customer", "state", "record", "at", "updated_at")
    return insert.on_conflict_do_update(
        index_elements=["shop", "id"], set_={name: insert.excluded[name] for name in changed}
    )


_PUT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def lock(tx: sa.Connection, shop: str) -> bool:
    """Let nobody else change the shop's orders until the end of the transaction; False when there is no such shop. One
    lock for all of a shop's orders: two batches that name the same orders in different order cannot wait crosswise."""
    query = sa.select(shops.c.id).where(shops.c.id == shop).with_for_update(key_share=True)
    return tx.execute(query).scalar() is not None


def get(tx: sa.Connection, shop: str, order: str) -> Order | None:
    """The shop's order of this number."""
    row = _GET.one(tx, {"shop": shop, "id": order})
    return None if row is None else _order(row)


def some(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, Order]:
    """Those of the numbers that the shop has, by number."""
    query = sa.select(*_COLUMNS).where(orders.c.shop == shop, orders.c.id.in_(ids))
    return {row["id"]: _order(row) for row in tx.execute(query).mappings()}


def of_customer(tx: sa.Connection, shop: str, channel: str, customer: str, most: int) -> list[Order]:
    """A customer's orders on a channel, those that changed last first."""
    rows = _OF_CUSTOMER.all(tx, {"shop": shop, "channel": channel, "customer": customer, "most": most})
    return [_order(row) for row in rows]


def listed(tx: sa.Connection, shop: str, query: str = "", after: str = "", limit: int = 100) -> list[Order]:
    """Orders by number, beginning behind `after`; of a query only those with it in their number or of that customer."""
    found = sa.select(*_COLUMNS).where(orders.c.shop == shop, orders.c.id > after).order_by(orders.c.id)
    if query:
        found = found.where(sa.or_(orders.c.id.icontains(query, autoescape=True), orders.c.customer == query))
    return [_order(row) for row in tx.execute(found.limit(limit)).mappings()]


def heard(tx: sa.Connection, shop: str, events: Collection[OrderEvent]) -> set[tuple[str, str]]:
    """Order and id of those events that were heard before."""
    asked = sa.select(order_events.c.order, order_events.c.id).where(
        order_events.c.shop == shop,
        order_events.c.order.in_({event.order for event in events}),
        order_events.c.id.in_({event.id for event in events}),
    )
    return {(row[0], row[1]) for row in tx.execute(asked)}


def put(tx: sa.Connection, given: Iterable[Order], now: datetime) -> None:
    """Store orders, new or in place of the old."""
    rows = [
        {
            "shop": order.shop, "id": order.id, "channel": order.facts.channel or "",
            "customer": order.facts.customer or "", "state": order.state.value, "record": record_of(order),
            "at": order.at or now, "updated_at": now,
        }
        for order in given
    ]  # fmt: skip
    if rows:
        tx.execute(_PUT[tx.dialect.name], rows)


def add_events(tx: sa.Connection, shop: str, events: Iterable[OrderEvent], now: datetime) -> None:
    """Keep that these events were heard; their orders must be there."""
    rows = [
        {"shop": shop, "order": event.order, "id": event.id, "kind": event.kind.value, "at": event.at,
         "received_at": now}
        for event in events
    ]  # fmt: skip
    if rows:
        tx.execute(order_events.insert(), rows)


def _order(row: Mapping[str, Any] | sa.RowMapping) -> Order:
    return order_from(row["shop"], row["id"], row["record"])
