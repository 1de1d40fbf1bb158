"""The story of a question that the customer never answered: whom only a human can help gets one all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.core import dialogue, tickets
from bot.core.effects import OpenTicket
from bot.core.knowledge import Knowledge
from bot.core.model import Holder, Reason
from bot.flows import apply
from bot.store import channels, conversations
from bot.store import tickets as stored


def ask_a_human(tx: sa.Connection, knowledge: Knowledge, shop: str, conversation_id: str, now: datetime) -> None:
    """Open a ticket with what was told, if our question still stands unanswered; the customer is told nothing, for
    nobody is there to read it."""
    conversation = conversations.lock(tx, shop, conversation_id)
    form = conversation.dialogue.form if conversation else None
    script = knowledge.scripts.get(form.script) if form else None
    channel = channels.find(tx, conversation.channel, now) if conversation else None
    if conversation is None or form is None or script is None or channel is None:
        return
    if conversation.holder is not Holder.BOT:
        return
    intent, facts = knowledge.intents[script.intents[0]], knowledge.shop(shop)
    promise = tickets.promise(intent.priority, stored.waiting(tx, shop), now, facts.hours, facts.waits)
    note = dialogue.note(script, form)
    writing = apply.begin(tx, channel, conversation, now)
    apply.open_ticket(
        writing,
        OpenTicket(
            Reason.DIALOGUE_STUCK, intent.priority, intent.group, promise.deadline, intent.id, note,
            promise.resolve_by, form,
        ),
    )
    writing.changes["dialogue"] = replace(conversation.dialogue, form=None)
    writing.flush()
