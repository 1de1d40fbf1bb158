"""What a story needs first is done on the writer's thread and outside of the transaction; its faults are its own."""

from __future__ import annotations

import threading

import pytest

from bot.store.base import Store
from bot.store.sqlite import SqliteStore
from bot.store.tables import shops
from tests.store.rows import add_shop, count


def test_it_is_done_once_and_before_the_story_on_the_same_thread(store: Store) -> None:
    done: list[tuple[str, str]] = []

    def note(what: str) -> None:
        done.append((what, threading.current_thread().name))

    store.submit(lambda tx: note("story"), first=lambda: note("first")).result()
    assert done == [("first", "kefu-write"), ("story", "kefu-write")]


def test_no_lock_is_held_meanwhile(sqlite_store: SqliteStore) -> None:
    """Another connection can write: inside the transaction it would wait for it in vain."""

    def write() -> None:
        with sqlite_store.engine.begin() as other:
            add_shop(other, "other")

    sqlite_store.submit(add_shop, first=write).result(timeout=10)
    assert sqlite_store.read(count(shops)).result() == 2


def test_a_fault_in_it_is_the_storys_own_and_its_story_is_not_run(store: Store) -> None:
    def fault() -> None:
        raise ZeroDivisionError

    ran: list[str] = []
    faulty = store.submit(lambda tx: ran.append("faulty"), first=fault)
    good = store.submit(lambda tx: add_shop(tx))
    with pytest.raises(ZeroDivisionError):
        faulty.result(timeout=10)
    good.result(timeout=10)
    assert ran == []


def test_a_story_that_is_run_again_needs_it_only_once(store: Store) -> None:
    """A faulty neighbour undoes the group; what was done first stands."""
    calls: list[int] = []
    held = threading.Event()
    blocking = store.submit(lambda tx: None, first=held.wait)
    good = store.submit(lambda tx: add_shop(tx), "a", lambda: calls.append(1))
    faulty = store.submit(lambda tx: 1 // 0, "b")
    held.set()
    blocking.result(timeout=10)
    good.result(timeout=10)
    with pytest.raises(ZeroDivisionError):
        faulty.result(timeout=10)
    assert calls == [1]
