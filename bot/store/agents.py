"""Queries about the people who work in a shop."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.store.tables import agents

#: Roles that keep what a whole shop uses: its quick phrases and its products.
KEEPERS = frozenset({"lead", "trainer", "admin"})


def add(tx: sa.Connection, shop: str, name: str, role: str, password_hash: str, now: datetime) -> None:
    """Store a new account; IntegrityError when the name is taken in the shop."""
    tx.execute(agents.insert().values(shop=shop, name=name, role=role, password_hash=password_hash, created_at=now))


def password_hash(tx: sa.Connection, shop: str, name: str) -> str | None:
    """The stored hash of an account, None when there is none."""
    query = sa.select(agents.c.password_hash).where(agents.c.shop == shop, agents.c.name == name)
    return tx.execute(query).scalar()


def role(tx: sa.Connection, shop: str, name: str) -> str | None:
    """What an account may do: agent, lead, trainer or admin; None when there is none."""
    return tx.execute(sa.select(agents.c.role).where(agents.c.shop == shop, agents.c.name == name)).scalar()
