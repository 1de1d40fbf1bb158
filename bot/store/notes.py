"""Queries about the agents' notes on conversations and their orders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from bot.core.order_notes import NoteReason
from bot.store import events
from bot.store.tables import conversations, new_id, notes

#: The colours of a 小红旗 (SR-156); "" for a note without one.
Flag = Literal["", "red", "yellow", "green", "blue", "purple"]


@dataclass(frozen=True, slots=True)
class Note:
    """What an agent wrote down for colleagues."""

    id: str
    text: str
    flag: Flag
    agent: str
    at: datetime
    order_id: str = ""  #: "" for a note about no order
    reason: NoteReason | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class OrderNote:
    """A note as the maker of an order needs it."""

    note: Note
    conversation: str
    customer: str  #: the platform's id of the customer


_COLUMNS = [notes.c[name] for name in Note.__slots__]


def add(
    tx: sa.Connection, shop: str, conversation: str, agent: str, text: str, flag: Flag, now: datetime,
    order_id: str = "", reason: NoteReason | Literal[""] = "",
) -> Note:
    """Keep a note."""
    note = Note(new_id("nt"), text, flag, agent, now, order_id, reason)
    tx.execute(
        notes.insert().values(
            shop=shop, id=note.id, conversation=conversation, agent=agent, text=text, flag=flag, at=now,
            order_id=order_id, reason=str(reason),
        )
    )
    events.note(tx, shop, conversation)
    return note


def newest_of(tx: sa.Connection, shop: str, ids: Collection[str], most: int) -> dict[str, list[Note]]:
    """The newest notes of each of these conversations, the latest first."""
    latest = notes.c.at.desc(), notes.c.id.desc()
    place = sa.func.row_number().over(partition_by=notes.c.conversation, order_by=latest).label("place")
    within = notes.c.shop == shop, notes.c.conversation.in_(ids)
    each = sa.select(*_COLUMNS, notes.c.conversation, place).where(*within).subquery()
    found: dict[str, list[Note]] = {id_: [] for id_ in ids}
    for row in tx.execute(sa.select(each).where(each.c.place <= most).order_by(each.c.place)).mappings():
        found[row["conversation"]].append(_note(row))
    return found


def exists(tx: sa.Connection, shop: str, note: str) -> bool:
    """Whether the shop has a note of this id."""
    return tx.execute(sa.select(notes.c.id).where(notes.c.shop == shop, notes.c.id == note)).first() is not None


def of_orders(
    tx: sa.Connection, shop: str, since: datetime, until: datetime, after: str, most: int
) -> list[OrderNote]:
    """The notes with an order, a flag or a reason, from `since` up to `until` (exclusive), oldest first; `after`: the
    note that the page before ended with, "" for the first page."""
    of, talk = notes.c, conversations.c
    begin = sa.select(of.at, of.id).where(of.shop == shop, of.id == after)
    last = tx.execute(begin).one_or_none() if after else None
    query = (
        sa.select(*_COLUMNS, of.conversation, talk.customer)
        .join(conversations, sa.and_(talk.shop == of.shop, talk.id == of.conversation))
        .where(of.shop == shop, of.at >= since, of.at < until)
        .where(sa.or_(of.order_id != "", of.flag != "", of.reason != ""))
        .order_by(of.at, of.id)
        .limit(most)
    )
    if last is not None:
        query = query.where(sa.or_(of.at > last.at, sa.and_(of.at == last.at, of.id > last.id)))
    return [OrderNote(_note(row), row["conversation"], row["customer"]) for row in tx.execute(query).mappings()]


def _note(row: sa.RowMapping) -> Note:
    values = {name: row[name] for name in Note.__slots__}
    return Note(**{**values, "reason": NoteReason(values["reason"]) if values["reason"] else ""})
