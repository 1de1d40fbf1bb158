"""The stories of a conversation passed on (SR-163): to a group's queue, or offered to a colleague who accepts or not.

Until the colleague accepts, who offers still holds the customer, so nobody is ever without an owner. An offer belongs
to one hold of the conversation (its epoch): once somebody else has it, or it was ended, the offer is void by itself.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.core import attendance
from bot.core.accounts import Group
from bot.core.model import Reason
from bot.errors import Conflict, InvalidField
from bot.flows import apply, tickets
from bot.flows.apply import Writing
from bot.flows.desk import Actor, attended_own
from bot.store import agents, conversations, jobs, notes, presence, transfers
from bot.store.transfers import Transfer


def offer(tx: sa.Connection, conversation: str, actor: Actor, to: str, reason: str) -> None:
    """Pass one's conversation on, with the reason as a note: a group's queue takes it at once, a colleague is asked.
    InvalidField when there is nobody of that name, Conflict when the colleague is away."""
    ticket, writing = attended_own(tx, conversation, actor)
    if to in tuple(Group):
        tickets.queue_again(writing, ticket, actor.facts, Reason.RELEASED, to, passed_by=actor.name)
    else:
        _ask(writing, actor, to, reason)
    notes.add(tx, actor.shop, conversation, actor.name, f"转给 {to}：{reason}", "", actor.now)
    writing.flush()


def accept(tx: sa.Connection, conversation: str, actor: Actor) -> None:
    """Take a conversation that was offered; Conflict when it is not (any more)."""
    ticket, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    standing = _offered_to(writing, actor)
    transfers.settle(tx, writing.conversation, standing.id, "accepted")
    tickets.give(writing, ticket, actor.name, actor.silence)
    jobs.cancel(tx, actor.shop, _key(conversation), "accepted", actor.now)
    writing.flush()


def decline(tx: sa.Connection, conversation: str, actor: Actor, reason: str) -> None:
    """Leave an offered conversation to who offered it, and say why; Conflict when it is not offered (any more)."""
    _, writing = tickets.attended(tx, actor.shop, conversation, actor.now)
    standing = _offered_to(writing, actor)
    transfers.settle(tx, writing.conversation, standing.id, "declined", reason)
    jobs.cancel(tx, actor.shop, _key(conversation), "declined", actor.now)


def lapse(tx: sa.Connection, shop: str, conversation_id: str, transfer: str, now: datetime) -> None:
    """The time to accept is over: the conversation stays with who offered it, and says so. An offer that became void
    before, for the conversation changed hands, is written down as withdrawn."""
    conversation = conversations.lock(tx, shop, conversation_id)
    if conversation is None:
        return
    standing = transfers.standing(tx, conversation)
    lapsed = standing is not None and standing.id == transfer and standing.until <= now
    transfers.settle(tx, conversation, transfer, "expired" if lapsed else "withdrawn")


def _ask(writing: Writing, actor: Actor, to: str, reason: str) -> None:
    """Offer a conversation to a colleague; an offer to somebody else is withdrawn by it."""
    tx, shop, held = writing.tx, actor.shop, writing.conversation
    colleague = agents.find(tx, shop, to)
    if to == actor.name or colleague is None or colleague.disabled_at is not None:
        raise InvalidField(f"to: 请填写同事的账号，或者 {'、'.join(Group)} 中的一个", field="to")
    if presence.of_shop(tx, shop, actor.now, actor.timing).get(to) not in attendance.PRESENT:
        raise Conflict(f"{to} 现在不在线，请换一位同事，或转给一个组", more={"owner": actor.name})
    if (earlier := transfers.standing(tx, held)) is not None:
        transfers.settle(tx, held, earlier.id, "withdrawn")
    until = actor.now + actor.timing.offer
    made = transfers.add(tx, held, to, reason, actor.now, until)
    apply.watch_silence(writing, actor.silence)  # who asks a colleague is at work: silence must not void the offer
    payload = {"conversation": held.id, "transfer": made}
    jobs.add(tx, shop, "offer", payload, until, actor.now, unique_key=_key(held.id))


def _offered_to(writing: Writing, actor: Actor) -> Transfer:
    held = writing.conversation
    standing = transfers.standing(writing.tx, held)
    if standing is None or standing.receiver != actor.name or standing.until <= actor.now:
        raise Conflict("这次转接已经失效", more={"owner": held.owner})
    return standing


def _key(conversation: str) -> str:
    return f"offer:{conversation}"
