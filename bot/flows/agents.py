"""What an administrator does with accounts: add, give a password, close, open, promote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.core.accounts import CAPACITY, Group, Role
from bot.errors import Conflict, NotFound
from bot.store import agents, assignment, channels, sessions
from bot.store.agents import Agent


def add(
    tx: sa.Connection, shop: str, name: str, role: Role, password_hash: str, now: datetime, *,
    display_name: str = "", groups: Sequence[Group] = (), capacity: int = CAPACITY,
) -> None:  # fmt: skip
    """A new account. NotFound without the shop, Conflict when the name is taken in it."""
    if not channels.shop_exists(tx, shop):
        raise NotFound(f"没有店铺 {shop}；先用 kefu shop add {shop} 新增")
    if agents.find(tx, shop, name) is not None:
        raise Conflict(f"店铺 {shop} 已有账号 {name}；换密码请用 kefu agent password {shop}/{name}")
    agents.add(
        tx, shop, name, role, password_hash, now, display_name=display_name, groups=groups, capacity=capacity
    )


def set_password(tx: sa.Connection, shop: str, name: str, password_hash: str, now: datetime) -> None:
    """A new password, which ends every session of the account. NotFound without the account."""
    _known(agents.set_password(tx, shop, name, password_hash, now), shop, name)
    sessions.end_all(tx, shop, name)


def disable(tx: sa.Connection, shop: str, name: str, now: datetime) -> None:
    """Close the account, which ends every session of it. NotFound without the account."""
    _known(agents.set_disabled(tx, shop, name, now), shop, name)
    sessions.end_all(tx, shop, name)


def enable(tx: sa.Connection, shop: str, name: str) -> None:
    """Open the account again. NotFound without the account."""
    _known(agents.set_disabled(tx, shop, name, None), shop, name)


def set_role(tx: sa.Connection, shop: str, name: str, role: Role, now: datetime) -> None:
    """Let the account do more or less from its next request on. NotFound without the account."""
    _known(agents.set_role(tx, shop, name, role), shop, name)
    assignment.want(tx, shop, now)  # a lead takes hard cases


def set_skills(
    tx: sa.Connection, shop: str, name: str, groups: Sequence[Group] | None, capacity: int | None, now: datetime
) -> Agent:
    """Give the account other skills (none: takes all but hard cases) or another capacity; None leaves one as it is.
    Whoever waits is looked at anew. Returns the account; NotFound without it."""
    known = agents.find(tx, shop, name)
    if known is None:
        raise _unknown(shop, name)
    changed = replace(
        known, groups=known.groups if groups is None else tuple(groups),
        capacity=known.capacity if capacity is None else capacity,
    )  # fmt: skip
    agents.set_skills(tx, shop, name, changed.groups, changed.capacity)
    assignment.want(tx, shop, now)
    return changed


def _known(changed: bool, shop: str, name: str) -> None:
    if not changed:
        raise _unknown(shop, name)


def _unknown(shop: str, name: str) -> NotFound:
    return NotFound(f"没有账号 {shop}/{name}；kefu agent list --shop {shop} 列出全部")
