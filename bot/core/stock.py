"""Whether a product is in stock, told only from what was read a short while ago (SR-149)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.model import Entity
from bot.core.normalize import normalize
from bot.core.products import CLOCKS_APART, Product

#: A reading older than this promises nothing (our default; SR-149).
MAX_AGE = timedelta(minutes=60)
_FEW = 5  # pieces up to which a customer is told how many are left (our default; SR-096)
_PARTS = re.compile(r"[\s/,;+|、:]+")
_HUE = "黑白红黄蓝绿紫灰粉棕橙青银杏咖"
_COLOUR = re.compile(
    rf"[浅深淡暗亮藏墨米奶酒天湖军雾宝玫]?[{_HUE}]色|(?:[米金]|卡其|香槟|裸|肤|驼)色|(?<!明)[{_HUE}](?=的|款)"
)
_VARIANT = re.compile(r"[特加]?[大中小]号|(?!什么|哪种|几种)[\u4e00-\u9fff]{2}味(?!道)")  # 大号, 草莓味
_SIZE = re.compile(r"(?<![a-z0-9.])[2-9]?x{0,4}[sml](?![a-z0-9])")
_NUMBER = re.compile(r"(?<![a-z0-9.])\d{2,3}(?:\.5)?(?![a-z0-9.]|\s?[斤公厘元块天件条双个米])")
_XXL = re.compile(r"(x{2,})l")


class StockState(StrEnum):
    """What can be said of a stock."""

    IN_STOCK = "in_stock"
    SOLD_OUT = "sold_out"
    PARTLY = "partly"  #: some of the SKUs asked about
    UNKNOWN = "unknown"  #: not told, too old, or no SKU of this name


@dataclass(frozen=True, slots=True)
class Availability:
    """What may be told: which of the SKUs asked about are there, and how many pieces where few are left."""

    state: StockState
    available: tuple[str, ...] = ()  #: SKUs in stock; () for a product without SKUs
    left: int | None = None  #: 1…5, else None: without it nothing may be said of 仅剩


_UNKNOWN = Availability(StockState.UNKNOWN)


def sku_words(product: Product, text: str, entities: Iterable[Entity]) -> tuple[str, ...]:
    """What a normalised text says of the variant wanted: the product's own words for its SKUs that stand in it; and
    sizes, colours and tastes also where the product has none of that name (it is then unknown, not something else)."""
    colours = _COLOUR.findall(text)
    rest = _COLOUR.sub(" ", text)
    parts = {part for sku in product.stock.levels for part in _split(sku)} if product.stock else set()
    named = []
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        if len(part) > 1 and not part.isascii() and part in rest:
            named.append(part)
            rest = rest.replace(part, " ")
    sizes = [entity.value for entity in entities if entity.kind == "size"]
    for shape in (_SIZE, _NUMBER):  # 黑色l有吗: with variants named so, more is a size than where nothing is known
        if any(shape.fullmatch(_plain(part)) for part in parts):
            sizes += shape.findall(rest)
    return (*colours, *named, *_VARIANT.findall(rest), *sizes)


def stock_for(product: Product, words: Collection[str], now: datetime, max_age: timedelta = MAX_AGE) -> Availability:
    """What may be said of the variants that have all the words (all variants for none). A reading older than
    `max_age`, from the future, or without such a variant says nothing."""
    stock = product.stock
    if stock is None or not -CLOCKS_APART <= now - stock.read_at <= max_age:
        return _UNKNOWN
    wanted = {_plain(word) for word in words}
    skus = {sku: left for sku, left in stock.levels.items() if sku} or stock.levels
    levels = {sku: left for sku, left in skus.items() if wanted <= {_plain(part) for part in _split(sku)}}
    if not levels:  # without SKUs the whole product's stock tells of a variant only that it is gone
        return Availability(StockState.SOLD_OUT) if skus == {"": 0} else _UNKNOWN
    there = {sku: left for sku, left in levels.items() if left is None or left > 0}
    if not there:
        return Availability(StockState.SOLD_OUT)
    state = StockState.IN_STOCK if len(there) == len(levels) else StockState.PARTLY
    return Availability(state, tuple(filter(None, there)), _few(there.values()))


def _few(levels: Collection[int | None]) -> int | None:
    """How many pieces are left, where that is one small number."""
    (left, *others) = levels
    return left if not others and left is not None and left <= _FEW else None


def _split(sku: str) -> list[str]:
    return [part for part in _PARTS.split(normalize(sku)) if part]


def _plain(word: str) -> str:
    """The form in which words for one variant are alike: XXL码 and 2XL, 黑色 and 黑."""
    word = _XXL.sub(lambda match: f"{len(match[1])}xl", word.lower())
    return word[:-1] if len(word) > 1 and word[-1] in "色码" else word
