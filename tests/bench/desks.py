"""Agents' desks under load: signed-in pages that follow the live events while customers arrive."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import uvloop

from tests.bench import staff
from tests.bench.staff import Agent

PER_SECOND = 20.0
#: Seconds after the last answer in which an event may still come before it counts as lost.
_LAST_WAIT = 30.0
_RETRY = 1.0  # seconds, as the streams ask
_PULSE = 15.0  # seconds between pulses until the server has said how many
_IDS = re.compile(rb"^id: (\d+)$", re.MULTILINE)
_CUSTOMERS = re.compile(rb'"message":\{"seq":\d+,"id":"(ms_[0-9a-f]+)","author":"customer"')
_ACCEPTED = re.compile(rb'"message_id":"(ms_[0-9a-f]+)"')


@dataclass(frozen=True, slots=True)
class Told:
    """What the desks were told of messages whose webhook had been answered."""

    answered: Mapping[bytes, float]  #: message → when its webhook was answered
    delays: Sequence[float]  #: seconds from the answer to the event at a desk, one per message and desk, ascending
    lost: int
    doubled: int
    returns: int  #: streams that ended and were opened again
    faults: Sequence[str]

    def quantile(self, share: float) -> float:
        """The delay, in milliseconds, that this share of the events did not exceed."""
        if not self.delays:
            return float("nan")
        return 1000 * self.delays[min(len(self.delays) - 1, int(share * len(self.delays)))]


@dataclass(slots=True)
class _Desk:
    """One open stream: when each customer's message was told first, and what was told again."""

    came: dict[bytes, float] = field(default_factory=dict)
    again: int = 0
    returns: int = 0  #: how often the stream had ended

    def hear(self, ids: Sequence[bytes], at: float) -> None:
        for id_ in ids:
            self.again += id_ in self.came
            self.came.setdefault(id_, at)


def watch(
    port: int, agents: Sequence[Agent], event: int, requests: Sequence[bytes], opened: Callable[[], None]
) -> Told:
    """Open every agent's desk behind an event and keep it there, let the customers arrive at random moments, twenty a
    second, and compare what was acknowledged with what each desk heard. `opened` is called once all look on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_watch(port, agents, event, requests, opened))


async def _watch(
    port: int, agents: Sequence[Agent], event: int, requests: Sequence[bytes], all_open: Callable[[], None]
) -> Told:
    desks, drawn = [_Desk() for _ in agents], random.Random(2)
    opened = [asyncio.Event() for _ in agents]
    faults: list[str] = []
    streams = [
        asyncio.create_task(_follow(port, agent, event, *place))
        for agent, place in zip(agents, zip(desks, opened, strict=True), strict=True)
    ]
    streams += [asyncio.create_task(staff.stay(port, agent, _PULSE * drawn.random(), faults)) for agent in agents]
    try:
        async with asyncio.timeout(60):
            await asyncio.gather(*(one.wait() for one in opened))
        all_open()
        answered = await _arrive(port, requests, faults)
        await _until_told(desks, answered)
    finally:
        faults += [f"a desk broke off: {stream.exception()!r}" for stream in streams if stream.done()]
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    return _compared(desks, answered, faults)


def _compared(desks: Sequence[_Desk], answered: Mapping[bytes, float], faults: Sequence[str]) -> Told:
    delays = sorted(
        max(0.0, desk.came[id_] - at) for desk in desks for id_, at in answered.items() if id_ in desk.came
    )
    lost = len(desks) * len(answered) - len(delays)
    counted = [f"{count} × {fault}" for fault, count in Counter(faults).items()]
    return Told(answered, delays, lost, sum(desk.again for desk in desks), sum(desk.returns for desk in desks), counted)


async def _until_told(desks: Sequence[_Desk], answered: Mapping[bytes, float]) -> None:
    end = time.perf_counter() + _LAST_WAIT
    while time.perf_counter() < end and any(answered.keys() - desk.came.keys() for desk in desks):
        await asyncio.sleep(0.05)


async def _follow(port: int, agent: Agent, position: int, desk: _Desk, opened: asyncio.Event) -> None:
    """Look on as a page does: whenever the stream ends, come back after its `retry` with the last id."""
    while True:
        async for chunk in _stream(port, agent, position):
            opened.set()
            desk.hear(_ids(chunk), time.perf_counter())
            position = _position(chunk) or position
        desk.returns += 1
        await asyncio.sleep(_RETRY)


async def _stream(port: int, agent: Agent, position: int) -> AsyncIterator[bytes]:
    """The chunks of one stream; none where it is refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET /v1/desk/events HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {agent.cookie}"
    writer.write(f"{head}\r\nlast-event-id: {position}\r\n\r\n".encode())
    try:
        answer = await reader.readuntil(b"\r\n\r\n")
        while answer[9:12] == b"200" and (size := int(await reader.readline(), 16)):
            yield (await reader.readexactly(size + 2))[:-2]
    finally:
        writer.close()


@lru_cache(maxsize=64)
def _ids(chunk: bytes) -> list[bytes]:
    """The customers' messages that a chunk tells of."""
    return _CUSTOMERS.findall(chunk)


@lru_cache(maxsize=64)
def _position(chunk: bytes) -> int:
    """The newest event's number when a chunk has been told; 0 where it tells none (a heartbeat)."""
    return max(map(int, _IDS.findall(chunk)), default=0)


async def _arrive(port: int, requests: Sequence[bytes], faults: list[str]) -> dict[bytes, float]:
    """Post each request at its moment; gives each accepted message's id and when its answer was here."""
    answered: dict[bytes, float] = {}
    drawn, began, after = random.Random(1), time.perf_counter(), 0.0
    posts = []
    for request in requests:
        after += drawn.expovariate(PER_SECOND)
        await asyncio.sleep(max(0.0, began + after - time.perf_counter()))
        posts.append(asyncio.create_task(_post(port, request, answered, faults)))
    await asyncio.gather(*posts)
    return answered


async def _post(port: int, request: bytes, answered: dict[bytes, float], faults: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = re.findall(rb"(?i)content-length: (\d+)", head)
        body = await reader.readexactly(int(length))
        if found := _ACCEPTED.search(body):
            answered[found[1]] = time.perf_counter()
        else:
            faults.append(f"answered {head[9:12].decode()}")
    finally:
        writer.close()
