"""Queries about which agents are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.attendance import State, Timing, state_now
from bot.store.tables import presences

Presence = State


@dataclass(frozen=True, slots=True)
class There:
    """What is known of an agent. Times are UTC."""

    state: Presence  #: offline, too, of one who is no longer heard of
    chosen: Presence  #: what the agent last said
    seen_at: datetime  #: last pulse
    assigned_at: datetime | None  #: when kefu last gave them a customer


def _upsert(dialect: Any) -> Any:
    given = ("shop", "agent", "state", "chosen", "seen_at")
    insert = dialect.insert(presences).values({name: sa.bindparam(name) for name in given})
    newest = {name: insert.excluded[name] for name in ("state", "chosen", "seen_at")}
    return insert.on_conflict_do_update(index_elements=["shop", "agent"], set_=newest)


_PUT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}
_COLUMNS = [presences.c[name] for name in ("state", "chosen", "seen_at", "assigned_at")]


def put(tx: sa.Connection, shop: str, agent: str, state: Presence, now: datetime) -> None:
    """What an agent says of itself."""
    values = {"shop": shop, "agent": agent, "state": state, "chosen": state, "seen_at": now}
    tx.execute(_PUT[tx.dialect.name], values)


def seen(tx: sa.Connection, shop: str, agent: str, state: Presence, now: datetime) -> None:
    """An agent was heard of; what they chose stays."""
    tx.execute(presences.update().where(*_agent(shop, agent)).values(state=state, seen_at=now))


def lose(tx: sa.Connection, shop: str, agent: str) -> None:
    """An agent is no longer heard of."""
    tx.execute(presences.update().where(*_agent(shop, agent)).values(state="offline"))


def find(tx: sa.Connection, shop: str, agent: str, *, lock: bool = False) -> There | None:
    """What is known of an agent; None of one who has never been at a desk. `lock`: until the transaction ends."""
    query = sa.select(*_COLUMNS).where(*_agent(shop, agent))
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else There(*row)


def listed(tx: sa.Connection, shop: str, *, lock: bool = False) -> dict[str, There]:
    """Every agent of the shop who has ever been at a desk, by name. `lock`: until the transaction ends."""
    query = sa.select(presences.c.agent, *_COLUMNS).where(presences.c.shop == shop).order_by(presences.c.agent)
    return {agent: There(*row) for agent, *row in tx.execute(query.with_for_update() if lock else query)}


def of_shop(tx: sa.Connection, shop: str, now: datetime, timing: Timing) -> dict[str, Presence]:
    """The state that each of them is in now; whoever is not named is offline."""
    return {name: state_now(one.state, one.seen_at, now, timing) for name, one in listed(tx, shop).items()}


def _agent(shop: str, agent: str) -> tuple[sa.ColumnElement[bool], ...]:
    return presences.c.shop == shop, presences.c.agent == agent
