"""SQLite as a durable store: one writing connection in one thread, group commit, readers beside it.

One writing connection also keeps clear of the WAL-reset fault of SQLite 3.7.0–3.51.2, which needs two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreUnavailable, UnsafeStore
from bot.store import assignment, events
from bot.store.base import First, Story, Submitted, T, nothing, take_jobs_added
from bot.store.group import GroupCommit

_READERS = 2
_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
#: What a story did wrong, as against a database that cannot write.
_OWN_FAULTS = (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError, sa.exc.InterfaceError)


def open_engine(url: str) -> sa.Engine:
    """An engine whose connections begin with BEGIN IMMEDIATE: a plain BEGIN that reads before it writes fails under
    contention whatever the timeout (757 of 1,200 updates, measured; bar 48)."""
    path = sa.make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, poolclass=sa.pool.QueuePool)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for name, value in _PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        mode = "BEGIN" if connection.get_execution_options().get("readonly") else "BEGIN IMMEDIATE"
        connection.exec_driver_sql(mode)

    return engine


def check_pragmas(connection: sa.Connection) -> None:
    """Raise UnsafeStore unless the settings that keep acknowledged messages are really in force."""
    for name, wanted in _PRAGMAS.items():
        actual = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        if actual != wanted:
            raise UnsafeStore(f"SQLite keeps {name}={actual}, kefu needs {wanted}; put the file on a local disk")


class SqliteStore:
    """The Store port over one SQLite file; one process only."""

    def __init__(self, url: str) -> None:
        """Opens the file (schema as it is) and starts the writer; UnsafeStore when it would not be durable."""
        self.engine = open_engine(url)
        try:
            with self.engine.connect() as connection:
                check_pragmas(connection)
        except UnsafeStore:
            self.engine.dispose()
            raise
        self._connection: sa.Connection | None = None
        self._wake: Callable[[], None] = lambda: None
        self._tell: Callable[[frozenset[str]], None] = lambda _: None
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="kefu-read")
        self._writer = GroupCommit(self._write)

    def submit(
        self, story: Story[T], lane: str = "", first: First = nothing, *, abreast: bool = False
    ) -> Future[T]:
        """See Store.submit."""
        return self._writer.submit(story, lane, first, abreast=abreast)

    def read(self, story: Story[T]) -> Future[T]:
        """See Store.read."""
        return self._readers.submit(self._read, story)

    def on_jobs(self, wake: Callable[[], None]) -> None:
        """See Store.on_jobs."""
        self._wake = wake

    def on_events(self, tell: Callable[[frozenset[str]], None]) -> None:
        """See Store.on_events."""
        self._tell = tell

    def close(self) -> None:
        """See Store.close."""
        self._writer.close()
        if self._connection is not None:
            self._connection.close()
        self._readers.shutdown()
        self.engine.dispose()

    def _read(self, story: Story[T]) -> T:
        try:
            with self.engine.connect().execution_options(readonly=True) as connection, connection.begin():
                return story(connection)
        except DBAPIError as error:
            raise _translated(error) from error

    def _write(self, stories: Sequence[Submitted]) -> list[Any]:
        try:
            connection = self._connection = self._connection or self.engine.connect()
            with connection.begin():
                events.forget(connection)
                assignment.forget(connection)
                values = [submitted.story(connection) for submitted in stories]
                assignment.write(connection)
                news = events.write(connection)
        except DBAPIError as error:
            if error.connection_invalidated and self._connection is not None:
                self._connection.close()
                self._connection = None
            raise _translated(error) from error
        if take_jobs_added(connection):
            self._wake()
        if news:
            self._tell(news)
        return values


def _translated(error: DBAPIError) -> Exception:
    if isinstance(error, _OWN_FAULTS):
        return error
    return StoreUnavailable(f"the database cannot write now ({type(error.orig).__name__}: {error.orig}); try again")
