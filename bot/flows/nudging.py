"""The story of what nudges bring: orders that got one beside orders held out."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.orders import Kind
from bot.core.uplift import Share
from bot.store import orders, proactive

#: A payment counts for a nudge this long; our default, as long as one nudge a day keeps the next away.
COUNTED = timedelta(hours=24)
_BATCH = 500


def shares(tx: sa.Connection, shop: str, since: datetime, now: datetime) -> tuple[Share, Share]:
    """How many orders were paid within a day after their first nudge, and after the moment at which those held out
    would have got it. Orders whose day is not over yet are left out."""
    found = proactive.first_nudges(tx, shop, since)
    ripe = {order: first for order, first in found.items() if first[0] + COUNTED <= now}
    of, paid = Counter(held for _, held in ripe.values()), Counter[bool]()
    ids = list(ripe)
    for begin in range(0, len(ids), _BATCH):
        for id_, order in orders.some(tx, shop, ids[begin : begin + _BATCH]).items():
            at, held = ripe[id_]
            payment = order.milestones.get(Kind.PAID) or order.milestones.get(Kind.COD_PLACED)
            paid[held] += payment is not None and payment <= at + COUNTED
    return Share(paid[False], of[False]), Share(paid[True], of[True])
