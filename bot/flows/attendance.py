"""The stories of agents coming, staying and going: a pulse keeps them there, and without one their customers go back.

One timer per agent watches (`absent:<name>`), so it works across processes and restarts. Both the pulse and the timer
lock the agent's row first: whichever is second sees what the other did.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.core import attendance, desk
from bot.core.attendance import Timing
from bot.core.model import Holder, Reason
from bot.core.shop import Shop
from bot.flows import tickets
from bot.store import assignment, conversations, jobs, messages, presence
from bot.store.conversations import Conversation
from bot.store.presence import Presence, There

_HISTORY = 50


def say(tx: sa.Connection, shop: str, agent: str, state: Presence, now: datetime, timing: Timing) -> None:
    """An agent says of itself whether they are there. Who goes offline is looked after at once."""
    presence.put(tx, shop, agent, state, now)
    _watch(tx, shop, agent, now if state == "offline" else now + timing.gone, now)
    if state == "online":
        assignment.want(tx, shop, now)


def pulse(tx: sa.Connection, shop: str, agent: str, now: datetime, timing: Timing) -> Presence:
    """An agent's desk is open. Who was lost is there again, in the state they had chosen; who chose to be offline stays
    so. Returns the state."""
    there = presence.find(tx, shop, agent, lock=True)
    if there is None or there.chosen == "offline":
        return "offline"
    presence.seen(tx, shop, agent, there.chosen, now)
    if attendance.state_now(there.state, there.seen_at, now, timing) == "offline":
        _watch(tx, shop, agent, now + timing.gone, now)
        assignment.want(tx, shop, now)
    return there.chosen


def look(
    tx: sa.Connection, shop: str, agent: str, facts: Shop, now: datetime, timing: Timing, *, again: bool = False
) -> datetime | None:
    """See whether an agent is still there; returns when to look next. Of an agent who is gone, the customers who wait
    go back to the queue at once, the others when the agent does not come back within five minutes. A look that comes
    far too late proves nothing (kefu was away itself, and pulses found nobody): it is made `again` after a while."""
    there = presence.find(tx, shop, agent, lock=True)
    if there is None:
        return None
    if there.chosen != "offline":
        if now - there.seen_at < timing.gone:
            return there.seen_at + timing.gone
        if there.state != "offline" and not again and attendance.looked_late(there.seen_at, now, timing):
            _watch(tx, shop, agent, now + timing.gone, now, again=True)
            return None
        presence.lose(tx, shop, agent)
    everybody = now - there.seen_at >= timing.left
    kept = [_take_back(tx, shop, id_, agent, there, facts, now, timing, everybody=everybody)
            for id_ in conversations.held_by(tx, shop, agent)]  # fmt: skip
    return there.seen_at + timing.left if any(kept) else None


def _take_back(
    tx: sa.Connection, shop: str, id_: str, agent: str, there: There, facts: Shop, now: datetime, timing: Timing, *,
    everybody: bool,
) -> bool:
    """Give one conversation of an agent who is gone to somebody else; True when it stays for now. A case goes back to
    the queue; where nobody asked for a human, the bot goes on."""
    ticket, writing = tickets.attended(tx, shop, id_, now)
    if not is_left(writing.conversation, agent, there, timing):
        return False
    history = messages.listed(tx, shop, id_, last=_HISTORY)
    waits = desk.waiting_since(history, ticket.opened_at if ticket else None) is not None
    if not waits and not everybody:
        return True
    if waits or ticket is not None:
        tickets.queue_again(writing, ticket, facts, Reason.AGENT_GONE)
    else:
        tickets.close(writing, None, agent)
    writing.flush()
    return False


def is_left(conversation: Conversation, agent: str, there: There, timing: Timing) -> bool:
    """Whether an agent who is offline has left a conversation that was theirs."""
    theirs = conversation.holder is Holder.AGENT and conversation.owner == agent
    return theirs and attendance.has_left(there.seen_at, conversation.agent_at, timing)


def _watch(tx: sa.Connection, shop: str, agent: str, at: datetime, now: datetime, *, again: bool = False) -> None:
    jobs.add(tx, shop, "absent", {"agent": agent, "again": again}, at, now, unique_key=f"absent:{agent}")
