"""What the books say at the end of a simulated month of what customers wanted: answers, notes, wishes and tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core.address.model import Address
from bot.core.order_notes import NoteReason
from bot.flows.wishes import BOT
from bot.store.tables import address_wishes, conversations, notes, tickets
from bot.store.tables import proactive_messages as ledger


@dataclass(frozen=True, slots=True)
class Put:
    """A question of the shop's."""

    plan: str
    order: str
    customer: str
    at: datetime  #: aware
    answer: str  #: right, other, or "" for none
    answered_at: datetime | None
    ticket: str  #: of whoever was asked to call


@dataclass(frozen=True, slots=True)
class Books:
    """Times are aware."""

    questions: Sequence[Put]
    changes: Sequence[tuple[str, str, datetime]]  #: customer, order and time of each address that the bot had changed
    wishes: Mapping[str, tuple[datetime, Address]]  #: order → when its change was confirmed, and to what
    notes: Mapping[str, Sequence[datetime]]  #: order → when something was noted on it
    tickets: Mapping[str, Sequence[tuple[datetime, datetime | None]]]  #: customer → from when to when a human had them


def read(tx: sa.Connection, shop: str, plans: Sequence[str]) -> Books:
    """The books of a shop, of the questions of these plans."""
    noted, changes = _notes(tx, shop)
    return Books(_questions(tx, shop, plans), changes, _wishes(tx, shop), noted, _tickets(tx, shop))


def _questions(tx: sa.Connection, shop: str, plans: Sequence[str]) -> list[Put]:
    of = ledger.c
    columns = of.plan, of.order, of.customer, of.at, of.answer, of.answered_at, of.ticket
    query = sa.select(*columns).where(of.shop == shop, of.plan.in_(plans), of.outcome == "sent")
    return [Put(*row) for row in tx.execute(query)]


def _notes(
    tx: sa.Connection, shop: str
) -> tuple[dict[str, list[datetime]], list[tuple[str, str, datetime]]]:
    of, talk, noted = notes.c, conversations.c, defaultdict[str, list[datetime]](list)
    changes = []
    same = sa.and_(talk.shop == of.shop, talk.id == of.conversation)
    query = sa.select(talk.customer, of.order_id, of.at, of.reason, of.agent).join(conversations, same)
    for customer, order, at, reason, agent in tx.execute(query.where(of.shop == shop)):
        noted[order].append(at)
        if (reason, agent) == (NoteReason.ADDRESS.value, BOT):
            changes.append((customer, order, at))
    return noted, changes


def _wishes(tx: sa.Connection, shop: str) -> dict[str, tuple[datetime, Address]]:
    of = address_wishes.c
    query = sa.select(of.order, of.at, of.address).where(of.shop == shop)
    return {order: (at, Address(**parts)) for order, at, parts in tx.execute(query)}


def _tickets(tx: sa.Connection, shop: str) -> dict[str, list[tuple[datetime, datetime | None]]]:
    of, talk, found = tickets.c, conversations.c, defaultdict[str, list[tuple[datetime, datetime | None]]](list)
    same = sa.and_(talk.shop == of.shop, talk.id == of.conversation)
    query = sa.select(talk.customer, of.opened_at, of.resolved_at).join(conversations, same).where(of.shop == shop)
    for customer, opened, resolved in tx.execute(query):
        found[customer].append((opened, resolved))
    return found
