"""The newest wish of an order stands, and is settled once; shops stay apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.address.model import Address
from bot.core.orders import Order
from bot.store import orders, wishes
from bot.store.base import Store
from bot.store.wishes import StoredWish
from tests.store.rows import NOW, add_shop

PLACE = Address("上海市", "上海市", "浦东新区", detail="碧波路690号")
WISH = StoredWish("demo", "A1", "cv_1", "seen", "bound", PLACE, NOW)


def done(store: Store, story: Callable[[sa.Connection], Any]) -> Any:
    return store.submit(story).result()


def begun(store: Store) -> None:
    def story(tx: sa.Connection) -> None:
        for shop in ("demo", "other"):
            add_shop(tx, shop)
            orders.put(tx, [Order(shop, "A1"), Order(shop, "A2")], NOW)

    done(store, story)


def test_the_newest_wish_of_an_order_stands(store: Store) -> None:
    begun(store)
    done(store, lambda tx: wishes.put(tx, WISH))
    assert done(store, lambda tx: wishes.get(tx, "demo", "A1")) == WISH
    newer = replace(WISH, bound="other", address=Address(phone="13900001111"), at=NOW + timedelta(minutes=1))
    done(store, lambda tx: wishes.put(tx, newer))
    assert done(store, lambda tx: wishes.get(tx, "demo", "A1")) == newer
    assert done(store, lambda tx: wishes.get(tx, "other", "A1")) is None


def test_a_wish_waits_until_it_is_settled_and_an_older_one_settles_nothing(store: Store) -> None:
    begun(store)
    done(store, lambda tx: wishes.put(tx, WISH))
    assert done(store, lambda tx: wishes.waiting(tx, "demo", ["A1", "A2"])) == ["A1"]
    assert done(store, lambda tx: wishes.waiting(tx, "other", ["A1"])) == []
    done(store, lambda tx: wishes.settle(tx, replace(WISH, bound="older"), "taken"))
    assert done(store, lambda tx: wishes.waiting(tx, "demo", ["A1"])) == ["A1"]
    done(store, lambda tx: wishes.settle(tx, WISH, "intercept", "tk_1"))
    found = done(store, lambda tx: wishes.get(tx, "demo", "A1"))
    assert (found.state, found.ticket) == ("intercept", "tk_1")
    done(store, lambda tx: wishes.settle(tx, WISH, "taken"))
    assert done(store, lambda tx: wishes.get(tx, "demo", "A1")).state == "intercept"
