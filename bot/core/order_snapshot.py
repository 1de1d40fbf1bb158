"""An order as somebody read it at a moment, told as the events that lead there: one way in for all that is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.orders import FACTS, MOST_SCANS, Kind, Order, OrderEvent, OrderFacts, Scan


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read of one order."""

    order: str
    read_at: datetime  #: aware
    facts: OrderFacts = field(default_factory=OrderFacts)
    times: Mapping[Kind, datetime] = field(default_factory=dict)  #: aware; what had happened by then
    live: bool = True  #: the shop's system told it; False: a file that somebody saved
    scans: tuple[Scan, ...] = ()  #: of the courier, those that are known


def events_of(snapshot: Snapshot) -> tuple[OrderEvent, ...]:
    """The events that tell a snapshot: what happened, and the facts as they stood when it was read. The same snapshot
    has the same events."""
    digest = hashlib.blake2b(repr(snapshot.facts).encode(), digest_size=8).hexdigest()
    read = f"read:{snapshot.read_at.isoformat()}:{digest}"
    happened = [
        OrderEvent(f"read:{kind}:{at.isoformat()}", snapshot.order, kind, at, live=snapshot.live)
        for kind, at in snapshot.times.items()
    ]
    scans = [
        OrderEvent(_scan_id(one), snapshot.order, Kind.LOGISTICS, one.at, scan=one, live=snapshot.live)
        for one in snapshot.scans
    ]
    facts = OrderEvent(read, snapshot.order, Kind.CHANGED, snapshot.read_at, snapshot.facts, live=snapshot.live)
    return (*happened, *scans, facts)


def is_news(snapshot: Snapshot, order: Order | None) -> bool:
    """Whether a snapshot says anything that is not known of the order."""
    if order is None or (snapshot.live and not order.live):
        return True
    told = (name for name in FACTS if getattr(snapshot.facts, name) is not None)
    return (
        any(_happened_otherwise(snapshot, order, kind) for kind in snapshot.times)
        or any(getattr(snapshot.facts, name) != getattr(order.facts, name) for name in told)
        or any(_is_new(scan, order.scans) for scan in snapshot.scans)
    )


def _happened_otherwise(snapshot: Snapshot, order: Order, kind: Kind) -> bool:
    """Whether this is not known to have happened, or at another time; what is only known to have happened by the time
    of reading says nothing of when."""
    known, told = order.milestones.get(kind), snapshot.times[kind]
    return known is None or told not in (known, snapshot.read_at)


def _is_new(scan: Scan, known: tuple[Scan, ...]) -> bool:
    """Whether a scan is not known, nor older than all that are kept."""
    return scan not in known and (len(known) < MOST_SCANS or scan > known[0])


def _scan_id(scan: Scan) -> str:
    digest = hashlib.blake2b(f"{scan.text}\x1f{scan.place}".encode(), digest_size=8).hexdigest()
    return f"read:logistics:{scan.at.isoformat()}:{digest}"
