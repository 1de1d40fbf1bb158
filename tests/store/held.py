"""A store whose writer is held, so that what is submitted meanwhile waits, and then makes one group."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.store.base import Store


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Hold the store's writer; at the end it goes on, and what held it is done."""
    gate, begun = threading.Event(), threading.Event()

    def hold(_: sa.Connection) -> None:
        begun.set()
        assert gate.wait(10)

    holding = store.submit(hold)
    try:
        assert begun.wait(10)
        yield
    finally:
        gate.set()
    holding.result(timeout=10)
