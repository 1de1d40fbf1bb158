"""Queries about the people who work in a shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.accounts import CAPACITY, Group, Role
from bot.store.tables import agents

#: Roles that keep what a whole shop uses: its quick phrases and its products.
KEEPERS = frozenset({"lead", "trainer", "admin"})


@dataclass(frozen=True, slots=True)
class Agent:
    """An account as stored. Times are UTC."""

    shop: str
    name: str
    role: Role
    password_hash: str
    display_name: str
    groups: tuple[Group, ...]  #: the skills that tickets may ask for
    capacity: int  #: conversations at once
    created_at: datetime
    password_changed_at: datetime | None
    disabled_at: datetime | None


def add(
    tx: sa.Connection, shop: str, name: str, role: str, password_hash: str, now: datetime, *,
    display_name: str = "", groups: Sequence[Group] = (), capacity: int = CAPACITY,
) -> None:  # fmt: skip
    """Store a new account; IntegrityError when the name is taken in the shop."""
    tx.execute(
        agents.insert().values(
            shop=shop, name=name, role=role, password_hash=password_hash, display_name=display_name,
            groups=list(groups), capacity=capacity, created_at=now, password_changed_at=now,
        )
    )


def find(tx: sa.Connection, shop: str, name: str) -> Agent | None:
    """The account of this name in the shop."""
    row = tx.execute(sa.select(agents).where(*_account(shop, name))).one_or_none()
    return None if row is None else _agent(row)


def listed(tx: sa.Connection, shop: str) -> list[Agent]:
    """A shop's accounts by name."""
    return [_agent(row) for row in tx.execute(sa.select(agents).where(agents.c.shop == shop).order_by(agents.c.name))]


def role(tx: sa.Connection, shop: str, name: str) -> str | None:
    """What an account may do: agent, lead, trainer or admin; None when there is none."""
    return tx.execute(sa.select(agents.c.role).where(*_account(shop, name))).scalar()


def set_password(tx: sa.Connection, shop: str, name: str, password_hash: str, now: datetime) -> bool:
    """Give an account a new password; False when there is no such account."""
    return _update(tx, shop, name, password_hash=password_hash, password_changed_at=now)


def set_role(tx: sa.Connection, shop: str, name: str, role: Role) -> bool:
    """Let an account do more or less; False when there is no such account."""
    return _update(tx, shop, name, role=role)


def set_skills(tx: sa.Connection, shop: str, name: str, groups: Sequence[Group], capacity: int) -> bool:
    """Give an account other skills and another capacity; False when there is no such account."""
    return _update(tx, shop, name, groups=list(groups), capacity=capacity)


def set_disabled(tx: sa.Connection, shop: str, name: str, at: datetime | None) -> bool:
    """Close an account from a moment on, or open it again (None); False when there is no such account."""
    return _update(tx, shop, name, disabled_at=at)


def _account(shop: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return agents.c.shop == shop, agents.c.name == name


def _update(tx: sa.Connection, shop: str, name: str, **values: Any) -> bool:
    return tx.execute(agents.update().where(*_account(shop, name)).values(**values)).rowcount == 1


def _agent(row: sa.Row[Any]) -> Agent:
    return Agent(
        row.shop, row.name, Role(row.role), row.password_hash, row.display_name, tuple(map(Group, row.groups)),
        row.capacity, row.created_at, row.password_changed_at, row.disabled_at,
    )
