"""The web application in this process, seen as a platform sees it: signed posts in, answers out; a clock to move."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import argon2
import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from bot.content.live import LiveContent
from bot.errors import StoreUnavailable
from bot.settings import Settings
from bot.store import agents, channels
from bot.store.base import First, Store, Story, nothing
from bot.store.channels import Channel
from bot.web import app as web
from bot.web.state import State
from tests.server import SECRET, message, signed

T = TypeVar("T")

PASSWORD = "ten-o-clock-in-the-shop"
#: A light one: a hash says itself what comparing it costs, and the tests compare a thousand.
PASSWORD_HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_STORE_PATIENCE = 5.0  # seconds; the product's 0.9 would fail on a machine that is busy with other tests
_PATIENCE = 10.0  # seconds until a condition that never comes true fails the test


@dataclass(slots=True)
class Clock:
    """Stands at ten in the morning of the shop until it is moved."""

    now: datetime = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class FakeStore:
    """A store that can be taken away: it refuses writes (or reads), or never answers them, as told."""

    real: Store
    refuses: bool = False
    hangs: bool = False
    engine: sa.Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = self.real.engine

    def submit(
        self, story: Story[T], lane: str = "", first: First = nothing, *, abreast: bool = False
    ) -> Future[T]:
        return self._down() or self.real.submit(story, lane, first, abreast=abreast)

    def read(self, story: Story[T]) -> Future[T]:
        return self._down() or self.real.read(story)

    def on_jobs(self, wake: Callable[[], None]) -> None:
        self.real.on_jobs(wake)

    def on_events(self, tell: Callable[[frozenset[str]], None]) -> None:
        self.real.on_events(tell)

    def close(self) -> None:
        self.real.close()

    def _down(self) -> Future[Any] | None:
        future: Future[Any] = Future()
        if self.refuses:
            future.set_exception(StoreUnavailable("the database said: 13812345678 is locked"))
        return future if self.refuses or self.hangs else None


@dataclass(slots=True)
class Front:
    """Everything a test of the web needs: `say` posts a customer's message and returns the answer."""

    store: FakeStore
    clock: Clock
    state: State
    client: httpx.AsyncClient
    app: FastAPI

    async def say(self, text: str, channel: str = "now", **fields: Any) -> dict[str, Any]:
        """The answer to one message that must be accepted."""
        response = await self.post(message(text, **fields), channel)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def post(
        self, body: bytes, channel: str = "now", webhook_id: str | None = None, secret: str = SECRET
    ) -> httpx.Response:
        """Any body, properly signed, at the clock's time."""
        headers = signed(secret, body, webhook_id, int(self.clock().timestamp()))
        return await self.client.post(f"/v1/channels/{channel}/messages", content=body, headers=headers)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the real database holds, whatever the store pretends."""
        with self.store.engine.connect() as connection:
            return list(connection.execute(sa.text(query), values))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(_PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)

    async def until_waiting(self, count: int) -> None:
        """Wait until so many fragments lie in the database unanswered."""
        await self.until(lambda: len(self.rows("SELECT 1 FROM messages WHERE state = 'pending'")) == count)


@asynccontextmanager
async def opened(
    store: Store, content: LiveContent | None, settings: Settings | None = None, *, raises: bool = True
) -> AsyncIterator[Front]:
    """A running application over shops and channels of its own; `content` None means that it is still loading."""
    clock, down = Clock(), FakeStore(store)
    store.submit(lambda tx: _set_up(tx, clock())).result()

    @asynccontextmanager
    async def background(state: State) -> AsyncIterator[None]:
        state.content = content
        yield

    state = State(settings or Settings(), down, clock, patience=_STORE_PATIENCE)
    app = web.build(state, background)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=raises)
    client = httpx.AsyncClient(transport=transport, base_url="http://kefu")
    async with app.router.lifespan_context(app), client:
        yield Front(down, clock, state, client, app)


def _set_up(tx: sa.Connection, now: datetime) -> None:
    """Shop demo with a channel of each kind, and a second shop that confirms every reply."""
    channels.add_shop(tx, "demo", "演示店铺", "auto", now)
    channels.add_shop(tx, "careful", "谨慎店铺", "assist", now)
    for shop, name, url, quiet in (
        ("demo", "now", "", 0.0),
        ("demo", "slow", "", 0.2),
        ("demo", "push", "https://platform.example/kefu", 0.0),
        ("careful", "careful", "", 0.0),
    ):
        mode = "callback" if url else "response"
        channels.add(tx, Channel(shop, name, mode, url, False, quiet, False, (SECRET,)), now)
    for shop, name in (("demo", "小美"), ("demo", "阿强"), ("careful", "小美")):
        agents.add(tx, shop, name, "agent", PASSWORD_HASH, now)


def sentence(answer: dict[str, Any]) -> str:
    """The texts of an answer as one."""
    return "\n".join(reply["text"] for reply in answer["replies"])


def fields_of(body: bytes, **changes: Any) -> bytes:
    """A message's body with fields of `message` replaced."""
    data = json.loads(body)
    data["message"] |= changes
    return json.dumps(data, ensure_ascii=False).encode()
