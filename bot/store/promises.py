"""Queries of the promise ledger: what customers were promised, by when, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.model import Holder
from bot.core.promises import Kind, Promised, Record, State
from bot.store import events
from bot.store.prepared import Prepared
from bot.store.tables import conversations, new_id, promises


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it is kept in the books."""

    id: str
    conversation: str
    seq: int  #: number of the message that promises
    kind: Kind
    words: str
    agent: str  #: who made it; "" for the bot
    due: datetime
    remind_at: datetime
    state: State
    made_at: datetime
    reminded_at: datetime | None
    settled_at: datetime | None  #: None while somebody still has to see to it
    settled_by: str
    corrected_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise that somebody still has to see to, and whose conversation it is now."""

    promise: Promise
    customer: str  #: the customer's name
    holder: Holder
    owner: str  #: the agent who holds the conversation


_COLUMNS = [promises.c[name] for name in Promise.__slots__]
_GIVEN = (
    "shop", "id", "conversation", "message", "place", "seq", "kind", "words", "agent", "due", "remind_at", "made_at",
)  # fmt: skip
_VALUES: dict[str, Any] = {name: sa.bindparam(name) for name in _GIVEN}
_ADD = Prepared(
    {
        "sqlite": sqlite.insert(promises).values(_VALUES).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(promises).values(_VALUES).on_conflict_do_nothing(),
    }
)
_OPEN_ANSWERS = Prepared(
    sa.select(promises.c.id).where(
        promises.c.shop == sa.bindparam("shop"),
        promises.c.conversation == sa.bindparam("conversation"),
        sa.text("settled_at IS NULL"),  # written out, for the partial index
        promises.c.kind == Kind.ANSWER.value,
        promises.c.seq < sa.bindparam("before_seq"),
    ),
    [promises.c.id],
    abreast=True,
)


def add(
    tx: sa.Connection, shop: str, conversation: str, message: str, seq: int, place: int, promised: Promised,
    agent: str, remind_at: datetime, now: datetime,
) -> str | None:
    """Write down the promise at this place of a message; its id, or None when it stands there already."""
    id_ = new_id("pr")
    row = {
        "shop": shop, "id": id_, "conversation": conversation, "message": message, "place": place, "seq": seq,
        "kind": promised.kind.value, "words": promised.words, "agent": agent, "due": promised.due,
        "remind_at": remind_at, "made_at": now,
    }
    if _ADD.do(tx, row) != 1:
        return None
    events.note(tx, shop, conversation)
    return id_


def get(tx: sa.Connection, shop: str, promise: str) -> Promise | None:
    """A promise by id."""
    query = sa.select(*_COLUMNS).where(promises.c.shop == shop, promises.c.id == promise)
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else _promise(row)


def change(tx: sa.Connection, shop: str, promise: Promise, values: Mapping[str, Any]) -> None:
    """Write columns of a promise whose conversation is locked."""
    tx.execute(promises.update().where(promises.c.shop == shop, promises.c.id == promise.id).values(**values))
    events.note(tx, shop, promise.conversation)


def open_answers(tx: sa.Connection, shop: str, conversation: str, before_seq: int) -> Sequence[str]:
    """Ids of the answers that were promised before a message and that nobody has given yet, the broken ones too."""
    values = {"shop": shop, "conversation": conversation, "before_seq": before_seq}
    return [row["id"] for row in _OPEN_ANSWERS.all(tx, values)]


def standing_of(tx: sa.Connection, shop: str, ids: Collection[str]) -> list[Promise]:
    """The promises of these conversations that somebody still has to see to, the soonest due first."""
    query = (
        sa.select(*_COLUMNS)
        .where(promises.c.shop == shop, promises.c.conversation.in_(ids), sa.text("settled_at IS NULL"))
        .order_by(promises.c.due, promises.c.id)
    )
    return [_promise(row) for row in tx.execute(query).mappings()]


def standing(tx: sa.Connection, shop: str, most: int) -> list[Standing]:
    """The promises of the shop that somebody still has to see to, the soonest due first."""
    of = conversations.c
    customer = sa.case((of.customer_name != "", of.customer_name), else_=of.customer).label("customer")
    query = (
        sa.select(*_COLUMNS, customer, of.holder, of.owner)
        .join(conversations, sa.and_(of.shop == promises.c.shop, of.id == promises.c.conversation))
        .where(promises.c.shop == shop, sa.text("settled_at IS NULL"))
        .order_by(promises.c.due, promises.c.id)
        .limit(most)
    )
    return [
        Standing(_promise(row), row["customer"], Holder(row["holder"]), row["owner"])
        for row in tx.execute(query).mappings()
    ]


def records(tx: sa.Connection, shop: str, since: datetime, until: datetime) -> dict[str, Record]:
    """What became of the promises that were due in a stretch of time (`until` exclusive), by who made them ("" for the
    bot)."""
    of = promises.c
    query = (
        sa.select(of.agent, of.state, sa.func.count().label("count"))
        .where(of.shop == shop, of.due >= since, of.due < until)
        .group_by(of.agent, of.state)
        .order_by(of.agent)
    )
    counts: dict[str, dict[str, int]] = {}
    for row in tx.execute(query).mappings():
        counts.setdefault(row["agent"], {})[row["state"]] = row["count"]
    return {agent: Record(**by_state) for agent, by_state in counts.items()}


def _promise(row: sa.RowMapping) -> Promise:
    values = {name: row[name] for name in Promise.__slots__}
    return Promise(**{**values, "kind": Kind(values["kind"]), "state": State(values["state"])})
