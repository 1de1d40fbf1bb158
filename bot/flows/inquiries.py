"""Which order a story is about to tell of, so that the shop's system can be asked before the story begins; and the
story of its answer. Nothing here waits for a network: a question is found, asked by the edge, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, Message, Understanding
from bot.core.order_facts import FRESH, is_fresh
from bot.core.order_snapshot import Snapshot
from bot.core.policy import may_tell_of_order
from bot.flows import orders as stories
from bot.flows import proactive, turns, unsaid
from bot.flows.orders import Buyer, Mention
from bot.store import conversations, messages, order_apis, orders
from bot.store.jobs import Job
from bot.store.order_apis import OrderApi

#: What was read so lately is not asked for again: it stays fresh for as long as a turn waits for more fragments.
_FRESH_ENOUGH = FRESH - timedelta(seconds=15)
#: The same before a message that nobody asked for leaves, which needs an order read within five seconds (bar 33).
_JUST_NOW = timedelta(seconds=2)
#: What was read of a message; None where it waits for more fragments.
Reading = Callable[[], Understanding | None]
#: Timers whose stories tell of an order.
TIMERS = frozenset({"turn", unsaid.KIND})


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What has to be asked."""

    api: OrderApi
    order: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn about to be decided, as far as an order is concerned."""

    api: OrderApi
    buyer: Buyer
    mention: Mention
    dialogue: Dialogue
    understood: Understanding


def of_message(
    tx: sa.Connection, knowledge: Knowledge, message: Message, understood: Reading, now: datetime
) -> Inquiry | None:
    """What to ask before a message that is a turn of its own is decided. `understood` gives None where it is none."""
    api = order_apis.find(tx, message.shop, now)
    read = understood() if api else None
    if api is None or read is None:
        return None
    conversation = conversations.of_customer(tx, message.shop, message.channel, message.customer)
    dialogue = conversation.dialogue if conversation else Dialogue()
    if conversation is not None and conversation.holder is Holder.AGENT:
        return None
    shown = (message.order_id,) if message.order_id else ()
    mention = stories.mention_in(shown, read, dialogue.order, message.product_id)
    return _of_turn(tx, knowledge, _Turn(api, message, mention, dialogue, read), now)


def of_waiting(
    tx: sa.Connection, knowledge: Knowledge, shop: str, conversation_id: str, now: datetime
) -> Inquiry | None:
    """What to ask before the fragments of a conversation that wait are decided together."""
    api, conversation = order_apis.find(tx, shop, now), conversations.get(tx, shop, conversation_id)
    fragments = messages.pending(tx, shop, conversation_id) if api and conversation else []
    if api is None or conversation is None or not fragments or conversation.holder is Holder.AGENT:
        return None
    read = knowledge.understand_turn([one.text for one in fragments if one.text.strip()])
    mention = turns.mention_of(fragments, read, conversation.dialogue)
    return _of_turn(tx, knowledge, _Turn(api, conversation, mention, conversation.dialogue, read), now)


def of_job(tx: sa.Connection, knowledge: Knowledge, job: Job, now: datetime) -> Inquiry | None:
    """What to ask before a job's story is told."""
    find = _OF_JOBS.get(job.kind)
    return find(tx, knowledge, job, now) if find else None


def answered(tx: sa.Connection, knowledge: Knowledge, shop: str, snapshot: Snapshot, now: datetime) -> None:
    """Keep what the shop's system said of an order: a reading like any other, so one that comes late changes nothing
    that is newer. NotFound without such a shop."""
    proactive.read(tx, knowledge, shop, [snapshot], now)


def _of_turn(tx: sa.Connection, knowledge: Knowledge, turn: _Turn, now: datetime) -> Inquiry | None:
    mention, question = turn.mention, turn.dialogue.question
    if question is not None and not mention.named:
        return _unless(tx, turn.api, question.order, _FRESH_ENOUGH, now)
    if not may_tell_of_order(knowledge, turn.dialogue, turn.understood):
        return None
    order = stories.meant(tx, turn.buyer, mention, now)
    number = order.id if order else mention.named
    return _unless(tx, turn.api, number, _FRESH_ENOUGH, now) if number else None


def _unless(tx: sa.Connection, api: OrderApi, number: str, within: timedelta, now: datetime) -> Inquiry | None:
    order = orders.get(tx, api.shop, number)
    return None if order is not None and is_fresh(order, now, within) else Inquiry(api, number)


def _of_timer(tx: sa.Connection, knowledge: Knowledge, job: Job, now: datetime) -> Inquiry | None:
    return of_waiting(tx, knowledge, job.shop, str(job.payload["conversation"]), now)


def _of_plan(tx: sa.Connection, knowledge: Knowledge, job: Job, now: datetime) -> Inquiry | None:
    api = order_apis.find(tx, job.shop, now)
    return _unless(tx, api, str(job.payload["order"]), _JUST_NOW, now) if api else None


def _of_send(tx: sa.Connection, knowledge: Knowledge, job: Job, now: datetime) -> Inquiry | None:
    api = order_apis.find(tx, job.shop, now)
    message = messages.get(tx, job.shop, str(job.payload["message"])) if api else None
    if api is None or message is None or not unsaid.is_first_word(message):
        return None
    return _unless(tx, api, str(message.details["order"]), _JUST_NOW, now)


_OF_JOBS: Mapping[str, Callable[[sa.Connection, Knowledge, Job, datetime], Inquiry | None]] = {
    "turn": _of_timer, unsaid.KIND: _of_plan, "send": _of_send,
}  # fmt: skip
