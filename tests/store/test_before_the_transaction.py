"""What a story needs first is done on the writer's thread and outside of the transaction; its faults are its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

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


@pytest.mark.postgres
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
class TestWhileTheServerIsAtWork:
    """PostgreSQL keeps its thread waiting: the next group is made ready meanwhile."""

    def test_it_is_done_during_the_wait(self, store: Store) -> None:
        with _locked(store) as unlock:
            waiting = _wait_for_lock(store)
            following = store.submit(add_shop, first=unlock)

            assert waiting.result(timeout=4) is None  # sooner than the server would call the wait off
            following.result(timeout=4)
        assert store.read(count(shops)).result() == 1

    def test_a_fault_in_it_leaves_the_waiting_story_alone(self, store: Store) -> None:
        with _locked(store) as unlock:

            def fault() -> None:
                unlock()
                raise ZeroDivisionError

            waiting = _wait_for_lock(store)
            faulty, following = store.submit(add_shop, first=fault), store.submit(add_shop)

            assert waiting.result(timeout=4) is None
            assert isinstance(faulty.exception(timeout=4), ZeroDivisionError)
            following.result(timeout=4)

    def test_what_was_made_ready_is_finished_before_the_store_closes(self, store: Store) -> None:
        with _locked(store) as unlock:
            waiting = _wait_for_lock(store)
            following = [store.submit(lambda _, n=n: n, first=unlock) for n in range(40)]  # type: ignore[misc]
            store.close()

        assert waiting.result(timeout=0) is None
        assert [future.result(timeout=0) for future in following] == list(range(40))


@contextmanager
def _locked(store: Store) -> Iterator[Callable[[], None]]:
    """A lock that somebody else holds until told to give it back."""
    with sa.create_engine(store.engine.url, poolclass=sa.NullPool).connect() as other:
        other.exec_driver_sql("SELECT pg_advisory_lock(7)")
        other.commit()

        def unlock() -> None:
            other.exec_driver_sql("SELECT pg_advisory_unlock_all()")
            other.commit()

        yield unlock


def _wait_for_lock(store: Store) -> Future[None]:
    """A story that waits for the lock, already waiting."""
    begun = threading.Event()

    def story(tx: sa.Connection) -> None:
        begun.set()
        tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7)")

    future = store.submit(story)
    assert begun.wait(10)
    return future
