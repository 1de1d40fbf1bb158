"""Queries about what leads did in their agents' conversations: orders, whispers, and who looked on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.supervision import Act
from bot.store import events
from bot.store.conversations import Conversation
from bot.store.tables import new_id, supervisions

#: What who works in a conversation is shown of it; that a lead looked on is told to leads alone.
_TOLD = (Act.TAKE_OVER, Act.REASSIGN, Act.WHISPER)
_ORDERS = (Act.TAKE_OVER, Act.REASSIGN)


@dataclass(frozen=True, slots=True)
class Supervision:
    """One act of a lead. Times are UTC."""

    id: str
    kind: Act
    lead: str
    sender: str  #: who held the conversation before; "" when no agent did
    receiver: str  #: who got it; "" where nobody did
    text: str  #: the whisper, or why
    after_seq: int  #: number of the newest message at that time
    at: datetime


_COLUMNS = [supervisions.c[name] for name in Supervision.__slots__]


def add(
    tx: sa.Connection, conversation: Conversation, kind: Act, lead: str, now: datetime, *,
    text: str = "", sender: str = "", receiver: str = "", epoch: int | None = None,
) -> Supervision:  # fmt: skip
    """Keep an act in a locked conversation. `epoch`: as the act leaves the conversation, when it changes it. The desks
    are told of all but who looks on."""
    made = Supervision(new_id("sv"), kind, lead, sender, receiver, text, conversation.last_seq, now)
    values = {name: getattr(made, name) for name in Supervision.__slots__}
    place = {"shop": conversation.shop, "conversation": conversation.id}
    turn = conversation.epoch if epoch is None else epoch
    tx.execute(supervisions.insert().values(**{**values, "kind": kind.value}, **place, epoch=turn))
    if kind is not Act.WATCH:
        events.note(tx, conversation.shop, conversation.id)
    return made


def told(
    tx: sa.Connection, shop: str, ids: Collection[str], most: int, since_seq: int = 0
) -> dict[str, list[Supervision]]:
    """The newest orders and whispers of each of these conversations from behind a message on, oldest first."""
    of = supervisions.c
    place = sa.func.row_number().over(partition_by=of.conversation, order_by=(of.at.desc(), of.id.desc()))
    where = of.shop == shop, of.conversation.in_(ids), of.kind.in_(_TOLD), of.after_seq >= since_seq
    each = sa.select(*_COLUMNS, of.conversation, place.label("place")).where(*where).subquery()
    found: dict[str, list[Supervision]] = {id_: [] for id_ in ids}
    for row in tx.execute(sa.select(each).where(each.c.place <= most).order_by(each.c.place.desc())):
        found[row.conversation].append(_supervision(row))
    return found


def trail(tx: sa.Connection, shop: str, conversation: str, most: int) -> list[Supervision]:
    """Everything that leads did in a conversation, the newest so many, oldest first."""
    return _newest(tx, shop, conversation, most)


def order(tx: sa.Connection, conversation: Conversation) -> Supervision | None:
    """The order by which a conversation is where it is; None when no lead put it there."""
    of = supervisions.c
    found = _newest(
        tx, conversation.shop, conversation.id, 1, of.kind.in_(_ORDERS), of.epoch == conversation.epoch
    )  # fmt: skip
    return found[0] if found else None


def watched_at(tx: sa.Connection, shop: str, conversation: str, lead: str) -> datetime | None:
    """When a lead last began to look on."""
    of = supervisions.c
    query = sa.select(sa.func.max(of.at)).where(
        of.shop == shop, of.conversation == conversation, of.kind == Act.WATCH.value, of.lead == lead
    )
    return tx.execute(query).scalar()


def seen(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, Supervision]:
    """By conversation, when a lead saw to it last."""
    of = supervisions.c
    query = (
        sa.select(of.conversation, *_COLUMNS)
        .where(of.shop == shop, of.conversation.in_(ids), of.kind == Act.SEEN.value)
        .order_by(of.at, of.id)
    )
    return {row.conversation: _supervision(row) for row in tx.execute(query)}


def _newest(
    tx: sa.Connection, shop: str, conversation: str, most: int, *where: sa.ColumnElement[bool]
) -> list[Supervision]:
    of = supervisions.c
    query = (
        sa.select(*_COLUMNS)
        .where(of.shop == shop, of.conversation == conversation, *where)
        .order_by(of.at.desc(), of.id.desc())
        .limit(most)
    )
    return [_supervision(row) for row in reversed(list(tx.execute(query)))]


def _supervision(row: sa.Row[Any]) -> Supervision:
    values = {name: getattr(row, name) for name in Supervision.__slots__}
    return Supervision(**{**values, "kind": Act(values["kind"])})
