"""Queries about conversations: one row per (shop, channel, customer), locked while a story changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.model import Dialogue, Holder
from bot.core.questions import Form, Question, Survey
from bot.store import assignment, events
from bot.store.bulk import inserting
from bot.store.customers import of_one
from bot.store.prepared import Prepared
from bot.store.tables import conversations, new_id


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as stored. While a transaction holds it locked nobody else can change it."""

    shop: str
    id: str
    channel: str
    customer: str
    customer_name: str
    tags: tuple[str, ...]  #: what the platform said of the customer when it last said anything
    holder: Holder
    owner: str
    last_agent: str  #: who spoke with the customer last
    epoch: int  #: counts changes of who holds the conversation
    last_seq: int
    unfetched: int  #: our messages that wait to be fetched with the next answer (a channel without callback)
    dialogue: Dialogue
    pending_since: datetime | None  #: first fragment that waits for its turn
    pending_due: datetime | None  #: when the waiting fragments are answered
    agent_at: datetime | None  #: last sign of life of the agent who holds it
    declined_at: datetime | None  #: since then the customer wants nothing unasked
    updated_at: datetime
    created_at: datetime


_COLUMNS = [
    conversations.c[name]
    for name in (
        "shop", "id", "channel", "customer", "customer_name", "tags", "holder", "owner", "last_agent", "epoch",
        "last_seq", "unfetched", "dialogue", "pending_since", "pending_due", "agent_at", "declined_at", "updated_at",
        "created_at",
    )
]


_GIVEN = ("shop", "id", "channel", "customer", "customer_name", "tags", "last_seq", "created_at", "updated_at")


def _or_further(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["shop", "channel", "customer"],
        set_={
            "last_seq": conversations.c.last_seq + 1,
            "customer_name": sa.case((new.customer_name != "", new.customer_name), else_=conversations.c.customer_name),
            "tags": sa.case((sa.cast(new.tags, sa.Text) != "[]", new.tags), else_=conversations.c.tags),
        },
    ).returning(*_COLUMNS)


_ENTER = Prepared(
    inserting(conversations, _GIVEN, _or_further), _COLUMNS, key=("shop", "channel", "customer"), abreast=True
)
_CHANGING = (
    "holder", "owner", "last_agent", "epoch", "last_seq", "unfetched", "dialogue", "pending_since", "pending_due",
    "agent_at", "declined_at", "updated_at",
)
_CHANGE = Prepared(
    conversations.update()
    .where(conversations.c.shop == sa.bindparam("of_shop"), conversations.c.id == sa.bindparam("of_id"))
    .values({name: sa.bindparam(f"new_{name}", type_=conversations.c[name].type) for name in _CHANGING}),
    abreast=True,
)
_BY_ID = sa.select(*_COLUMNS).where(
    conversations.c.shop == sa.bindparam("shop"), conversations.c.id == sa.bindparam("id")
)
_GET = Prepared(_BY_ID, _COLUMNS)
_LOCK = Prepared(_BY_ID.with_for_update(), _COLUMNS, abreast=True)
_BY_CUSTOMER = Prepared(
    sa.select(*_COLUMNS).where(
        conversations.c.shop == sa.bindparam("shop"),
        conversations.c.channel == sa.bindparam("channel"),
        conversations.c.customer == sa.bindparam("customer"),
    ),
    _COLUMNS,
)
_ID_OF = Prepared(
    sa.select(conversations.c.id).where(
        conversations.c.shop == sa.bindparam("shop"),
        conversations.c.channel == sa.bindparam("channel"),
        conversations.c.customer == sa.bindparam("customer"),
    ),
    [conversations.c.id],
)


def enter(
    tx: sa.Connection, shop: str, channel: str, customer: str, name: str, tags: Sequence[str], now: datetime
) -> Conversation:
    """The customer's conversation, opened on first contact, locked until the transaction ends, its `last_seq` one
    further for the message that is about to be written. `updated_at` still tells when something last happened."""
    row = _ENTER.one(
        tx,
        {
            "shop": shop, "id": new_id("cv"), "channel": channel, "customer": customer, "customer_name": name,
            "tags": list(tags), "last_seq": 1, "created_at": now, "updated_at": now,
        },
    )
    return _conversation(row or {})


def get(tx: sa.Connection, shop: str, conversation: str) -> Conversation | None:
    """A conversation by id, not locked."""
    row = _GET.one(tx, {"shop": shop, "id": conversation})
    return None if row is None else _conversation(row)


def lock(tx: sa.Connection, shop: str, conversation: str) -> Conversation | None:
    """A conversation by id, locked until the transaction ends."""
    row = _LOCK.one(tx, {"shop": shop, "id": conversation})
    return None if row is None else _conversation(row)


def of_customer(tx: sa.Connection, shop: str, channel: str, customer: str) -> Conversation | None:
    """A customer's conversation, not locked."""
    keys = {"shop": shop, "channel": channel, "customer": customer}
    row = _BY_CUSTOMER.one(tx, keys)
    return None if row is None else _conversation(row)


def of_customers(
    tx: sa.Connection, shop: str, customers: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Conversation]:
    """The conversations of these customers (channel and id), by customer, not locked."""
    query = sa.select(*_COLUMNS).where(of_one(conversations, shop, customers))
    return {(row["channel"], row["customer"]): _conversation(row) for row in tx.execute(query).mappings()}


def held_by(tx: sa.Connection, shop: str, agent: str) -> list[str]:
    """Ids of the conversations that an agent holds, in the order in which conversations are locked."""
    of = conversations.c
    query = sa.select(of.id).where(of.shop == shop, of.owner == agent, sa.text("holder = 'agent'"))
    return list(tx.execute(query.order_by(of.channel, of.customer)).scalars())


def change(tx: sa.Connection, conversation: Conversation, values: Mapping[str, Any]) -> None:
    """Write columns of a locked conversation; those not given are written as they were read under the lock, so that
    one prepared statement serves every change."""
    new = {f"new_{name}": values.get(name, getattr(conversation, name)) for name in _CHANGING}
    new["new_dialogue"] = _plain(new["new_dialogue"])
    _CHANGE.do(tx, {**new, "of_shop": conversation.shop, "of_id": conversation.id})
    events.note(tx, conversation.shop, conversation.id)
    before, after = (conversation.holder, conversation.owner), (new["new_holder"], new["new_owner"])
    if before != after and (after[0] is Holder.QUEUE or before[0] is Holder.AGENT):
        assignment.want(tx, conversation.shop, new["new_updated_at"])


def id_of(tx: sa.Connection, shop: str, channel: str, customer: str) -> str | None:
    """The conversation of a customer on a channel; None where the customer has never written."""
    row = _ID_OF.one(tx, {"shop": shop, "channel": channel, "customer": customer})
    return None if row is None else str(row["id"])


def _plain(dialogue: Dialogue) -> dict[str, Any]:
    return {
        "failures": dialogue.failures, "last_intent": dialogue.last_intent, "asked": dict(dialogue.asked),
        "said": list(dialogue.said), "choices": list(dialogue.choices),
        "topic": dict(dialogue.topic), "form": asdict(dialogue.form) if dialogue.form else None,
        "product": dialogue.product, "order": dialogue.order,
        "survey": asdict(dialogue.survey) if dialogue.survey else None,
        "question": asdict(dialogue.question) if dialogue.question else None,
    }


def _conversation(row: Mapping[str, Any] | sa.RowMapping) -> Conversation:
    values = dict(row)
    stored = values["dialogue"] or {}
    values["holder"], values["tags"] = Holder(values["holder"]), tuple(values["tags"] or ())
    values["dialogue"] = Dialogue(
        failures=stored.get("failures", 0),
        last_intent=stored.get("last_intent", ""),
        asked=stored.get("asked", {}),
        said=tuple(stored.get("said", ())),
        choices=tuple(stored.get("choices", ())),
        topic=stored.get("topic", {}),
        form=Form(**stored["form"]) if stored.get("form") else None,
        product=stored.get("product", ""),
        order=stored.get("order", ""),
        survey=Survey(**stored["survey"]) if stored.get("survey") else None,
        question=_question(stored["question"]) if stored.get("question") else None,
    )
    return Conversation(**values)


def _question(stored: Mapping[str, Any]) -> Question:
    lists = {name: tuple(stored.get(name, ())) for name in ("said", "asked")}
    return Question(**{**stored, **lists})
