"""The stories of a lead in somebody else's conversation: look on, whisper, take over, give it to another agent.

A lead's order needs nobody's consent: it counts from its commit on, and whoever had the conversation can send nothing
more (bars 20 and 22). It names whom the lead saw holding it, so of several orders at once one is carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bot.core import attendance
from bot.core.model import Holder
from bot.core.supervision import Act
from bot.errors import Conflict, Full, InvalidField, NotFound
from bot.flows import desk_views, tickets
from bot.flows.apply import Writing
from bot.flows.desk import Actor
from bot.flows.desk_shapes import Watched
from bot.flows.desk_views import Ears, Titles
from bot.store import agents, conversations, presence, supervisions
from bot.store import desk as queries
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.supervisions import Supervision
from bot.store.tickets import Ticket

#: Whoever looks on again within this time goes on looking on: the trail has it once. Our default.
WATCHING = timedelta(minutes=30)
_TRAIL = 50


@dataclass(frozen=True, slots=True)
class Order:
    """Who gets a conversation, and why."""

    to: str  #: an agent's name
    seen: str  #: who held it when the lead decided; "" for the queue or the bot
    reason: str
    force: bool = False  #: also beyond what fits


def take_over(tx: sa.Connection, conversation: str, actor: Actor, seen: str, reason: str) -> None:
    """A lead takes a conversation, whoever has it. Conflict when it is not as `seen`, or the lead's already."""
    ticket, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    _carry_out(writing, ticket, actor, Act.TAKE_OVER, Order(actor.name, seen, reason))


def reassign(tx: sa.Connection, conversation: str, actor: Actor, order: Order) -> None:
    """Give a conversation to an agent who is there (在线 or 忙碌), without asking. Conflict when the agent is not
    there, holds it already, or it is not as seen; Full when the agent's hands are full and nothing is forced;
    InvalidField when there is no such agent."""
    _existing(tx, actor.shop, conversation)
    receiver = _receiver(tx, actor, order)
    ticket, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    held = queries.loads(tx, actor.shop).get(receiver.name, 0)
    if held >= receiver.capacity and not order.force and writing.conversation.owner != receiver.name:
        told = f"{receiver.name} 已经接待 {held} 位（上限 {receiver.capacity}）。换一位同事，或确认仍要转派"
        raise Full(told, more={"owner": writing.conversation.owner})
    _carry_out(writing, ticket, actor, Act.REASSIGN, order)


def whisper(tx: sa.Connection, conversation: str, actor: Actor, text: str) -> Supervision:
    """Leave a note in a conversation for whoever works in it; the customer never sees it. NotFound when there is none
    of this id."""
    return supervisions.add(tx, _locked(tx, actor.shop, conversation), Act.WHISPER, actor.name, actor.now, text=text)


def see(tx: sa.Connection, conversation: str, actor: Actor) -> None:
    """What was flagged in a conversation so far is seen to. NotFound when there is none of this id."""
    supervisions.add(tx, _locked(tx, actor.shop, conversation), Act.SEEN, actor.name, actor.now)


def watch(tx: sa.Connection, conversation: str, actor: Actor, ears: Ears, titles: Titles = str) -> Watched:
    """Look on: what an agent would see, with the trail of what leads did. Nothing changes for customer and agent, and
    no draft counts as shown; the trail keeps who looked on and when. NotFound when there is none of this id."""
    found = _locked(tx, actor.shop, conversation)
    before = supervisions.watched_at(tx, actor.shop, conversation, actor.name)
    if before is None or actor.now - before >= WATCHING:
        supervisions.add(tx, found, Act.WATCH, actor.name, actor.now)
    detail = desk_views.detail(tx, actor.shop, conversation, ears, actor.now, titles)
    return Watched(detail, supervisions.trail(tx, actor.shop, conversation, _TRAIL))


def _carry_out(writing: Writing, ticket: Ticket | None, actor: Actor, act: Act, order: Order) -> None:
    """Give the conversation, and keep by whose order. Who had it is not given it again by the queue."""
    held = writing.conversation
    before = held.owner if held.holder is Holder.AGENT else ""
    if before == order.to:
        raise Conflict(f"会话已经由 {order.to} 接待", more={"owner": before})
    if before != order.seen:
        now_with = f"现在由 {before} 接待" if before else "现在没有客服接待"
        raise Conflict(f"会话刚有变动，{now_with}，请看过再决定", more={"owner": before})
    passed = sorted({*(ticket.passed_by if ticket else ()), *filter(None, [before])})
    tickets.give(writing, ticket, order.to, actor.silence, passed_by=passed)
    supervisions.add(
        writing.tx, held, act, actor.name, actor.now,
        text=order.reason, sender=before, receiver=order.to, epoch=held.epoch + 1,
    )  # fmt: skip
    writing.flush()


def _receiver(tx: sa.Connection, actor: Actor, order: Order) -> Agent:
    """The agent who is to have it, if there. Their presence stays locked until the end, as when kefu gives customers:
    who is lost meanwhile is either refused, or found with the conversation."""
    there = presence.find(tx, actor.shop, order.to, lock=True)
    receiver = agents.find(tx, actor.shop, order.to)
    if order.to == actor.name or receiver is None or receiver.disabled_at is not None:
        raise InvalidField("to: 请填写一位同事的账号；自己接待请用“接管”", field="to")
    now = attendance.state_now(there.state, there.seen_at, actor.now, actor.timing) if there else "offline"
    if now not in attendance.PRESENT:
        raise Conflict(f"{order.to} 现在不在线，请换一位同事", more={"owner": order.seen})
    return receiver


def _existing(tx: sa.Connection, shop: str, conversation: str) -> None:
    if conversations.get(tx, shop, conversation) is None:
        raise NotFound("没有这个会话")


def _locked(tx: sa.Connection, shop: str, conversation: str) -> Conversation:
    found = conversations.lock(tx, shop, conversation)
    if found is None:
        raise NotFound("没有这个会话")
    return found
