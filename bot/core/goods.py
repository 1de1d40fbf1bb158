"""What a product's facts say to a customer's question: the words for the phrases, the circumstances, or a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core import attributes, fitting, products
from bot.core.model import Understanding
from bot.core.products import Product
from bot.core.situations import IN_STOCK, PRODUCT, SOLD_OUT
from bot.core.stock import StockState, sku_words, stock_for

#: Questions after one named fact of the product: where the shop has not told it, a human answers (SR-029, SR-069).
_ASK_FOR_A_FACT = frozenset({"presale.attribute", "presale.shelf_life"})
_ASKS_FOR_A_SIZE = "presale.size"
_BODY = frozenset({"身高", "体重"})  # what the dialogue about sizes asks for
_ASK_FOR_STOCK = frozenset({"presale.stock", "presale.restock"})
_MOST_NAMED = 6  # variants in stock that are read out; our default

#: Every name that phrases about a known product may use.
NAMES = frozenset({
    *(f"product.{name}" for name in ("title", "selling_points", "cautions", "after_sale", "price", "campaign")),
    "asked.name", "asked.value", "advice.says", "advice.asks", "stock.available", "stock.left",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What is known. Nothing of it is guessed: a fact that is not there leaves its name out."""

    known: Mapping[str, object] = field(default_factory=dict)  #: names for phrases: product, asked, advice, stock
    holds: frozenset[str] = frozenset()
    gap: str = ""  #: the reason to ask a human, for the trainer's list
    answers: bool = False  #: the fact that was asked for is there, in the shop's own words: no agent need confirm it
    decides: bool = False  #: the product's chart says what is to be answered or asked: no dialogue need begin


def told(product: Product, intent: str, understood: Understanding, now: datetime) -> Told:
    """What the product's facts say to a question of this intent, at an aware moment."""
    facts: dict[str, object] = {"product": products.said(product, now)}
    holds = {PRODUCT}
    if intent in _ASK_FOR_STOCK:
        stock, state = _stock(product, understood, now)
        return Told({**facts, "stock": stock}, frozenset({*holds, *state}))
    asked = attributes.asked_attribute(product, understood.text)
    if asked and asked.value:
        facts["asked"] = {"name": asked.name, "value": asked.value}
    missing = asked is not None and not asked.value and intent in _ASK_FOR_A_FACT
    gap = products.missing(product.id, asked.name) if asked and missing else ""
    if intent != _ASKS_FOR_A_SIZE:
        return Told(facts, frozenset(holds), gap, answers="asked" in facts)
    size = advice(product, understood.text)
    decides = "says" in size or not _BODY.issuperset(size.get("asks", "身高").split("和"))
    return Told({**facts, "advice": size}, frozenset(holds), decides=decides)


def advice(product: Product, text: str, slots: Mapping[str, str] | None = None) -> dict[str, str]:
    """The size that fits the measures in a normalised text or told in a dialogue, as {{ advice.says }}; else what has
    to be asked for, as {{ advice.asks }}; nothing where the product has no chart or the chart gives no answer."""
    if product.size_chart is None:
        return {}
    units = {"height": "身高{}厘米", "weight": "体重{}斤"}
    measures = ",".join(units[kind].format(value) for kind, value in (slots or {}).items() if kind in units)
    found = fitting.size_for(product.size_chart, fitting.measured(product.size_chart, measures or text))
    if found.labels:
        return {"says": found.reason}
    return {"asks": "和".join(found.needs)} if found.needs else {}


def _stock(product: Product, understood: Understanding, now: datetime) -> tuple[dict[str, str], set[str]]:
    found = stock_for(product, sku_words(product, understood.text, understood.entities), now)
    named = {"available": "、".join(found.available)} if 0 < len(found.available) <= _MOST_NAMED else {}
    left = {"left": str(found.left)} if found.left else {}
    states = {StockState.IN_STOCK: IN_STOCK, StockState.PARTLY: IN_STOCK, StockState.SOLD_OUT: SOLD_OUT}
    return {**named, **left}, {states[found.state]} if found.state in states else set()
