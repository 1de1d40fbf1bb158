"""Queries about sessions of signed-in agents and about wrong passwords in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.accounts import FAILURES_KEPT, LIFETIME
from bot.store.tables import sessions, sign_in_failures


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. Times are UTC."""

    shop: str
    token: str  #: SHA-256 of what the browser holds, in hex
    agent: str
    csrf: str  #: what a page of ours sends along with every change
    address: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at an address who claims to be an agent of a shop; neither need exist."""

    shop: str
    agent: str
    address: str


def add(tx: sa.Connection, session: Session) -> None:
    """Store a new session."""
    values = {column.name: getattr(session, column.name) for column in sessions.columns}
    tx.execute(sessions.insert().values(values))


def find(tx: sa.Connection, token: str) -> Session | None:
    """The session of this hash, ended or not; the hash alone names it because the cookie holds nothing else."""
    row = tx.execute(sa.select(sessions).where(sessions.c.token == token)).one_or_none()
    return None if row is None else Session(**row._mapping)


def touch(tx: sa.Connection, session: Session, now: datetime) -> None:
    """Note that the session is in use."""
    tx.execute(sessions.update().where(*_one(session)).values(seen_at=now))


def end(tx: sa.Connection, session: Session) -> None:
    """Forget one session."""
    tx.execute(sessions.delete().where(*_one(session)))


def end_all(tx: sa.Connection, shop: str, agent: str) -> int:
    """Forget every session of an agent; returns how many there were."""
    return tx.execute(sessions.delete().where(sessions.c.shop == shop, sessions.c.agent == agent)).rowcount


def failures(tx: sa.Connection, attempt: Attempt, now: datetime) -> tuple[int, datetime | None]:
    """How many wrong passwords came in a row, and when the last did."""
    query = sa.select(sign_in_failures.c.failures, sign_in_failures.c.last_at).where(
        *_same(attempt), sign_in_failures.c.last_at > now - FAILURES_KEPT
    )
    row = tx.execute(query).one_or_none()
    return (0, None) if row is None else (row.failures, row.last_at)


def add_failure(tx: sa.Connection, attempt: Attempt, now: datetime) -> None:
    """One more wrong password; the first again when the one before is long past."""
    table = sign_in_failures
    insert: Any = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(table)
    again = sa.case((table.c.last_at > now - FAILURES_KEPT, table.c.failures + 1), else_=1)
    tx.execute(
        insert.values(
            shop=attempt.shop, agent=attempt.agent, address=attempt.address, failures=1, last_at=now
        ).on_conflict_do_update(index_elements=list(table.primary_key), set_={"failures": again, "last_at": now})
    )


def forget_failures(tx: sa.Connection, attempt: Attempt) -> None:
    """Begin to count anew: the right password came."""
    tx.execute(sign_in_failures.delete().where(*_same(attempt)))


def prune(tx: sa.Connection, now: datetime) -> None:
    """Forget, for all shops, sessions at the end of their life and failures that no longer count."""
    tx.execute(sessions.delete().where(sessions.c.created_at <= now - LIFETIME))
    tx.execute(sign_in_failures.delete().where(sign_in_failures.c.last_at <= now - FAILURES_KEPT))


def _one(session: Session) -> tuple[sa.ColumnElement[bool], ...]:
    return sessions.c.shop == session.shop, sessions.c.token == session.token


def _same(attempt: Attempt) -> tuple[sa.ColumnElement[bool], ...]:
    failed = sign_in_failures.c
    return failed.shop == attempt.shop, failed.agent == attempt.agent, failed.address == attempt.address
