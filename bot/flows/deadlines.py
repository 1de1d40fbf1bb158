"""The stories of what is promised in a case: the next deadline is watched, moved, kept by an answer, or missed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.core import tickets as arithmetic
from bot.core.attendance import Timing
from bot.core.model import Reason
from bot.core.shop import Shop
from bot.core.tickets import Due, DueKind
from bot.flows import apply, tickets
from bot.flows.apply import Writing
from bot.flows.attendance import is_left
from bot.store import presence
from bot.store import tickets as stored
from bot.store.tickets import Ticket

_NOT_AT_WORK = ("away", "offline")


def due(ticket: Ticket) -> Due | None:
    """What is due next in a case."""
    return arithmetic.due(ticket.deadline, ticket.answered_at, ticket.answer_by, ticket.resolve_by)


def customer_wrote(writing: Writing, facts: Shop, *, urging: bool) -> None:
    """A customer whom an agent holds wrote on: an answer is due, the sooner the more pressing the case; who urges is
    counted (SR-042)."""
    ticket = stored.open_of(writing.tx, writing.conversation.shop, writing.conversation.id)
    if ticket is None:
        return
    if urging:
        apply.chase(writing)
    if ticket.answered_at is not None and ticket.answer_by is None:
        by = arithmetic.promise(ticket.priority, 0, writing.now, facts.hours, facts.waits).deadline
        stored.change(writing.tx, ticket.shop, ticket.id, {"answer_by": by})
        tickets.watch(writing, ticket.id, by)


def look(
    tx: sa.Connection, shop: str, ticket_id: str, facts: Shop, now: datetime, timing: Timing
) -> datetime | None:
    """The moment of a deadline has come: if it was not kept the case rises and is marked, which every desk is told of;
    and from an agent who is away it goes on to somebody else. Returns when to look next."""
    ticket = stored.get(tx, ticket_id, shop)
    if ticket is None or ticket.state == "resolved":
        return None
    _, writing = tickets.attended(tx, shop, ticket.conversation, now)
    ticket = stored.get(tx, ticket_id, shop)  # as it is now that its conversation is locked
    next_due = due(ticket) if ticket and ticket.state != "resolved" else None
    if ticket is None or next_due is None:
        return None
    if next_due.at > now:
        return next_due.at
    if not ticket.overdue:
        raised = int(arithmetic.raised(ticket.priority))
        stored.change(tx, shop, ticket_id, {"overdue": True, "priority": raised})
    if next_due.kind is not DueKind.RESOLUTION and _is_away(writing, ticket, timing):
        tickets.queue_again(writing, stored.get(tx, ticket_id, shop), facts, Reason.AGENT_GONE)
        writing.flush()
    return None


def _is_away(writing: Writing, ticket: Ticket, timing: Timing) -> bool:
    """Whether the agent of a case is 挂起, or was found gone: as last seen, for a late look at a deadline says nothing
    of the agent."""
    there = presence.find(writing.tx, ticket.shop, ticket.agent) if ticket.state == "claimed" else None
    if there is None or there.state not in _NOT_AT_WORK:
        return False
    return there.state == "away" or is_left(writing.conversation, ticket.agent, there, timing)
