"""Products come back as they were fed, shops apart; a stock is only ever replaced by a newer reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.facts import campaign_of
from bot.core.products import Product, Stock
from bot.core.sizes import chart_of
from bot.store import products
from bot.store.base import Store
from tests.store.rows import NOW, add_shop

SHIRT = Product(
    "P1", "纯棉衬衫", {"材质": "100%棉", "产地": "浙江"}, chart_of("S:身高155-160 体重45-50公斤; M:身高160-165"),
    None, ("不易皱", "透气"), ("深色单独洗",), "支持七天无理由退换", "69-89",
    campaign_of("满199减20", NOW, NOW + timedelta(days=3)), ("P2",),
)  # fmt: skip
SOCKS = Product("P2", "棉袜 100%_舒适")


def test_a_product_comes_back_as_it_was_fed(store: Store) -> None:
    _put(store, SHIRT, SOCKS)
    assert _get(store, "P1") == SHIRT
    assert _get(store, "P2") == SOCKS
    assert _get(store, "P3") is None
    newer = replace(SHIRT, title="长袖衬衫", size_chart=None, campaign=None)
    _put(store, newer)
    assert _get(store, "P1") == newer


def test_shops_do_not_see_each_others_products(store: Store) -> None:
    store.submit(lambda tx: add_shop(tx, "other")).result()
    _put(store, SHIRT)
    _put(store, replace(SHIRT, title="别家的"), shop="other")
    read = {"P1": Stock(NOW, {"": 3})}
    store.submit(lambda tx: products.take_stock(tx, "other", read, NOW)).result()
    assert _get(store, "P1") == SHIRT
    assert store.submit(lambda tx: products.delete(tx, "other", "P1")).result()
    assert _get(store, "P1") == SHIRT
    assert store.read(lambda tx: products.listed(tx, "other")).result() == []


def test_a_product_needs_its_shop(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: products.put(tx, "none", [SHIRT], NOW)).result()


def test_only_a_newer_reading_replaces_a_stock(store: Store) -> None:
    _put(store, SHIRT)
    _read(store, NOW, {"黑色/S": 3, "黑色/M": None})
    for late in (NOW, NOW - timedelta(hours=1)):
        _read(store, late, {"黑色/S": 99})
    assert _get(store, "P1") == replace(SHIRT, stock=Stock(NOW, {"黑色/S": 3, "黑色/M": None}))
    _read(store, NOW + timedelta(seconds=1), {"": 0})
    _put(store, SHIRT)  # what is said of a product does not touch its stock
    assert _get(store, "P1") == replace(SHIRT, stock=Stock(NOW + timedelta(seconds=1), {"": 0}))


def test_a_reading_of_an_unknown_product_is_not_kept(store: Store) -> None:
    _read(store, NOW, {"": 1})
    assert _get(store, "P1") is None


def test_products_are_listed_page_by_page_and_searched(store: Store) -> None:
    _put(store, *(Product(f"P{n:02}", f"第{n}件 50%_off") for n in range(30)), Product("abc", "茶杯"))
    pages, after = [], ""
    while page := store.read(lambda tx, after=after: products.listed(tx, "demo", after=after, limit=10)).result():  # type: ignore[misc]
        pages.append([product.id for product in page])
        after = page[-1].id
    assert sorted(id_ for page in pages for id_ in page) == sorted([*(f"P{n:02}" for n in range(30)), "abc"])
    assert max(map(len, pages)) == 10
    assert _found(store, "茶") == ["abc"]
    assert _found(store, "ABC") == ["abc"]
    assert _found(store, "第7件") == ["P07"]
    assert len(_found(store, "50%_off")) == 30
    assert _found(store, "5%off") == []  # % and _ stand for themselves


def test_a_deleted_product_is_gone(store: Store) -> None:
    _put(store, SHIRT)
    assert store.submit(lambda tx: products.delete(tx, "demo", "P1")).result()
    assert _get(store, "P1") is None
    assert not store.submit(lambda tx: products.delete(tx, "demo", "P1")).result()


def test_some_products_are_found_by_their_ids(store: Store) -> None:
    _put(store, SHIRT, SOCKS)
    assert store.read(lambda tx: products.some(tx, "demo", ["P2", "P9"])).result() == {"P2": SOCKS}
    assert store.read(lambda tx: products.some(tx, "demo", [])).result() == {}


@pytest.fixture(autouse=True)
def _demo_shop(store: Store) -> None:
    store.submit(lambda tx: add_shop(tx)).result()


def _put(store: Store, *given: Product, shop: str = "demo") -> None:
    store.submit(lambda tx: products.put(tx, shop, given, NOW)).result()


def _get(store: Store, product: str) -> Product | None:
    return store.read(lambda tx: products.get(tx, "demo", product)).result()


def _read(store: Store, at: datetime, levels: dict[str, int | None]) -> None:
    store.submit(lambda tx: products.take_stock(tx, "demo", {"P1": Stock(at, levels)}, NOW)).result()


def _found(store: Store, query: str) -> list[str]:
    return [product.id for product in store.read(lambda tx: products.listed(tx, "demo", query)).result()]
