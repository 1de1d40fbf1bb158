"""A connection to PostgreSQL that lets its thread do something useful while the server is at work."""

from __future__ import annotations

import select
from collections.abc import Callable, Generator
from typing import Any

import psycopg
from psycopg.waiting import Wait

#: Does a small piece of work (under a millisecond) and tells whether there was one.
Work = Callable[[], bool]


class Connection(psycopg.Connection[Any]):
    """With `meanwhile` set, every wait for an answer of the server begins with such work, until it has come."""

    meanwhile: Work | None = None

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        """See psycopg.Connection.wait."""
        if self.meanwhile is not None:
            gen = _at_work(gen, self.pgconn.socket, self.meanwhile)
        return super().wait(gen, *args, **options)


def _at_work(gen: Generator[Any, Any, Any], socket: int, work: Work) -> Generator[Any, Any, Any]:
    """The same steps of psycopg's, with work before each in which it would only listen."""
    listener = select.poll()
    listener.register(socket, select.POLLIN)
    try:
        wanted = next(gen)
        while True:
            while wanted == Wait.R and not listener.poll(0) and work():
                pass
            wanted = gen.send((yield wanted))
    except StopIteration as end:
        return end.value
