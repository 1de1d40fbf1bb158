"""Passwords: how they are stored, compared and made; only a few at a time, so that a flood of them starves nobody."""

from __future__ import annotations

import asyncio
import ctypes
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import argon2

from bot.errors import TooMany

# OWASP's profile: 80 ms a hash here; the library's default takes 483 ms (measured).
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))  # so that an unknown name takes as long as a wrong password

_AT_ONCE = 4  # hashes in threads of their own, 19 MiB each (our default)
_WAITING = 32  # further ones, some three seconds on two cores; more would be answered too late for a person
#: glibc's <malloc.h>: from which size on a block is lent by the system itself, and how much free memory is kept.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LENT_BY_THE_SYSTEM, _KEPT = 8 * 1024 * 1024, 16 * 1024 * 1024  # bytes; a hash's block is larger than either


class Turns:
    """Who may have a password compared now; one for a process."""

    def __init__(self) -> None:
        _give_back()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._present = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a free slot; TooMany when too many wait already."""
        if self._present >= _AT_ONCE + _WAITING:
            raise TooMany("登录的人太多，请稍后再试", seconds=5)
        self._present += 1
        try:
            async with self._slots:
                yield
        finally:
            self._present -= 1


def new_password() -> str:
    """A password nobody chose: 120 bits, easy to copy."""
    return secrets.token_urlsafe(15)


def hash_password(password: str) -> str:
    """The form in which a password is stored."""
    return _HASHER.hash(password)


async def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; takes as long when nothing is stored."""
    return await asyncio.to_thread(_verify, stored or _NOBODY, password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except argon2.exceptions.Argon2Error:
        return False


def _give_back() -> None:
    """Have a hash's memory given back to the system when it is done. glibc raises both sizes by itself as soon as a
    large block is freed, and each thread then keeps the next one: 76 MB after four people signed in at once (measured).
    Elsewhere nothing is changed."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LENT_BY_THE_SYSTEM)
        library.mallopt(_M_TRIM_THRESHOLD, _KEPT)
