"""Queries about the agents' notes on conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from bot.store import events
from bot.store.tables import new_id, notes

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


def add(tx: sa.Connection, shop: str, conversation: str, agent: str, text: str, flag: Flag, now: datetime) -> Note:
    """Keep a note."""
    note = Note(new_id("nt"), text, flag, agent, now)
    tx.execute(
        notes.insert().values(
            shop=shop, id=note.id, conversation=conversation, agent=agent, text=text, flag=flag, at=now
        )
    )
    events.note(tx, shop, conversation)
    return note


def of_conversation(tx: sa.Connection, shop: str, conversation: str, most: int) -> list[Note]:
    """The newest notes of a conversation, the latest first."""
    query = (
        sa.select(*(notes.c[name] for name in Note.__slots__))
        .where(notes.c.shop == shop, notes.c.conversation == conversation)
        .order_by(notes.c.at.desc(), notes.c.id.desc())
    )
    return [Note(*row) for row in tx.execute(query.limit(most))]
