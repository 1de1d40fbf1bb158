"""The stories of the human queue: an agent claims, answers and resolves; a silent agent gives the customer back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core import desk, render
from bot.core import tickets as arithmetic
from bot.core.effects import OpenTicket
from bot.core.model import Dialogue, Holder, Priority, Reason
from bot.core.shop import Shop
from bot.errors import Conflict, InvalidField, NotFound, RenderError
from bot.flows import apply, csat
from bot.flows.apply import Writing
from bot.store import assignment, channels, conversations, jobs, messages, tickets
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
    take(writing, ticket, agent, silence)
    writing.flush()
    return _find(tx, ticket_id, shop)


def take(writing: Writing, ticket: Ticket | None, agent: str, silence: timedelta) -> None:
    """Give a conversation to an agent, with its ticket where it has one, if nobody else has it (bar 22); Conflict
    names who. Taking what is one's own already changes nothing."""
    conversation = writing.conversation
    if ticket is None:
        if conversation.holder is Holder.AGENT and conversation.owner != agent:
            raise taken_by(conversation.owner)
    elif not tickets.claim(writing.tx, ticket.shop, ticket.id, agent, writing.now) and (
        ticket.state != "claimed" or ticket.agent != agent
    ):
        owner = conversation.owner or ticket.agent
        raise Conflict(f"工单已由 {ticket.agent or '别人'} 处理（{ticket.state}）", more={"owner": owner})
    if not desk.may_speak(conversation.holder, conversation.owner, agent):
        _let_hold(writing, agent, silence)


def give(writing: Writing, ticket: Ticket | None, agent: str, silence: timedelta, **changes: Any) -> None:
    """Make a conversation an agent's with its open ticket, whoever had it before; `changes`: further columns of the
    ticket."""
    if ticket is not None:
        taken = {"state": "claimed", "agent": agent, "claimed_at": writing.now, **changes}
        tickets.change(writing.tx, ticket.shop, ticket.id, taken)
    _let_hold(writing, agent, silence)


def _let_hold(writing: Writing, agent: str, silence: timedelta) -> None:
    writing.hold(Holder.AGENT, agent)
    _hold_fragments(writing)
    apply.watch_silence(writing, silence)


def taken_by(owner: str, why: str = "") -> Conflict:
    """What somebody is told who wants what another agent has; `why`: by whose order."""
    return Conflict(why or f"会话由 {owner or '别人'} 处理中", more={"owner": owner})


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
    sent = write(writing, agent, text, silence)
    writing.flush()
    return sent


def write(writing: Writing, agent: str, text: str, silence: timedelta, phrase: str = "") -> StoredMessage:
    """Send a text of the agent who holds the conversation; InvalidField for one that looks unfinished. `phrase`: where
    it was taken from."""
    try:
        render.guard(text)
    except RenderError as error:
        raise InvalidField(f"text: {error}", field="text") from error
    sent = apply.say(writing, text, "agent", None, fetched=False, phrase=phrase, agent=agent)
    answered(writing, agent)
    apply.watch_silence(writing, silence)
    return sent


def answered(writing: Writing, agent: str) -> None:
    """An agent spoke to the customer: what was due is done, and the case's next deadline is watched."""
    tx, conversation = writing.tx, writing.conversation
    writing.changes["last_agent"] = agent
    ticket = tickets.open_of(tx, conversation.shop, conversation.id)
    if ticket is None or (ticket.answered_at is not None and ticket.answer_by is None):
        return
    done = {"answered_at": ticket.answered_at or writing.now, "answer_by": None, "overdue": False}
    tickets.change(tx, ticket.shop, ticket.id, done)
    if ticket.resolve_by is not None:
        watch(writing, ticket.id, ticket.resolve_by)


def watch(writing: Writing, ticket: str, until: datetime) -> None:
    """Set the timer of a ticket's next deadline."""
    jobs.add(
        writing.tx, writing.conversation.shop, "deadline", {"ticket": ticket}, until, writing.now,
        unique_key=f"deadline:{ticket}",
    )


def resolve(tx: sa.Connection, ticket_id: str, agent: str, now: datetime, shop: str | None = None) -> Ticket:
    """Close a ticket and let the bot speak again, with a fresh memory. Conflict when another agent owns it."""
    ticket, writing = _locked(tx, ticket_id, shop, now)
    if ticket.state == "resolved":
        return ticket
    if ticket.state == "claimed" and ticket.agent != agent:
        raise Conflict(f"工单由 {ticket.agent} 处理中，只有处理人可以结束它", more={"owner": ticket.agent})
    close(writing, ticket, agent)
    writing.flush()
    return _find(tx, ticket_id, shop)


def hand_back(
    tx: sa.Connection, shop: str, conversation_id: str, now: datetime, silence: timedelta, facts: Shop
) -> datetime | None:
    """An agent's silence has lasted: back to the queue when the customer waits for an answer, else to the bot.
    Returns the time to look again when the agent has been heard since. Nothing old is answered anew (bar 21)."""
    conversation = conversations.lock(tx, shop, conversation_id)
    if conversation is None or conversation.holder is not Holder.AGENT:
        return None
    heard = conversation.agent_at or now
    if now - heard < silence:
        return heard + silence
    ticket, writing = attended(tx, shop, conversation_id, now)
    history = messages.listed(tx, shop, conversation_id, last=_HISTORY)
    if desk.waiting_since(history, ticket.opened_at if ticket else None) is not None:
        queue_again(writing, ticket, facts, Reason.AGENT_SILENT, passed_by=conversation.owner)
    else:
        close(writing, ticket, ticket.agent if ticket else "")
    writing.flush()
    return None


def _find(tx: sa.Connection, ticket_id: str, shop: str | None) -> Ticket:
    ticket = tickets.get(tx, ticket_id, shop)
    if ticket is None:
        raise NotFound(f"没有这个工单：{ticket_id}")
    return ticket


def _locked(tx: sa.Connection, ticket_id: str, shop: str | None, now: datetime) -> tuple[Ticket, Writing]:
    """The ticket as it is once its conversation is locked: before that another agent could still change it."""
    ticket = _find(tx, ticket_id, shop)
    _, writing = attended(tx, ticket.shop, ticket.conversation, now)
    return _find(tx, ticket_id, shop), writing


def attended(
    tx: sa.Connection, shop: str, conversation_id: str, now: datetime
) -> tuple[Ticket | None, Writing]:
    """A conversation of the shop, locked, and its open ticket; NotFound when there is no such conversation."""
    conversation = conversations.lock(tx, shop, conversation_id)
    channel = channels.find(tx, conversation.channel, now) if conversation else None
    if conversation is None or channel is None:
        raise NotFound(f"没有这个会话：{conversation_id}")
    return tickets.open_of(tx, shop, conversation_id), apply.begin(tx, channel, conversation, now)


def _hold_fragments(writing: Writing) -> None:
    """Fragments that still waited for the bot are the agent's now."""
    conversation = writing.conversation
    if held := messages.pending(writing.tx, conversation.shop, conversation.id):
        apply.settle(writing, held, "held_by_agent", None)
        writing.changes |= {"pending_since": None, "pending_due": None}


def queue_again(
    writing: Writing, ticket: Ticket | None, facts: Shop, reason: Reason, group: str = "", passed_by: str = ""
) -> None:
    """Somebody else has to answer: the ticket waits anew, with a new promise to watch; without one it is opened for
    this reason. `group`: who is to answer from now on; "" leaves it. `passed_by`: who gave the customer away and is not
    given them again."""
    tx, shop = writing.tx, writing.conversation.shop
    writing.hold(Holder.QUEUE)
    promise = arithmetic.promise(Priority.HIGH, tickets.waiting(tx, shop), writing.now, facts.hours, facts.waits)
    passed = sorted({*(ticket.passed_by if ticket else ()), *filter(None, [passed_by])})
    if ticket is None:
        asked = OpenTicket(reason, Priority.HIGH, group or "presale", promise.deadline, resolve_by=promise.resolve_by)
        opened = apply.open_ticket(writing, asked)
        tickets.change(tx, shop, opened, {"passed_by": passed})
    else:
        waits = {
            "state": "waiting", "agent": "", "claimed_at": None, "deadline": promise.deadline, "answered_at": None,
            "answer_by": None, "overdue": False, "passed_by": passed, "group": group or ticket.group,
            "priority": int(max(ticket.priority, Priority.HIGH)),
        }  # fmt: skip
        tickets.change(tx, shop, ticket.id, waits)
        watch(writing, ticket.id, promise.deadline)
    assignment.want(tx, shop, writing.now)


def close(writing: Writing, ticket: Ticket | None, agent: str) -> None:
    """Give a conversation back to the bot, which begins with a fresh memory if a ticket ends with it."""
    tx, conversation = writing.tx, writing.conversation
    jobs.cancel(tx, conversation.shop, f"handback:{conversation.id}", "resolved", writing.now)
    writing.hold(Holder.BOT)
    csat.after_case(writing, ticket, agent)
    if ticket is not None:
        ended = {"state": "resolved", "agent": ticket.agent or agent, "resolved_at": writing.now}
        tickets.change(tx, ticket.shop, ticket.id, ended)
        jobs.cancel(tx, ticket.shop, f"deadline:{ticket.id}", "resolved", writing.now)
        writing.changes["dialogue"] = Dialogue()
