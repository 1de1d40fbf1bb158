"""The stories of the human queue: an agent claims, answers and resolves; a silent agent gives the customer back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import render
from bot.core import tickets as arithmetic
from bot.core.effects import OpenTicket
from bot.core.model import Dialogue, Holder, Priority, Reason
from bot.errors import Conflict, InvalidField, NotFound, RenderError
from bot.flows import apply
from bot.flows.apply import Writing
from bot.store import channels, conversations, jobs, messages, tickets
from bot.store.messages import StoredMessage
from bot.store.tickets import Suggestion, Ticket

_HISTORY = 50


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with what an agent needs to answer it."""

    ticket: Ticket
    customer: str
    messages: Sequence[StoredMessage]
    suggestions: Sequence[Suggestion]


def show(tx: sa.Connection, ticket_id: str, shop: str | None = None) -> TicketView:
    """The ticket, the last 50 messages and the drafts; NotFound when there is no such ticket in the shop."""
    ticket = _find(tx, ticket_id, shop)
    conversation = conversations.lock(tx, ticket.shop, ticket.conversation)
    if conversation is None:
        raise NotFound(f"没有这个会话：{ticket.conversation}")
    return TicketView(
        ticket,
        conversation.customer_name or conversation.customer,
        messages.listed(tx, ticket.shop, ticket.conversation, last=_HISTORY),
        tickets.suggestions_of(tx, ticket.shop, ticket.id),
    )


def claim(
    tx: sa.Connection, ticket_id: str, agent: str, now: datetime, silence: timedelta, shop: str | None = None
) -> Ticket:
    """Take a waiting ticket: from this commit on the bot says nothing to the customer. Conflict names who was first."""
    ticket, writing = _locked(tx, ticket_id, shop, now)
    if not tickets.claim(tx, ticket.shop, ticket.id, agent, now):
        if ticket.agent == agent and ticket.state == "claimed":
            return ticket
        raise Conflict(f"工单已由 {ticket.agent or '别人'} 处理（{ticket.state}）")
    writing.hold(Holder.AGENT, agent)
    _hold_fragments(writing)
    apply.watch_silence(writing, silence)
    writing.flush()
    return _find(tx, ticket_id, shop)


def reply(
    tx: sa.Connection, ticket_id: str, agent: str, text: str, now: datetime, silence: timedelta,
    shop: str | None = None,
) -> StoredMessage:
    """Send an agent's text. Conflict when somebody else owns the conversation, InvalidField for a text that looks
    unfinished (an unfilled placeholder)."""
    ticket, writing = _locked(tx, ticket_id, shop, now)
    conversation = writing.conversation
    if ticket.state != "claimed" or ticket.agent != agent or conversation.holder is not Holder.AGENT:
        raise Conflict(f"请先领取工单：它现在是 {ticket.state}，归 {ticket.agent or '无人'}")
    try:
        render.guard(text)
    except RenderError as error:
        raise InvalidField(f"text: {error}", field="text") from error
    sent = apply.say(writing, text, "agent", None, fetched=False)
    apply.watch_silence(writing, silence)
    writing.flush()
    return sent


def resolve(tx: sa.Connection, ticket_id: str, agent: str, now: datetime, shop: str | None = None) -> Ticket:
    """Close a ticket and let the bot speak again, with a fresh memory. Conflict when another agent owns it."""
    ticket, writing = _locked(tx, ticket_id, shop, now)
    if ticket.state == "resolved":
        return ticket
    if ticket.state == "claimed" and ticket.agent != agent:
        raise Conflict(f"工单由 {ticket.agent} 处理中，只有处理人可以结束它")
    _close(writing, ticket, agent)
    writing.flush()
    return _find(tx, ticket_id, shop)


def hand_back(tx: sa.Connection, shop: str, conversation_id: str, now: datetime, silence: timedelta) -> datetime | None:
    """An agent's silence has lasted: back to the queue when the customer waits for an answer, else to the bot.
    Returns the time to look again when the agent has been heard since. Nothing old is answered anew (bar 21)."""
    conversation = conversations.lock(tx, shop, conversation_id)
    if conversation is None or conversation.holder is not Holder.AGENT:
        return None
    heard = conversation.agent_at or now
    if now - heard < silence:
        return heard + silence
    writing = _writing(tx, shop, conversation_id, now)
    ticket = tickets.open_of(tx, shop, conversation_id)
    if _customer_waits(messages.listed(tx, shop, conversation_id, last=_HISTORY)):
        _queue_again(writing, ticket)
    elif ticket is not None:
        _close(writing, ticket, ticket.agent)
    else:
        writing.hold(Holder.BOT)
    writing.flush()
    return None


def overdue(tx: sa.Connection, shop: str, ticket_id: str) -> bool:
    """The promised time has passed: a ticket that still waits rises and is marked. True when it did."""
    ticket = tickets.get(tx, ticket_id, shop)
    if ticket is None or conversations.lock(tx, shop, ticket.conversation) is None:
        return False
    ticket = _find(tx, ticket_id, shop)
    if ticket.state != "waiting":
        return False
    tickets.change(tx, shop, ticket_id, {"overdue": True, "priority": int(arithmetic.raised(ticket.priority))})
    return True


def _find(tx: sa.Connection, ticket_id: str, shop: str | None) -> Ticket:
    ticket = tickets.get(tx, ticket_id, shop)
    if ticket is None:
        raise NotFound(f"没有这个工单：{ticket_id}")
    return ticket


def _locked(tx: sa.Connection, ticket_id: str, shop: str | None, now: datetime) -> tuple[Ticket, Writing]:
    """The ticket as it is once its conversation is locked: before that another agent could still change it."""
    ticket = _find(tx, ticket_id, shop)
    writing = _writing(tx, ticket.shop, ticket.conversation, now)
    return _find(tx, ticket_id, shop), writing


def _writing(tx: sa.Connection, shop: str, conversation_id: str, now: datetime) -> Writing:
    conversation = conversations.lock(tx, shop, conversation_id)
    channel = channels.find(tx, conversation.channel, now) if conversation else None
    if conversation is None or channel is None:
        raise NotFound(f"没有这个会话：{conversation_id}")
    return apply.begin(tx, channel, conversation, now)


def _hold_fragments(writing: Writing) -> None:
    """Fragments that still waited for the bot are the agent's now."""
    conversation = writing.conversation
    if held := messages.pending(writing.tx, conversation.shop, conversation.id):
        apply.settle(writing, held, "held_by_agent", None)
        writing.changes |= {"pending_since": None, "pending_due": None}


def _customer_waits(history: Sequence[StoredMessage]) -> bool:
    """Whether no agent's text has reached the customer since the customer's last words. What the bot said (that a
    human is coming) is no answer, and neither is what was never delivered or was taken back."""
    for message in reversed(history):
        if message.author == "agent" and message.state not in ("failed", "unknown", "dropped"):
            return False
        if message.author == "customer" and message.state in ("pending", "decided"):
            return True
    return False


def _queue_again(writing: Writing, ticket: Ticket | None) -> None:
    """Somebody else has to answer: the ticket waits anew, with a new promise to watch; without one it is opened."""
    tx, shop = writing.tx, writing.conversation.shop
    deadline = arithmetic.promise(Priority.HIGH, tickets.waiting(tx, shop), writing.now, None).deadline
    if ticket is None:
        apply.open_ticket(writing, OpenTicket(Reason.AGENT_SILENT, Priority.HIGH, "presale", deadline))
    else:
        tickets.change(
            tx, shop, ticket.id, {"state": "waiting", "agent": "", "claimed_at": None, "deadline": deadline}
        )
        jobs.add(
            tx, shop, "deadline", {"ticket": ticket.id}, deadline, writing.now, unique_key=f"deadline:{ticket.id}"
        )
    writing.hold(Holder.QUEUE)


def _close(writing: Writing, ticket: Ticket, agent: str) -> None:
    tickets.change(
        writing.tx, ticket.shop, ticket.id,
        {"state": "resolved", "agent": ticket.agent or agent, "resolved_at": writing.now},
    )
    jobs.cancel(writing.tx, ticket.shop, f"deadline:{ticket.id}", "resolved", writing.now)
    jobs.cancel(writing.tx, ticket.shop, f"handback:{ticket.conversation}", "resolved", writing.now)
    writing.hold(Holder.BOT)
    writing.changes["dialogue"] = Dialogue()
