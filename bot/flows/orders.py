"""The stories of a shop's orders: events come in, a file is read, a turn asks for the order that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from bot.core.model import Understanding
from bot.core.order_facts import is_current
from bot.core.order_snapshot import Snapshot, events_of, is_news
from bot.core.orders import SETTLED, Order, OrderEvent, applied
from bot.errors import NotFound
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


class Buyer(Protocol):
    """Who speaks: a conversation, or a message of one that has not begun."""

    @property
    def shop(self) -> str:
        """The shop."""

    @property
    def channel(self) -> str:
        """Id of the channel."""

    @property
    def customer(self) -> str:
        """The customer's id on that channel."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What a turn tells of the order it is about."""

    named: str = ""  #: its number, on a card, typed, or spoken of before
    product: str = ""  #: id of a product that is shown


def lane(shop: str) -> str:
    """Where stories about a shop's orders stand in a group: behind all conversations, for their locks come first."""
    return f"~orders/{shop}"


def take(tx: sa.Connection, shop: str, events: Sequence[OrderEvent], now: datetime) -> Heard:
    """Apply events to the shop's orders, each event once, in whatever order they come. NotFound without such a
    shop."""
    if not orders.lock(tx, shop):
        raise NotFound(_NO_SHOP.format(shop=shop))
    fresh = _first_heard(tx, shop, events)
    heard = _compared(tx, shop, fresh, len(events))
    orders.put(tx, [change.new for change in heard.changes], now)
    orders.add_events(tx, shop, fresh, now)
    _tell_desks(tx, shop, heard.changes)
    return heard


def compare(tx: sa.Connection, shop: str, events: Sequence[OrderEvent]) -> Heard:
    """What `take` would do."""
    return _compared(tx, shop, _first_heard(tx, shop, events), len(events))


def _compared(tx: sa.Connection, shop: str, fresh: Sequence[OrderEvent], told: int) -> Heard:
    known = orders.some(tx, shop, {event.order for event in fresh})
    new = dict(known)
    for event in fresh:
        new[event.order] = applied(new.get(event.order) or Order(shop, event.order), event)
    changes = tuple(Change(known.get(id_), new[id_]) for id_ in sorted({event.order for event in fresh}))
    return Heard(len(fresh), told - len(fresh), changes)


def read(tx: sa.Connection, shop: str, snapshots: Sequence[Snapshot], now: datetime) -> Read:
    """Take what was read of orders, all or none; what says nothing new is left alone. NotFound without such a shop."""
    if not orders.lock(tx, shop):
        raise NotFound(_NO_SHOP.format(shop=shop))
    found = preview(tx, shop, snapshots)
    news = {change.new.id for change in found.changes}
    events = [event for one in snapshots if one.order in news for event in events_of(one)]
    take(tx, shop, events, now)
    _mark_read(tx, shop, snapshots, now)
    return found


def preview(tx: sa.Connection, shop: str, snapshots: Sequence[Snapshot]) -> Read:
    """What `read` would do."""
    known = orders.some(tx, shop, {one.order for one in snapshots})
    news = [one for one in snapshots if is_news(one, known.get(one.order))]
    heard = compare(tx, shop, [event for one in news for event in events_of(one)])
    return Read(heard.changes, len({one.order for one in snapshots}) - len(heard.changes))


def of_turn(tx: sa.Connection, conversation: Conversation, named: str, now: datetime) -> Order | None:
    """The order that is meant (see `meant`), if what is known of it is current."""
    order = meant(tx, conversation, Mention(named), now)
    return order if order is not None and is_current(order, now) else None


def meant(tx: sa.Connection, buyer: Buyer, mention: Mention, now: datetime) -> Order | None:
    """The order that a customer's turn is about, if it is this customer's: the named one; where none is named the only
    open one, or else the only one lately. Nobody is told of another customer's order, whatever number is named (bar
    39). A product that is none of the order's speaks of something else, unless the order is named."""
    if mention.named:
        order = orders.get(tx, buyer.shop, mention.named)
        return order if order is not None and _is_of(order, buyer) else None
    order = _only(orders.of_customer(tx, buyer.shop, buyer.channel, buyer.customer, _LOOKED_AT), now)
    return None if order is None or _is_other(order, mention.product) else order


def mention_in(shown: Iterable[str], understood: Understanding, remembered: str, product: str) -> Mention:
    """What a turn tells of the order it is about. `shown`: numbers that the platform gave, the newest first;
    `remembered`: the one last spoken of; `product`: id of the one that is shown."""
    typed = (entity.value for entity in understood.entities if entity.kind == "order_no")
    return Mention(next(iter((*shown, *typed)), "") or remembered, product)


def of_conversation(tx: sa.Connection, conversation: Conversation) -> list[Order]:
    """The customer's orders, those that changed last first, for an agent who sees how old each is."""
    return orders.of_customer(tx, conversation.shop, conversation.channel, conversation.customer, _LOOKED_AT)


def _tell_desks(tx: sa.Connection, shop: str, changes: Sequence[Change]) -> None:
    """The orders stand beside their customers' conversations."""
    customers = {(one.new.facts.channel, one.new.facts.customer) for one in changes}
    for channel, customer in sorted((c, who) for c, who in customers if c and who):
        if conversation := conversations.id_of(tx, shop, channel, customer):
            desk_events.note(tx, shop, conversation)


def _mark_read(tx: sa.Connection, shop: str, snapshots: Sequence[Snapshot], now: datetime) -> None:
    """The shop's system said how these orders stand, new or not."""
    at = {one.order: one.read_at for one in sorted(snapshots, key=lambda one: one.read_at) if one.live}
    known = orders.some(tx, shop, at) if at else {}
    later = [
        replace(order, read_at=at[id_]) for id_, order in known.items()
        if order.read_at is None or order.read_at < at[id_]
    ]  # fmt: skip
    orders.put(tx, later, now)


def _is_of(order: Order, buyer: Buyer) -> bool:
    owner = (order.shop, order.facts.channel, order.facts.customer)
    return owner == (buyer.shop, buyer.channel, buyer.customer)


def _is_other(order: Order, product: str) -> bool:
    """Whether a product that the customer shows is none of the order's."""
    items = order.facts.items or ()
    return bool(product and items) and product not in {item.product for item in items}


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
