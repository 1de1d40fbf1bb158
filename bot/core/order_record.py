"""An order as plain data and back: what the database holds; only what somebody told is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.core.orders import FACTS, Item, Kind, Order, OrderFacts, Review, Scan

_MOMENTS = frozenset({"pay_by", "phone_until", "ship_by"})


def record_of(order: Order) -> dict[str, Any]:
    """Everything of an order beside shop and id, as JSON can hold it."""
    return {
        "facts": {name: _plain(value) for name in FACTS if (value := getattr(order.facts, name)) is not None},
        "told_by": {name: [at.isoformat(), event] for name, (at, event) in order.told_by.items()},
        "milestones": {kind.value: at.isoformat() for kind, at in order.milestones.items()},
        "scans": [[scan.at.isoformat(), scan.text, scan.place] for scan in order.scans],
        "at": order.at.isoformat() if order.at else "",
        "live": order.live,
        "read_at": order.read_at.isoformat() if order.read_at else "",
    }


def order_from(shop: str, id_: str, record: Mapping[str, Any]) -> Order:
    """The order of `record_of`."""
    return Order(
        shop=shop,
        id=id_,
        facts=OrderFacts(**{name: _fact(name, value) for name, value in record["facts"].items()}),
        told_by={name: (datetime.fromisoformat(at), event) for name, (at, event) in record["told_by"].items()},
        milestones={Kind(kind): datetime.fromisoformat(at) for kind, at in record["milestones"].items()},
        scans=tuple(Scan(datetime.fromisoformat(at), text, place) for at, text, place in record["scans"]),
        at=datetime.fromisoformat(record["at"]) if record["at"] else None,
        live=record["live"],
        read_at=datetime.fromisoformat(told) if (told := record.get("read_at")) else None,  # not there before 0016
    )


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Review():
            return asdict(value)
        case tuple():
            return [asdict(item) for item in value]
    return value


def _fact(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    if name == "items":
        return tuple(Item(**item) for item in value)
    return Review(**value) if name == "review" else value
