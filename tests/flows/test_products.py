"""Feeding a catalogue, reading stocks, the product of a turn, and what customers asked for in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.core.products import Product, Stock, missing
from bot.errors import NotFound
from bot.flows import products as stories
from bot.flows.products import Gap, StockTaken
from bot.store import messages
from bot.store.base import Store, Story
from tests.store.rows import NOW, add_shop, opened

T = TypeVar("T")

SHIRT = Product("P1", "衬衫", {"材质": "棉"}, stock=Stock(NOW, {"": 3}))
SOCKS = Product("P2", "棉袜")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _demo_shop(store: Store) -> None:
    store.submit(lambda tx: add_shop(tx)).result()


def done(store: Store, story: Story[T]) -> T:
    """What a story returned after its commit."""
    return store.submit(story).result()


def feed(store: Store, *given: Product, now: datetime = NOW) -> list[str]:
    """The kinds of change that a batch made."""
    return [change.kind for change in done(store, lambda tx: stories.feed(tx, "demo", given, now))]


def test_a_batch_tells_what_was_new_changed_and_known(store: Store) -> None:
    assert feed(store, SHIRT, SOCKS) == ["new", "new"]
    assert feed(store, SHIRT, replace(SOCKS, price="9.9")) == ["unchanged", "changed"]
    assert done(store, lambda tx: stories.of_turn(tx, "demo", "P2")) == replace(SOCKS, price="9.9")


def test_comparing_writes_nothing(store: Store) -> None:
    changes = store.read(lambda tx: stories.compare(tx, "demo", [SHIRT])).result()
    assert [(change.kind, change.old) for change in changes] == [("new", None)]
    assert done(store, lambda tx: stories.of_turn(tx, "demo", "P1")) is None


def test_a_batch_keeps_a_stock_that_was_read_later_or_that_it_does_not_tell(store: Store) -> None:
    feed(store, replace(SHIRT, stock=Stock(LATER, {"": 0})))
    for known in (SHIRT, replace(SHIRT, stock=None)):
        assert feed(store, known) == ["unchanged"]
        assert done(store, lambda tx: stories.of_turn(tx, "demo", "P1")) == replace(SHIRT, stock=Stock(LATER, {"": 0}))


def test_a_newer_reading_of_the_same_stock_changes_nothing_but_its_time(store: Store) -> None:
    feed(store, SHIRT)
    again = replace(SHIRT, stock=Stock(LATER, {"": 3}))
    assert feed(store, again) == ["unchanged"]
    assert done(store, lambda tx: stories.of_turn(tx, "demo", "P1")) == again


def test_an_unknown_shop_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="kefu shop add none"):
        done(store, lambda tx: stories.feed(tx, "none", [SHIRT], NOW))


def test_readings_are_taken_left_aside_or_of_no_product(store: Store) -> None:
    feed(store, SHIRT, SOCKS)
    readings = {"P1": Stock(NOW, {"": 9}), "P2": Stock(NOW, {"": 9}), "P3": Stock(NOW, {"": 9})}
    taken = done(store, lambda tx: stories.take_stock(tx, "demo", readings, NOW))
    assert taken == StockTaken(taken=("P2",), older=("P1",), unknown=("P3",))
    assert done(store, lambda tx: stories.of_turn(tx, "demo", "P1")) == SHIRT


def test_a_turn_without_a_known_product_has_none(store: Store) -> None:
    feed(store, SHIRT)
    for product in ("", "P9", "p1", "x" * 200):
        assert done(store, lambda tx, id_=product: stories.of_turn(tx, "demo", id_)) is None  # type: ignore[misc]
    assert done(store, lambda tx: stories.of_turn(tx, "other", "P1")) is None


def test_a_demos_stock_counts_as_read_again_unless_somebody_fed_another(store: Store) -> None:
    feed(store, SHIRT, replace(SOCKS, stock=Stock(NOW, {"": 1})))
    example = [SHIRT, replace(SOCKS, stock=Stock(NOW, {"": 7})), Product("P3", "帽", stock=Stock(NOW, {"": 1}))]
    done(store, lambda tx: stories.read_again(tx, "demo", example, LATER))
    stocks = [done(store, lambda tx, id_=id_: stories.of_turn(tx, "demo", id_)) for id_ in ("P1", "P2", "P3")]  # type: ignore[misc]
    assert [product and product.stock for product in stocks] == [Stock(LATER, {"": 3}), Stock(NOW, {"": 1}), None]


def test_what_customers_asked_for_in_vain_is_counted_by_product_and_attribute(store: Store) -> None:
    conversation = opened(store)
    done(store, lambda tx: add_shop(tx, "other"))

    def decide(tx: sa.Connection) -> None:
        for number, reasons in enumerate((
            [missing("P1", "材质")], ["not_understood"], [],
            [missing("P1", "保质期"), "intent_needs_human"],
            ["product_fact_missing: P1 材质", missing("P2", "适用 年龄")],
        )):  # fmt: skip
            _decision(tx, conversation, f"dc_{number}", reasons, NOW + number * timedelta(minutes=1))

    done(store, decide)
    found = store.read(lambda tx: stories.gaps(tx, "demo", NOW)).result()
    minute = timedelta(minutes=1)
    assert found == [
        Gap("P1", "材质", 2, NOW + 4 * minute), Gap("P1", "保质期", 1, NOW + 3 * minute),
        Gap("P2", "适用 年龄", 1, NOW + 4 * minute),
    ]  # fmt: skip
    assert [gap.times for gap in store.read(lambda tx: stories.gaps(tx, "demo", NOW + minute)).result()] == [1, 1, 1]
    assert store.read(lambda tx: stories.gaps(tx, "other", NOW)).result() == []


def _decision(tx: sa.Connection, conversation: str, id_: str, reasons: list[str], at: datetime) -> None:
    about = {
        "status": "handed_off", "intent": "presale.attribute", "score": 0.9, "margin": 0.5, "runner_up": "",
        "example": "", "situation": "", "ticket": None, "content_hash": "",
    }
    messages.add_decision(
        tx,
        {"shop": "demo", "id": id_, "conversation": conversation, "reasons": reasons, "created_at": at, **about},
    )
