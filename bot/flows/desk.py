"""The stories of an agent's desk: take a conversation, give it away, end it, say whether one is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import desk
from bot.core.attendance import Timing
from bot.core.model import Holder, Reason
from bot.core.shop import Shop
from bot.errors import Conflict, Stale
from bot.flows import desk_views as views
from bot.flows import tickets
from bot.flows.apply import Writing
from bot.store import agents, messages, presence, supervisions
from bot.store import desk as queries
from bot.store.presence import Presence
from bot.store.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, where and when."""

    shop: str
    name: str
    now: datetime  #: aware
    silence: timedelta  #: of an agent, after which the customer is given back
    facts: Shop = field(default_factory=Shop)  #: of the shop, whose hours count in what is promised
    timing: Timing = field(default_factory=Timing)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent as others see it."""

    name: str
    display_name: str
    state: Presence
    load: int  #: conversations held
    capacity: int  #: conversations that fit at once


def claim(tx: sa.Connection, conversation: str, actor: Actor) -> None:
    """Take a conversation, from the queue or from the bot: from this commit on the bot says nothing to the customer
    (bar 20). Conflict names who has it already."""
    ticket, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    tickets.take(writing, ticket, actor.name, actor.silence)
    writing.flush()


def release(tx: sa.Connection, conversation: str, actor: Actor) -> None:
    """Give one's conversation back to the queue."""
    ticket, writing = attended_own(tx, conversation, actor)
    tickets.queue_again(writing, ticket, actor.facts, Reason.RELEASED, passed_by=actor.name)
    writing.flush()


def resolve(tx: sa.Connection, conversation: str, actor: Actor, seen: int | None = None) -> None:
    """End a case of one's own, or one that nobody has taken; the bot speaks again. What is ended stays ended. `seen`:
    number of the newest message that the actor has read; Stale with what the customer has written since, for nobody
    would answer it."""
    ticket, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    held = writing.conversation
    if held.holder is Holder.AGENT and held.owner != actor.name:
        raise tickets.taken_by(held.owner)
    if held.holder is Holder.BOT:
        return
    if seen is not None:
        refuse_unread(writing, seen, "结束会话")
    tickets.close(writing, ticket, actor.name)
    writing.flush()


def refuse_unread(writing: Writing, seen: int, what: str) -> None:
    """Stale with what the customer has written after message number `seen` (bar 23). `what` cannot be done so."""
    conversation = writing.conversation
    history = messages.listed(writing.tx, conversation.shop, conversation.id, after_seq=seen)
    if unread := desk.newer(history, seen):
        lines = views.lines(writing.tx, conversation.shop, unread, writing.now)
        raise Stale(f"客户又发了新消息，请看过后再{what}", more={"newer": lines, "owner": conversation.owner})


def colleagues(tx: sa.Connection, shop: str, now: datetime, timing: Timing) -> list[Colleague]:
    """Everybody with an open account in the shop: who is there, and with how much in hand."""
    states, loads = presence.of_shop(tx, shop, now, timing), queries.loads(tx, shop)
    return [
        Colleague(
            agent.name, agent.display_name or agent.name, states.get(agent.name, "offline"), loads.get(agent.name, 0),
            agent.capacity,
        )
        for agent in agents.listed(tx, shop)
        if agent.disabled_at is None
    ]  # fmt: skip


def attended_own(tx: sa.Connection, conversation: str, actor: Actor) -> tuple[Ticket | None, Writing]:
    """The conversation if the actor holds it; Conflict otherwise."""
    ticket, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    owned(writing, actor)
    return ticket, writing


def owned(writing: Writing, actor: Actor) -> None:
    """Conflict unless the actor holds the conversation (bar 22)."""
    held = writing.conversation
    if held.holder is not Holder.AGENT:
        raise Conflict("请先领取会话", more={"owner": ""})
    if not desk.may_speak(held.holder, held.owner, actor.name):
        order = supervisions.order(writing.tx, held)
        raise tickets.taken_by(held.owner, f"主管 {order.lead} 已安排 {held.owner} 接待：{order.text}" if order else "")
