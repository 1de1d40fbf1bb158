"""The stories of order notes: an agent keeps one, an ERP fetches them page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from bot.core.order_notes import NoteReason
from bot.errors import InvalidField, NotFound
from bot.flows.desk import Actor
from bot.store import conversations, notes
from bot.store.notes import Flag, Note, OrderNote

#: Notes younger than this come with the next fetch: another one with an earlier time may still be on its way into the
#: database, and whoever goes on behind the newest would never see it. No transaction takes longer; our default.
SETTLED = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Written:
    """What an agent writes down."""

    text: str
    flag: Flag = ""
    order_id: str = ""
    reason: NoteReason | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Notes, oldest first, and where to go on."""

    notes: Sequence[OrderNote]
    next: str  #: the `after` of the next page; "" when this is the last


def keep_note(tx: sa.Connection, conversation: str, actor: Actor, written: Written) -> Note:
    """Write down something for colleagues, with order, flag, reason, agent and time (SR-156). NotFound when the shop
    has no such conversation."""
    if conversations.get(tx, actor.shop, conversation) is None:
        raise NotFound("没有这个会话")
    return notes.add(
        tx, actor.shop, conversation, actor.name, written.text, written.flag, actor.now, written.order_id,
        written.reason,
    )  # fmt: skip


def page(tx: sa.Connection, shop: str, since: datetime, after: str, most: int, now: datetime) -> Page:
    """The shop's order notes from an aware `since` on, at most so many; InvalidField for an `after` that no page ended
    with."""
    if after and not notes.exists(tx, shop, after):
        raise InvalidField("after: 没有这条备注，请从 since 重新开始", field="after")
    found = notes.of_orders(tx, shop, since, now - SETTLED, after, most + 1)
    more = len(found) > most
    return Page(found[:most], found[most - 1].note.id if more else "")
