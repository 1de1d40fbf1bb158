"""SQLite keeps what it acknowledged: settings in force, group commit, a full disk survived."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable, UnsafeStore
from bot.store import conversations
from bot.store.sqlite import SqliteStore, check_pragmas, open_engine
from bot.store.tables import shops
from tests.store.held import held
from tests.store.rows import NOW, add_shop, count


@pytest.mark.parametrize(
    "pragma", ["journal_mode=DELETE", "synchronous=NORMAL", "foreign_keys=OFF", "busy_timeout=100"]
)
def test_a_setting_that_would_lose_messages_is_noticed(tmp_path: Path, pragma: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'kefu.db'}")
    driver = engine.raw_connection()
    driver.cursor().execute(f"PRAGMA {pragma}")
    driver.close()
    with engine.connect() as connection, pytest.raises(UnsafeStore, match=pragma.partition("=")[0]):
        check_pragmas(connection)
    engine.dispose()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(UnsafeStore, match="journal_mode=memory"):
        SqliteStore("sqlite:///:memory:")


def test_the_settings_are_in_force_on_every_connection(sqlite_store: SqliteStore) -> None:
    sqlite_store.submit(check_pragmas).result()
    sqlite_store.read(check_pragmas).result()


def test_one_faulty_story_of_a_group_undoes_only_itself(sqlite_store: SqliteStore) -> None:
    stories = [_faulty if number == 17 else _adder(f"shop{number}") for number in range(32)]

    commits, futures = _submit_as_one_group(sqlite_store, stories)

    assert [number for number, future in enumerate(futures) if future.exception()] == [17]
    assert isinstance(futures[17].exception(), ZeroDivisionError)
    assert sqlite_store.read(count(shops)).result() == 31
    assert commits < 10  # they shared commits


@pytest.mark.parametrize("statement", ["INSERT INTO shops (id, created_at) VALUES ('shop0', 1)", "SELECT 1; SELECT 2"])
def test_a_statement_that_the_database_refuses_takes_nobody_along(sqlite_store: SqliteStore, statement: str) -> None:
    def refused(tx: sa.Connection) -> None:
        tx.exec_driver_sql(statement)

    _, futures = _submit_as_one_group(sqlite_store, [_adder("shop0"), refused, _adder("shop2")])

    assert [future.exception() is None for future in futures] == [True, False, True]
    assert not isinstance(futures[1].exception(), StoreUnavailable)
    assert sqlite_store.read(count(shops)).result() == 2


def test_writers_begin_immediately_and_readers_do_not_block_them(sqlite_store: SqliteStore) -> None:
    statements: list[str] = []

    @sa.event.listens_for(sqlite_store.engine, "before_cursor_execute")
    def _note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sqlite_store.submit(_adder("demo")).result()
    begun_by_writer = [s for s in statements if s.startswith("BEGIN")]
    statements.clear()
    reading, written = threading.Event(), threading.Event()

    def slow_look(tx: sa.Connection) -> int:
        before = count(shops)(tx)
        reading.set()
        assert written.wait(10)
        return before + count(shops)(tx)  # still the state it began with

    look = sqlite_store.read(slow_look)
    assert reading.wait(10)
    sqlite_store.submit(_adder("other")).result(timeout=10)
    written.set()

    assert set(begun_by_writer) == {"BEGIN IMMEDIATE"}
    assert look.result(timeout=10) == 2
    assert sorted(s for s in statements if s.startswith("BEGIN")) == ["BEGIN", "BEGIN IMMEDIATE"]


def test_a_full_disk_is_told_and_survived_without_reopening(sqlite_store: SqliteStore) -> None:
    sqlite_store.submit(_adder("before")).result()
    most = sqlite_store.submit(lambda tx: int(tx.exec_driver_sql("PRAGMA page_count").scalar_one())).result()

    @sa.event.listens_for(sqlite_store.engine, "begin")
    def _disk(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

    futures = [sqlite_store.submit(_adder(f"s{n}", "长" * 4000)) for n in range(40)]
    wait(futures)

    refused = [future for future in futures if future.exception()]
    assert refused
    assert {type(future.exception()) for future in refused} == {StoreUnavailable}
    acknowledged = len(futures) - len(refused)
    assert sqlite_store.read(count(shops)).result() == 1 + acknowledged
    assert sqlite_store.read(lambda tx: tx.exec_driver_sql("PRAGMA integrity_check").scalar()).result() == "ok"

    most += 10_000
    sqlite_store.submit(_adder("after", "长" * 4000)).result()
    assert sqlite_store.read(count(shops)).result() == 2 + acknowledged


def test_a_story_that_was_given_up_is_not_run(sqlite_store: SqliteStore) -> None:
    with held(sqlite_store):
        given_up = sqlite_store.submit(_adder("late"))
        assert given_up.cancel()

    sqlite_store.submit(_adder("next")).result(timeout=10)
    assert sqlite_store.read(count(shops)).result() == 1


def test_a_file_that_cannot_be_opened_for_a_while_does_not_end_the_writer(sqlite_store: SqliteStore) -> None:
    away = True

    @sa.event.listens_for(sqlite_store.engine, "do_connect")
    def _refuse(*_: Any) -> None:
        if away:
            raise sa.exc.OperationalError("connect", None, OSError("too many open files"))

    sqlite_store.engine.dispose()
    with pytest.raises(StoreUnavailable):
        sqlite_store.submit(_adder("demo")).result(timeout=10)
    away = False
    sqlite_store.submit(_adder("demo")).result(timeout=10)
    assert sqlite_store.read(count(shops)).result() == 1


def test_reading_from_a_broken_file_says_that_the_store_is_away(sqlite_store: SqliteStore) -> None:
    with pytest.raises(StoreUnavailable):
        sqlite_store.read(lambda tx: tx.exec_driver_sql("SELECT * FROM no_such_table")).result()


def test_a_database_that_fails_while_rows_are_fetched_is_away_too(sqlite_store: SqliteStore) -> None:
    sqlite_store.submit(_adder("demo")).result(timeout=10)

    def interrupted(tx: sa.Connection) -> object:
        driver: Any = tx.connection.driver_connection
        driver.set_progress_handler(lambda: True, 1)
        try:
            return conversations.get(tx, "demo", "cv_1")
        finally:
            driver.set_progress_handler(None, 0)

    with pytest.raises(StoreUnavailable, match="interrupted"):
        sqlite_store.submit(interrupted).result(timeout=10)
    assert sqlite_store.read(count(shops)).result() == 1


def _submit_as_one_group(store: SqliteStore, stories: list[Any]) -> tuple[int, list[Future[Any]]]:
    """Hold the writer until all have been submitted; returns how many commits they needed."""
    commits = 0

    def _counted(_: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    with held(store):
        sa.event.listen(store.engine, "commit", _counted)
        futures = [store.submit(story) for story in stories]
    wait(futures, timeout=10)
    return commits, futures


def _adder(shop: str, name: str = "") -> Any:
    return lambda tx: add_shop(tx, shop, name, NOW)


def _faulty(tx: sa.Connection) -> None:
    add_shop(tx, "faulty", "", NOW)
    raise ZeroDivisionError
