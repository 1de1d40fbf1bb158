"""Queries about which agents are there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import presences

Presence = Literal["online", "busy", "away", "offline"]  #: away is 挂起 (SR-048)


def _upsert(dialect: Any) -> Any:
    given: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in presences.columns}
    insert = dialect.insert(presences).values(given)
    newest = {name: insert.excluded[name] for name in ("state", "seen_at")}
    return insert.on_conflict_do_update(index_elements=["shop", "agent"], set_=newest)


_PUT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def put(tx: sa.Connection, shop: str, agent: str, state: Presence, now: datetime) -> None:
    """What an agent says of itself."""
    tx.execute(_PUT[tx.dialect.name], {"shop": shop, "agent": agent, "state": state, "seen_at": now})


def of_shop(tx: sa.Connection, shop: str) -> dict[str, Presence]:
    """The state of every agent who has said one; the others are offline."""
    query = sa.select(presences.c.agent, presences.c.state).where(presences.c.shop == shop)
    return {row.agent: row.state for row in tx.execute(query)}
