"""Queries for giving waiting customers to agents, and the promise that somebody will look at the queue.

Whoever frees an agent or puts a customer into the queue notes the shop on the transaction; the store writes the notes
as a job before the commit, so that no crash can forget them. They are written after every other lock (as events are,
and before these), for two transactions that write for one shop wait for each other there: one job waits per shop.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.core.attendance import Timing, state_now
from bot.core.model import Holder, Priority
from bot.core.routing import Candidate, Waiting
from bot.store import agents, jobs, presence
from bot.store import desk as queries
from bot.store.tables import conversations, presences, shops, tickets

#: The most pressing customers looked at in one go; our default.
_LOOKED_AT = 200
_NOTED = "kefu_assignments_wanted"


def want(tx: sa.Connection, shop: str, at: datetime) -> None:
    """Note on the transaction that the shop's queue is to be looked at, at a moment."""
    noted: dict[str, datetime] = tx.info.setdefault(_NOTED, {})
    noted[shop] = min(at, noted.get(shop, at))


def forget(tx: sa.Connection) -> None:
    """Begin with nothing noted."""
    tx.info.pop(_NOTED, None)


def write(tx: sa.Connection) -> None:
    """Write what was noted as jobs, in order of shops."""
    noted: dict[str, datetime] = tx.info.pop(_NOTED, {})
    for shop, at in sorted(noted.items()):
        jobs.add(tx, shop, "assign", {}, at, at, unique_key="assign")


def has_turn(tx: sa.Connection, shop: str) -> bool:
    """Take the shop's turn to assign until the transaction ends; False when another process has it. Never waits, so
    it cannot stand in a circle of locks."""
    query = sa.select(shops.c.id).where(shops.c.id == shop).with_for_update(key_share=True, skip_locked=True)
    return tx.execute(query).scalar() is not None


def waiting(tx: sa.Connection, shop: str) -> list[Waiting]:
    """The customers in the queue, the most pressing 200."""
    of, talk = tickets.c, conversations.c
    names = ("conversation", "group", "priority", "deadline", "opened_at", "passed_by")
    query = (
        sa.select(of.id.label("ticket"), *(of[name] for name in names), talk.last_agent)
        .join(conversations, sa.and_(talk.shop == of.shop, talk.id == of.conversation))
        .where(of.shop == shop, of.state == "waiting", talk.holder == Holder.QUEUE)
        .order_by(of.priority.desc(), of.deadline, of.opened_at, of.id)
        .limit(_LOOKED_AT)
    )
    return [
        Waiting(**{**row, "priority": Priority(row["priority"]), "passed_by": frozenset(row["passed_by"])})
        for row in tx.execute(query).mappings()
    ]


def candidates(tx: sa.Connection, shop: str, now: datetime, timing: Timing) -> list[Candidate]:
    """Every open account of the shop that has said it is there, with what it holds. Locked until the transaction ends:
    an agent who is lost meanwhile is either not given anybody, or found with them."""
    said = presence.listed(tx, shop, lock=True)
    loads = queries.loads(tx, shop)
    return [
        Candidate(
            agent.name, agent.role, state_now(there.state, there.seen_at, now, timing), frozenset(agent.groups),
            loads.get(agent.name, 0), agent.capacity, there.assigned_at,
        )
        for agent in agents.listed(tx, shop)
        if agent.disabled_at is None and (there := said.get(agent.name)) is not None
    ]  # fmt: skip


def given(tx: sa.Connection, shop: str, names: Collection[str], now: datetime) -> None:
    """Write down that kefu gave these agents a customer."""
    tx.execute(
        presences.update().where(presences.c.shop == shop, presences.c.agent.in_(names)).values(assigned_at=now)
    )
