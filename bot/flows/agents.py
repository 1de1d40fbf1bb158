"""What an administrator does with accounts: add, give a password, close, open, promote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.core.accounts import CAPACITY, Group, Role
from bot.errors import Conflict, NotFound
from bot.store import agents, channels, sessions


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


def set_role(tx: sa.Connection, shop: str, name: str, role: Role) -> None:
    """Let the account do more or less from its next request on. NotFound without the account."""
    _known(agents.set_role(tx, shop, name, role), shop, name)


def _known(changed: bool, shop: str, name: str) -> None:
    if not changed:
        raise NotFound(f"没有账号 {shop}/{name}；kefu agent list --shop {shop} 列出全部")
