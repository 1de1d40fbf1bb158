"""Queries about the marks that agents leave on customers: kept for a time, with who said so and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core.tempers import Mark
from bot.store import events
from bot.store.tables import customer_marks, new_id


@dataclass(frozen=True, slots=True)
class CustomerMark:
    """One mark. Times are UTC."""

    id: str
    kind: Mark
    reason: str
    agent: str
    at: datetime
    expires_at: datetime


_COLUMNS = [customer_marks.c[name] for name in CustomerMark.__slots__]


def add(
    tx: sa.Connection, shop: str, conversation: str, kind: Mark, reason: str, agent: str, now: datetime,
    expires_at: datetime,
) -> CustomerMark:  # fmt: skip
    """Keep a mark of the customer of a conversation."""
    mark = CustomerMark(new_id("mk"), kind, reason, agent, now, expires_at)
    values = {name: getattr(mark, name) for name in CustomerMark.__slots__}
    tx.execute(customer_marks.insert().values(**{**values, "kind": kind.value}, shop=shop, conversation=conversation))
    events.note(tx, shop, conversation)
    return mark


def of_conversation(tx: sa.Connection, shop: str, conversation: str, now: datetime) -> list[CustomerMark]:
    """The marks that still hold, the latest first."""
    of = customer_marks.c
    query = (
        sa.select(*_COLUMNS)
        .where(of.shop == shop, of.conversation == conversation, of.expires_at > now)
        .order_by(of.at.desc(), of.id.desc())
    )
    return [_mark(row) for row in tx.execute(query).mappings()]


def newest(tx: sa.Connection, shop: str, ids: Collection[str], now: datetime) -> dict[str, CustomerMark]:
    """By conversation, the latest mark that still holds."""
    of = customer_marks.c
    query = (
        sa.select(of.conversation, *_COLUMNS)
        .where(of.shop == shop, of.conversation.in_(ids), of.expires_at > now)
        .order_by(of.at, of.id)
    )
    return {row["conversation"]: _mark(row) for row in tx.execute(query).mappings()}


def get(tx: sa.Connection, shop: str, conversation: str, mark: str) -> CustomerMark | None:
    """A mark by id."""
    of = customer_marks.c
    query = sa.select(*_COLUMNS).where(of.shop == shop, of.conversation == conversation, of.id == mark)
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else _mark(row)


def remove(tx: sa.Connection, shop: str, conversation: str, mark: str) -> None:
    """Take a mark back."""
    of = customer_marks.c
    tx.execute(customer_marks.delete().where(of.shop == shop, of.conversation == conversation, of.id == mark))
    events.note(tx, shop, conversation)


def prune(tx: sa.Connection, now: datetime) -> int:
    """Forget the marks of all shops whose time is over. Returns how many."""
    return tx.execute(customer_marks.delete().where(customer_marks.c.expires_at <= now)).rowcount


def _mark(row: sa.RowMapping) -> CustomerMark:
    values = {name: row[name] for name in CustomerMark.__slots__}
    return CustomerMark(**{**values, "kind": Mark(values["kind"])})
