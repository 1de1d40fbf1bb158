"""Agents' desks under load: signed-in pages that follow the live events while customers arrive."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import httpx
import uvloop

from tests.bench.floor import SHOP
from tests.server import Server

DESKS, SESSIONS = 200, 20
PER_SECOND = 20.0
#: Seconds after the last answer in which an event may still come before it counts as lost.
_LAST_WAIT = 30.0
_RETRY = 1.0  # seconds, as the streams ask
_AGENT = "bench"
_PASSWORD = re.compile(r"^密码 (\S+)", re.MULTILINE)
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


@dataclass(frozen=True, slots=True)
class Seats:
    """Where the desks are opened: as whom, and behind which event."""

    port: int
    cookies: Sequence[str]
    event: int


def sign_in(server: Server) -> Seats:
    """Twenty sessions of one agent, and the number of the newest event."""
    [password] = _PASSWORD.findall(server.kefu("agent", "add", f"{SHOP}/{_AGENT}"))
    cookies = []
    for _ in range(SESSIONS):
        with httpx.Client(base_url=server.url, headers={"origin": server.url}, timeout=30) as browser:
            answer = browser.post("/login", data={"shop": SHOP, "name": _AGENT, "password": password})
            if answer.status_code != httpx.codes.SEE_OTHER:
                raise RuntimeError(f"signing in was answered {answer.status_code}")
            cookies.append("; ".join(f"{name}={value}" for name, value in browser.cookies.items()))
    snapshot = httpx.get(f"{server.url}/v1/desk/snapshot", headers={"cookie": cookies[0]}, timeout=30)
    return Seats(server.port, cookies, int(snapshot.raise_for_status().json()["event"]))


def watch(seats: Seats, requests: Sequence[bytes]) -> Told:
    """Open 200 desks, let the customers arrive at random moments, twenty a second, and compare what was acknowledged
    with what each desk heard."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_watch(seats, requests))


async def _watch(seats: Seats, requests: Sequence[bytes]) -> Told:
    desks = [_Desk() for _ in range(DESKS)]
    opened = [asyncio.Event() for _ in desks]
    streams = [
        asyncio.create_task(_follow(seats, number, desk, opened[number]))
        for number, desk in enumerate(desks)
    ]
    faults: list[str] = []
    try:
        async with asyncio.timeout(60):
            await asyncio.gather(*(event.wait() for event in opened))
        answered = await _arrive(seats.port, requests, faults)
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


async def _follow(seats: Seats, number: int, desk: _Desk, opened: asyncio.Event) -> None:
    """Look on as a page does: whenever the stream ends, come back after its `retry` with the last id."""
    position = seats.event
    while True:
        async for chunk in _stream(seats, number, position):
            opened.set()
            desk.hear(_ids(chunk), time.perf_counter())
            position = _position(chunk) or position
        desk.returns += 1
        await asyncio.sleep(_RETRY)


async def _stream(seats: Seats, number: int, position: int) -> AsyncIterator[bytes]:
    """The chunks of one stream; none where it is refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", seats.port)
    cookie = seats.cookies[number % len(seats.cookies)]
    head = f"GET /v1/desk/events HTTP/1.1\r\nhost: 127.0.0.1:{seats.port}\r\ncookie: {cookie}"
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
