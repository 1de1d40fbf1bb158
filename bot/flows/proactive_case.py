"""Gather what the gate looks at before the shop speaks first: the order, the conversation and the ledger, read now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.cases import ENDED
from bot.core.knowledge import Knowledge
from bot.core.model import Holder, MessageType, Mood
from bot.core.orders import Kind, Order, OrderState
from bot.core.plans import Plan, PlanKind, Start
from bot.core.unasked import Case, Talk
from bot.store import cases, messages, orders, proactive, tickets
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage

#: Messages of the conversation that are looked at; our default, more than any customer writes in a day.
_LOOKED_AT = 60
#: Understanding a text costs a millisecond: no more of a customer's texts are read for a refusal.
_READ = 10
_LATELY = timedelta(hours=24)
_OTHERS = 20
_CALM = (Mood.CALM, Mood.URGING)
#: The intents that take an order back, and take that back.
_REFUSAL = {"order.cancel": True, "order.undo_cancel": False}
_REFUSING = ("不要了", "不想要", "不买了", "不想买", "不付了", "不需要了", "拍错了")
_SPOKE = frozenset({"queued", "sending", "delivered", "unknown"})
_SIGNALS = (MessageType.RECALL, MessageType.AGENT_MESSAGE)


def gather(
    tx: sa.Connection, knowledge: Knowledge, plan: Plan, order: Order, channel: Channel,
    conversation: Conversation | None, now: datetime, start: Start | None = None,
) -> Case:
    """The case of an order whose customer's conversation, if there is one, is locked."""
    customer = order.facts.customer or ""
    needs_others = plan.kind is PlanKind.NUDGE or plan.segment is not None
    others = orders.of_customer(tx, order.shop, channel.id, customer, _OTHERS) if needs_others else []
    talk = _talk(tx, knowledge, plan, order, channel, conversation, now)
    if plan.segment is not None and conversation is not None:
        talk = replace(talk, case_open=_has_case(tx, conversation, [order, *others]))
    return Case(
        shop=knowledge.shop(order.shop),
        order=order,
        talk=talk,
        others=[other for other in others if other.id != order.id],
        asked=channel.asks_orders,
        told=proactive.told(tx, order.shop, channel.id, customer),
        start=start,
    )


def _has_case(tx: sa.Connection, conversation: Conversation, of: Sequence[Order]) -> bool:
    """Whether something is still to be put right for the customer: an after-sale case, or a refund under way."""
    found = cases.of_conversation(tx, conversation.shop, conversation.id, [order.id for order in of], 1)
    return any(case.state not in ENDED for case in found) or any(one.state is OrderState.REFUNDING for one in of)


def _talk(
    tx: sa.Connection, knowledge: Knowledge, plan: Plan, order: Order, channel: Channel,
    conversation: Conversation | None, now: datetime,
) -> Talk:
    callback = bool(channel.callback_url)
    if conversation is None:
        return Talk(callback=callback, assist=channel.assist)
    history = messages.listed(tx, order.shop, conversation.id, last=_LOOKED_AT)
    heard = [one for one in history if one.author == "customer" and one.type not in _SIGNALS]
    last = heard[-1] if heard else None
    return Talk(
        holder=Holder(conversation.holder),
        ticket_open=tickets.open_of(tx, order.shop, conversation.id) is not None,
        pending=conversation.pending_since is not None,
        heard_at=last.created_at if last else None,
        unheard=sum(one.author != "customer" and one.state in _SPOKE and (not last or one.seq > last.seq)
                    for one in history),
        upset=any(knowledge.mood(one.text) not in _CALM for one in heard if now - one.created_at <= _LATELY),
        refused=plan.kind is PlanKind.NUDGE and _refuses(knowledge, _since_ordered(order, heard)),
        callback=callback,
        assist=channel.assist,
        tags=conversation.tags,
        declined=conversation.declined_at is not None,
    )  # fmt: skip


def _since_ordered(order: Order, heard: Sequence[StoredMessage]) -> list[str]:
    since = order.milestones.get(Kind.CREATED)
    return [one.text for one in heard if since is not None and one.created_at >= since and one.text.strip()][-_READ:]


def _refuses(knowledge: Knowledge, texts: Sequence[str]) -> bool:
    """Whether the customer's last word on the matter is that the order is not wanted."""
    refused = False
    for text in texts:
        if any(word in text for word in _REFUSING):
            refused = True
            continue
        best = next(iter(knowledge.understand(text).matches), None)
        if best and best.intent in _REFUSAL and best.score >= knowledge.accept:
            refused = _REFUSAL[best.intent]
    return refused
