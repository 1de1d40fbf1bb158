"""The stories of where customers want their orders to go: a wish is kept with a red flag for whoever makes up the order
(SR-141, SR-155, SR-156), and somebody looks whether it was in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.content.divisions import divisions
from bot.core.address.model import Address
from bot.core.address.parse import parse
from bot.core.effects import KeepNote, Readdress
from bot.core.orders import Order, OrderState
from bot.core.wishes import is_fulfilled
from bot.store import jobs, notes, orders, wishes
from bot.store.conversations import Conversation
from bot.store.wishes import StoredWish

#: The kind of the jobs that look whether a parcel left for the old address.
KIND = "readdress"
#: Who wrote a note that no agent did.
BOT = "机器人"
#: A shipment that commits while a wish is being kept sees none of it, nor the wish the shipment: looked at once more
#: when both are surely there. No transaction takes longer; our default.
_SETTLED = timedelta(seconds=30)


def read(text: str) -> Address:
    """The address of a text, read with the country's divisions."""
    return parse(text, divisions())


def keep_note(tx: sa.Connection, conversation: Conversation, note: KeepNote, now: datetime) -> None:
    """Put a red flag on an order; the ERP fetches it with the agents' notes."""
    notes.add(tx, conversation.shop, conversation.id, BOT, note.text, "red", now, note.order, note.reason)


def keep_wish(tx: sa.Connection, conversation: Conversation, given: Readdress, now: datetime) -> None:
    """Keep what was confirmed, and look soon whether the parcel left meanwhile."""
    shop = conversation.shop
    wishes.put(tx, StoredWish(shop, given.order, conversation.id, given.occasion, given.bound, given.address, now))
    _look(tx, shop, given.order, now + _SETTLED, now)


def watch(tx: sa.Connection, shop: str, changed: Iterable[tuple[Order | None, Order]], now: datetime) -> None:
    """Of orders before and after events: let somebody look at those that were shipped while a wish was open."""
    shipped = [
        new.id for old, new in changed
        if new.state is OrderState.SHIPPED and (old is None or old.state is not OrderState.SHIPPED)
    ]  # fmt: skip
    for order in wishes.waiting(tx, shop, shipped) if shipped else ():
        _look(tx, shop, order, now, now)


def takes_effect(tx: sa.Connection, order: Order) -> bool:
    """Whether the order goes where its customer wished; such a wish is settled."""
    wish = wishes.get(tx, order.shop, order.id)
    if wish is None or not is_fulfilled(order, wish.address, read):
        return False
    wishes.settle(tx, wish, "taken")
    return True


def unfulfilled(tx: sa.Connection, shop: str, order_id: str) -> tuple[Order, StoredWish] | None:
    """An order with a wish that is still open, though the order does not go there; None for any other."""
    order, wish = orders.get(tx, shop, order_id), wishes.get(tx, shop, order_id)
    if order is None or wish is None or wish.state != "open" or takes_effect(tx, order):
        return None
    return order, wish


def _look(tx: sa.Connection, shop: str, order: str, run_at: datetime, now: datetime) -> None:
    jobs.add(tx, shop, KIND, {"order": order}, run_at, now, unique_key=f"{KIND}:{order}")
