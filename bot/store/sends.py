"""Queries about the texts that agents sent under a key of their own, so that a repeated request sends nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.prepared import Prepared
from bot.store.tables import desk_sends


@dataclass(frozen=True, slots=True)
class Send:
    """What was sent first under a key."""

    digest: str  #: of the request
    message: str  #: its id; of a hand-over the ids of the conversations, separated by blanks


_ROW: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in desk_sends.columns}
_KEEP = Prepared(
    {
        "sqlite": sqlite.insert(desk_sends).values(_ROW).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(desk_sends).values(_ROW).on_conflict_do_nothing(),
    }
)


def find(tx: sa.Connection, shop: str, agent: str, key: str) -> Send | None:
    """What the agent sent under this key."""
    of = desk_sends.c
    query = sa.select(of.digest, of.message).where(of.shop == shop, of.agent == agent, of.key == key)
    row = tx.execute(query).one_or_none()
    return None if row is None else Send(*row)


def keep(tx: sa.Connection, shop: str, agent: str, key: str, send: Send, now: datetime) -> bool:
    """Remember a send; False when the key was used meanwhile, for another conversation."""
    row = {"shop": shop, "agent": agent, "key": key, "digest": send.digest, "message": send.message, "at": now}
    return _KEEP.do(tx, row) == 1


def prune(tx: sa.Connection, before: datetime) -> int:
    """Forget keys older than a moment. Returns how many."""
    return tx.execute(desk_sends.delete().where(desk_sends.c.at < before)).rowcount
