"""Queries about messages: the customers', the bot's and the agents', in one numbered row per conversation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.store import events
from bot.store.bulk import inserting
from bot.store.prepared import Prepared
from bot.store.tables import decisions, messages


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One row of a conversation."""

    shop: str
    id: str
    conversation: str
    seq: int
    author: str  #: customer | bot | agent
    type: str
    text: str
    channel: str
    state: str
    status: str  #: of a customer's message: what became of it
    decision: str | None
    sent_at: datetime
    created_at: datetime
    external_id: str | None = None
    webhook_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


_COLUMNS = [
    messages.c[name]
    for name in (
        "shop", "id", "conversation", "seq", "author", "type", "text", "channel", "state", "status", "decision",
        "sent_at", "created_at", "external_id", "webhook_id", "details",
    )
]
_INSERT = Prepared(
    inserting(
        messages, StoredMessage.__slots__, lambda insert: insert.on_conflict_do_nothing().returning(messages.c.id)
    ),
    [messages.c.id], key=["id"], abreast=True,
)
_INSERT_OURS = Prepared(inserting(messages, StoredMessage.__slots__), abreast=True)
_OF_DECISION = (
    sa.select(*_COLUMNS)
    .where(
        messages.c.shop == sa.bindparam("shop"), messages.c.decision == sa.bindparam("decision"),
        messages.c.author == "bot",
    )
    .order_by(messages.c.seq)
)
_of_shop = messages.c.shop == sa.bindparam("shop")
_of_conversation = messages.c.conversation == sa.bindparam("conversation")
_GET = Prepared(sa.select(*_COLUMNS).where(_of_shop, messages.c.id == sa.bindparam("id")), _COLUMNS, abreast=True)
_BEHIND = sa.select(*_COLUMNS).where(
    _of_shop, _of_conversation, messages.c.seq > sa.bindparam("after", type_=sa.Integer)
)
_LISTED = Prepared(_BEHIND.order_by(messages.c.seq), _COLUMNS)
_LAST = Prepared(
    _BEHIND.order_by(messages.c.seq.desc()).limit(sa.bindparam("last", type_=sa.Integer)), _COLUMNS
)
_PENDING = Prepared(
    sa.select(*_COLUMNS).where(
        _of_shop, _of_conversation,
        messages.c.author == sa.literal_column("'customer'"), messages.c.state == sa.literal_column("'pending'"),
    ),
    _COLUMNS,
    abreast=True,
)  # fmt: skip
_PICTURES = Prepared(
    sa.select(*_COLUMNS)
    .where(
        _of_shop, _of_conversation, messages.c.created_at >= sa.bindparam("since", type_=messages.c.created_at.type),
        messages.c.author == sa.literal_column("'customer'"), messages.c.type == sa.literal_column("'image'"),
        messages.c.state.not_in([sa.literal_column("'recalled'"), sa.literal_column("'ignored'")]),
    )
    .order_by(messages.c.seq.desc())
    .limit(sa.bindparam("last", type_=sa.Integer)),
    _COLUMNS,
)  # fmt: skip
_DECISION_TICKET = sa.select(decisions.c.ticket).where(
    decisions.c.shop == sa.bindparam("shop"), decisions.c.id == sa.bindparam("decision")
)
_ADD_DECISION = Prepared(inserting(decisions, decisions.columns.keys()), abreast=True)
_KNOWN = sa.select(*_COLUMNS).where(
    messages.c.shop == sa.bindparam("shop"),
    messages.c.channel == sa.bindparam("channel"),
    sa.or_(
        messages.c.external_id == sa.bindparam("external_id"), messages.c.webhook_id == sa.bindparam("webhook_id")
    ),
)


def add(tx: sa.Connection, message: StoredMessage) -> bool:
    """Store a message; False when its external id or its delivery is known already (nothing is written then)."""
    if added := _INSERT.do(tx, _row(message)) == 1:
        events.note(tx, message.shop, message.conversation, message.id)
    return added


def add_ours(tx: sa.Connection, message: StoredMessage) -> None:
    """Store a message of the bot or an agent, which no delivery can repeat."""
    _INSERT_OURS.do(tx, _row(message))
    events.note(tx, message.shop, message.conversation, message.id)


def known(
    tx: sa.Connection, shop: str, channel: str, external_id: str | None, webhook_id: str | None
) -> StoredMessage | None:
    """The message that came before under this external id or with this delivery."""
    keys = {"shop": shop, "channel": channel, "external_id": external_id, "webhook_id": webhook_id}
    found = [_message(row) for row in tx.execute(_KNOWN, keys)]
    return min(found, key=lambda message: message.external_id != external_id, default=None)


def get(tx: sa.Connection, shop: str, message: str) -> StoredMessage | None:
    """A message by id."""
    row = _GET.one(tx, {"shop": shop, "id": message})
    return None if row is None else StoredMessage(**row)


def listed(
    tx: sa.Connection, shop: str, conversation: str, after_seq: int = 0, last: int | None = None
) -> list[StoredMessage]:
    """Messages of a conversation with a number above `after_seq`, oldest first; only the `last` ones if given."""
    keys = {"shop": shop, "conversation": conversation, "after": after_seq}
    if last is None:
        return [StoredMessage(**row) for row in _LISTED.all(tx, keys)]
    return [StoredMessage(**row) for row in _LAST.all(tx, {**keys, "last": last})][::-1]


def pending(tx: sa.Connection, shop: str, conversation: str) -> list[StoredMessage]:
    """The customer's fragments that wait to be answered together, in the order they were typed."""
    rows = _PENDING.all(tx, {"shop": shop, "conversation": conversation})
    return sorted((StoredMessage(**row) for row in rows), key=lambda m: (m.sent_at, m.seq))


def pictures(tx: sa.Connection, shop: str, conversation: str, since: datetime, last: int) -> list[StoredMessage]:
    """The `last` pictures that the customer sent since a moment and did not withdraw, oldest first."""
    keys = {"shop": shop, "conversation": conversation, "since": since, "last": last}
    return [StoredMessage(**row) for row in _PICTURES.all(tx, keys)][::-1]


def queued(tx: sa.Connection, shop: str, conversation: str) -> list[StoredMessage]:
    """Our messages that wait to be fetched or sent, oldest first."""
    query = sa.select(*_COLUMNS).where(
        messages.c.shop == shop, messages.c.conversation == conversation, messages.c.state == "queued"
    )
    return [_message(row) for row in tx.execute(query.order_by(messages.c.seq))]


def some(tx: sa.Connection, shop: str, ids: Sequence[str]) -> list[StoredMessage]:
    """Messages by id, oldest first."""
    if not ids:
        return []
    query = sa.select(*_COLUMNS).where(messages.c.shop == shop, messages.c.id.in_(ids))
    return [_message(row) for row in tx.execute(query.order_by(messages.c.seq))]


def of_decision(tx: sa.Connection, shop: str, decision: str) -> list[StoredMessage]:
    """The replies that a decision brought, oldest first."""
    return [_message(row) for row in tx.execute(_OF_DECISION, {"shop": shop, "decision": decision})]


def settle(tx: sa.Connection, shop: str, ids: Sequence[str], values: Mapping[str, Any]) -> None:
    """Write columns of some messages."""
    if not ids:
        return
    new = {f"new_{name}": value for name, value in values.items()}
    _settling(tuple(sorted(values))).do_many(tx, [{**new, "of_shop": shop, "of_id": id_} for id_ in ids])
    for id_ in ids:
        events.note(tx, shop, message=id_)


def forget_older_than(tx: sa.Connection, moment: datetime) -> int:
    """Drop the delivery ids older than a moment (they are kept seven days; bar 4). Returns how many."""
    return tx.execute(
        messages.update()
        .where(messages.c.created_at < moment, messages.c.webhook_id.is_not(None))
        .values(webhook_id=None)
    ).rowcount


def add_decision(tx: sa.Connection, values: Mapping[str, Any]) -> None:
    """Store why a turn was answered as it was."""
    _ADD_DECISION.do(tx, values)


def decisions_of(tx: sa.Connection, shop: str, ids: Collection[str]) -> dict[str, sa.RowMapping]:
    """Decisions by id: why turns were answered as they were."""
    query = sa.select(decisions).where(decisions.c.shop == shop, decisions.c.id.in_(ids))
    return {row["id"]: row for row in tx.execute(query).mappings()}


def decision_ticket(tx: sa.Connection, shop: str, decision: str) -> str | None:
    """The ticket that a decision opened or added to."""
    return tx.execute(_DECISION_TICKET, {"shop": shop, "decision": decision}).scalar()


@cache
def _settling(names: tuple[str, ...]) -> Prepared:
    """The statement that writes these columns of one message; there are a few such sets."""
    new = {name: sa.bindparam(f"new_{name}", type_=messages.c[name].type) for name in names}
    mine = messages.c.shop == sa.bindparam("of_shop"), messages.c.id == sa.bindparam("of_id")
    return Prepared(messages.update().where(*mine).values(new), abreast=True)


def _row(message: StoredMessage) -> dict[str, Any]:
    return {name: getattr(message, name) for name in StoredMessage.__slots__}


def _message(row: sa.Row[Any]) -> StoredMessage:
    return StoredMessage(**row._asdict())
