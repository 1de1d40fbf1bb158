"""Who is asking: an account's name and password, checked against the stored hash."""

from __future__ import annotations

import asyncio
import base64
import secrets
from dataclasses import dataclass
from typing import Annotated

import argon2
from fastapi import Depends, Request

from bot.errors import NotFound, Unauthorized
from bot.store import agents
from bot.web.state import state_of

# OWASP's profile: 80 ms a hash here; the library's default takes 483 ms (measured).
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))  # so that an unknown name takes as long as a wrong password


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works in a shop."""

    shop: str
    name: str


def new_password() -> str:
    """A password nobody chose: 120 bits, easy to copy."""
    return secrets.token_urlsafe(15)


def hash_password(password: str) -> str:
    """The form in which a password is stored."""
    return _HASHER.hash(password)


async def signed_in(request: Request) -> Account:
    """The account named in the request's Basic credentials; Unauthorized otherwise."""
    shop, name, password = _credentials(request.headers.get("authorization", ""))
    stored = await state_of(request).read(lambda tx: agents.password_hash(tx, shop, name))
    if not await asyncio.to_thread(_fits, stored or _NOBODY, password) or stored is None:
        raise Unauthorized
    return Account(shop, name)


SignedIn = Annotated[Account, Depends(signed_in)]


def _of_shop(shop: str, account: SignedIn) -> Account:
    if shop != account.shop:
        raise NotFound("没有这个店铺")
    return account


#: Somebody who works in the shop that the address names; for all others there is no such shop.
Agent = Annotated[Account, Depends(_of_shop)]


def _credentials(header: str) -> tuple[str, str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:  # not base64, not UTF-8, not even ASCII
        raise Unauthorized from error
    shop, slash, name = user.partition("/")
    if scheme.lower() != "basic" or not slash or not password or "\0" in user:
        raise Unauthorized
    return shop, name, password


def _fits(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except argon2.exceptions.Argon2Error:
        return False
