"""A shop's orders on the wire of accounts: what a system feeds, and what is shown of an order."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.channels.generic import Id
from bot.channels.json import loads
from bot.channels.order_events import AHEAD, BuyerBody, FactsBody, Moment, ReviewBody, items_of, validated, yuan_of
from bot.core.order_facts import masked_address, masked_name, masked_phone
from bot.core.order_snapshot import Snapshot
from bot.core.orders import Kind, Order, OrderFacts, OrderState, Scan
from bot.errors import InvalidField

#: Field of the body → what happened then.
_TIMES = {
    f"{name}_at": kind for name, kind in (
        ("created", Kind.CREATED), ("paid", Kind.PAID), ("cod_placed", Kind.COD_PLACED), ("shipped", Kind.SHIPPED),
        ("delivered", Kind.DELIVERED), ("signed", Kind.SIGNED), ("refund_requested", Kind.REFUND_REQUESTED),
        ("refund_withdrawn", Kind.REFUND_WITHDRAWN), ("refund_done", Kind.REFUND_DONE), ("closed", Kind.CLOSED),
    )
}  # fmt: skip
_MASKS = {"receiver": masked_name, "phone": masked_phone, "address": masked_address}


class OrderBody(FactsBody):
    """An order as the shop's system knows it now: its facts, and when what happened."""

    channel: Id | None = Field(default=None, description="Where the customer writes; required with `customer`.")
    created_at: Moment | None = None
    paid_at: Moment | None = None
    cod_placed_at: Moment | None = None
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    signed_at: Moment | None = None
    refund_requested_at: Moment | None = None
    refund_withdrawn_at: Moment | None = None
    refund_done_at: Moment | None = None
    closed_at: Moment | None = None


class OrderShown(OrderBody):
    """An order with what follows from its events."""

    id: str
    state: OrderState
    as_of: datetime | None = Field(description="Of the newest event.")
    live: bool = Field(description="Events are pushed as they happen, so the bot may tell of it.")
    scans: list[dict[str, Any]] = Field(description="`at`, `text`, `place`, oldest first.")


def snapshot_in(order: str, body: bytes, now: datetime) -> Snapshot:
    """What a body tells of an order; refuses as the webhook does."""
    read = validated(OrderBody, loads(body))
    times = {kind: at for name, kind in _TIMES.items() if (at := getattr(read, name)) is not None}
    if read.customer and not read.channel:
        raise InvalidField("channel: say where the customer writes", field="channel")
    for name, kind in _TIMES.items():
        if kind in times and times[kind] > now + AHEAD:
            raise InvalidField(f"{name}: the time lies in the future", field=name)
    return Snapshot(order, now, read.facts(read.channel or ""), times)


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
    times = {name: order.milestones.get(kind) for name, kind in _TIMES.items()}
    return OrderShown(
        id=order.id, state=order.state, as_of=order.at, live=order.live, scans=[_scan(one) for one in order.scans],
        **given, **times,
    )  # fmt: skip


def _scan(scan: Scan) -> dict[str, Any]:
    return {"at": scan.at, "text": scan.text, "place": scan.place}
