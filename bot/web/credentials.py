"""Name and password: read from a request's header, and compared with what is stored, in turn."""

from __future__ import annotations

import base64

from bot.core.accounts import is_name
from bot.errors import Unauthorized
from bot.flows import signin
from bot.store import sessions
from bot.store.agents import Agent
from bot.store.sessions import Attempt
from bot.web.passwords import fits
from bot.web.state import State


def attempt_of(shop: str, name: str, address: str) -> Attempt:
    """Who somebody claims to be; Unauthorized when no account can be called so."""
    if not is_name(shop) or not is_name(name):
        raise Unauthorized
    return Attempt(shop, name, address)


def from_header(header: str, address: str) -> tuple[Attempt, str]:
    """Who a tool claims to be and its password, from `Basic base64(shop/name:password)`; Unauthorized otherwise."""
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:  # not base64, not UTF-8, not even ASCII
        raise Unauthorized from error
    shop, _, name = user.partition("/")
    if scheme.lower() != "basic" or not password:
        raise Unauthorized
    return attempt_of(shop, name, address), password


async def prove(state: State, attempt: Attempt, password: str) -> Agent:
    """The account that fits the password. Unauthorized for an unknown name, a closed account and a wrong password
    alike, after the same work; TooMany when this was tried too often lately (reliability bar 51)."""
    async with state.password_turns.turn():  # the wait is asked for in the turn: guesses sent at once are not all free
        now = state.clock()
        agent, failures = await state.read(lambda tx: signin.claimed(tx, attempt, now))
        if not await fits(None if agent is None else agent.password_hash, password) or agent is None:
            await state.write(lambda tx: sessions.add_failure(tx, attempt, now))
            raise Unauthorized
    if failures:
        await state.write(lambda tx: sessions.forget_failures(tx, attempt))
    return agent
