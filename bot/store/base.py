"""The port of the store: run a story (a plain function) in one transaction, in order, durably."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from bot.errors import StoreUnavailable

T = TypeVar("T")
Story = Callable[[sa.Connection], T]
First = Callable[[], object]

#: Seconds until a store that does not answer is given up, so that the platform gets its 503 within one.
STORE_PATIENCE = 0.9
_JOBS_ADDED = "kefu_jobs_added"


def nothing() -> None:
    """What most stories need before their transaction."""


class Submitted(NamedTuple):
    """A story on its way into a transaction."""

    story: Story[Any]
    lane: str = ""
    abreast: bool = False


class Store(Protocol):
    """A database that keeps what it acknowledges."""

    engine: sa.Engine

    def submit(
        self, story: Story[T], lane: str = "", first: First = nothing, *, abreast: bool = False
    ) -> Future[T]:
        """Run a story in a transaction that it may share with others; the future resolves after the commit, or with
        the story's error and nothing written. `lane` names whom it is about ("shop/channel/customer"), so that
        processes sharing a database lock conversations in one order. A story may run twice (a lost connection), so it
        must not act outside the database. `first` is called before the transaction, on the thread that will run the
        story: for what the story needs and no row has to be locked for. `abreast`: the story writes only what hangs on
        its lane, so it may run step by step beside stories of other lanes in the same transaction. Raises
        StoreUnavailable through the future when the database cannot be reached or written."""

    def read(self, story: Story[T]) -> Future[T]:
        """Run a story that writes nothing, beside the writers, on the last committed state."""

    def on_jobs(self, wake: Callable[[], None]) -> None:
        """Call `wake` (from any thread) after each commit that added jobs."""

    def on_events(self, tell: Callable[[frozenset[str]], None]) -> None:
        """Call `tell` (from any thread) after each commit of this process that the desks of some shops must hear of,
        with these shops. What other processes commit has to be looked for."""

    def close(self) -> None:
        """Finish what was submitted and let the database go."""


async def within(future: Future[T], seconds: float) -> T:
    """The future's result, or StoreUnavailable after `seconds`: the sender then tries again (and finds its message
    recorded if the commit came through after all)."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(future)
    except TimeoutError as error:
        raise StoreUnavailable(f"the database did not answer within {seconds:g} s; try again") from error


def jobs_added(tx: sa.Connection) -> None:
    """Note that this transaction added jobs, so that a worker is woken after its commit."""
    tx.info[_JOBS_ADDED] = True


def take_jobs_added(tx: sa.Connection) -> bool:
    """Whether jobs were added since last asked."""
    return bool(tx.info.pop(_JOBS_ADDED, False))
