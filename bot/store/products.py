"""Queries about products: what a shop says of them, and their stock with the time it was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.facts import facts_of, product_of
from bot.core.products import Product, Stock
from bot.store.prepared import Prepared
from bot.store.tables import decisions, products

_COLUMNS = [products.c[name] for name in ("shop", "id", "title", "facts", "stock", "read_at")]
_GIVEN = ("shop", "id", "title", "facts", "updated_at")
_GET = Prepared(
    sa.select(*_COLUMNS).where(products.c.shop == sa.bindparam("shop"), products.c.id == sa.bindparam("id")), _COLUMNS
)
_READ = (
    products.update()
    .where(
        products.c.shop == sa.bindparam("of_shop"),
        products.c.id == sa.bindparam("of_id"),
        sa.or_(products.c.read_at.is_(None), products.c.read_at < sa.bindparam("read")),
    )
    .values(stock=sa.bindparam("levels"), read_at=sa.bindparam("read"), updated_at=sa.bindparam("now"))
)


def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(products).values({name: sa.bindparam(name) for name in _GIVEN})
    changed = {name: insert.excluded[name] for name in ("title", "facts", "updated_at")}
    return insert.on_conflict_do_update(index_elements=["shop", "id"], set_=changed)


_PUT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def get(tx: sa.Connection, shop: str, product: str) -> Product | None:
    """The shop's product of this id, with its stock."""
    row = _GET.one(tx, {"shop": shop, "id": product})
    return None if row is None else _product(row)


def some(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, Product]:
    """Those of the ids that the shop has, by id."""
    query = sa.select(*_COLUMNS).where(products.c.shop == shop, products.c.id.in_(ids))
    return {row["id"]: _product(row) for row in tx.execute(query).mappings()}


def listed(tx: sa.Connection, shop: str, query: str = "", after: str = "", limit: int = 100) -> list[Product]:
    """Products in the order of their ids, beginning behind `after`; of a query only those with it in id or title."""
    found = sa.select(*_COLUMNS).where(products.c.shop == shop, products.c.id > after).order_by(products.c.id)
    if query:
        found = found.where(
            sa.or_(products.c.id.icontains(query, autoescape=True), products.c.title.icontains(query, autoescape=True))
        )
    return [_product(row) for row in tx.execute(found.limit(limit)).mappings()]


def put(tx: sa.Connection, shop: str, given: Iterable[Product], now: datetime) -> None:
    """Store products, new or in place of the old; their stock is `take_stock`'s business. In the order of their ids,
    so that two feeds at once wait for each other instead of for ever."""
    rows = [
        {"shop": shop, "id": product.id, "title": product.title, "facts": facts_of(product), "updated_at": now}
        for product in sorted(given, key=lambda one: one.id)
    ]
    if rows:
        tx.execute(_PUT[tx.dialect.name], rows)


def take_stock(tx: sa.Connection, shop: str, readings: Mapping[str, Stock], now: datetime) -> None:
    """Write down readings of stocks by product id, each where it is newer than what is known."""
    rows = [
        {"of_shop": shop, "of_id": product, "levels": dict(stock.levels), "read": stock.read_at, "now": now}
        for product, stock in sorted(readings.items())
    ]
    if rows:
        tx.execute(_READ, rows)


def delete(tx: sa.Connection, shop: str, product: str) -> bool:
    """Forget a product; False when there was none."""
    return tx.execute(products.delete().where(products.c.shop == shop, products.c.id == product)).rowcount == 1


def reasons_with(tx: sa.Connection, shop: str, name: str, since: datetime) -> list[tuple[list[str], datetime]]:
    """The reasons of a shop's decisions since a moment that hold a name such as “product_fact_missing”, and when they
    were taken, oldest first. Looks at every decision since: for a person who waits, not for every message."""
    query = (
        sa.select(decisions.c.reasons, decisions.c.created_at)
        .where(
            decisions.c.shop == shop,
            decisions.c.created_at >= since,
            sa.cast(decisions.c.reasons, sa.Text).contains(name, autoescape=True),
        )
        .order_by(decisions.c.created_at, decisions.c.id)
    )
    return [(row.reasons, row.created_at) for row in tx.execute(query)]


def _product(row: Mapping[str, Any] | sa.RowMapping) -> Product:
    product = product_of(row["id"], row["title"], row["facts"])
    return replace(product, stock=Stock(row["read_at"], row["stock"])) if row["read_at"] else product
