"""In stock or not: only what was read within the hour is told, and only of the variant that was asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.entities import find
from bot.core.normalize import normalize
from bot.core.products import Product, Stock
from bot.core.stock import Availability, StockState, sku_words, stock_for

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
LEVELS = {"黑色/S": 0, "黑色/L": 3, "米白色/L": None, "米白色/XXL": 70, "灰/42码": 9, "细条纹/M": 1}
PRODUCT = Product("P1", "衬衫", stock=Stock(NOW, LEVELS))
UNKNOWN = Availability(StockState.UNKNOWN)


def told(text: str, product: Product = PRODUCT, age: timedelta = timedelta()) -> Availability:
    """What a customer who asks this may be told so long after the stock was read."""
    normal = normalize(text)
    return stock_for(product, sku_words(product, normal, find(normal)), NOW + age)


@pytest.mark.parametrize(
    ("text", "state", "available", "left"),
    [
        ("黑色L码有货吗", StockState.IN_STOCK, ("黑色/L",), 3),
        ("黑色的有S码吗", StockState.SOLD_OUT, (), None),
        ("黑色S还有吗", StockState.SOLD_OUT, (), None),
        ("灰色42还有没有", StockState.IN_STOCK, ("灰/42码",), None),
        ("黑的还有吗", StockState.PARTLY, ("黑色/L",), 3),
        ("XXL码还有没有", StockState.IN_STOCK, ("米白色/XXL",), None),  # many: no number is told
        ("米白色L码", StockState.IN_STOCK, ("米白色/L",), None),  # nobody counted
        ("灰色42码有吗", StockState.IN_STOCK, ("灰/42码",), None),
        ("细条纹的还有吗", StockState.IN_STOCK, ("细条纹/M",), 1),
        ("L码还有吗", StockState.IN_STOCK, ("黑色/L", "米白色/L"), None),
        ("有货吗", StockState.PARTLY, tuple(sku for sku, left in LEVELS.items() if left != 0), None),
    ],
)
def test_what_was_just_read_is_told(text: str, state: StockState, available: tuple[str, ...], left: int | None) -> None:
    assert told(text) == Availability(state, available, left)


def test_words_of_one_shop_name_its_variants() -> None:
    juice = Product("P4", "果汁", stock=Stock(NOW, {"原味 大瓶": 0, "草莓味 大瓶": 20, "草莓味 小瓶": 20}))
    assert told("草莓味大瓶还有吗", juice) == Availability(StockState.IN_STOCK, ("草莓味 大瓶",))
    assert told("原味的有货吗", juice) == Availability(StockState.SOLD_OUT)
    assert told("芒果味的有货吗", juice) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "粉色有吗", "浅灰色还有吗", "白色的有吗", "黑色XL码", "黑色M有没有", "灰色43有吗", "3XL码还有吗",
        "黑色和米白色都有吗", "大号的还有吗", "草莓味有货吗",
    ],
)
def test_a_variant_that_the_shop_does_not_have_is_unknown_not_another_one(text: str) -> None:
    assert told(text) == UNKNOWN


def test_a_reading_older_than_an_hour_promises_nothing() -> None:
    assert told("黑色L码有货吗", age=timedelta(minutes=60)).state is StockState.IN_STOCK
    for age in (timedelta(minutes=60, seconds=1), timedelta(days=300), -timedelta(minutes=6)):
        assert told("黑色L码有货吗", age=age) == UNKNOWN
        assert told("黑色S码有货吗", age=age) == UNKNOWN
    assert stock_for(PRODUCT, (), NOW + timedelta(minutes=11), timedelta(minutes=10)) == UNKNOWN


def test_a_product_without_variants_has_one_stock() -> None:
    def whole(level: int | None) -> Product:
        return Product("P2", "茶", stock=Stock(NOW, {"": level}))

    assert told("有货吗", whole(50)) == Availability(StockState.IN_STOCK)
    assert told("有货吗", whole(None)) == Availability(StockState.IN_STOCK)
    assert told("有货吗", whole(2)) == Availability(StockState.IN_STOCK, (), 2)
    assert told("有货吗", whole(0)) == Availability(StockState.SOLD_OUT)
    assert told("黑色有吗", whole(50)) == UNKNOWN
    assert told("黑色有吗", whole(0)) == Availability(StockState.SOLD_OUT)
    assert told("有货吗", Product("P3", "茶")) == UNKNOWN
