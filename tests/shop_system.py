"""A shop's own system on loopback: says how its orders stand, or fails in the ways that such systems fail."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from tests.loopback import listening

PLACE = "/orders/"


def order(customer: str = "c1", channel: str = "now", **facts: Any) -> dict[str, Any]:
    """An order as the system answers it: paid, in the form of our PUT."""
    return {
        "customer": {"id": customer}, "channel": channel, "created_at": "2026-11-10T09:00:00+08:00",
        "paid_at": "2026-11-10T09:05:00+08:00", "amount": "199.00", **facts,
    }  # fmt: skip


def shipped(**facts: Any) -> dict[str, Any]:
    """The same order, on its way."""
    return order(shipped_at="2026-11-10T15:00:00+08:00", courier="中通快递", tracking_no="78900012345", **facts)


@dataclass(slots=True)
class ShopSystem:
    """Knows `orders` by number; `status`, `kind`, `more` and `body` change every answer; after `hold` none is given."""

    orders: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    port: int = 0
    status: str = ""
    kind: str = "application/json"
    more: tuple[str, ...] = ()
    body: bytes | None = None
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    @property
    def here(self) -> str:
        """Its host, for the list of private ones."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Its address, as a shopkeeper sets it."""
        return f"http://{self.here}{PLACE}{{order}}"

    def hold(self) -> None:
        """Answer nothing from now on."""
        self.answers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        path = head[0].split(" ")[1]
        self.headers.append(
            {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
        )
        self.asked.append(path.removeprefix(PLACE))
        await self.answers.wait()
        writer.write(self._answer(self.asked[-1]))
        await writer.drain()

    def _answer(self, number: str) -> bytes:
        found = self.orders.get(number)
        status = self.status or ("200 OK" if found is not None else "404 Not Found")
        body = self.body if self.body is not None else json.dumps(found or {}, ensure_ascii=False).encode()
        lines = (
            f"HTTP/1.1 {status}", f"content-type: {self.kind}", f"content-length: {len(body)}", "connection: close",
            *self.more,
        )  # fmt: skip
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextlib.asynccontextmanager
async def running(**orders: Mapping[str, Any]) -> AsyncIterator[ShopSystem]:
    """A system with these orders, until the end."""
    system = ShopSystem(dict(orders))
    async with listening(system.serve) as system.port:
        yield system


@contextlib.contextmanager
def beside(**orders: Mapping[str, Any]) -> Iterator[ShopSystem]:
    """The same on a thread of its own, for what has no event loop."""
    loop, systems = asyncio.new_event_loop(), SimpleQueue[ShopSystem]()

    async def serve() -> None:
        async with running(**orders) as system:
            systems.put(system)
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        yield systems.get(timeout=20)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
