"""Orders have changed: let the worker look, when there may be a reason, whether that opens after-sale cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core.case_kinds import CaseKind
from bot.core.case_orders import occasions
from bot.core.orders import Order
from bot.flows.orders import Change
from bot.store import jobs


def watch(tx: sa.Connection, kinds: Mapping[str, CaseKind], changes: Iterable[Change], now: datetime) -> None:
    """One look per order, at once or when a case would be due; none for the many orders that call for no case. Only
    orders whose shop pushes events: a file of old orders opens nothing."""
    for change in changes:
        order = change.new
        if not order.live:
            continue
        key, reasons = f"order_cases:{order.id}", _moments(kinds, order)
        if reasons:
            at = max(now, min(reasons))
            jobs.add(tx, order.shop, "order_cases", {"order": order.id}, at, now, unique_key=key)
        elif change.old is not None and _moments(kinds, change.old):
            jobs.cancel(tx, order.shop, key, f"the order is {order.state.value}", now)


def _moments(kinds: Mapping[str, CaseKind], order: Order) -> list[datetime]:
    return [occasion.at for occasion in occasions(tuple(kinds.values()), order)]
