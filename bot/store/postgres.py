"""PostgreSQL as a durable store for many processes: row locks keep a conversation in order, commits are shared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreUnavailable
from bot.store import assignment, events, statistics
from bot.store.abreast import Abreast
from bot.store.base import First, Story, Submitted, T, nothing, take_jobs_added
from bot.store.group import GroupCommit
from bot.store.meanwhile import Connection, Work
from bot.store.statistics import Growth

_ATTEMPTS = 3
#: Deadlocks, serialization failures and locks held too long are PostgreSQL's way of asking for another try.
_AGAIN = {"40001", "40P01", "55P03"}
#: What a story did wrong, as against a database that cannot write.
_OWN_FAULTS = (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError)
# A wait for a lock ends later than the server looks for deadlocks (after 1 s by default), which it resolves better.
_SESSION = "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000"


def open_engine(url: str, pool_size: int, meanwhile: Work = lambda: False) -> sa.Engine:
    """An engine with one connection per worker thread, quick to notice a database that is gone. `meanwhile`: what its
    threads may do while they wait for the server."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=2,
        pool_timeout=1,
        connect_args={"connect_timeout": 1, "options": _SESSION},
    )

    @sa.event.listens_for(engine, "do_connect")
    def _connect(_: Any, __: Any, arguments: Any, options: Any) -> Connection:
        connection = Connection.connect(*arguments, **options)
        connection.meanwhile = meanwhile
        return connection

    return engine


class PostgresStore:
    """The Store port over PostgreSQL; any number of processes and machines."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        """Connects when first used: one connection writes, the others read."""
        self.engine = open_engine(url, pool_size, lambda: self._writer.get_ready())
        self._abreast = Abreast()
        self._growth = Growth()
        self._closing = threading.Event()
        self._writer = GroupCommit(self._grow)
        self._readers = ThreadPoolExecutor(max(1, pool_size - 1), thread_name_prefix="kefu-read")
        self._wake: Callable[[], None] = lambda: None
        self._tell: Callable[[frozenset[str]], None] = lambda _: None

    def submit(
        self, story: Story[T], lane: str = "", first: First = nothing, *, abreast: bool = False
    ) -> Future[T]:
        """See Store.submit."""
        return self._writer.submit(story, lane, first, abreast=abreast)

    def read(self, story: Story[T]) -> Future[T]:
        """See Store.read."""
        return self._readers.submit(lambda: self._write([Submitted(story)])[0])

    def on_jobs(self, wake: Callable[[], None]) -> None:
        """See Store.on_jobs."""
        self._wake = wake

    def on_events(self, tell: Callable[[frozenset[str]], None]) -> None:
        """See Store.on_events."""
        self._tell = tell

    def close(self) -> None:
        """See Store.close."""
        self._writer.close()
        self._closing.set()
        self._readers.shutdown()
        self.engine.dispose()

    def _grow(self, stories: Sequence[Submitted]) -> list[Any]:
        values = self._write(stories)
        if self._growth.add(len(stories)):
            self._readers.submit(statistics.gather, self.engine, self._closing.is_set)
        return values

    def _write(self, stories: Sequence[Submitted]) -> list[Any]:
        """Run, and run again after a lost connection or a deadlock: nothing of the failed try remains. Only a
        connection lost during the commit itself is not tried again, since that commit may have come through and an
        agent's text would be sent twice."""
        for attempt in range(1, _ATTEMPTS + 1):
            committing = False
            try:
                with self.engine.begin() as connection:
                    events.forget(connection)
                    assignment.forget(connection)
                    values = self._abreast.run(connection, stories)
                    assignment.write(connection)
                    news = events.write(connection)
                    wake = take_jobs_added(connection)
                    committing = True
            except sa.exc.TimeoutError as error:
                raise StoreUnavailable("all database connections are busy; try again") from error
            except DBAPIError as error:
                rolled_back = getattr(error.orig, "sqlstate", None) in _AGAIN
                if isinstance(error, _OWN_FAULTS) or (rolled_back and len(stories) > 1):
                    raise  # the group is run again in halves, until it is clear who is in the way
                again = rolled_back or (error.connection_invalidated and not committing)
                if error.connection_invalidated:
                    self.engine.dispose()  # the others in the pool are most likely as dead as this one
                if not again or attempt == _ATTEMPTS:
                    raise StoreUnavailable(f"the database does not answer ({type(error.orig).__name__})") from error
            else:
                if wake:
                    self._wake()
                if news:
                    self._tell(news)
                return values
        raise StoreUnavailable
