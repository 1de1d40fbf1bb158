"""The stories of a shop's orders: events come in, a file is read, a turn asks for the order that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.order_facts import is_current
from bot.core.order_snapshot import Snapshot, events_of, is_news
from bot.core.orders import SETTLED, Order, OrderEvent, applied
from bot.errors import NotFound
from bot.flows import case_watch
from bot.store import conversations, orders
from bot.store import events as desk_events
from bot.store.conversations import Conversation

_NO_SHOP = "没有店铺 {shop}；先用 kefu shop add {shop} 新增"
#: A customer's orders that are looked at for the one that is meant; our default.
_LOOKED_AT = 20
#: A settled order that is the customer's only one is still meant for this long; our default, beyond the usual return.
_STILL_MEANT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Change:
    """What events did (or would do) to one order."""

    old: Order | None
    new: Order


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a batch of events."""

    taken: int  #: heard for the first time
    repeated: int  #: heard before, or twice in the batch
    changes: tuple[Change, ...]  #: by order, those that took an event


@dataclass(frozen=True, slots=True)
class Read:
    """What reading orders did (or would do)."""

    changes: tuple[Change, ...]  #: by order
    unchanged: int


def take(tx: sa.Connection, shop: str, events: Sequence[OrderEvent], now: datetime) -> Heard:
    """Apply events to the shop's orders, each event once, in whatever order they come. NotFound without such a
    shop."""
    if not orders.lock(tx, shop):
        raise NotFound(_NO_SHOP.format(shop=shop))
    heard = compare(tx, shop, events)
    orders.put(tx, [change.new for change in heard.changes], now)
    orders.add_events(tx, shop, _first_heard(tx, shop, events), now)
    _tell_desks(tx, shop, heard.changes)
    case_watch.watch(tx, [change.new for change in heard.changes], now)
    return heard


def compare(tx: sa.Connection, shop: str, events: Sequence[OrderEvent]) -> Heard:
    """What `take` would do."""
    fresh = _first_heard(tx, shop, events)
    known = orders.some(tx, shop, {event.order for event in fresh})
    new = dict(known)
    for event in fresh:
        new[event.order] = applied(new.get(event.order) or Order(shop, event.order), event)
    changes = tuple(Change(known.get(id_), new[id_]) for id_ in sorted({event.order for event in fresh}))
    return Heard(len(fresh), len(events) - len(fresh), changes)


def read(tx: sa.Connection, shop: str, snapshots: Sequence[Snapshot], now: datetime) -> Read:
    """Take what was read of orders, all or none; what says nothing new is left alone. NotFound without such a shop."""
    if not orders.lock(tx, shop):
        raise NotFound(_NO_SHOP.format(shop=shop))
    found = preview(tx, shop, snapshots)
    news = {change.new.id for change in found.changes}
    events = [event for one in snapshots if one.order in news for event in events_of(one)]
    take(tx, shop, events, now)
    return found


def preview(tx: sa.Connection, shop: str, snapshots: Sequence[Snapshot]) -> Read:
    """What `read` would do."""
    known = orders.some(tx, shop, {one.order for one in snapshots})
    news = [one for one in snapshots if is_news(one, known.get(one.order))]
    heard = compare(tx, shop, [event for one in news for event in events_of(one)])
    return Read(heard.changes, len({one.order for one in snapshots}) - len(heard.changes))


def of_turn(tx: sa.Connection, conversation: Conversation, named: str, now: datetime) -> Order | None:
    """The order that a customer's turn is about, if it is this customer's and what is known of it is current: the
    named one; where none is named (“”) the only open one, or else the only one lately. Nobody is told of another
    customer's order, whatever number is named (bar 39)."""
    shop = conversation.shop
    if named:
        order = orders.get(tx, shop, named)
    else:
        order = _only(orders.of_customer(tx, shop, conversation.channel, conversation.customer, _LOOKED_AT), now)
    if order is None or not is_current(order, now) or not _is_of(order, conversation):
        return None
    return order


def of_conversation(tx: sa.Connection, conversation: Conversation) -> list[Order]:
    """The customer's orders, those that changed last first, for an agent who sees how old each is."""
    return orders.of_customer(tx, conversation.shop, conversation.channel, conversation.customer, _LOOKED_AT)


def _tell_desks(tx: sa.Connection, shop: str, changes: Sequence[Change]) -> None:
    """The orders stand beside their customers' conversations."""
    customers = {(one.new.facts.channel, one.new.facts.customer) for one in changes}
    for channel, customer in sorted((c, who) for c, who in customers if c and who):
        if conversation := conversations.id_of(tx, shop, channel, customer):
            desk_events.note(tx, shop, conversation)


def _is_of(order: Order, conversation: Conversation) -> bool:
    owner = (order.shop, order.facts.channel, order.facts.customer)
    return owner == (conversation.shop, conversation.channel, conversation.customer)


def _only(found: Sequence[Order], now: datetime) -> Order | None:
    still = [order for order in found if order.state not in SETTLED]
    lately = [order for order in found if order.at and now - order.at <= _STILL_MEANT]
    meant = still or lately
    return meant[0] if len(meant) == 1 else None


def _first_heard(tx: sa.Connection, shop: str, events: Sequence[OrderEvent]) -> list[OrderEvent]:
    known = orders.heard(tx, shop, events)
    fresh: dict[tuple[str, str], OrderEvent] = {}
    for event in events:
        if (event.order, event.id) not in known:
            fresh.setdefault((event.order, event.id), event)
    return list(fresh.values())
