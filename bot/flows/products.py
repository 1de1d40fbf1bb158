"""The stories of a shop's products: they are fed, their stock is read, a turn asks for one, gaps are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from bot.core.products import MISSING, Product, Stock, missed
from bot.errors import NotFound
from bot.store import channels, products

Kind = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Change:
    """What feeding one product did (or would do). A newer reading of the same stock leaves it unchanged."""

    kind: Kind
    old: Product | None  #: what was known before
    new: Product  #: with the stock that is in force afterwards


@dataclass(frozen=True, slots=True)
class StockTaken:
    """What became of readings, by product id: written down, older than what was known, of no product of the shop."""

    taken: tuple[str, ...]
    older: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that customers asked for and no product of the shop tells."""

    product: str
    attribute: str
    times: int
    last: datetime


def of_turn(tx: sa.Connection, shop: str, product_id: str) -> Product | None:
    """The product that a customer's turn is about; None when the platform named none or the shop has not fed it."""
    return products.get(tx, shop, product_id) if product_id else None


def compare(tx: sa.Connection, shop: str, given: Sequence[Product]) -> list[Change]:
    """What feeding the products would do. NotFound without such a shop."""
    if not channels.shop_exists(tx, shop):
        raise NotFound(f"没有店铺 {shop}；先用 kefu shop add {shop} 新增")
    known = products.some(tx, shop, [product.id for product in given])
    return [_change(known.get(product.id), product) for product in given]


def feed(tx: sa.Connection, shop: str, given: Sequence[Product], now: datetime) -> list[Change]:
    """Store products all or none (an error takes the transaction with it); what is unchanged is left alone. A product
    given without a stock keeps the one that it had, and so does one whose stock was read before that. NotFound without
    such a shop."""
    changes = compare(tx, shop, given)
    products.put(tx, shop, [change.new for change in changes if change.kind != "unchanged"], now)
    known = {change.new.id: change.old.stock for change in changes if change.old}
    newer = {one.id: one.stock for one in given if one.stock and one.stock.is_newer(known.get(one.id))}
    products.take_stock(tx, shop, newer, now)
    return changes


def take_stock(tx: sa.Connection, shop: str, readings: Mapping[str, Stock], now: datetime) -> StockTaken:
    """Write down what warehouses held. An older reading than the known one is left aside, and so is one of a product
    that the shop has not fed."""
    known = products.some(tx, shop, list(readings))
    taken = {id_: readings[id_] for id_, product in known.items() if readings[id_].is_newer(product.stock)}
    products.take_stock(tx, shop, taken, now)
    older, unknown = known.keys() - taken.keys(), readings.keys() - known.keys()
    return StockTaken(tuple(sorted(taken)), tuple(sorted(older)), tuple(sorted(unknown)))


def read_again(tx: sa.Connection, shop: str, given: Sequence[Product], now: datetime) -> None:
    """Let the stock of products count as read now, where it still is as given: for a demo, whose warehouse nobody
    reads. What the shop has fed since is left alone."""
    known = products.some(tx, shop, [product.id for product in given])
    readings = {}
    for product in given:
        old = known[product.id].stock if product.id in known else None
        if old and product.stock and old.levels == product.stock.levels:
            readings[product.id] = Stock(now, old.levels)
    products.take_stock(tx, shop, readings, now)


def gaps(tx: sa.Connection, shop: str, since: datetime) -> list[Gap]:
    """What customers asked of products since a moment and nobody had told, the most asked first."""
    asked: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for reasons, at in products.reasons_with(tx, shop, MISSING, since):
        for reason in reasons:
            if about := missed(reason):
                asked[about].append(at)
    found = [Gap(*about, len(times), max(times)) for about, times in asked.items()]
    return sorted(found, key=lambda gap: (-gap.times, gap.product, gap.attribute))


def _change(old: Product | None, new: Product) -> Change:
    if old is None:
        return Change("new", None, new)
    in_force = replace(new, stock=_newer(old.stock, new.stock))
    same = replace(in_force, stock=None) == replace(old, stock=None) and _levels(in_force) == _levels(old)
    return Change("unchanged" if same else "changed", old, in_force)


def _newer(old: Stock | None, new: Stock | None) -> Stock | None:
    return new if new and new.is_newer(old) else old


def _levels(product: Product) -> Mapping[str, int | None]:
    return product.stock.levels if product.stock else {}
