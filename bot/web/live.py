"""What changed, to every desk that looks on: one reader per shop and process tells all of a shop's streams.

A stream costs a queue; the reading and the writing of JSON happen once for all of them. The store wakes the reader
after a commit of this process; what others commit (workers, commands) is found by looking again shortly after.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import TypeAdapter

from bot.core.desk import Row
from bot.errors import StoreUnavailable
from bot.flows.desk_shapes import Line, News
from bot.store.base import Store

log = logging.getLogger(__name__)

#: Chunks that a stream may lie behind before it is cut off, to come back when its reader is faster; our default.
_LONGEST_QUEUE = 256
#: Seconds a reader collects before it reads again: with 200 desks each chunk is written 200 times.
_BREATH = 0.03
_ROW, _LINE = TypeAdapter(Row), TypeAdapter(Line)

_HEARTBEAT = 15.0  # seconds; shorter than what proxies wait for on a silent connection
#: A page whose timers sleep in a tab behind others hears this, and answers with a pulse.
_KNOCK = b"event: knock\ndata: {}\n\n"
#: Seconds until a stream is ended, to come back and show that its agent may still look on; our default.
_LIFE = 600.0

#: The news of a shop behind one event (None: nothing but the newest event's number) up to another (None: the newest).
Read = Callable[[str, int | None, int | None], Awaitable[News]]


class Chunk(NamedTuple):
    """News ready to be sent: what changed behind one event up to another."""

    after: int
    number: int
    frames: bytes
    lost: bool = False  #: says only that the desk must load everything anew


def chunk_of(news: News) -> Chunk:
    """News in the form of server-sent events. An id says that everything up to it has been told, so the last frame
    alone carries the new number: a stream cut off in between begins this chunk again."""
    if news.lost:
        return Chunk(news.after, news.number, b"event: reset\ndata: {}\n\n", lost=True)
    bodies = [_frame("message", id_, _LINE.dump_json(line)) for id_, line in news.messages]
    bodies += [_frame("row", row.id, _ROW.dump_json(row)) for row in news.rows]
    ids = [news.after] * (len(bodies) - 1) + [news.number]
    frames = b"".join(b"id: %d\n%b" % numbered for numbered in zip(ids, bodies, strict=False))
    return Chunk(news.after, news.number, frames)


def _frame(kind: str, conversation: str, data: bytes) -> bytes:
    head = f'event: {kind}\ndata: {{"conversation":"{conversation}","{kind}":'
    return b"%b%b}\n\n" % (head.encode(), data)


@dataclass(eq=False, slots=True)
class Seat:
    """One stream's place: what it has still to send; None is the end."""

    queue: asyncio.Queue[Chunk | None] = field(default_factory=lambda: asyncio.Queue(_LONGEST_QUEUE))

    def give(self, chunk: Chunk | None) -> None:
        """Lay a chunk before the stream; a stream that is too far behind is ended instead."""
        if self.queue.full():
            chunk = None
            while not self.queue.empty():
                self.queue.get_nowait()
        self.queue.put_nowait(chunk)


class _Reader:
    """Reads a shop's news for all seats, as long as there are any."""

    def __init__(self, shop: str, read: Read, poll: float, is_ending: Callable[[], bool]) -> None:
        self._shop, self._read, self._poll, self._is_ending = shop, read, poll, is_ending
        self.seats: set[Seat] = set()
        self.wake = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        number: int | None = None  # what lies before the first look is for the streams themselves to read
        try:
            while self.seats and not self._is_ending():
                self.wake.clear()
                number = await self._look(number)
                await self._rest()
        except Exception:
            log.exception("event=desk_reader_fault")
        finally:
            for seat in self.seats:
                seat.give(None)

    async def _look(self, number: int | None) -> int | None:
        """Tell what is new behind a number; the first look tells where it began. Returns the number reached."""
        try:
            news = await self._read(self._shop, number, None)
        except StoreUnavailable as error:
            log.warning("event=desk_waits reason=%s", error)
            return number
        if number is None or news.number != number:
            chunk = chunk_of(news)
            for seat in self.seats:
                seat.give(chunk)
        return news.number

    async def _rest(self) -> None:
        await asyncio.sleep(_BREATH)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self.wake.wait()


class Hub:
    """The streams of a process, by shop."""

    def __init__(self, store: Store, read: Read, poll: float, is_ending: Callable[[], bool]) -> None:
        """`poll`: seconds until what another process commits is looked for. Made in the loop that serves."""
        self._read, self._poll, self._is_ending = read, poll, is_ending
        self._readers: dict[str, _Reader] = {}
        loop = asyncio.get_running_loop()

        def tell(shops: frozenset[str]) -> None:
            with contextlib.suppress(RuntimeError):  # the store may outlive this loop
                loop.call_soon_threadsafe(self._wake, shops)

        store.on_events(tell)

    async def stream(self, shop: str, after: int | None) -> AsyncIterator[bytes]:
        """Server-sent events of what changes in a shop behind an event (None: from now on), until the process ends, the
        reader is too slow, or ten minutes have passed; the browser then comes back with the last id it saw."""
        yield b"retry: 1000\n\n"
        with contextlib.suppress(StoreUnavailable), self._seat(shop) as seat:
            position = (await self._read(shop, None, None)).number if after is None else after
            async for chunk in self._of(seat, shop, position):
                yield chunk.frames
                if chunk.lost:
                    return

    async def _of(self, seat: Seat, shop: str, position: int) -> AsyncIterator[Chunk]:
        """The chunks of one stream, each beginning where the one before ended; a heartbeat where nothing happens."""
        async for chunk in self._own(shop, position, None):
            yield chunk
            position = chunk.number
        end = time.monotonic() + _LIFE
        while time.monotonic() < end:
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    told = await seat.queue.get()
            except TimeoutError:
                yield Chunk(position, position, _KNOCK)
                continue
            if told is None:
                return
            if told.number <= position:
                continue
            if told.after == position:
                yield told
            else:
                async for chunk in self._own(shop, position, told.number):
                    yield chunk
            position = told.number

    async def _own(self, shop: str, after: int, until: int | None) -> AsyncIterator[Chunk]:
        """What only this stream has missed, read for it alone."""
        while after != until:
            news = await self._read(shop, after, until)
            if news.number == after and not news.lost:
                return
            yield chunk_of(news)
            after = news.number

    @contextlib.contextmanager
    def _seat(self, shop: str) -> Iterator[Seat]:
        """A place among the shop's streams while it is used."""
        reader, seat = self._readers.get(shop), Seat()
        if reader is None or reader.task.done():
            reader = self._readers[shop] = _Reader(shop, self._read, self._poll, self._is_ending)
        reader.seats.add(seat)
        try:
            yield seat
        finally:
            reader.seats.discard(seat)
            reader.wake.set()

    def _wake(self, shops: frozenset[str]) -> None:
        for shop in shops & self._readers.keys():
            self._readers[shop].wake.set()
