"""A shop's orders on the wire of accounts: what a system feeds, and what is shown of an order."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.channels.order_body import TIMES, OrderBody, ScanRead
from bot.channels.order_events import BuyerBody, ReviewBody, items_of, yuan_of
from bot.core.mask import masked_address, masked_name, masked_phone
from bot.core.orders import Order, OrderFacts, OrderState, Scan

_MASKS = {"receiver": masked_name, "phone": masked_phone, "address": masked_address}


class OrderShown(OrderBody):
    """An order with what follows from its events."""

    id: str
    state: OrderState
    as_of: datetime | None = Field(description="Of the newest event.")
    live: bool = Field(description="Events are pushed as they happen, so the bot may tell of it.")
    scans: list[ScanRead] = Field(description="Oldest first.")


def shown(order: Order, *, masked: bool = False) -> OrderShown:
    """An order as the API shows it; `masked`: with receiver, phone and address as platforms mask them."""
    facts = order.facts
    given: dict[str, Any] = {one.name: getattr(facts, one.name) for one in fields(OrderFacts)}
    given |= {
        "customer": BuyerBody(id=facts.customer) if facts.customer else None,
        "items": None if facts.items is None else items_of(facts.items),
        "amount": yuan_of(facts.amount),
        "refund_amount": yuan_of(facts.refund_amount),
        "review": ReviewBody(score=facts.review.score, text=facts.review.text) if facts.review else None,
    }
    if masked:
        given |= {name: mask(given[name]) for name, mask in _MASKS.items() if given[name]}
    times = {name: order.milestones.get(kind) for name, kind in TIMES.items()}
    return OrderShown(
        id=order.id, state=order.state, as_of=order.at, live=order.live, scans=[_scan(one) for one in order.scans],
        **given, **times,
    )  # fmt: skip


def _scan(scan: Scan) -> ScanRead:
    return ScanRead(at=scan.at, text=scan.text, place=scan.place)
