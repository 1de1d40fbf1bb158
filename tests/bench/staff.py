"""Two hundred agents with an account each: signed in by /login, at the desk as its own page keeps them there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlencode

import uvloop

from bot import wiring
from bot.core.accounts import Role
from bot.flows import agents
from bot.settings import Settings
from bot.web.passwords import hash_password
from tests.bench.floor import SHOP
from tests.server import Server

#: What the agents say they are: most take whoever is given to them, some claim by hand, some are at lunch. Our guess.
MIX = {"online": 140, "busy": 40, "away": 20}
#: As many as the server compares passwords of at once; more would only wait there.
_AT_ONCE = 4
_PASSWORD = "ten-o-clock-in-the-shop"
_COOKIE = re.compile(rb"(?i)^set-cookie: ([^;\r\n]+)", re.MULTILINE)
_LENGTH = re.compile(rb"(?i)^content-length: (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who is signed in."""

    name: str
    state: str  #: online | busy | away
    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered."""

    status: int
    head: bytes
    body: bytes


def hire(server: Server, url: str) -> list[str]:
    """Make the accounts in the server's database (`url`: of PostgreSQL, "" for its SQLite file); their names. The hash
    of the one password is made once: what is measured is signing in, not the making of accounts."""
    names, hashed = [f"agent{number:03}" for number in range(sum(MIX.values()))], hash_password(_PASSWORD)
    store = wiring.open_store(replace(Settings(), data_dir=server.data_dir, database_url=url), upgrade=False)
    try:
        for name in names:
            store.submit(lambda tx, n=name: agents.add(tx, SHOP, n, Role.AGENT, hashed, wiring.now())).result()  # type: ignore[misc]
    finally:
        store.close()
    return names


def sign_in(port: int, names: Sequence[str]) -> list[Agent]:
    """Each by the form, four at a time, with a session of their own, and each says what they are."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_sign_in(port, names))


def open_pages(port: int, agents: Sequence[Agent]) -> int:
    """Each page asks for its list; the number of the newest event then."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_open_pages(port, agents))


async def stay(port: int, agent: Agent, delay: float, faults: list[str]) -> None:
    """Send pulses as often as the server asks, the first after `delay` seconds, until cancelled."""
    while True:
        await asyncio.sleep(delay)
        answer = await exchange(port, "POST", "/v1/desk/pulse", *_headers(agent))
        if answer.status == 200:
            delay = json.loads(answer.body)["every"]
        else:
            faults.append(f"a pulse was answered {answer.status}")


async def exchange(port: int, method: str, path: str, *headers: str, body: bytes = b"") -> Answer:
    """One request over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    about = (f"host: 127.0.0.1:{port}", f"origin: http://127.0.0.1:{port}", f"content-length: {len(body)}", *headers)
    try:
        writer.write("\r\n".join((f"{method} {path} HTTP/1.1", *about, "", "")).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return Answer(int(head[9:12]), head, await reader.readexactly(int(length[1]) if length else 0))
    finally:
        writer.close()


async def _sign_in(port: int, names: Sequence[str]) -> list[Agent]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str, state: str) -> Agent:
        async with turns:
            form = urlencode({"shop": SHOP, "name": name, "password": _PASSWORD}).encode()
            kind = "content-type: application/x-www-form-urlencoded"
            answer = _expected(await exchange(port, "POST", "/login", kind, body=form), 303)
            cookie = b"; ".join(_COOKIE.findall(answer.head)).decode()
            me = _expected(await exchange(port, "GET", "/v1/me", f"cookie: {cookie}"), 200)
            agent = Agent(name, state, cookie, json.loads(me.body)["csrf"])
            said, headers = json.dumps({"state": state}).encode(), _headers(agent)
            _expected(await exchange(port, "POST", "/v1/desk/presence", *headers, body=said), 204)
            return agent

    return await asyncio.gather(*map(one, names, _states()))


async def _open_pages(port: int, agents: Sequence[Agent]) -> int:
    event = 0
    for agent in agents:
        shown = _expected(await exchange(port, "GET", "/v1/desk/snapshot", f"cookie: {agent.cookie}"), 200)
        snapshot: dict[str, Any] = json.loads(shown.body)
        event = snapshot["event"]
    return event


def _states() -> Iterator[str]:
    return chain.from_iterable(repeat(state, count) for state, count in MIX.items())


def _headers(agent: Agent) -> tuple[str, ...]:
    return f"cookie: {agent.cookie}", f"x-csrf-token: {agent.csrf}", "content-type: application/json"


def _expected(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise RuntimeError(f"an agent's page was answered {answer.status}: {answer.body[:200].decode()}")
    return answer
