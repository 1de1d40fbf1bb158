"""The story of a customer who writes to an agent who is not there: told so, or given to somebody else."""

from __future__ import annotations

from dataclasses import replace

from bot.core import attendance, desk
from bot.core import tickets as arithmetic
from bot.core.attendance import State, Timing
from bot.core.effects import OpenTicket
from bot.core.knowledge import Knowledge
from bot.core.model import Holder, Priority, Reason
from bot.core.speech import speak
from bot.core.turn import Turn
from bot.flows import apply, tickets
from bot.flows.apply import Writing
from bot.flows.attendance import is_left
from bot.store import messages, presence
from bot.store import tickets as stored
from bot.store.messages import StoredMessage

_HISTORY = 50
_SITUATION = "agent_away"


def state_of_owner(writing: Writing, timing: Timing) -> State | None:
    """The state of the agent who holds the conversation; None of one who has never been at a desk (who works in the
    platform's own client), and of one who has acted since the desk fell silent."""
    conversation = writing.conversation
    there = presence.find(writing.tx, conversation.shop, conversation.owner)
    if there is None:
        return None
    state = attendance.state_now(there.state, there.seen_at, writing.now, timing)
    if state == "offline" and not is_left(conversation, conversation.owner, there, timing):
        return None
    return state


def take_back(writing: Writing, knowledge: Knowledge) -> None:
    """The agent is gone: the conversation is in the queue again before the customer's words are looked at."""
    conversation = writing.conversation
    ticket = stored.open_of(writing.tx, conversation.shop, conversation.id)
    tickets.queue_again(writing, ticket, knowledge.shop(conversation.shop), Reason.AGENT_GONE)
    epoch = writing.changes["epoch"]
    writing.conversation = replace(conversation, holder=Holder.QUEUE, owner="", epoch=epoch)


def stand_in(writing: Writing, knowledge: Knowledge, stored_message: StoredMessage) -> None:
    """The agent is 挂起: the customer is told so once, with the time by which an answer comes, from the agent or, when
    it passes, from somebody else (SR-048)."""
    tx, conversation = writing.tx, writing.conversation
    history = messages.listed(tx, conversation.shop, conversation.id, last=_HISTORY)
    if not desk.needs_words(history, conversation.agent_at, writing.now):
        return
    facts = knowledge.shop(conversation.shop)
    ticket = stored.open_of(tx, conversation.shop, conversation.id)
    priority = ticket.priority if ticket else Priority.NORMAL
    promise = arithmetic.promise(priority, 0, writing.now, facts.hours, facts.waits)
    turn = Turn(
        conversation.shop, writing.now, dialogue=conversation.dialogue, seed=stored_message.id,
        tags=tuple(stored_message.details.get("tags", ())),
    )  # fmt: skip
    speech = speak(knowledge, turn, (_SITUATION,), {"wait": promise.words})
    if speech is None:
        return
    if ticket is None:  # somebody must keep what is said here, whoever took the conversation from the bot
        asked = OpenTicket(Reason.AGENT_GONE, priority, "presale", promise.deadline, resolve_by=promise.resolve_by)
        opened = apply.open_ticket(writing, asked)
        stored.claim(tx, conversation.shop, opened, conversation.owner, writing.now)
    apply.say(writing, speech.text, "bot", None, fetched=False, phrase=speech.phrase, status=desk.STANDS_IN)
