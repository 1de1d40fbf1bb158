"""Both ends of a chat platform: posts customers' messages until they are acknowledged, and takes callbacks in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.loopback import listening
from tests.server import SECRET, message, signed

_PATIENCE = 60.0


@dataclass
class Delivery:
    """One customer's message on its way to kefu."""

    customer: str
    external_id: str
    body: bytes
    webhook_id: str
    attempts: int = 0
    answer: dict[str, Any] | None = None

    @property
    def replies(self) -> list[str]:
        """Ids of the replies in the acknowledgement."""
        assert self.answer is not None
        return [reply["id"] for reply in self.answer["replies"]]


def delivery(text: str, customer: str) -> Delivery:
    """A fresh message of a customer."""
    external = f"x{uuid.uuid4().hex}"
    return Delivery(customer, external, message(text, customer, id=external), f"msg_{uuid.uuid4().hex}")


@dataclass
class Poster:
    """Posts over several connections at once; each message again under one webhook-id until it is acknowledged."""

    url: str  #: of the channel's address
    texts: tuple[str, ...] = ("什么时候发货",)
    deliveries: list[Delivery] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cut: int = 0  #: connections that were refused or broke
    _stopping: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextlib.contextmanager
    def posting(self, connections: int) -> Iterator[Poster]:
        """Post in the background; on leaving, what is in hand is delivered to its end."""
        thread = threading.Thread(target=lambda: asyncio.run(self._post_all(connections)))
        thread.start()
        try:
            yield self
        finally:
            self._stopping = True
            thread.join(_PATIENCE)
        assert not thread.is_alive(), "a message was never acknowledged"

    @property
    def acknowledged(self) -> list[Delivery]:
        """What was answered with 200."""
        return [one for one in list(self.deliveries) if one.answer is not None]

    def wait_for(self, status: int, more: int) -> None:
        """Wait until this many more answers of a status have come."""
        with self._changed:
            wanted = self.statuses[status] + more
            assert self._changed.wait_for(lambda: self.statuses[status] >= wanted, _PATIENCE), self._seen()

    def _seen(self) -> str:
        return f"answers stopped coming: {dict(self.statuses)}, {self.cut} connections cut"

    async def _post_all(self, connections: int) -> None:
        async with httpx.AsyncClient(timeout=10) as client:
            await asyncio.gather(*(self._post(client, number) for number in range(connections)))

    async def _post(self, client: httpx.AsyncClient, number: int) -> None:
        count = 0
        while not self._stopping:
            count += 1
            one = delivery(self.texts[count % len(self.texts)], f"c{number}-{count}")
            self.deliveries.append(one)
            while one.answer is None:
                await self.deliver(client, one)

    async def deliver(self, client: httpx.AsyncClient, one: Delivery) -> None:
        """One attempt."""
        one.attempts += 1
        try:
            response = await client.post(self.url, content=one.body, headers=signed(SECRET, one.body, one.webhook_id))
        except httpx.TransportError:
            self.cut += 1
            await asyncio.sleep(0.02)
            return
        if response.status_code == 200:
            one.answer = response.json()
        else:
            await asyncio.sleep(0.02)
        with self._changed:
            self.statuses[response.status_code] += 1
            self._changed.notify_all()


@dataclass
class Receiver:
    """A platform that takes callbacks on loopback: counts each webhook-id and lets a share of its answers hang."""

    hanging: float = 0.0
    seed: int = 0
    port: int = 0
    seen: list[str] = field(default_factory=list)  #: webhook-ids in the order they came
    customers: list[str] = field(default_factory=list)  #: whom each was for
    hung: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _ready: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where callbacks go."""
        return f"http://127.0.0.1:{self.port}/callback"

    @contextlib.contextmanager
    def listening(self) -> Iterator[Receiver]:
        """Take callbacks in the background."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_until_complete, args=(self._serve(),))
        thread.start()
        assert self._ready.wait(_PATIENCE)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(self._end.set)
            thread.join(_PATIENCE)
            loop.close()

    def wait_for(self, more: int) -> None:
        """Wait until this many more callbacks have come."""
        with self._changed:
            wanted = len(self.seen) + more
            assert self._changed.wait_for(lambda: len(self.seen) >= wanted, _PATIENCE), "no callback came"

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        self._dice = random.Random(self.seed)
        async with listening(self._take, self.port) as self.port:
            self._ready.set()
            await self._end.wait()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = json.loads(await reader.readexactly(int(headers["content-length"])))
            hangs = self._note(headers["webhook-id"], body["customer"]["id"])
            if hangs:
                await self._end.wait()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()

    def _note(self, webhook_id: str, customer: str) -> bool:
        hangs = self._dice.random() < self.hanging
        with self._changed:
            self.seen.append(webhook_id)
            self.customers.append(customer)
            self.hung += hangs
            self._changed.notify_all()
        return hangs
