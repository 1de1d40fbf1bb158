"""An order as a shop's system knows it now, on the wire: what it feeds, and what its own API answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from bot.channels.generic import Id
from bot.channels.json import loads
from bot.channels.order_events import AHEAD, FactsBody, Moment, ScanBody, validated
from bot.core.order_snapshot import Snapshot
from bot.core.orders import MOST_SCANS, Kind, Scan
from bot.errors import InvalidField

#: Field of the body → what happened then.
TIMES = {
    f"{name}_at": kind for name, kind in (
        ("created", Kind.CREATED), ("paid", Kind.PAID), ("cod_placed", Kind.COD_PLACED), ("shipped", Kind.SHIPPED),
        ("delivered", Kind.DELIVERED), ("signed", Kind.SIGNED), ("refund_requested", Kind.REFUND_REQUESTED),
        ("refund_withdrawn", Kind.REFUND_WITHDRAWN), ("refund_done", Kind.REFUND_DONE), ("closed", Kind.CLOSED),
    )
}  # fmt: skip


class ScanRead(ScanBody):
    """What the courier saw, and when."""

    at: Moment


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
    scans: list[ScanRead] | None = Field(default=None, max_length=MOST_SCANS, description="Of the courier, the newest.")


def snapshot_in(order: str, body: bytes, now: datetime) -> Snapshot:
    """What a body tells of an order at the aware moment `now`; refuses as the webhook does."""
    return _snapshot(order, loads(body), now)


def answer_in(order: str, body: bytes, read_at: datetime) -> Snapshot:
    """The same of an answer to our question, asked at the aware moment `read_at`. InvalidField where it is about
    another order, or says of nothing when it happened: many systems report a fault as 200 with fields of their own, and
    what was known before would pass for what they have just said."""
    data = loads(body)
    if isinstance(data, dict) and str(data.get("id") or order) != order:
        raise InvalidField("id: the answer is about another order", field="id")
    snapshot = _snapshot(order, data, read_at)
    if not snapshot.times:
        raise InvalidField("the answer must hold at least one of created_at, paid_at, shipped_at …", field="created_at")
    return snapshot


def _snapshot(order: str, data: Any, now: datetime) -> Snapshot:
    read = validated(OrderBody, data)
    times = {kind: at for name, kind in TIMES.items() if (at := getattr(read, name)) is not None}
    if read.customer and not read.channel:
        raise InvalidField("channel: say where the customer writes", field="channel")
    moments = {name: times[kind] for name, kind in TIMES.items() if kind in times}
    moments |= {f"scans.{place}.at": scan.at for place, scan in enumerate(read.scans or ())}
    for name, at in moments.items():
        if at > now + AHEAD:
            raise InvalidField(f"{name}: the time lies in the future", field=name)
    scans = tuple(Scan(scan.at, scan.text, scan.place) for scan in read.scans or ())
    return Snapshot(order, now, read.facts(read.channel or ""), times, scans=scans)
