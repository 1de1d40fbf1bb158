"""Events are heard once, orders come back as the events made them, and shops and customers stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.core.orders import Kind, Order, OrderEvent, order_of
from bot.errors import NotFound
from bot.flows import orders as stories
from bot.flows.orders import Heard
from bot.store import conversations, orders
from bot.store.base import Store
from bot.store.base import Story as Told
from bot.store.tables import order_events
from tests.core.test_orders import SHAPES, event
from tests.store.rows import NOW, add_shop, count, opened

T = TypeVar("T")
BOUGHT = SHAPES["bought, shipped, signed"][0]


def test_an_event_is_heard_once(store: Store) -> None:
    _shops(store)
    first = take(store, [*BOUGHT, BOUGHT[0]])
    assert (first.taken, first.repeated, len(first.changes)) == (5, 1, 1)
    assert first.changes[0].old is None
    again = take(store, BOUGHT)
    assert (again.taken, again.repeated, again.changes) == (0, 5, ())
    assert done(store, count(order_events)) == 5
    assert done(store, lambda tx: orders.get(tx, "demo", "A1")) == order_of("demo", "A1", BOUGHT)


def test_one_by_one_in_any_order_is_the_same(store: Store) -> None:
    _shops(store)
    for number, mixed in enumerate(permutations(BOUGHT[:3])):
        for one in mixed:
            take(store, [replace(one, order=f"B{number}")])
    records = {
        str(sorted(order.milestones.items())) + str(order.facts)
        for order in done(store, lambda tx: orders.listed(tx, "demo"))
    }
    assert len(records) == 1


def test_the_same_number_in_two_shops_is_two_orders(store: Store) -> None:
    _shops(store)
    take(store, BOUGHT)
    take(store, BOUGHT[:1], shop="other")
    here = done(store, lambda tx: orders.get(tx, "demo", "A1"))
    there = done(store, lambda tx: orders.get(tx, "other", "A1"))
    assert here
    assert there
    assert (here.state, there.state) == ("signed", "unpaid")
    assert done(store, lambda tx: orders.some(tx, "other", ["A1", "A2"])).keys() == {"A1"}


def test_an_order_needs_its_shop(store: Store) -> None:
    _shops(store)
    with pytest.raises(NotFound, match="没有店铺 none"):
        take(store, BOUGHT, shop="none")
    with pytest.raises(sa.exc.IntegrityError):
        done(store, lambda tx: orders.put(tx, [order_of("none", "A1", BOUGHT)], NOW))


def test_orders_are_found_by_customer_newest_first(store: Store) -> None:
    _shops(store)
    given = [_of("c1", "1", 1), _of("c1", "2", 5), _of("c2", "3", 9)]
    take(store, given)
    mine = done(store, lambda tx: orders.of_customer(tx, "demo", "web", "c1", 10))
    assert [order.id for order in mine] == ["2", "1"]
    assert done(store, lambda tx: orders.of_customer(tx, "demo", "other", "c1", 10)) == []
    assert [one.id for one in done(store, lambda tx: orders.listed(tx, "demo", "c2"))] == ["3"]
    assert [one.id for one in done(store, lambda tx: orders.listed(tx, "demo", after="1", limit=1))] == ["2"]


def test_the_orders_of_many_customers_are_each_ones_newest(store: Store) -> None:
    _shops(store)
    take(store, [_of("c1", "1", 1), _of("c1", "2", 5), _of("c1", "3", 3), _of("c2", "4", 9), _of("c3", "5", 2)])
    take(store, [_of("c2", "6", 7, channel="app"), _of("c1", "7", 8, channel="app")])
    asked = [("web", "c1"), ("app", "c2"), ("web", "c4")]
    found = done(store, lambda tx: orders.of_customers(tx, "demo", asked, 2))
    assert {customer: [order.id for order in theirs] for customer, theirs in found.items()} == {
        ("web", "c1"): ["2", "3"], ("app", "c2"): ["6"],
    }  # fmt: skip
    assert found[("web", "c1")] == done(store, lambda tx: orders.of_customer(tx, "demo", "web", "c1", 2))
    assert done(store, lambda tx: orders.of_customers(tx, "other", asked, 2)) == {}
    assert done(store, lambda tx: orders.of_customers(tx, "demo", [], 2)) == {}


def test_a_turn_is_about_the_named_order_or_the_only_open_one(store: Store) -> None:
    opened(store, "c1")
    given = [_of("c1", "open", 1), _of("c1", "shut", 5, Kind.SIGNED), _of("c2", "theirs", 9)]
    take(store, given)
    assert _meant(store) == "open"
    assert _meant(store, "shut") == "shut"
    assert _meant(store, "unheard-of") is None
    assert _meant(store, "theirs") is None, "nobody is told of another customer's order"
    take(store, [_of("c1", "open2", 2)])
    assert _meant(store) is None, "two open orders: which is meant is not guessed"


def test_a_settled_order_is_meant_while_it_is_fresh(store: Store) -> None:
    opened(store, "c1")
    take(store, [_of("c1", "shut", 5, Kind.SIGNED)])
    when = event(Kind.SIGNED, 5).at
    assert _meant(store, at=when + timedelta(days=30)) == "shut"
    assert _meant(store, at=when + timedelta(days=31)) is None


def test_what_a_file_told_is_not_told_on(store: Store) -> None:
    opened(store, "c1")
    read = replace(_of("c1", "1", 0), live=False)
    take(store, [read])
    assert _meant(store, "1", at=read.at + timedelta(seconds=61)) is None
    take(store, [_of("c1", "1", 1, Kind.PAID)])
    assert _meant(store, "1", at=read.at + timedelta(days=1)) == "1"


def done(store: Store, story: Told[T]) -> T:
    """The story's result, committed."""
    return store.submit(story).result()


def take(store: Store, events: Sequence[OrderEvent], shop: str = "demo") -> Heard:
    """What became of the events."""
    return done(store, lambda tx: stories.take(tx, shop, events, NOW))


def _meant(store: Store, named: str = "", at: datetime | None = None) -> str | None:
    when = at or event(Kind.CHANGED, 10).at

    def story(tx: sa.Connection) -> Order | None:
        conversation = conversations.enter(tx, "demo", "web", "c1", "", (), NOW)
        return stories.of_turn(tx, conversation, named, when)

    order = done(store, story)
    return order.id if order else None


def _of(customer: str, order: str, hours: float, kind: Kind = Kind.CREATED, channel: str = "web") -> OrderEvent:
    return replace(event(kind, hours, channel=channel, customer=customer), order=order)


def _shops(store: Store) -> None:
    done(store, add_shop)
    store.submit(lambda tx: add_shop(tx, "other")).result()
