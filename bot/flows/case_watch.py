"""Orders have changed: let the worker look soon whether that opens after-sale cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.core.orders import Order
from bot.store import jobs


def watch(tx: sa.Connection, changed: Iterable[Order], now: datetime) -> None:
    """One look per order, however many of its events come together. Only orders whose shop pushes events: a file of
    old orders opens nothing."""
    for order in changed:
        if order.live:
            payload = {"order": order.id}
            jobs.add(tx, order.shop, "order_cases", payload, now, now, unique_key=f"order_cases:{order.id}")
