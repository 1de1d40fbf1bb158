"""Channels and their secrets: found by name alone, rotated with an overlap, each shop's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store import channels
from bot.store.base import Store
from bot.store.channels import Channel
from tests.store.rows import NOW, add_shop

_HOUR = timedelta(hours=1)
_WEB = Channel("demo", "web", "callback", "https://shop.example/in", True, 2.5, False, ("whsec_old",))


def test_a_channel_comes_back_as_it_was_stored(store: Store) -> None:
    _add(store, _WEB)
    assert store.read(lambda tx: channels.find(tx, "web", NOW)).result() == _WEB
    assert store.read(lambda tx: channels.find(tx, "none", NOW)).result() is None


def test_old_secrets_stay_good_until_they_expire_and_the_newest_comes_first(store: Store) -> None:
    _add(store, _WEB)

    def rotate(tx: sa.Connection) -> None:
        channels.expire_secrets(tx, "demo", "web", NOW + 24 * _HOUR)
        channels.add_secret(tx, "demo", "web", "whsec_new", NOW + _HOUR)

    store.submit(rotate).result()
    assert _secrets(store, 23) == ("whsec_new", "whsec_old")
    assert _secrets(store, 24) == ("whsec_new",)


def test_a_second_rotation_does_not_lengthen_the_life_of_an_older_secret(store: Store) -> None:
    _add(store, _WEB)
    for hours, secret in ((1, "whsec_2"), (20, "whsec_3")):
        store.submit(lambda tx, at=hours: channels.expire_secrets(tx, "demo", "web", NOW + (at + 24) * _HOUR)).result()  # type: ignore[misc]
        store.submit(
            lambda tx, at=hours, new=secret: channels.add_secret(tx, "demo", "web", new, NOW + at * _HOUR)  # type: ignore[misc]
        ).result()
    assert _secrets(store, 24) == ("whsec_3", "whsec_2", "whsec_old")
    assert _secrets(store, 26) == ("whsec_3", "whsec_2")


def test_an_id_names_one_channel_whatever_the_shop(store: Store) -> None:
    _add(store, _WEB)
    store.submit(lambda tx: add_shop(tx, "other")).result()
    taken = Channel("other", "web", "response", "", False, 0, False)
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: channels.add(tx, taken, NOW)).result()
    assert [c.shop for c in store.read(lambda tx: channels.listed(tx, NOW)).result()] == ["demo"]


def test_a_shop_speaks_first_where_it_can_call_and_nobody_confirms_each_reply(store: Store) -> None:
    _add(store, _WEB)
    for mute in (Channel("demo", "app", "response", "", False, 0, False), replace(_WEB, id="second")):
        store.submit(lambda tx, one=mute: channels.add(tx, one, NOW)).result()  # type: ignore[misc]
    assert store.read(lambda tx: channels.that_speak_first(tx, "demo")).result() == {"web", "second"}
    assert store.read(lambda tx: channels.that_speak_first(tx, "other")).result() == frozenset()
    store.submit(lambda tx: channels.set_shop_mode(tx, "demo", "assist")).result()
    assert store.read(lambda tx: channels.that_speak_first(tx, "demo")).result() == frozenset()


def test_a_channel_needs_its_shop(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: channels.add(tx, _WEB, NOW)).result()
    assert store.read(channels.any_shop).result() is False


def test_the_shops_mode_is_the_channels(store: Store) -> None:
    _add(store, _WEB)
    assert store.submit(lambda tx: channels.set_shop_mode(tx, "demo", "assist")).result()
    found = store.read(lambda tx: channels.find(tx, "web", NOW)).result()
    assert found is not None
    assert found.assist
    assert not store.submit(lambda tx: channels.set_shop_mode(tx, "none", "assist")).result()
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: channels.set_shop_mode(tx, "demo", "bold")).result()


def _add(store: Store, channel: Channel) -> None:
    store.submit(lambda tx: add_shop(tx, channel.shop)).result()
    store.submit(lambda tx: channels.add(tx, channel, NOW)).result()


def _secrets(store: Store, hours: int) -> tuple[str, ...]:
    found = store.read(lambda tx: channels.find(tx, "web", NOW + hours * _HOUR)).result()
    assert found is not None
    return found.secrets
