"""The stories of the promise ledger: a reply promises, somebody is reminded, the promise is kept, or it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import sqlalchemy as sa

from bot.core import promise_words
from bot.core import promises as arithmetic
from bot.core import tickets as queue
from bot.core.effects import OpenTicket, Outcome, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Decision, Holder, Priority, Reason, Status
from bot.core.order_notes import NoteReason
from bot.core.promises import GROUPS, KIND_TITLES, Kind, Pledge, Promised, State, pledged
from bot.core.shop import Shop
from bot.errors import Conflict, Forbidden, InvalidField, NotFound
from bot.flows import apply, tickets
from bot.flows.apply import Writing
from bot.flows.desk import Actor
from bot.store import conversations, jobs, messages, notes, promises
from bot.store import tickets as stored
from bot.store.messages import StoredMessage
from bot.store.promises import Promise, Standing
from bot.store.tickets import Ticket

JOB = "promise"
#: A broken promise of an agent who holds the conversation is looked at again after this: it must not be lost when the
#: conversation is given back. Our default.
_LOOK_AGAIN = timedelta(minutes=30)
_FURTHEST = timedelta(days=90)
_MOST, _HISTORY = 500, 100
_NO_PLEDGES: Mapping[str, Pledge] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Correction:
    """What an agent says was really promised; None leaves as it is."""

    kind: Kind | None = None
    due: datetime | None = None  #: aware


def said_by_agent(
    tx: sa.Connection, facts: Shop, sent: StoredMessage, pledges: Mapping[str, Pledge] = _NO_PLEDGES
) -> None:
    """What an agent's text promises is written down with it, and what it answers is kept. The same text again changes
    nothing. The conversation is locked by whoever stored the text. `pledges`: what phrases declare, where the text is
    a phrase's to the letter; else it is read."""
    declared = pledged(_declared(sent, str(sent.details.get("phrase", "")), pledges), sent.created_at, facts.hours)
    promised = declared or promise_words.find(sent.text, sent.created_at, facts.hours)
    if promise_words.is_answer(sent.text, promised):
        _answered(tx, sent)
    _record(tx, facts, sent, promised)


def reply(
    tx: sa.Connection, facts: Shop, ticket_id: str, agent: str, text: str, now: datetime, silence: timedelta,
    shop: str | None = None,
) -> StoredMessage:
    """`tickets.reply` with what it promises."""
    sent = tickets.reply(tx, ticket_id, agent, text, now, silence, shop)
    said_by_agent(tx, facts, sent)
    return sent


def said_by_bot(
    writing: Writing, knowledge: Knowledge, outcome: Outcome, replies: Sequence[StoredMessage]
) -> None:
    """What the phrases of the bot's replies declare is written down with them, and a real answer keeps what was
    promised. What a hand-off's {{ wait }} promises is the ticket's deadline, and stands in no declaration."""
    facts = knowledge.shop(writing.conversation.shop)
    sends = [effect for effect in outcome.effects if isinstance(effect, Send)]
    for send, reply in zip(sends, replies, strict=True):
        promised = pledged(_declared(reply, send.phrase, knowledge.pledges), writing.now, facts.hours)
        _record(writing.tx, facts, reply, promised)
        if _answers(outcome.decision, promised):
            _answered(writing.tx, reply)


def correct(tx: sa.Connection, promise_id: str, actor: Actor, facts: Shop, correction: Correction) -> Promise:
    """Say what was really promised, while it is open; its timer moves along. InvalidField for a time that has passed
    or lies too far ahead, Conflict once it is settled or broken."""
    promise = _locked(tx, actor.shop, promise_id)
    if promise.state is not State.OPEN:
        raise Conflict("这条承诺已经到期或处理过，不能再改")
    kind, due = correction.kind or promise.kind, correction.due or promise.due
    if correction.due is not None and not actor.now < due <= actor.now + _FURTHEST:
        raise InvalidField("due: 请填写现在以后、90 天以内的时间", field="due")
    remind_at = arithmetic.remind_at(kind, actor.now, due, facts.cutoff_time)
    changed = {
        "kind": kind.value, "due": due, "remind_at": remind_at, "reminded_at": None, "corrected_by": actor.name,
    }  # fmt: skip
    promises.change(tx, actor.shop, promise, changed)
    _set_timer(tx, actor.shop, promise.id, remind_at, actor.now)
    return _find(tx, actor.shop, promise.id)


def keep(tx: sa.Connection, promise_id: str, actor: Actor) -> Promise:
    """The promise is fulfilled: kept, or, once broken, done late, which no longer counts as kept."""
    promise = _locked(tx, actor.shop, promise_id)
    if promise.settled_at is not None:
        if promise.state is State.VOID:
            raise Conflict("这条已经标为不是承诺")
        return promise
    _settle(tx, actor.shop, promise, State.KEPT, actor.name, actor.now)
    return _find(tx, actor.shop, promise.id)


def void(tx: sa.Connection, promise_id: str, actor: Actor, *, is_lead: bool) -> Promise:
    """It was no promise. Forbidden for a broken one unless a lead says so: who is late must not strike it out."""
    promise = _locked(tx, actor.shop, promise_id)
    if promise.state is State.VOID:
        return promise
    if promise.state is State.KEPT:
        raise Conflict("这条承诺已经兑现")
    if promise.state is State.BROKEN and not is_lead:
        raise Forbidden("已经超时的承诺，请组长来划掉")
    _settle(tx, actor.shop, promise, State.VOID, actor.name, actor.now)
    return _find(tx, actor.shop, promise.id)


def standing(tx: sa.Connection, shop: str, agent: str) -> list[Standing]:
    """What an agent has to see to: the promises of the conversations that the agent holds, and of those that nobody
    does, the soonest due first; at most 500."""
    found = promises.standing(tx, shop, _MOST)
    return [one for one in found if one.holder is not Holder.AGENT or one.owner == agent]


def look(tx: sa.Connection, shop: str, promise_id: str, now: datetime) -> datetime | None:
    """A promise's timer: remind of it once, break it when its time has passed, and ask for a human where nobody holds
    the conversation. Returns when to look again."""
    promise = promises.get(tx, shop, promise_id)
    if promise is None or conversations.lock(tx, shop, promise.conversation) is None:
        return None
    promise = _find(tx, shop, promise_id)
    if promise.settled_at is not None:
        return None
    if now < promise.remind_at:
        return promise.remind_at
    if now < promise.due:
        if promise.reminded_at is None:
            promises.change(tx, shop, promise, {"reminded_at": now})
        return promise.due
    if promise.state is State.OPEN:
        promises.change(tx, shop, promise, {"state": State.BROKEN.value})
    return _see_to(tx, shop, promise, now)


def _see_to(tx: sa.Connection, shop: str, promise: Promise, now: datetime) -> datetime | None:
    """Whoever holds the conversation sees the broken promise; where nobody does, a human is asked for."""
    ticket, writing = tickets.attended(tx, shop, promise.conversation, now)
    if writing.conversation.holder is Holder.AGENT:
        return now + _LOOK_AGAIN
    deadline = queue.promise(Priority.HIGH, stored.waiting(tx, shop), now, None).deadline
    group = ticket.group if ticket else GROUPS[promise.kind]
    note = _note(promise, ticket)
    apply.open_ticket(writing, OpenTicket(Reason.PROMISE_BROKEN, Priority.HIGH, group, deadline, note=note))
    writing.flush()
    return None


def _answers(decision: Decision, promised: Sequence[Promised]) -> bool:
    """Whether a reply of the bot is an answer: neither small talk, nor on the way to a human, nor itself a promise."""
    small_talk = decision.intent.startswith("chat.")
    return decision.status is Status.REPLIED and not small_talk and all(one.kind is not Kind.ANSWER for one in promised)


def _note(promise: Promise, ticket: Ticket | None) -> str:
    line = f"答应{KIND_TITLES[promise.kind]}，已超时：{promise.words}"
    return f"{ticket.note}；{line}" if ticket and ticket.note else line


def _declared(sent: StoredMessage, phrases: str, pledges: Mapping[str, Pledge]) -> list[tuple[str, Pledge]]:
    """The declarations of the phrases (ids, separated by blanks) that a text was put together from."""
    return [(sent.text, pledges[id_]) for id_ in phrases.split() if id_ in pledges]


def _record(tx: sa.Connection, facts: Shop, sent: StoredMessage, promised: Sequence[Promised]) -> None:
    now, agent = sent.created_at, str(sent.details.get("agent", ""))
    for place, one in enumerate(promised):
        remind_at = arithmetic.remind_at(one.kind, now, one.due, facts.cutoff_time)
        id_ = promises.add(
            tx, sent.shop, sent.conversation, sent.id, sent.seq, place, one, agent, remind_at, now
        )  # fmt: skip
        if id_ is None:
            continue
        _set_timer(tx, sent.shop, id_, remind_at, now)
        if one.kind is Kind.GIFT:
            _note_gift(tx, sent, one)


def _note_gift(tx: sa.Connection, sent: StoredMessage, gift: Promised) -> None:
    """Whoever packs the order must know of a gift that was promised (SR-091, SR-092)."""
    history = messages.listed(tx, sent.shop, sent.conversation, last=_HISTORY)
    order = next((str(id_) for said in reversed(history) if (id_ := said.details.get("order_id"))), "")
    agent, text = str(sent.details.get("agent", "")), f"答应客户的赠品：{gift.words}"
    notes.add(tx, sent.shop, sent.conversation, agent, text, "red", sent.created_at, order, NoteReason.GIFT)


def _answered(tx: sa.Connection, sent: StoredMessage) -> None:
    for id_ in promises.open_answers(tx, sent.shop, sent.conversation, sent.seq):
        by = str(sent.details.get("agent", ""))
        _settle(tx, sent.shop, _find(tx, sent.shop, id_), State.KEPT, by, sent.created_at)


def _settle(tx: sa.Connection, shop: str, promise: Promise, state: State, by: str, now: datetime) -> None:
    """A promise whose time has passed is broken, whether its timer has run yet or not."""
    is_late = promise.state is State.BROKEN or now > promise.due
    state = State.BROKEN if is_late and state is State.KEPT else state
    promises.change(tx, shop, promise, {"state": state.value, "settled_at": now, "settled_by": by})
    jobs.cancel(tx, shop, _key(promise.id), state.value, now)


def _set_timer(tx: sa.Connection, shop: str, promise_id: str, at: datetime, now: datetime) -> None:
    jobs.add(tx, shop, JOB, {"promise": promise_id}, at, now, unique_key=_key(promise_id))


def _key(promise_id: str) -> str:
    return f"{JOB}:{promise_id}"


def _locked(tx: sa.Connection, shop: str, promise_id: str) -> Promise:
    """The promise as it is once its conversation is locked: before that its timer or a colleague could change it."""
    promise = _find(tx, shop, promise_id)
    conversations.lock(tx, shop, promise.conversation)
    return _find(tx, shop, promise_id)


def _find(tx: sa.Connection, shop: str, promise_id: str) -> Promise:
    promise = promises.get(tx, shop, promise_id)
    if promise is None:
        raise NotFound("没有这条承诺")
    return promise
