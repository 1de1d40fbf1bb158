"""Orders that were hardly meant both: the same goods, ordered by the same customer at about the same time (SR-121)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.core.orders import SETTLED, Kind, Order, OrderState

#: Orders of the same goods this close to each other are taken for twins; our default.
_CLOSE = timedelta(hours=24)
_PAID = frozenset({OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED})


def is_doubled(order: Order, others: Iterable[Order]) -> bool:
    """Whether the same goods wait to be paid for in another of the customer's orders, too."""
    return any(twin.state is OrderState.UNPAID for twin in _twins(order, others))


def is_paid_elsewhere(order: Order, others: Iterable[Order]) -> bool:
    """Whether the same goods are paid for in another of the customer's orders (SR-120)."""
    return any(twin.state in _PAID for twin in _twins(order, others))


def _twins(order: Order, others: Iterable[Order]) -> Iterator[Order]:
    """Those of the other orders that are of the same goods and of about the same time, the closed ones aside."""
    goods, at = _goods(order), order.milestones.get(Kind.CREATED)
    return (
        other for other in others
        if goods and goods == _goods(other) and other.state not in SETTLED
        and at is not None and abs(other.milestones.get(Kind.CREATED, at) - at) <= _CLOSE
    )  # fmt: skip


def _goods(order: Order) -> frozenset[tuple[str, str]]:
    return frozenset((item.product, item.sku) for item in order.facts.items or ())
