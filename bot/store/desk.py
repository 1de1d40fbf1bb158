"""Queries for the agents' desks: many conversations at once, each with its open ticket and its newest words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.desk import Word
from bot.core.model import Holder
from bot.store.messages import StoredMessage
from bot.store.tables import conversations, messages, supervisions, tickets

#: Words looked at of a conversation that a human is asked for, and of one that the bot holds; our default. Who waits
#: for longer than so many messages is shown as waiting since the oldest of them.
_WORDS, _BOTS_WORDS = 30, 10
_TICKET = (
    "id", "state", "reason", "priority", "group", "note", "deadline", "overdue", "opened_at", "chases",
    "answered_at", "answer_by", "resolve_by",
)


def _nth_newest(number: int) -> sa.ScalarSelect[int]:
    """The number of a conversation's nth newest message that can be read; null where there are fewer."""
    of, said = conversations.c, messages.alias().c
    readable = sa.select(said.seq).where(said.shop == of.shop, said.conversation == of.id, said.state != "ignored")
    return readable.order_by(said.seq.desc()).offset(number - 1).limit(1).correlate(conversations).scalar_subquery()


def _newest_words() -> sa.Select[Any]:
    of, said = conversations.c, messages.c
    first = sa.case((of.holder == Holder.BOT, _nth_newest(_BOTS_WORDS)), else_=_nth_newest(_WORDS))
    shown = sa.and_(said.shop == of.shop, said.conversation == of.id, said.seq >= sa.func.coalesce(first, 0))
    return (
        sa.select(said.conversation, *(said[name] for name in Word.__slots__))
        .join(messages, shown)
        .select_from(conversations)
        .where(of.shop == sa.bindparam("shop"), of.id.in_(sa.bindparam("ids", expanding=True)))
        .order_by(said.seq)
    )


#: Built once, like the next: such a statement takes longer to build than to run.
_NEWEST_WORDS = _newest_words()


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as its row is made of."""

    id: str
    customer: str
    customer_name: str
    tags: list[str]
    channel: str
    holder: Holder
    owner: str
    pending_since: datetime | None
    whispered_at: datetime | None  #: when a lead last whispered to who works in it
    ticket: Mapping[str, Any] | None  #: the columns of its open ticket


_OWN = [name for name in Listed.__slots__ if name not in ("ticket", "whispered_at")]


def _rows() -> sa.Select[Any]:
    of, ticket, act = conversations.c, tickets.c, supervisions.c
    whispers = sa.and_(act.shop == of.shop, act.conversation == of.id, sa.text("supervisions.kind = 'whisper'"))
    newest = sa.select(sa.func.max(act.at)).where(whispers).correlate(conversations).scalar_subquery()
    opened = sa.and_(ticket.shop == of.shop, ticket.conversation == of.id, ticket.state != "resolved")
    return (
        sa.select(
            *(of[name] for name in _OWN), newest.label("whispered_at"),
            *(ticket[name].label(f"ticket_{name}") for name in _TICKET),
        )
        .select_from(conversations.outerjoin(tickets, opened))
        .where(of.shop == sa.bindparam("shop"), of.id.in_(sa.bindparam("ids", expanding=True)))
        .order_by(of.id)
    )


_LISTED = _rows()


def needing_a_human(tx: sa.Connection, shop: str) -> list[str]:
    """The conversations with an open ticket, and those that an agent holds without one."""
    with_ticket = sa.select(tickets.c.conversation).where(tickets.c.shop == shop, sa.text("state <> 'resolved'"))
    held = sa.select(conversations.c.id).where(conversations.c.shop == shop, sa.text("holder = 'agent'"))
    return list(tx.execute(with_ticket.union(held)).scalars())


def listed(tx: sa.Connection, shop: str, ids: Collection[str]) -> list[Listed]:
    """These conversations of the shop, in the order of their ids."""
    return [_listed(row) for row in tx.execute(_LISTED, {"shop": shop, "ids": list(ids)}).mappings()]


def words(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, list[Word]]:
    """The newest messages of these conversations, oldest first. Numbers that repeated deliveries used up and what is
    no message of its own (a recall) do not count."""
    found: dict[str, list[Word]] = defaultdict(list)
    for conversation, *word in tx.execute(_NEWEST_WORDS, {"shop": shop, "ids": list(ids)}):
        found[conversation].append(Word(*word))
    return found


def word_of(message: StoredMessage) -> Word:
    """A message as one word of its conversation."""
    return Word(**{name: getattr(message, name) for name in Word.__slots__})


def loads(tx: sa.Connection, shop: str) -> dict[str, int]:
    """How many conversations each agent of the shop holds."""
    query = (
        sa.select(conversations.c.owner, sa.func.count().label("held"))
        .where(conversations.c.shop == shop, sa.text("holder = 'agent'"))
        .group_by(conversations.c.owner)
    )
    return {row.owner: row.held for row in tx.execute(query)}


def _listed(row: sa.RowMapping) -> Listed:
    own = {name: row[name] for name in (*_OWN, "whispered_at")}
    ticket = {name: row[f"ticket_{name}"] for name in _TICKET} if row["ticket_id"] else None
    return Listed(**{**own, "holder": Holder(own["holder"])}, ticket=ticket)
