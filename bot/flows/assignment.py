"""The story of the queue being given out: whoever waits gets an agent who is there, free and skilled."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import routing
from bot.core.attendance import Timing
from bot.core.model import Holder
from bot.core.routing import Assignment
from bot.core.shop import Assigns, Shop
from bot.flows import tickets
from bot.store import assignment

#: Customers given out in one transaction: each keeps its conversation locked until the end.
_AT_ONCE = 20
#: When to look again while another process is at it.
_SHORTLY = timedelta(milliseconds=100)


def give_out(
    tx: sa.Connection, shop: str, facts: Shop, now: datetime, silence: timedelta, timing: Timing
) -> list[Assignment]:
    """Give the shop's queue to its agents, as far as they have room; nothing where agents claim by hand. One process
    at a time does so for a shop, so nobody gets more than fits. Returns who got whom."""
    if facts.assignment is Assigns.MANUAL:
        return []
    if not assignment.has_turn(tx, shop):
        assignment.want(tx, shop, now + _SHORTLY)
        return []
    free = [agent for agent in assignment.candidates(tx, shop, now, timing) if routing.has_room(agent)]
    # With nobody free the queue is not read: that is when it is long, and every further customer comes by here.
    planned = routing.plan(assignment.waiting(tx, shop), free, now) if free else []
    in_order = sorted(planned[:_AT_ONCE], key=lambda one: one.waiting.conversation)
    given = [one for one in in_order if _give(tx, shop, one, now, silence)]
    if given:
        assignment.given(tx, shop, {one.agent for one in given}, now)
    if len(planned) > _AT_ONCE:
        assignment.want(tx, shop, now)
    return given


def _give(tx: sa.Connection, shop: str, one: Assignment, now: datetime, silence: timedelta) -> bool:
    """Give one customer to an agent; False when somebody was quicker (who then sees to the rest of the queue)."""
    ticket, writing = tickets.attended(tx, shop, one.waiting.conversation, now)
    if ticket is None or ticket.id != one.waiting.ticket or writing.conversation.holder is not Holder.QUEUE:
        return False
    tickets.take(writing, ticket, one.agent, silence)
    writing.flush()
    return True
