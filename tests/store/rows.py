"""Rows that store tests begin with, and counting them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.store import channels, conversations
from bot.store.base import Store
from bot.store.channels import Channel
from bot.store.tables import new_id, tickets

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def add_shop(tx: sa.Connection, shop: str = "demo", name: str = "", now: datetime = NOW) -> None:
    """A shop that answers by itself."""
    channels.add_shop(tx, shop, name, "auto", now)


def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> Callable[[sa.Connection], int]:
    """How many rows of a table there are."""
    query = sa.select(sa.func.count()).select_from(table).where(*where)
    return lambda tx: tx.execute(query).scalar_one()


def opened(store: Store, customer: str = "c1") -> str:
    """A shop with a channel and one conversation; returns the conversation's id."""

    def story(tx: sa.Connection) -> str:
        if not channels.shop_exists(tx, "demo"):
            add_shop(tx)
            channels.add(tx, Channel("demo", "web", "response", "", False, 0.0, False, ("whsec_AAAA",)), NOW)
        return conversations.enter(tx, "demo", "web", customer, "", (), NOW).id

    return store.submit(story).result()


def ticket_of(tx: sa.Connection, conversation: str, **values: Any) -> str:
    """A ticket that waits."""
    about = {
        "shop": "demo", "conversation": conversation, "reason": "customer_asked", "intent": "", "priority": 1,
        "group": "presale", "deadline": NOW, "opened_at": NOW,
    }
    ticket = new_id("tk")
    tx.execute(tickets.insert().values(**{**about, **values, "id": ticket}))
    return ticket
