"""Queries about conversations that humans have solved: the newest of a wish, what was asked, what was answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.tables import Moment, cases, conversations, csat, messages, tickets
from bot.store.tables.desk import SOLVED

#: A customer who needs a human again within so long was not helped; what was said before a ticket opened belongs to it
#: for so long. Our defaults.
_AGAIN, _BEFORE = timedelta(days=3), timedelta(minutes=10)
_WORST = 2  # scores up to here: no example
_TEXTS = 1_000  # read at once of what customers asked, of the newest conversations first
_OURS = 200  # of what agents answered in a few
_LOST = ("recalled", "failed", "dropped", "unknown")
_COLUMNS = ("id", "conversation", "intent", "agent", "opened_at", "answered_at", "resolved_at")


@dataclass(frozen=True, slots=True)
class SolvedTicket:
    """A ticket that an agent answered and ended, after which the customer did not come back."""

    id: str
    conversation: str
    intent: str
    agent: str
    opened_at: datetime
    answered_at: datetime
    resolved_at: datetime
    score: int | None
    customer: str
    customer_name: str


@dataclass(frozen=True, slots=True)
class Word:
    """One text of such a conversation."""

    ticket: str
    text: str
    stage: str  #: of the order, where the platform told


@dataclass(frozen=True, slots=True)
class Settled:
    """An after-sale case that was settled."""

    conversation: str
    kind: str
    outcome: str
    opened_at: datetime


def _later(moment: sa.ColumnElement[Any], by: timedelta) -> sa.ColumnElement[Any]:
    """A moment of the database moved, in what moments are kept in."""
    milliseconds = by // timedelta(milliseconds=1)
    return sa.type_coerce(sa.type_coerce(moment, sa.BigInteger) + milliseconds, Moment)


def _latest(number: int) -> sa.Select[Any]:
    """The newest of one wish, by an index of its own."""
    of = tickets.c
    newest = (
        sa.select(*(of[name] for name in _COLUMNS))
        .where(of.shop == sa.bindparam("shop"), of.intent == sa.bindparam(f"intent_{number}"), sa.text(SOLVED))
        .order_by(of.resolved_at.desc())
        .limit(sa.bindparam("most"))
    )
    return sa.select(newest.subquery(f"of_intent_{number}"))


def _solved() -> sa.Select[Any]:
    solved = sa.union_all(_latest(0), _latest(1)).subquery("solved").c
    again, talk, rated = tickets.alias("again").c, conversations.c, csat.c
    shop: sa.BindParameter[str] = sa.bindparam("shop")
    came_back = sa.exists().where(
        again.shop == shop, again.conversation == solved.conversation,
        again.opened_at >= solved.resolved_at, again.opened_at < _later(solved.resolved_at, _AGAIN),
    )  # fmt: skip
    own = sa.and_(rated.shop == shop, rated.conversation == solved.conversation, rated.ticket == solved.id)
    return (
        sa.select(*(solved[name] for name in _COLUMNS), rated.score, talk.customer, talk.customer_name)
        .join(conversations, sa.and_(talk.shop == shop, talk.id == solved.conversation))
        .outerjoin(csat, own)
        .where(
            solved.conversation != sa.bindparam("conversation"), ~came_back,
            sa.or_(rated.score.is_(None), rated.score > _WORST),
        )
        .order_by(solved.resolved_at.desc(), solved.id.desc())
    )  # fmt: skip


def _words(author: str, since: Any, until: Any, most: int) -> sa.Select[Any]:
    of, said = tickets.c, messages.c
    within = sa.and_(
        said.shop == of.shop, said.conversation == of.conversation, said.author == author, said.type == "text",
        said.text != "", said.state.not_in(_LOST), said.created_at >= since, said.created_at <= until,
    )  # fmt: skip
    return (
        sa.select(of.id, said.text, sa.func.coalesce(said.details["order_stage"].as_string(), ""))
        .join(messages, within)
        .where(of.shop == sa.bindparam("shop"), of.id.in_(sa.bindparam("tickets", expanding=True)))
        .order_by(of.resolved_at.desc(), of.id, said.seq)
        .limit(most)
    )


def _own_words() -> sa.Select[Any]:
    of, said = tickets.c, messages.c
    shop: sa.BindParameter[str] = sa.bindparam("shop")
    conversation: sa.BindParameter[str] = sa.bindparam("conversation")
    own = sa.select(of.opened_at, of.resolved_at).where(of.shop == shop, of.conversation == conversation)
    newest = own.order_by(of.opened_at.desc()).limit(1).subquery().c
    resolved = sa.select(newest.resolved_at).scalar_subquery()
    opened = sa.select(_later(newest.opened_at, -_BEFORE)).scalar_subquery()
    return (
        sa.select(sa.literal(""), said.text, sa.func.coalesce(said.details["order_stage"].as_string(), ""))
        .where(
            said.shop == shop, said.conversation == conversation, said.author == "customer", said.type == "text",
            said.text != "", said.state.not_in(_LOST),
            said.created_at > sa.func.coalesce(resolved, opened, sa.literal(0, sa.BigInteger)),
        )
        .order_by(said.seq.desc())
        .limit(sa.bindparam("most"))
    )  # fmt: skip


#: Built once: such a statement takes longer to build than to run.
_OF_BOTH, _OWN = _solved(), _own_words()
_ASKED = _words("customer", _later(tickets.c.opened_at, -_BEFORE), tickets.c.answered_at, _TEXTS)
_ANSWERED = _words("agent", tickets.c.opened_at, tickets.c.resolved_at, _OURS)


def solved(
    tx: sa.Connection, shop: str, intents: tuple[str, str], conversation: str, most: int
) -> list[SolvedTicket]:
    """The newest `most` of each of two wishes, the latest first, without those of one conversation, those whose
    customer came back within three days, and those rated 1 or 2."""
    first, second = intents
    values = {"shop": shop, "intent_0": first, "intent_1": second, "conversation": conversation, "most": most}
    return [SolvedTicket(*row) for row in tx.execute(_OF_BOTH, values)]


def asked(tx: sa.Connection, shop: str, ids: Collection[str]) -> list[Word]:
    """What the customers of these tickets said before an agent's first answer, each in its order; 1,000 texts at most,
    of the newest tickets."""
    return _said(tx, _ASKED, shop, ids)


def answered(tx: sa.Connection, shop: str, ids: Collection[str]) -> list[Word]:
    """What agents said in these tickets, each in its order; 200 texts at most."""
    return _said(tx, _ANSWERED, shop, ids)


def settled(tx: sa.Connection, shop: str, ids: Collection[str]) -> list[Settled]:
    """The cases of these conversations that were settled."""
    of = cases.c
    query = sa.select(of.conversation, of.kind, of.outcome, of.opened_at).where(
        of.shop == shop, of.conversation.in_(ids), of.state == "settled"
    )
    return [Settled(*row) for row in tx.execute(query.order_by(of.opened_at))]


def words_of(tx: sa.Connection, shop: str, conversation: str, most: int) -> list[Word]:
    """What the customer of a conversation said last, oldest first: since ten minutes before its open ticket, or since
    a human's last case was ended. `ticket` is "" in each."""
    values = {"shop": shop, "conversation": conversation, "most": most}
    return [Word(*row) for row in tx.execute(_OWN, values)][::-1]


def _said(tx: sa.Connection, query: sa.Select[Any], shop: str, ids: Collection[str]) -> list[Word]:
    return [Word(*row) for row in tx.execute(query, {"shop": shop, "tickets": list(ids)})] if ids else []
