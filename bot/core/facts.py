"""A product as plain data and back: what the database and the JSON API hold; only what somebody said is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core import sizes
from bot.core.products import Product
from bot.core.shop import Fact, Span
from bot.errors import FactError

#: How a stock that nobody counted is written.
UNCOUNTED, NONE = "有货", "无货"


def facts_of(product: Product) -> dict[str, Any]:
    """Everything of a product beside id, title and stock, as JSON can hold it."""
    campaign, chart = product.campaign, product.size_chart
    facts: dict[str, Any] = {
        "attributes": dict(product.attributes),
        "size_chart": sizes.written(chart) if chart else "",
        "selling_points": list(product.selling_points),
        "cautions": list(product.cautions),
        "after_sale": product.after_sale,
        "price": product.price,
        "campaign": _period(campaign) if campaign else {},
        "related": list(product.related),
    }
    return {name: value for name, value in facts.items() if value}


def product_of(id_: str, title: str, facts: Mapping[str, Any]) -> Product:
    """The product of `facts_of`. FactError when its size chart cannot be read."""
    chart, campaign = facts.get("size_chart", ""), facts.get("campaign")
    return Product(
        id=id_,
        title=title,
        attributes=dict(facts.get("attributes", {})),
        size_chart=sizes.chart_of(chart) if chart else None,
        selling_points=tuple(facts.get("selling_points", ())),
        cautions=tuple(facts.get("cautions", ())),
        after_sale=facts.get("after_sale", ""),
        price=facts.get("price", ""),
        campaign=campaign_of(campaign["text"], _at(campaign, "starts"), _at(campaign, "ends")) if campaign else None,
        related=tuple(facts.get("related", ())),
    )


def campaign_of(text: str, begin: datetime | None = None, end: datetime | None = None) -> Fact:
    """What runs for a product, between aware moments where they are told."""
    return Fact("campaign", text, Span(begin, end))


def level_of(text: str) -> int | None:
    """How much a shopkeeper's word for a stock means: pieces, None for “有货”. FactError for other words."""
    if text == UNCOUNTED:
        return None
    if text == NONE:
        return 0
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    raise FactError("库存要写 0 以上的整数，或“有货”“无货”")


def spelled(level: int | None) -> str:
    """The word that `level_of` reads back."""
    return UNCOUNTED if level is None else str(level)


def _period(campaign: Fact) -> dict[str, str]:
    times = {"starts": campaign.span.begin, "ends": campaign.span.end}
    return {"text": campaign.says, **{name: at.isoformat() for name, at in times.items() if at}}


def _at(campaign: Mapping[str, str], name: str) -> datetime | None:
    return datetime.fromisoformat(campaign[name]) if name in campaign else None
