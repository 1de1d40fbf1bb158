"""Queries about orders: what the events have made of them, by number and by customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.order_record import order_from, record_of
from bot.core.orders import Order, OrderEvent
from bot.store.customers import of_one
from bot.store.prepared import Prepared, among
from bot.store.tables import conversations, order_events, orders, shops

_COLUMNS = [orders.c.shop, orders.c.id, orders.c.record]
_GET = Prepared(
    sa.select(*_COLUMNS).where(orders.c.shop == sa.bindparam("shop"), orders.c.id == sa.bindparam("id")), _COLUMNS
)
_LOCK = Prepared(
    sa.select(shops.c.id).where(shops.c.id == sa.bindparam("shop")).with_for_update(key_share=True), [shops.c.id]
)
_SOME = Prepared(
    {
        kind: sa.select(*_COLUMNS).where(orders.c.shop == sa.bindparam("shop"), is_one)
        for kind, is_one in among(orders.c.id, "ids").items()
    },
    _COLUMNS,
)
_of_orders, _of_ids = among(order_events.c.order, "orders"), among(order_events.c.id, "ids")
_HEARD_COLUMNS = [order_events.c.order, order_events.c.id]
_HEARD = Prepared(
    {
        kind: sa.select(*_HEARD_COLUMNS).where(order_events.c.shop == sa.bindparam("shop"), is_one, _of_ids[kind])
        for kind, is_one in _of_orders.items()
    },
    _HEARD_COLUMNS,
)
_PUTTING = ("shop", "id", "channel", "customer", "state", "record", "at", "updated_at")
_HEARING = ("shop", "order", "id", "kind", "at", "received_at")


def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(orders).values({name: sa.bindparam(name) for name in _PUTTING})
    changed = ("channel", "customer", "state", "record", "at", "updated_at")
    return insert.on_conflict_do_update(
        index_elements=["shop", "id"], set_={name: insert.excluded[name] for name in changed}
    )


_PUT = Prepared({"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)})
_ADD_EVENT = Prepared(order_events.insert().values({name: sa.bindparam(name) for name in _HEARING}))


def lock(tx: sa.Connection, shop: str) -> bool:
    """Let nobody else change the shop's orders until the end of the transaction; False when there is no such shop. One
    lock for all of a shop's orders: two batches that name the same orders in different order cannot wait crosswise."""
    return _LOCK.one(tx, {"shop": shop}) is not None


def get(tx: sa.Connection, shop: str, order: str) -> Order | None:
    """The shop's order of this number."""
    row = _GET.one(tx, {"shop": shop, "id": order})
    return None if row is None else _order(row)


def some(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, Order]:
    """Those of the numbers that the shop has, by number."""
    return {row["id"]: _order(row) for row in _SOME.all(tx, {"shop": shop, "ids": list(ids)})}


def of_conversations(
    tx: sa.Connection, shop: str, talks: Collection[str], ids: Collection[str]
) -> dict[tuple[str, str], Order]:
    """Those of the numbers that are orders of these conversations' own customers, by conversation and number."""
    is_buyer = sa.and_(
        conversations.c.shop == orders.c.shop, conversations.c.channel == orders.c.channel,
        conversations.c.customer == orders.c.customer,
    )  # fmt: skip
    query = (
        sa.select(conversations.c.id.label("conversation"), *_COLUMNS)
        .join_from(orders, conversations, is_buyer)
        .where(orders.c.shop == shop, orders.c.id.in_(ids), conversations.c.id.in_(talks))
    )
    return {(row["conversation"], row["id"]): _order(row) for row in tx.execute(query).mappings()}


def of_customer(tx: sa.Connection, shop: str, channel: str, customer: str, most: int) -> list[Order]:
    """A customer's orders on a channel, those that changed last first."""
    rows = _newest_of(most).all(tx, {"shop": shop, "channel": channel, "customer": customer})
    return [_order(row) for row in rows]


def of_customers(
    tx: sa.Connection, shop: str, customers: Collection[tuple[str, str]], most: int
) -> dict[tuple[str, str], list[Order]]:
    """The same of each of these customers (channel and id), by customer, at most `most` each."""
    of, newest = orders.c, (orders.c.at.desc(), orders.c.id)
    place = sa.func.row_number().over(partition_by=(of.channel, of.customer), order_by=newest).label("place")
    ranked = sa.select(*_COLUMNS, of.channel, of.customer, place).where(of_one(orders, shop, customers)).subquery()
    query = sa.select(ranked).where(ranked.c.place <= most).order_by(ranked.c.place)
    found: dict[tuple[str, str], list[Order]] = {}
    for row in tx.execute(query).mappings():
        found.setdefault((row["channel"], row["customer"]), []).append(_order(row))
    return found


def listed(tx: sa.Connection, shop: str, query: str = "", after: str = "", limit: int = 100) -> list[Order]:
    """Orders by number, beginning behind `after`; of a query only those with it in their number or of that customer."""
    found = sa.select(*_COLUMNS).where(orders.c.shop == shop, orders.c.id > after).order_by(orders.c.id)
    if query:
        found = found.where(sa.or_(orders.c.id.icontains(query, autoescape=True), orders.c.customer == query))
    return [_order(row) for row in tx.execute(found.limit(limit)).mappings()]


def customers(
    tx: sa.Connection, shop: str, since: datetime, after: tuple[str, str] = ("", ""), limit: int = 100
) -> list[tuple[str, str]]:
    """Channel and customer of a shop's orders to which something happened since a moment, in their order, beginning
    behind `after`; those that no order names are left out."""
    of = orders.c
    named = (of.shop == shop, of.at >= since, of.channel != "", of.customer != "")
    behind = sa.or_(of.channel > after[0], sa.and_(of.channel == after[0], of.customer > after[1]))
    query = sa.select(of.channel, of.customer).where(*named, behind).distinct().order_by(of.channel, of.customer)
    return [(row.channel, row.customer) for row in tx.execute(query.limit(limit))]


def heard(tx: sa.Connection, shop: str, events: Collection[OrderEvent]) -> set[tuple[str, str]]:
    """Order and id of those events that were heard before."""
    asked = {"orders": [event.order for event in events], "ids": [event.id for event in events]}
    return {(row["order"], row["id"]) for row in _HEARD.all(tx, {"shop": shop, **asked})}


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
        _PUT.do_many(tx, rows)


def add_events(tx: sa.Connection, shop: str, events: Iterable[OrderEvent], now: datetime) -> None:
    """Keep that these events were heard; their orders must be there."""
    rows = [
        {"shop": shop, "order": event.order, "id": event.id, "kind": event.kind.value, "at": event.at,
         "received_at": now}
        for event in events
    ]  # fmt: skip
    if rows:
        _ADD_EVENT.do_many(tx, rows)


@cache
def _newest_of(most: int) -> Prepared:
    """The statement that reads so many orders of a customer; callers know three such numbers."""
    its = {name: orders.c[name] == sa.bindparam(name) for name in ("shop", "channel", "customer")}
    newest = sa.select(*_COLUMNS).where(*its.values()).order_by(orders.c.at.desc(), orders.c.id)
    return Prepared(newest.limit(sa.literal_column(str(most))), _COLUMNS, abreast=True)


def _order(row: Mapping[str, Any] | sa.RowMapping) -> Order:
    return order_from(row["shop"], row["id"], row["record"])
