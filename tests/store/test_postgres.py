"""PostgreSQL as a store: what the server asks for again is done again, what it cannot do is said at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable
from bot.store import conversations as entering
from bot.store import migrate
from bot.store.postgres import PostgresStore
from bot.store.tables import conversations, shops
from tests.server import free_port
from tests.store.rows import NOW, add_shop, count, opened

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[PostgresStore]:
    """A migrated PostgreSQL store."""
    store = PostgresStore(postgres_url, pool_size=4)
    migrate.migrate(store.engine)
    yield store
    store.close()


@pytest.fixture
def other(postgres: PostgresStore, postgres_url: str) -> Iterator[PostgresStore]:
    """Another process's store over the same database."""
    store = PostgresStore(postgres_url, pool_size=2)
    yield store
    store.close()


def test_a_deadlock_is_resolved_by_trying_again(postgres: PostgresStore, other: PostgresStore) -> None:
    for shop in ("a", "b"):
        postgres.submit(_adder(shop)).result()
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def cross(first: str, second: str) -> Any:
        def story(tx: sa.Connection) -> None:
            tries.append(first)
            _rename(tx, first)
            if tries.count(first) == 1:
                both_hold_one.wait(10)
            _rename(tx, second)

        return story

    futures = [postgres.submit(cross("a", "b")), other.submit(cross("b", "a"))]

    assert [future.exception(timeout=30) for future in futures] == [None, None]
    assert len(tries) >= 3  # at least one of the two was sent back by the server and came again
    assert postgres.read(_names).result() == {"a": "xx", "b": "xx"}


def test_a_serialization_failure_is_tried_again(postgres: PostgresStore) -> None:
    postgres.submit(_adder("a")).result()
    tries = 0

    def story(tx: sa.Connection) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            tx.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
        _rename(tx, "a")

    postgres.submit(story).result(timeout=10)
    assert (tries, postgres.read(_names).result()) == (2, {"a": "x"})


@pytest.mark.parametrize("prepared", [False, True], ids=["composed", "prepared"])
def test_connections_that_were_cut_are_replaced(postgres: PostgresStore, prepared: bool) -> None:
    opened(postgres)  # one shop, one conversation
    gate = threading.Barrier(4)
    for future in [run(lambda tx: gate.wait(10)) for run in (postgres.submit, *[postgres.read] * 3)]:
        future.result(timeout=20)  # four connections lie in the pool now
    _cut_all(postgres.engine.url)

    for number in range(4):
        postgres.submit(_visitor(f"new{number}") if prepared else _adder(f"shop{number}")).result(timeout=10)
    assert postgres.read(count(conversations if prepared else shops)).result() == 5


def test_a_connection_lost_in_the_middle_of_a_story_is_no_loss(postgres: PostgresStore) -> None:
    tries = 0

    def story(tx: sa.Connection) -> None:
        nonlocal tries
        tries += 1
        add_shop(tx, "demo", "", NOW)
        if tries == 1:
            _cut_all(postgres.engine.url)
        tx.execute(sa.select(1))

    postgres.submit(story).result(timeout=10)
    assert (tries, postgres.read(count(shops)).result()) == (2, 1)


def test_a_connection_lost_during_the_commit_is_not_tried_blindly_again(postgres: PostgresStore) -> None:
    tries = 0

    def story(tx: sa.Connection) -> None:
        nonlocal tries
        tries += 1
        add_shop(tx, "demo", "", NOW)
        _cut_all(postgres.engine.url)  # the next word to the server is COMMIT

    with pytest.raises(StoreUnavailable):
        postgres.submit(story).result(timeout=10)
    assert tries == 1
    assert postgres.read(count(shops)).result() == 0


def test_a_server_that_is_not_there_is_told_as_such() -> None:
    store = PostgresStore(f"postgresql://postgres@127.0.0.1:{free_port()}/test")
    with pytest.raises(StoreUnavailable):
        store.submit(lambda tx: tx.execute(sa.select(1)).scalar()).result(timeout=10)
    store.close()


def test_a_fault_of_the_story_is_its_own_and_not_the_servers(postgres: PostgresStore) -> None:
    postgres.submit(_adder("a")).result()
    with pytest.raises(sa.exc.IntegrityError):
        postgres.submit(_adder("a")).result()
    with pytest.raises(sa.exc.DataError):
        postgres.submit(lambda tx: add_shop(tx, "nul\0", "", NOW)).result()
    assert postgres.read(count(shops)).result() == 1


def test_two_processes_that_start_at_once_migrate_one_after_the_other(postgres_url: str) -> None:
    stores = [PostgresStore(postgres_url, pool_size=1) for _ in range(3)]
    changed: list[bool] = []
    threads = [threading.Thread(target=lambda s=s: changed.append(migrate.migrate(s.engine))) for s in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for store in stores:
        store.close()
    assert sorted(changed) == [False, False, True]


def _cut_all(url: sa.URL) -> None:
    admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with admin.connect() as connection:
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )


def _adder(shop: str) -> Any:
    return lambda tx: add_shop(tx, shop, "", NOW)


def _visitor(customer: str) -> Any:
    return lambda tx: entering.enter(tx, "demo", "web", customer, "", (), NOW)


def _rename(tx: sa.Connection, shop: str) -> None:
    tx.execute(shops.update().where(shops.c.id == shop).values(name=shops.c.name + "x"))


def _names(tx: sa.Connection) -> dict[str, str]:
    return {row.id: row.name for row in tx.execute(sa.select(shops.c.id, shops.c.name))}


def test_groups_of_two_processes_take_their_conversations_in_one_order(
    postgres: PostgresStore, other: PostgresStore
) -> None:
    """Each writes to the same twenty shops, submitted in opposite order: by lane they meet in the same one."""
    names = [f"shop{number:02}" for number in range(20)]
    for name in names:
        postgres.submit(_adder(name)).result()
    for _ in range(5):
        futures = [postgres.submit(_renamer(name), name) for name in names]
        futures += [other.submit(_renamer(name), name) for name in reversed(names)]
        assert [future.exception(timeout=30) for future in futures] == [None] * 40


def _renamer(shop: str) -> Any:
    return lambda tx: _rename(tx, shop)
