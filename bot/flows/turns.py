"""The story of a turn: one message or several fragments, answered once, now or when the customer has fallen silent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from bot.core import answer, confirming
from bot.core.effects import Outcome
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, MessageType, Stage, Status, Understanding
from bot.core.order_facts import agrees, is_current, is_fresh
from bot.core.turn import Turn
from bot.flows import apply, cases, csat, orders, products, promises, unsaid, wishes
from bot.flows.apply import Writing
from bot.store import conversations, jobs, messages, tickets
from bot.store import orders as order_rows
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage
from bot.store.tables import new_id

log = logging.getLogger(__name__)

#: The wait for more fragments never exceeds this many quiet windows: 3 s and 9 s by default (bar 19).
_LONGEST_WAIT = 3
#: The worker answers a waiting turn this much after the waiting request should have (it has gone away, then).
_GRACE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform is told about a message."""

    status: Status
    conversation: str = ""
    message: str = ""
    decision: str | None = None
    ticket: str | None = None
    replies: tuple[StoredMessage, ...] = ()
    first_status: str = ""  #: of a duplicate: what became of the first delivery
    due: datetime | None = None  #: the turn waits for more fragments until then


def decide_waiting(
    tx: sa.Connection, knowledge: Knowledge, channel: Channel, conversation_id: str, message_id: str, now: datetime
) -> Receipt:
    """Come back for a message whose turn was waiting: merged if a later fragment took over, else decided now."""
    conversation = conversations.lock(tx, channel.shop, conversation_id)
    stored = messages.get(tx, channel.shop, message_id)
    if conversation is None or stored is None:
        return Receipt(Status.IGNORED)
    writing = apply.begin(tx, channel, conversation, now)
    receipt = _come_back(writing, knowledge, stored)
    writing.flush()
    return receipt


def take_due_turn(
    tx: sa.Connection, knowledge: Knowledge, channel: Channel, conversation_id: str, now: datetime
) -> datetime | None:
    """Decide on a conversation's waiting fragments if their time has come; else say when it will have."""
    conversation = conversations.lock(tx, channel.shop, conversation_id)
    fragments = messages.pending(tx, channel.shop, conversation_id)
    if conversation is None or not fragments:
        return None
    if conversation.pending_due is not None and conversation.pending_due > now:
        return conversation.pending_due
    writing = apply.begin(tx, channel, conversation, now)
    newest = max(fragments, key=lambda fragment: fragment.seq)
    take_turn(writing, knowledge, fragments, newest, None, fetched=False)
    writing.flush()
    return None


def wait_for_more(writing: Writing, stored: StoredMessage, quiet: timedelta) -> Receipt:
    """Let a fragment wait for its customer to fall silent; the job answers if nobody comes back for it."""
    conversation, now = writing.conversation, writing.now
    since = conversation.pending_since or now
    due = min(now + quiet, since + quiet * _LONGEST_WAIT)
    writing.changes |= {"pending_since": since, "pending_due": due}
    run_at = due if writing.channel.mode == "callback" else due + _GRACE
    jobs.add(
        writing.tx, conversation.shop, "turn", {"conversation": conversation.id, "channel": conversation.channel},
        run_at, now, unique_key=key(conversation),
    )
    return Receipt(Status.MERGED, conversation.id, stored.id, due=due)


def take_turn(
    writing: Writing,
    knowledge: Knowledge,
    fragments: Sequence[StoredMessage],
    carrier: StoredMessage,
    understood: Understanding | None,
    *,
    fetched: bool,
) -> Receipt:
    """Answer the fragments as one turn. `carrier` is the message whose request brings the answer home: only its
    redelivery gets the replies again, whatever order the fragments were typed in."""
    conversation = writing.conversation
    if conversation.pending_since is not None:
        writing.changes |= {"pending_since": None, "pending_due": None}
        jobs.cancel(writing.tx, conversation.shop, key(conversation), "answered", writing.now)
    outcome, decision = decide(writing, knowledge, fragments, understood), new_id("dc")
    apply.settle(writing, fragments, outcome.decision.status, decision, carrier)
    return carry_out(writing, knowledge, outcome, replace(carrier, decision=decision), fetched=fetched)


def decide(
    writing: Writing, knowledge: Knowledge, fragments: Sequence[StoredMessage], understood: Understanding | None
) -> Outcome:
    """What the core wants done with the fragments. Nothing is written; a fault of the bot itself asks for a human."""
    conversation = writing.conversation
    product = _product_id(fragments) or conversation.dialogue.product
    turn = Turn(
        shop=conversation.shop,
        now=writing.now,
        type=MessageType(fragments[-1].type),
        holder=conversation.holder,
        assist=writing.channel.assist,
        dialogue=conversation.dialogue,
        types=frozenset(MessageType(fragment.type) for fragment in fragments),
        stage=Stage(fragments[-1].details.get("order_stage", "")),
        product_id=product,
        product=lambda: products.of_turn(writing.tx, conversation.shop, product),
        tags=tuple(fragments[-1].details.get("tags", ())),
        typed="\n".join(fragment.text for fragment in fragments if fragment.text.strip()),
        sent_at=fragments[-1].sent_at,
        read_address=wishes.read,
        queue_length=cache(lambda: tickets.waiting(writing.tx, conversation.shop)),
        seed=f"{conversation.id}{conversation.last_seq}",
    )
    try:
        texts = [m.text for m in fragments if m.text.strip()]
        understood = understood or knowledge.understand_turn(texts)
        turn = _with_order(writing, turn, fragments, understood)
        question = turn.dialogue.question
        if question:
            stands = unsaid.stands(writing.tx, turn.shop, question)
            question = unsaid.as_seen(writing.tx, conversation, question) if stands else None
            turn = replace(turn, dialogue=replace(turn.dialogue, question=question))
        asked_about = order_rows.get(writing.tx, turn.shop, question.order) if question else None
        return confirming.outcome(knowledge, turn, understood, asked_about)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception:
        log.exception("event=bot_fault conversation=%s", conversation.id)
        return answer.fault(knowledge, turn)


def _with_order(
    writing: Writing, turn: Turn, fragments: Sequence[StoredMessage], understood: Understanding
) -> Turn:
    """The turn with the order that it is about, as the shop tells it; the platform's word on its stage stands, and
    where the two differ nothing of ours is told. Where the shop's system can be asked and did not just say how the
    order stands, the turn knows only that it is unsure (bar 38)."""
    mention = mention_of(fragments, understood, turn.dialogue)
    order = orders.meant(writing.tx, writing.conversation, mention, writing.now)
    if writing.channel.asks_orders and (order is None or not is_fresh(order, writing.now)):
        return replace(turn, unsure_order=order.id if order else mention.named)
    if order is None or not is_current(order, writing.now) or not agrees(order, turn.stage):
        return turn
    return replace(turn, order=order, stage=turn.stage or order.stage)


def mention_of(fragments: Sequence[StoredMessage], understood: Understanding, dialogue: Dialogue) -> orders.Mention:
    """What the fragments of a turn tell of the order they are about."""
    shown = (str(id_) for one in reversed(fragments) if (id_ := one.details.get("order_id")))
    return orders.mention_in(shown, understood, dialogue.order, _product_id(fragments))


def _product_id(fragments: Sequence[StoredMessage]) -> str:
    """The product that the newest fragment with one is about."""
    return next((str(id_) for one in reversed(fragments) if (id_ := one.details.get("product_id"))), "")


def carry_out(
    writing: Writing, knowledge: Knowledge, outcome: Outcome, carrier: StoredMessage, *, fetched: bool
) -> Receipt:
    """Write an outcome under the carrier's decision id, and take along what waits to be fetched."""
    decision = carrier.decision or ""
    applied = apply.apply(writing, outcome, decision, knowledge.content_hash, fetched=fetched)
    promises.said_by_bot(writing, knowledge, outcome, applied.replies)
    csat.after_answer(writing, knowledge, outcome)
    cases.of_hand_off(writing, knowledge.case_kinds, outcome, carrier)
    earlier = apply.fetch_queued(writing, carrier) if fetched else []
    replies = (*earlier, *applied.replies)
    status = outcome.decision.status
    return Receipt(status, writing.conversation.id, carrier.id, decision, applied.ticket, replies)


def outcome_of(writing: Writing, stored: StoredMessage) -> Receipt:
    """The outcome of a message decided before, with the same replies; those that the worker left to be fetched are
    handed over now, so that they do not ride along with the next answer once more."""
    tx, shop = writing.tx, stored.shop
    carried = messages.some(tx, shop, stored.details.get("carried", ()))
    if stored.decision is None or stored.status == Status.MERGED:
        known = Status(stored.status) if stored.status else Status.MERGED
        return Receipt(known, stored.conversation, stored.id, stored.decision, replies=tuple(carried))
    replies = [reply for reply in messages.of_decision(tx, shop, stored.decision) if reply.state != "dropped"]
    if writing.channel.mode == "response":
        waiting = [reply for reply in replies if reply.state == "queued"]
        given = apply.hand_over(writing, waiting)
        replies = [reply for reply in replies if reply in given or reply not in waiting]
    ticket = messages.decision_ticket(tx, shop, stored.decision)
    return Receipt(
        Status(stored.status), stored.conversation, stored.id, stored.decision, ticket, (*carried, *replies)
    )


def _come_back(writing: Writing, knowledge: Knowledge, stored: StoredMessage) -> Receipt:
    conversation = writing.conversation
    waits = stored.state in ("pending", "recalled") and stored.decision is None
    fragments = messages.pending(writing.tx, conversation.shop, conversation.id) if waits else []
    if not fragments:
        return outcome_of(writing, stored)
    if max(fragment.seq for fragment in fragments) > stored.seq:
        return Receipt(Status.MERGED, conversation.id, stored.id)
    if conversation.pending_due is not None and conversation.pending_due > writing.now:
        return Receipt(Status.MERGED, conversation.id, stored.id, due=conversation.pending_due)
    # A recalled newest message still carries the answer to the fragments before it: nobody else may wait for it.
    fetched = writing.channel.mode == "response"
    return take_turn(writing, knowledge, fragments, stored, None, fetched=fetched)


def key(conversation: Conversation) -> str:
    """The unique key of the job that answers a conversation's waiting fragments."""
    return f"turn:{conversation.id}"
