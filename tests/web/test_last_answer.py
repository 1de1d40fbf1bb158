"""What still runs when the time to drain is over is told to come again: 503, never 500 (bar 50)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.settings import Settings
from bot.store.sqlite import SqliteStore
from bot.web.app import LastAnswer
from bot.web.state import State
from tests.web.front import Clock

pytestmark = pytest.mark.anyio

_SCOPE: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
_START: Message = {"type": "http.response.start", "status": 200, "headers": []}


async def _cut_off(state: State, *before: Message) -> list[Any]:
    """What is sent when a request that has sent this much, and would never end, is cancelled."""
    sent: list[Any] = []
    waiting = asyncio.Event()

    async def endless(_: Scope, __: Receive, send: Send) -> None:
        for message in before:
            await send(message)
        waiting.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    running = asyncio.create_task(LastAnswer(endless, state)(_SCOPE, receive, send))
    await waiting.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return [message.get("status") for message in sent] + [running.cancelled()]


async def test_requests_that_are_cut_off_at_the_end_are_told_to_come_again(sqlite_store: SqliteStore) -> None:
    ending = State(Settings(), sqlite_store, Clock(), ended_at=1.0)
    answers = await asyncio.gather(*(_cut_off(ending) for _ in range(5)))
    assert answers == [[503, None, False]] * 5


async def test_an_answer_that_has_begun_is_not_begun_again(sqlite_store: SqliteStore) -> None:
    ending = State(Settings(), sqlite_store, Clock(), ended_at=1.0)
    assert await _cut_off(ending, _START) == [200, True]


async def test_a_cancellation_in_a_running_process_is_none_of_its_business(sqlite_store: SqliteStore) -> None:
    assert await _cut_off(State(Settings(), sqlite_store, Clock())) == [True]
