"""Queries about the systems that shops let us ask how an order stands: address, time limit, secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.tables import order_apis


@dataclass(frozen=True, slots=True)
class OrderApi:
    """How one shop's system is asked, with the secrets that sign now."""

    shop: str
    url: str  #: with {order} for the number
    seconds: float  #: for one question in all
    secrets: tuple[str, ...]  #: newest first; after a rotation the old one signs beside it for a day


def find(tx: sa.Connection, shop: str, now: datetime) -> OrderApi | None:
    """The shop's, if it has one."""
    row = tx.execute(sa.select(order_apis).where(order_apis.c.shop == shop)).one_or_none()
    return None if row is None else _api(row, now)


def listed(tx: sa.Connection, now: datetime) -> list[OrderApi]:
    """Every shop's, by shop."""
    return [_api(row, now) for row in tx.execute(sa.select(order_apis).order_by(order_apis.c.shop))]


def put(tx: sa.Connection, shop: str, url: str, seconds: float, secret: str, now: datetime) -> bool:
    """Set how the shop is asked; the secret is kept for a shop that has none yet, which is told by True."""
    changed = tx.execute(
        order_apis.update().where(order_apis.c.shop == shop).values(url=url, seconds=seconds, updated_at=now)
    )
    if changed.rowcount:
        return False
    tx.execute(order_apis.insert().values(shop=shop, url=url, seconds=seconds, secret=secret, updated_at=now))
    return True


def rotate(tx: sa.Connection, shop: str, secret: str, until: datetime, now: datetime) -> bool:
    """Sign with a new secret, and with the one before until then; False when the shop has none."""
    values = {"secret": secret, "old_secret": order_apis.c.secret, "old_until": until, "updated_at": now}
    return tx.execute(order_apis.update().where(order_apis.c.shop == shop).values(values)).rowcount == 1


def remove(tx: sa.Connection, shop: str) -> bool:
    """Ask the shop no more; False when it was not asked."""
    return tx.execute(order_apis.delete().where(order_apis.c.shop == shop)).rowcount == 1


def _api(row: sa.Row[tuple[object, ...]], now: datetime) -> OrderApi:
    is_good = row.old_until is not None and row.old_until > now
    return OrderApi(row.shop, row.url, row.seconds, (row.secret, row.old_secret) if is_good else (row.secret,))
