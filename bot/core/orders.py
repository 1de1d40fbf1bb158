"""An order as the shop's events tell it: whatever order they come in, the same events make the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce

from bot.core.model import Stage

#: Scans of the parcel that are kept, the newest; our default.
MOST_SCANS = 50


class Kind(StrEnum):
    """What happened to an order."""

    CREATED = "created"
    CHANGED = "changed"
    PAID = "paid"
    COD_PLACED = "cod_placed"  #: to be paid at the door
    SHIPPED = "shipped"
    LOGISTICS = "logistics"  #: the courier scanned the parcel
    DELIVERED = "delivered"  #: at the door, in a locker, at a station
    SIGNED = "signed"  #: by the customer, or receipt confirmed
    REFUND_REQUESTED = "refund_requested"
    REFUND_WITHDRAWN = "refund_withdrawn"  #: by the customer, or refused
    REFUND_DONE = "refund_done"
    CLOSED = "closed"  #: cancelled, or not paid in time
    REVIEW = "review"


class OrderState(StrEnum):
    """How far an order has come; derived from what happened, never stored by itself."""

    UNKNOWN = "unknown"
    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    SIGNED = "signed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CLOSED = "closed"


#: An order that nothing more happens to by itself.
SETTLED = frozenset({OrderState.SIGNED, OrderState.REFUNDED, OrderState.CLOSED})

#: The stage whose phrases fit a state. A delivered parcel is looked for at the door, as a signed one is; a closed or
#: refunded order has no stage.
_STAGES: Mapping[OrderState, Stage] = {
    OrderState.UNPAID: Stage.UNPAID,
    OrderState.PAID: Stage.PAID,
    OrderState.SHIPPED: Stage.SHIPPED,
    OrderState.DELIVERED: Stage.SIGNED,
    OrderState.SIGNED: Stage.SIGNED,
    OrderState.REFUNDING: Stage.REFUNDING,
}
_PROGRESS = (
    (OrderState.SIGNED, (Kind.SIGNED,)),
    (OrderState.DELIVERED, (Kind.DELIVERED,)),
    (OrderState.SHIPPED, (Kind.SHIPPED, Kind.LOGISTICS)),
    (OrderState.PAID, (Kind.PAID, Kind.COD_PLACED)),
    (OrderState.UNPAID, (Kind.CREATED,)),
)
#: Of these the newest counts (a refund may be asked for again), of all others the first.
_NEWEST_COUNTS = frozenset({
    Kind.CHANGED, Kind.LOGISTICS, Kind.REFUND_REQUESTED, Kind.REFUND_WITHDRAWN, Kind.REFUND_DONE, Kind.REVIEW
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order."""

    product: str  #: the product's id
    title: str = ""
    sku: str = ""
    quantity: int = 1
    price: int | None = None  #: fen, of one piece


@dataclass(frozen=True, slots=True, order=True)
class Scan:
    """What the courier saw."""

    at: datetime  #: aware
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What the customer thought of it."""

    score: int  #: 1 to 5
    text: str = ""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order. None: not told; an empty text: told that there is none."""

    channel: str | None = None  #: where the customer writes
    customer: str | None = None  #: the customer's id on that channel
    items: tuple[Item, ...] | None = None
    amount: int | None = None  #: fen, to be paid in all
    pay_by: datetime | None = None  #: aware; an unpaid order is closed then
    receiver: str | None = None  #: may be masked by the platform: 林**
    phone: str | None = None  #: may be masked (183****2807) or virtual (132123457749-1234)
    phone_until: datetime | None = None  #: aware; when a virtual number ends
    address: str | None = None  #: may be masked
    courier: str | None = None
    tracking_no: str | None = None
    ship_by: datetime | None = None  #: aware; the platform's last moment to ship
    refund_amount: int | None = None  #: fen
    buyer_note: str | None = None
    seller_note: str | None = None
    flag: str | None = None  #: the colour that the shop has given it
    review: Review | None = None
    out_of_stock: str | None = None  #: what of a paid order cannot be sent for want of stock
    restock: str | None = None  #: when there is some again, as the shop says it: 12月3日前后


FACTS = tuple(one.name for one in fields(OrderFacts))


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One thing that happened to an order, with every fact that it told."""

    id: str  #: the sender's; the same id again is the same event
    order: str
    kind: Kind
    at: datetime  #: aware; when it happened, not when it came in
    facts: OrderFacts = field(default_factory=OrderFacts)
    scan: Scan | None = None
    live: bool = True  #: pushed by the shop's system as it happens; False: read from a file at that moment


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a shop. Made by `applied` from Order(shop, id)."""

    shop: str
    id: str
    facts: OrderFacts = field(default_factory=OrderFacts)
    #: fact → time and id of the event that told it
    told_by: Mapping[str, tuple[datetime, str]] = field(default_factory=dict)
    milestones: Mapping[Kind, datetime] = field(default_factory=dict)
    scans: tuple[Scan, ...] = ()  #: oldest first
    at: datetime | None = None  #: aware; the newest event's
    live: bool = False  #: the shop's system pushes what happens to it
    read_at: datetime | None = None  #: aware; when the shop's system last said how it stands as a whole

    @property
    def state(self) -> OrderState:
        """How far it has come."""
        since = self.milestones
        over = max((since[kind] for kind in (Kind.REFUND_DONE, Kind.REFUND_WITHDRAWN) if kind in since), default=None)
        if (asked := since.get(Kind.REFUND_REQUESTED)) and (over is None or asked > over):
            return OrderState.REFUNDING
        if Kind.REFUND_DONE in since and not self._partly_refunded():
            return OrderState.REFUNDED
        if Kind.CLOSED in since:
            return OrderState.CLOSED
        return next((state for state, kinds in _PROGRESS if not since.keys().isdisjoint(kinds)), OrderState.UNKNOWN)

    @property
    def stage(self) -> Stage:
        """The stage whose phrases fit it."""
        return _STAGES.get(self.state, Stage.UNKNOWN)

    def _partly_refunded(self) -> bool:
        paid, back = self.facts.amount, self.facts.refund_amount
        return paid is not None and back is not None and back < paid


def applied(order: Order, event: OrderEvent) -> Order:
    """The order after one more event. A merge: each fact is the newest told (of two at the same time, that of the
    greater event id), each milestone the first or the newest of its kind, scans are a set; so events may come late,
    twice and in any order, and a stale one changes nothing."""
    stamp = (event.at, event.id)
    told = {
        name: value for name in FACTS
        if (value := getattr(event.facts, name)) is not None and _is_newer(stamp, order.told_by.get(name))
    }  # fmt: skip
    return replace(
        order,
        facts=replace(order.facts, **told) if told else order.facts,
        told_by={**order.told_by, **dict.fromkeys(told, stamp)},
        milestones={**order.milestones, event.kind: _milestone(order, event)},
        scans=_with_scan(order.scans, event.scan),
        at=event.at if order.at is None else max(order.at, event.at),
        live=order.live or event.live,
    )


def order_of(shop: str, order: str, events: Iterable[OrderEvent]) -> Order:
    """The order that these events make."""
    return reduce(applied, events, Order(shop, order))


def _is_newer(stamp: tuple[datetime, str], known: tuple[datetime, str] | None) -> bool:
    return known is None or stamp > known


def _milestone(order: Order, event: OrderEvent) -> datetime:
    known = order.milestones.get(event.kind)
    if known is None:
        return event.at
    return max(known, event.at) if event.kind in _NEWEST_COUNTS else min(known, event.at)


def _with_scan(scans: tuple[Scan, ...], scan: Scan | None) -> tuple[Scan, ...]:
    if scan is None or scan in scans:
        return scans
    return tuple(sorted((*scans, scan)))[-MOST_SCANS:]
