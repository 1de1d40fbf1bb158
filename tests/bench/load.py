"""The load generator: ready-made requests over keep-alive connections, as cheap as Python can, every answer counted."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass

import uvloop

#: Seconds an answer may take before the load is called off as broken.
_GIVE_UP = 30.0
_STATUS = b'"status":"'


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load."""

    sent: int
    seconds: float
    latencies: tuple[float, ...]  #: of answers with code 200, seconds, ascending
    answers: Mapping[str, int]  #: statuses of answers with code 200
    faults: Mapping[str, int]  #: other codes, lost connections, answers that never came
    own_cpu: float  #: seconds of processor time that the generator took

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the answers did not exceed."""
        if not self.latencies:
            return float("nan")
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


class _Tally:
    def __init__(self) -> None:
        self.sent = 0
        self.latencies: list[float] = []
        self.answers: Counter[bytes] = Counter()
        self.faults: Counter[str] = Counter()

    def count(self, code: bytes, body: bytes, taken: float) -> None:
        if code != b"200":
            self.faults[f"answered {code.decode()}"] += 1
            return
        start = body.find(_STATUS) + len(_STATUS)
        self.answers[body[start : body.find(b'"', start)]] += 1
        self.latencies.append(taken)


class _Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request on its way."""

    def __init__(self, tally: _Tally, free: Callable[[_Connection], None]) -> None:
        self._tally, self._free = tally, free
        self._transport: asyncio.Transport | None = None
        self._buffer, self._due = b"", 0.0
        self.busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def send(self, request: bytes, due: float) -> None:
        """Send a request whose waiting time counts from `due`."""
        assert self._transport is not None
        self._tally.sent += 1
        if self._transport.is_closing():  # nothing of ours ends a connection: the server must not either
            self._tally.faults["connection lost"] += 1
            return
        self.busy, self._due = True, due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        answer = self._buffer + data if self._buffer else data
        end = answer.find(b"\r\n\r\n")
        if end < 0 or len(answer) < end + 4 + _length(answer[:end]):
            self._buffer = answer
            return
        self._buffer, self.busy = b"", False
        self._tally.count(answer[9:12], answer[end + 4 :], time.perf_counter() - self._due)
        self._free(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self.busy:
            self.busy = False
            self._tally.faults["connection lost"] += 1

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def closed(ports: Sequence[int], requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Every connection sends its next request as soon as the last is answered: as much as the server can take."""
    return _run(lambda: _closed(ports, requests, connections, seconds))


def open_(ports: Sequence[int], requests: Sequence[bytes], per_second: float, connections: int = 50) -> Load:
    """Requests at times drawn beforehand, as strangers come, whether or not earlier ones are answered; the waiting
    time counts from the drawn time, so that a stall is felt by all who came during it."""
    return _run(lambda: _open(ports, requests, per_second, connections))


def _run(work: Callable[[], Coroutine[None, None, Load]]) -> Load:
    gc.collect()
    gc.freeze()
    gc.disable()  # a pause of the generator would be blamed on the server
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work())
    finally:
        gc.enable()
        gc.unfreeze()


async def _closed(ports: Sequence[int], requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    tally, waiting = _Tally(), iter(requests)
    end = float("inf")

    def next_one(connection: _Connection) -> None:
        at = time.perf_counter()
        if at < end and (request := next(waiting, None)) is not None:
            connection.send(request, at)

    opened = await _connect(ports, connections, tally, next_one)
    began, cpu = time.perf_counter(), time.process_time()
    end = began + seconds
    for connection in opened:
        next_one(connection)
    return await _finish(tally, opened, began, cpu, lambda: time.perf_counter() < end and tally.sent < len(requests))


async def _open(ports: Sequence[int], requests: Sequence[bytes], per_second: float, connections: int) -> Load:
    tally = _Tally()
    late: deque[tuple[bytes, float]] = deque()
    idle: deque[_Connection] = deque()

    def freed(connection: _Connection) -> None:
        if late:
            connection.send(*late.popleft())
        else:
            idle.append(connection)

    def arrive(request: bytes, due: float) -> None:
        if idle:
            idle.popleft().send(request, due)
        else:
            late.append((request, due))

    opened = await _connect(ports, connections, tally, freed)
    idle.extend(opened)
    loop, drawn = asyncio.get_running_loop(), random.Random(1)
    began, cpu, looped = time.perf_counter(), time.process_time(), loop.time()
    after = 0.0
    for request in requests:
        after += drawn.expovariate(per_second)
        loop.call_at(looped + after, arrive, request, began + after)
    return await _finish(tally, opened, began, cpu, lambda: tally.sent < len(requests))


async def _connect(
    ports: Sequence[int], count: int, tally: _Tally, free: Callable[[_Connection], None]
) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = []
    for number in range(count):
        port = ports[number % len(ports)]
        _, connection = await loop.create_connection(lambda: _Connection(tally, free), "127.0.0.1", port)
        made.append(connection)
    return made


async def _finish(
    tally: _Tally, opened: Sequence[_Connection], began: float, cpu: float, more: Callable[[], bool]
) -> Load:
    """Wait for the load and its last answers; what is still missing long after is a fault."""
    progress, at = tally.sent, time.perf_counter()
    while more() or any(connection.busy for connection in opened):
        await asyncio.sleep(0.02)
        if progress != tally.sent:
            progress, at = tally.sent, time.perf_counter()
        if time.perf_counter() - at > _GIVE_UP:
            tally.faults["not answered"] += sum(connection.busy for connection in opened)
            break
    seconds = time.perf_counter() - began
    own = time.process_time() - cpu
    for connection in opened:
        connection.close()
    answers = {status.decode(): count for status, count in tally.answers.items()}
    return Load(tally.sent, seconds, tuple(sorted(tally.latencies)), answers, dict(tally.faults), own)
