"""The story of a message coming in: recorded once, in order, answered alone or together with its fragments."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import care
from bot.core.attendance import Timing
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, Message, MessageType, Mood, Status, Understanding
from bot.flows import absence, apply, deadlines, promises, turns
from bot.flows.apply import Writing
from bot.flows.tickets import answered
from bot.flows.turns import Receipt
from bot.store import conversations, jobs, messages, tickets
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage
from bot.store.tables import new_id

log = logging.getLogger(__name__)

#: After this long without a word a conversation starts afresh: failures and phrases said are forgotten.
_FRESH_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified message on its way into the store."""

    channel: Channel
    message: Message
    webhook_id: str | None
    understood: Understanding | None  #: read beforehand; None when the turn may be merged with others
    urgent: bool = False  #: answered without waiting for more fragments
    silence: timedelta = timedelta(minutes=30)
    timing: Timing = field(default_factory=Timing)


def receive(tx: sa.Connection, knowledge: Knowledge, arrival: Arrival, now: datetime) -> Receipt:
    """Record a message and, unless it waits for more fragments, decide on it. A repeated one gets the first
    outcome again and changes nothing."""
    message, channel = arrival.message, arrival.channel
    if message.type is MessageType.UNKNOWN:
        return Receipt(Status.IGNORED)
    conversation = conversations.enter(
        tx, message.shop, channel.id, message.customer, message.customer_name, message.tags, now
    )
    writing = _begun(tx, knowledge, arrival, conversation, now)
    if _answered_alone(arrival, conversation):
        return _answer_alone(writing, knowledge, arrival)
    stored = _stored(conversation, arrival, now)
    if not messages.add(tx, stored):
        return _again(tx, channel, stored, conversation, now)
    match message.type:
        case MessageType.RECALL:
            receipt = _recall(writing, arrival, stored)
        case MessageType.AGENT_MESSAGE:
            receipt = _agent_spoke(writing, arrival, stored)
            promises.said_by_agent(tx, knowledge.shop(message.shop), stored)
        case _:
            receipt = _customer_wrote(writing, knowledge, arrival, stored)
    writing.flush()
    return receipt


def _answered_alone(arrival: Arrival, conversation: Conversation) -> bool:
    """Whether the message is a turn of its own."""
    waits = bool(arrival.channel.quiet_seconds) and not arrival.urgent
    by_customer = arrival.message.type not in (MessageType.RECALL, MessageType.AGENT_MESSAGE)
    merges = waits or conversation.pending_since is not None
    return by_customer and not merges and conversation.holder is not Holder.AGENT


def _answer_alone(writing: Writing, knowledge: Knowledge, arrival: Arrival) -> Receipt:
    """Decide first and record the message with its outcome in one statement; a repeated one shows in that statement,
    before anything of the outcome is written."""
    stored = _stored(writing.conversation, arrival, writing.now)
    outcome = turns.decide(writing, knowledge, [stored], arrival.understood)
    status = outcome.decision.status
    stored = replace(stored, state="decided", status=status.value, decision=new_id("dc"))
    if not messages.add(writing.tx, stored):
        return _again(writing.tx, arrival.channel, stored, writing.conversation, writing.now)
    receipt = turns.carry_out(writing, knowledge, outcome, stored, fetched=arrival.channel.mode == "response")
    writing.flush()
    return receipt


def _customer_wrote(writing: Writing, knowledge: Knowledge, arrival: Arrival, stored: StoredMessage) -> Receipt:
    if writing.conversation.holder is Holder.AGENT:
        state = absence.state_of_owner(writing, arrival.timing)
        if state != "offline":
            return _wrote_to_agent(writing, knowledge, stored, is_away=state == "away")
        absence.take_back(writing, knowledge)
    conversation = writing.conversation
    quiet = timedelta(seconds=arrival.channel.quiet_seconds)
    if quiet and not arrival.urgent:
        return turns.wait_for_more(writing, stored, quiet)
    fragments = [stored]
    if conversation.pending_since is not None:
        fragments = messages.pending(writing.tx, stored.shop, conversation.id)
    understood = arrival.understood if len(fragments) == 1 else None
    fetched = arrival.channel.mode == "response"
    return turns.take_turn(writing, knowledge, fragments, stored, understood, fetched=fetched)


def _wrote_to_agent(
    writing: Writing, knowledge: Knowledge, stored: StoredMessage, *, is_away: bool
) -> Receipt:
    conversation = writing.conversation
    apply.settle(writing, [stored], Status.HELD_BY_AGENT, None)
    if is_away:
        absence.stand_in(writing, knowledge, stored)
    urging = knowledge.mood(stored.text) is Mood.URGING
    deadlines.customer_wrote(writing, knowledge.shop(conversation.shop), urging=urging)
    carried = apply.fetch_queued(writing, stored)
    return Receipt(Status.HELD_BY_AGENT, conversation.id, stored.id, replies=tuple(carried))


def _agent_spoke(writing: Writing, arrival: Arrival, stored: StoredMessage) -> Receipt:
    """A human answered in the platform's own client: from this commit on the bot is silent (bar 21)."""
    conversation, agent = writing.conversation, arrival.message.agent or "平台客服"
    if conversation.holder is not Holder.AGENT or conversation.owner != agent:
        writing.hold(Holder.AGENT, agent)
    held = messages.pending(writing.tx, conversation.shop, conversation.id) if conversation.pending_since else []
    if held:
        apply.settle(writing, held, Status.HELD_BY_AGENT, None)
        writing.changes |= {"pending_since": None, "pending_due": None}
        jobs.cancel(writing.tx, conversation.shop, turns.key(conversation), "an agent spoke", writing.now)
    ticket = tickets.open_of(writing.tx, conversation.shop, conversation.id)
    if ticket is not None and ticket.agent != agent:  # who speaks has the ticket, whoever had claimed it
        claimed = {"state": "claimed", "agent": agent, "claimed_at": writing.now}
        tickets.change(writing.tx, conversation.shop, ticket.id, claimed)
    messages.settle(writing.tx, stored.shop, [stored.id], {"state": "delivered", "status": Status.HELD_BY_AGENT})
    answered(writing, agent)
    apply.watch_silence(writing, arrival.silence)
    return Receipt(Status.HELD_BY_AGENT, conversation.id, stored.id, ticket=ticket.id if ticket else None)


def _recall(writing: Writing, arrival: Arrival, stored: StoredMessage) -> Receipt:
    """A message was withdrawn: a waiting fragment drops out; one that was never seen is refused when it comes."""
    conversation, tx = writing.conversation, writing.tx
    target = messages.known(tx, stored.shop, stored.channel, arrival.message.recalls, None)
    messages.settle(tx, stored.shop, [stored.id], {"state": "ignored", "status": Status.IGNORED})
    if target is None:
        late = replace(
            stored, id=new_id("ms"), seq=writing.next_seq(), external_id=arrival.message.recalls, webhook_id=None,
            state="recalled", status=Status.IGNORED, text="", details={},
        )
        messages.add(tx, late)
    elif target.author == "customer" and target.conversation == conversation.id:
        status = Status.IGNORED if target.state == "pending" else target.status
        messages.settle(tx, stored.shop, [target.id], {"state": "recalled", "status": status})
        if target.state == "pending" and not messages.pending(tx, stored.shop, conversation.id):
            writing.changes |= {"pending_since": None, "pending_due": None}
            jobs.cancel(tx, stored.shop, turns.key(conversation), "everything was recalled", writing.now)
    return Receipt(Status.IGNORED, conversation.id, stored.id)


def _again(
    tx: sa.Connection, channel: Channel, stored: StoredMessage, conversation: Conversation, now: datetime
) -> Receipt:
    first = messages.known(tx, stored.shop, stored.channel, stored.external_id, stored.webhook_id)
    if first is None:  # the first delivery was rolled back between our insert and this look
        return Receipt(Status.DUPLICATE, conversation.id)
    if first.conversation != conversation.id:  # nobody is told what another customer was answered (bar 39)
        log.warning("event=message_id_reused message=%s by another customer", first.id)
        return Receipt(Status.DUPLICATE, conversation.id)
    if first.text != stored.text and first.external_id == stored.external_id and first.state != "recalled":
        log.warning("event=message_changed message=%s the first text is kept", first.id)
    writing = apply.begin(tx, channel, conversation, now)
    outcome = turns.outcome_of(writing, first)
    writing.flush()
    due = conversation.pending_due if first.state == "pending" else None
    return replace(outcome, status=Status.DUPLICATE, first_status=outcome.status, due=due)


def _begun(
    tx: sa.Connection, knowledge: Knowledge, arrival: Arrival, conversation: Conversation, now: datetime
) -> Writing:
    """Begin to write. Who wants nothing unasked is taken at their word at once, and for good."""
    writing, message = _aged(apply.begin(tx, arrival.channel, conversation, now)), arrival.message
    said = message.text if message.type not in (MessageType.RECALL, MessageType.AGENT_MESSAGE) else ""
    manner = knowledge.shop(message.shop).proactive
    if conversation.declined_at is None and care.declines(said, message.tags, manner):
        writing.changes["declined_at"] = now
    return writing


def _aged(writing: Writing) -> Writing:
    """Clear the memory of a conversation that lay still for a day; written down at once, for the turn may be
    decided later, when the conversation no longer looks old."""
    conversation = writing.conversation
    if writing.now - conversation.updated_at >= _FRESH_AFTER:
        writing.conversation = replace(conversation, dialogue=Dialogue())
        writing.changes["dialogue"] = Dialogue()
    return writing


def _stored(conversation: Conversation, arrival: Arrival, now: datetime) -> StoredMessage:
    message = arrival.message
    by_agent = message.type is MessageType.AGENT_MESSAGE
    details = {
        key: value
        for key, value in (
            ("order_id", message.order_id), ("product_id", message.product_id), ("url", message.media_url),
            ("order_stage", message.order_stage.value), ("tags", list(message.tags)),
            ("recalls", message.recalls), ("agent", message.agent),
        )
        if value
    }
    return StoredMessage(
        shop=message.shop,
        id=new_id("ms"),
        conversation=conversation.id,
        seq=conversation.last_seq,
        author="agent" if by_agent else "customer",
        type=message.type.value,
        text=message.text,
        channel=message.channel,
        state="pending",
        status="",
        decision=None,
        sent_at=message.sent_at,
        created_at=now,
        external_id=message.external_id,
        webhook_id=arrival.webhook_id,
        details=details,
    )
