"""Queries about offers of a conversation to a colleague: each counts until the conversation changes hands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core.desk import Offer
from bot.store import events
from bot.store.conversations import Conversation
from bot.store.tables import conversations, new_id, transfers

_SHOWN = ("offered", "declined", "expired")


@dataclass(frozen=True, slots=True)
class Transfer:
    """An offer that stands. Times are UTC."""

    id: str
    sender: str
    receiver: str
    reason: str
    until: datetime


def add(
    tx: sa.Connection, conversation: Conversation, receiver: str, reason: str, now: datetime, until: datetime
) -> str:
    """Offer a locked conversation, of which nothing else is offered, to a colleague of its owner. Returns the id."""
    id_ = new_id("tr")
    tx.execute(
        transfers.insert().values(
            shop=conversation.shop, id=id_, conversation=conversation.id, epoch=conversation.epoch,
            sender=conversation.owner, receiver=receiver, reason=reason, at=now, until=until,
        )
    )
    events.note(tx, conversation.shop, conversation.id)
    return id_


def standing(tx: sa.Connection, conversation: Conversation) -> Transfer | None:
    """The offer of a locked conversation that waits for an answer."""
    of = transfers.c
    query = sa.select(*(of[name] for name in Transfer.__slots__)).where(
        of.shop == conversation.shop, of.conversation == conversation.id, of.epoch == conversation.epoch,
        of.state == "offered",
    )
    row = tx.execute(query.order_by(of.at.desc(), of.id.desc()).limit(1)).one_or_none()
    return None if row is None else Transfer(*row)


def settle(tx: sa.Connection, conversation: Conversation, transfer: str, state: str, answer: str = "") -> None:
    """Write down what became of an offer of a locked conversation: accepted, declined, expired or withdrawn."""
    of = transfers.c
    waits = transfers.update().where(of.shop == conversation.shop, of.id == transfer, of.state == "offered")
    tx.execute(waits.values(state=state, answer=answer))
    events.note(tx, conversation.shop, conversation.id)


def current(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, Offer]:
    """By conversation, the newest offer by who holds it now: one that waits, or what became of it."""
    of, talk = transfers.c, conversations.c
    query = (
        sa.select(of.conversation, *(of[name] for name in Offer.__slots__))
        .join(conversations, sa.and_(talk.shop == of.shop, talk.id == of.conversation, talk.epoch == of.epoch))
        .where(of.shop == shop, of.conversation.in_(ids), of.state != "withdrawn")
        .order_by(of.at, of.id)
    )
    newest = {conversation: Offer(*rest) for conversation, *rest in tx.execute(query)}
    return {conversation: offer for conversation, offer in newest.items() if offer.state in _SHOWN}
