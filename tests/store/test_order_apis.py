"""Whom we ask how an order stands: kept per shop, over a restart, with a secret that is rotated with an overlap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store import channels, order_apis
from bot.store.base import Store
from bot.store.channels import Channel
from bot.store.order_apis import OrderApi
from tests.store.rows import NOW, add_shop

_URL = "https://erp.example/orders/{order}"
_DEMO = OrderApi("demo", _URL, 0.6, ("whsec_1",))


def _put(store: Store, api: OrderApi) -> bool:
    put = store.submit(lambda tx: order_apis.put(tx, api.shop, api.url, api.seconds, api.secrets[0], NOW))
    return put.result()


def _find(store: Store, shop: str = "demo", hours: float = 0) -> OrderApi | None:
    return store.read(lambda tx: order_apis.find(tx, shop, NOW + timedelta(hours=hours))).result()


@pytest.fixture
def shops(store: Store) -> Store:
    """Two shops, the first with a system."""
    store.submit(lambda tx: add_shop(tx, "demo")).result()
    store.submit(lambda tx: add_shop(tx, "other")).result()
    assert _put(store, _DEMO)
    return store


def test_each_shop_has_its_own(shops: Store) -> None:
    assert _find(shops) == _DEMO
    assert _find(shops, "other") is None
    other = OrderApi("other", "https://other.example/{order}", 0.2, ("whsec_o",))
    assert _put(shops, other)
    assert shops.read(lambda tx: order_apis.listed(tx, NOW)).result() == [_DEMO, other]


def test_a_new_address_keeps_the_secret(shops: Store) -> None:
    moved = replace(_DEMO, url="https://new.example/{order}", seconds=0.3, secrets=("whsec_2",))
    assert not _put(shops, moved)
    assert _find(shops) == replace(moved, secrets=("whsec_1",))


def test_both_secrets_sign_until_the_old_one_ends(shops: Store) -> None:
    until = NOW + timedelta(hours=24)
    assert shops.submit(lambda tx: order_apis.rotate(tx, "demo", "whsec_2", until, NOW)).result()
    assert _find(shops, hours=23.9) == replace(_DEMO, secrets=("whsec_2", "whsec_1"))
    assert _find(shops, hours=24) == replace(_DEMO, secrets=("whsec_2",))
    assert not shops.submit(lambda tx: order_apis.rotate(tx, "other", "whsec_2", until, NOW)).result()


def test_a_channel_knows_whether_its_shop_is_asked(shops: Store) -> None:
    channel = Channel("demo", "web", "response", "", False, 0, False, ("whsec_c",))

    def asks() -> list[bool]:
        return [one.asks_orders for one in shops.read(lambda tx: channels.listed(tx, NOW)).result()]

    shops.submit(lambda tx: channels.add(tx, channel, NOW)).result()
    shops.submit(lambda tx: channels.add(tx, replace(channel, shop="other", id="web2"), NOW)).result()
    assert asks() == [True, False]
    assert shops.submit(lambda tx: order_apis.remove(tx, "demo")).result()
    assert not shops.submit(lambda tx: order_apis.remove(tx, "demo")).result()
    assert (asks(), _find(shops)) == ([False, False], None)


def test_a_system_needs_its_shop(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        _put(store, _DEMO)
