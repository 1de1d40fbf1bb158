"""Queries about where customers want their orders to go: the newest confirmed wish of each order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.address.model import PARTS, Address
from bot.store.tables import address_wishes

#: open: the order does not go there yet, as far as its events tell; taken: it does; intercept: it left for elsewhere.
State = Literal["open", "taken", "intercept"]


@dataclass(frozen=True, slots=True)
class StoredWish:
    """One confirmed wish."""

    shop: str
    order: str
    conversation: str
    occasion: str  #: of the address that the order had: see `core.proactive.occasion`
    bound: str  #: the digest that was confirmed
    address: Address
    at: datetime  #: aware; of the confirmation
    state: State = "open"
    ticket: str = ""  #: of the task to stop the parcel


_GIVEN = tuple(StoredWish.__slots__)


def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(address_wishes)
    changed = {name: insert.excluded[name] for name in _GIVEN if name not in ("shop", "order")}
    return insert.on_conflict_do_update(index_elements=["shop", "order"], set_=changed)


_PUT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def put(tx: sa.Connection, wish: StoredWish) -> None:
    """Keep a wish in place of an earlier one about the same order, which must be there."""
    parts = {part: value for part in PARTS if (value := getattr(wish.address, part))}
    values = {name: getattr(wish, name) for name in _GIVEN}
    tx.execute(_PUT[tx.dialect.name], {**values, "address": parts})


def get(tx: sa.Connection, shop: str, order: str) -> StoredWish | None:
    """The order's wish."""
    of = address_wishes.c
    row = tx.execute(sa.select(address_wishes).where(of.shop == shop, of.order == order)).mappings().one_or_none()
    return None if row is None else StoredWish(**{**row, "address": Address(**row["address"])})


def waiting(tx: sa.Connection, shop: str, orders: Collection[str]) -> list[str]:
    """Those of the orders that do not go yet where their customers wish, by number."""
    of = address_wishes.c
    query = sa.select(of.order).where(of.shop == shop, of.order.in_(orders), of.state == "open")
    return list(tx.execute(query.order_by(of.order)).scalars())


def settle(tx: sa.Connection, wish: StoredWish, state: State, ticket: str = "") -> None:
    """Say what became of a wish, unless there is a newer one."""
    of = address_wishes.c
    this = (of.shop == wish.shop, of.order == wish.order, of.bound == wish.bound, of.state == "open")
    tx.execute(address_wishes.update().where(*this).values(state=state, ticket=ticket))
