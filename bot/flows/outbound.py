"""The story of a text of ours going out by callback: claimed, checked once more, sent once, its fate written down."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.channels.base import Fate, Post, Sent
from bot.channels.generic import outgoing
from bot.core import desk
from bot.core import tickets as queue
from bot.core.effects import OpenTicket
from bot.core.model import Holder, Priority, Reason
from bot.core.shop import Shop
from bot.core.tact import UNSURE
from bot.flows import apply, csat, unsaid
from bot.store import channels, conversations, jobs, messages, tickets
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.jobs import Job
from bot.store.messages import StoredMessage

#: Tries of one message, the first included; between them 1, 2, 4, 8 s at most, at random below (bar 28).
MAX_ATTEMPTS = 5
_SHORTEST_PAUSE = 0.05  # seconds; full jitter must not come out as no pause at all


def start(tx: sa.Connection, job: Job, facts: Shop, now: datetime) -> Post | None:
    """Mark the message as being sent and return what to post; None when it must not go out (any more). `facts`: of the
    shop, whose hours count where a human is asked for instead.

    The bot is silent from the commit of a takeover on (bar 20): the conversation is locked here, so a takeover is
    either before this transaction, and seen, or after it, when the sending had begun."""
    if not jobs.holds(tx, job):
        return None
    found = _load(tx, job, now)
    if found is None:
        jobs.finish(tx, job, "dropped", now, "message or channel is gone")
        return None
    message, conversation, channel = found
    why = _obstacle(message, conversation, now) or _overtaken(tx, message, conversation, channel, facts, now)
    if why:
        if message.state == "queued":
            messages.settle(tx, message.shop, [message.id], {"state": "dropped"})
        jobs.finish(tx, job, "dropped", now, why)
        if unsaid.is_first_word(message):
            unsaid.take_back(tx, message, why, now)
        elif conversation.holder is not Holder.AGENT and not csat.is_question(message):
            _ask_human(tx, channel, conversation, facts, Reason.DELIVERY_FAILED, now)
        return None
    messages.settle(tx, message.shop, [message.id], {"state": "sending"})
    body = outgoing(
        message.id, message.shop, conversation.customer, message.text, message.author, message.decision,
        message.created_at,
    )
    return Post(channel.callback_url, message.id, channel.secrets[0], json.dumps(body, ensure_ascii=False).encode())


def finish(tx: sa.Connection, job: Job, sent: Sent, facts: Shop, now: datetime) -> str:
    """Write down what became of an attempt; returns the job's new state."""
    if not jobs.holds(tx, job):
        return "lost"
    found = _load(tx, job, now)
    if found is None:
        jobs.finish(tx, job, "unknown", now, "message or channel is gone")
        return "unknown"
    message, conversation, channel = found
    retry = sent.fate is Fate.RETRY or (sent.fate is Fate.UNKNOWN and channel.callback_dedup)
    tries = job.attempts - job.deaths
    if retry and tries < MAX_ATTEMPTS:
        messages.settle(tx, message.shop, [message.id], {"state": "queued"})
        jobs.again(tx, job, now + _pause(tries, sent.retry_after), sent.detail)
        return "waiting"
    state, job_state, reason = {
        Fate.DELIVERED: ("delivered", "done", None),
        Fate.RETRY: ("failed", "failed", Reason.DELIVERY_FAILED),
        Fate.REJECTED: ("failed", "failed", Reason.DELIVERY_FAILED),
        Fate.UNKNOWN: ("unknown", "unknown", Reason.DELIVERY_UNKNOWN),
    }[sent.fate]
    messages.settle(tx, message.shop, [message.id], {"state": state})
    jobs.finish(tx, job, job_state, now, "" if reason is None else sent.detail)
    if reason is not None and not (csat.is_question(message) or unsaid.is_first_word(message)):
        _ask_human(tx, channel, conversation, facts, reason, now)
    return job_state


def rescue(tx: sa.Connection, job: Job, facts: Shop, now: datetime) -> str:
    """A worker died with this send in hand: if posting may have begun nobody knows what arrived (bar 27), and only
    a platform that drops repeats gets it once more, however many workers die."""
    found = _load(tx, job, now)
    if found is not None and found[0].state == "sending":
        message, _, channel = found
        if not channel.callback_dedup:
            return finish(tx, job, Sent(Fate.UNKNOWN, "the worker died while sending"), facts, now)
        messages.settle(tx, message.shop, [message.id], {"state": "queued"})
    jobs.after_death(tx, job, now, "the worker died")
    return "waiting"


def _load(tx: sa.Connection, job: Job, now: datetime) -> tuple[StoredMessage, Conversation, Channel] | None:
    message = messages.get(tx, job.shop, str(job.payload["message"]))
    conversation = conversations.lock(tx, job.shop, message.conversation) if message else None
    channel = channels.find(tx, conversation.channel, now) if conversation else None
    if message is None or conversation is None or channel is None or not channel.secrets:
        return None
    return message, conversation, channel


def _obstacle(message: StoredMessage, conversation: Conversation, now: datetime) -> str:
    if message.state != "queued":
        return f"message is {message.state}"
    return desk.obstacle(message, conversation, now)


def _overtaken(
    tx: sa.Connection, message: StoredMessage, conversation: Conversation, channel: Channel, facts: Shop, now: datetime
) -> str:
    """Why a message that nobody asked for fits no more; "" for all others."""
    if unsaid.is_too_late(message, facts, now):
        return "quiet hours have begun"
    if unsaid.is_overtaken(tx, message):
        return "overtaken by what happened to the order"
    if channel.asks_orders and unsaid.is_unsure(tx, message, now):
        return UNSURE
    return "the talk went on meanwhile" if unsaid.is_first_word(message) and conversation.last_seq > message.seq else ""


def _ask_human(
    tx: sa.Connection, channel: Channel, conversation: Conversation, facts: Shop, reason: Reason, now: datetime
) -> None:
    waiting = tickets.waiting(tx, conversation.shop)
    promise = queue.promise(Priority.HIGH, waiting, now, facts.hours, facts.waits)
    writing = apply.begin(tx, channel, conversation, now)
    asked = OpenTicket(reason, Priority.HIGH, "presale", promise.deadline, resolve_by=promise.resolve_by)
    apply.open_ticket(writing, asked)
    writing.flush()


def _pause(attempts: int, asked: float | None) -> timedelta:
    """Full jitter, so that a platform coming back is not met by everybody at once."""
    longest = 2.0 ** (attempts - 1)
    return timedelta(seconds=asked if asked is not None else random.uniform(_SHORTEST_PAUSE, longest))
