"""Versions of the content: kept, found again, and which one is wanted; the same on both databases."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.flows import publication
from bot.store import versions
from bot.store.base import Store
from tests.store.rows import NOW


def publish(store: Store, *hashes: str, action: str = "reload") -> None:
    """Versions published one after another, a minute apart."""

    def story(tx: sa.Connection) -> None:
        for minute, hash_ in enumerate(hashes):
            now = NOW + timedelta(minutes=minute)
            publication.publish(tx, "demo/admin", action, hash_, f"files of {hash_}".encode(), now)

    store.submit(story).result()


def roll_back(store: Store, beginning: str = "") -> str:
    """Roll back as the command does; returns the version."""

    def story(tx: sa.Connection) -> str:
        target = publication.to_roll_back_to(tx, beginning)
        publication.roll_back(tx, "demo/admin", target, NOW)
        return target

    return store.submit(story).result()


def test_before_the_first_nothing_is_wanted(store: Store) -> None:
    assert store.read(versions.wanted).result() is None
    assert store.read(lambda tx: versions.history(tx, 10)).result() == []


def test_the_newest_published_version_is_wanted_and_its_files_come_back(store: Store) -> None:
    publish(store, "aa11", "bb22")
    wanted = store.read(versions.wanted).result()
    assert wanted is not None
    assert (wanted.hash, wanted.who, wanted.pins) == ("bb22", "demo/admin", False)
    assert wanted.at == NOW + timedelta(minutes=1)
    assert store.read(lambda tx: versions.files(tx, "aa11")).result() == b"files of aa11"
    assert store.read(lambda tx: versions.files(tx, "none")).result() is None


def test_what_was_refused_and_what_is_served_change_nothing_about_what_is_wanted(store: Store) -> None:
    publish(store, "aa11")
    store.submit(lambda tx: publication.refuse(tx, "demo/admin", "reload", "bad", "一处错误", NOW)).result()
    store.submit(lambda tx: versions.note(tx, "host:1", "serve", "aa11", NOW, accepted=True)).result()
    wanted = store.read(versions.wanted).result()
    assert wanted is not None
    assert wanted.hash == "aa11"
    listed = store.read(lambda tx: versions.history(tx, 10)).result()
    assert [(e.action, e.hash, e.accepted, e.reason) for e in listed] == [
        ("serve", "aa11", True, ""), ("reload", "bad", False, "一处错误"), ("reload", "aa11", True, ""),
    ]  # fmt: skip
    assert [e.who for e in store.read(lambda tx: versions.served(tx, wanted.id)).result()] == ["host:1"]


def test_a_rollback_pins_and_a_second_one_goes_further_back(store: Store) -> None:
    publish(store, "aa11", "bb22", "cc33")
    assert [roll_back(store), roll_back(store)] == ["bb22", "aa11"]
    wanted = store.read(versions.wanted).result()
    assert wanted is not None
    assert (wanted.hash, wanted.pins) == ("aa11", True)
    publish(store, "cc33")
    after = store.read(versions.wanted).result()
    assert after is not None
    assert (after.hash, after.pins) == ("cc33", False)


def test_a_version_published_twice_is_kept_once_and_is_the_newest(store: Store) -> None:
    publish(store, "aa11", "bb22", "aa11")
    assert store.read(lambda tx: versions.like(tx, "")).result() == ["aa11", "bb22"]
    assert roll_back(store) == "bb22"


def test_only_the_newest_versions_keep_their_files(store: Store) -> None:
    publish(store, *(f"v{number:03}" for number in range(versions.KEPT + 2)))
    kept = store.read(lambda tx: versions.like(tx, "v")).result()
    assert (len(kept), kept[-1]) == (versions.KEPT, "v002")


def test_a_hash_with_a_wildcard_names_nothing(store: Store) -> None:
    publish(store, "aa11")
    assert store.read(lambda tx: versions.like(tx, "%")).result() == []
    assert store.read(lambda tx: versions.like(tx, "_a")).result() == []
