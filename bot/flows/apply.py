"""Turn the core's effects into rows of the running transaction: messages, tickets, drafts, jobs, memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from bot.core import effects
from bot.core import tickets as queue
from bot.core.desk import obstacle
from bot.core.effects import Outcome
from bot.core.model import Decision, Holder
from bot.flows import unsaid, wishes
from bot.store import conversations, csat, jobs, messages, tickets
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage
from bot.store.tables import new_id

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Writing:
    """One locked conversation while a story writes to it; `flush` puts its changes into the row at the end."""

    tx: sa.Connection
    channel: Channel
    conversation: Conversation
    now: datetime
    seq: int
    changes: dict[str, Any] = field(default_factory=dict)

    def next_seq(self) -> int:
        """The number of the next message of the conversation."""
        self.seq += 1
        self.changes["last_seq"] = self.seq
        return self.seq

    def hold(self, holder: Holder, owner: str = "") -> None:
        """Change who speaks for the shop; a new epoch outdates what was prepared before."""
        self.changes |= {"holder": holder, "owner": owner, "epoch": self.conversation.epoch + 1}

    def flush(self) -> None:
        """Write what changed."""
        if self.changes:
            conversations.change(self.tx, self.conversation, {**self.changes, "updated_at": self.now})


@dataclass(frozen=True, slots=True)
class Applied:
    """What the effects became."""

    replies: tuple[StoredMessage, ...]
    ticket: str | None


def begin(tx: sa.Connection, channel: Channel, conversation: Conversation, now: datetime) -> Writing:
    """Start writing to a locked conversation."""
    return Writing(tx, channel, conversation, now, conversation.last_seq)


def apply(writing: Writing, outcome: Outcome, decision: str, content_hash: str, *, fetched: bool) -> Applied:
    """Write an outcome under the id `decision`. `fetched`: the replies travel in the answer to the request that is
    being handled."""
    ticket: str | None = None
    for effect in outcome.effects:
        match effect:
            case effects.OpenTicket():
                ticket = open_ticket(writing, effect)
            case effects.ChaseTicket():
                ticket = chase(writing)
            case effects.Remember():
                writing.changes["dialogue"] = effect.dialogue
            case effects.Rate():
                csat.rate(writing.tx, writing.conversation.shop, effect, writing.now)
            case effects.AwaitAnswer():
                _await_answer(writing, effect)
            case effects.Answered():
                unsaid.keep_answer(writing.tx, writing.conversation.shop, effect, writing.now)
            case effects.KeepNote():
                wishes.keep_note(writing.tx, writing.conversation, effect, writing.now)
            case effects.Readdress():
                wishes.keep_wish(writing.tx, writing.conversation, effect, writing.now)
            case _:
                continue
    replies = []
    for effect in outcome.effects:
        match effect:
            case effects.Send():
                replies.append(say(writing, effect.text, "bot", decision, fetched=fetched, phrase=effect.phrase))
            case effects.Suggest():
                _suggest(writing, effect, decision, ticket or "")
            case _:
                continue
    _explain(writing, outcome.decision, decision, ticket, content_hash)
    return Applied(tuple(replies), ticket)


def say(
    writing: Writing, text: str, author: str, decision: str | None, *, fetched: bool, phrase: str = "", agent: str = "",
    status: str = "", about: Mapping[str, str] = NOTHING,
) -> StoredMessage:
    """Store a text of ours and see to its delivery: in the answer being given, by callback, or with the next answer.
    `agent`: who typed it, of an agent's. `status`: core.desk.STANDS_IN for what is said for an agent who is away.
    `about`: what a message of the shop's own accord tells of (`flows.unsaid`)."""
    by_callback = bool(writing.channel.callback_url) and not fetched
    message = StoredMessage(
        shop=writing.conversation.shop,
        id=new_id("ms"),
        conversation=writing.conversation.id,
        seq=writing.next_seq(),
        author=author,
        type="text",
        text=text,
        channel=writing.channel.id,
        state="delivered" if fetched else "queued",
        status=status,
        decision=decision,
        sent_at=writing.now,
        created_at=writing.now,
        details={name: value for name, value in (("phrase", phrase), ("agent", agent), *about.items()) if value},
    )
    messages.add_ours(writing.tx, message)
    if by_callback:
        jobs.add(
            writing.tx, message.shop, "send", {"message": message.id}, writing.now, writing.now,
            lane=message.conversation,
        )
    elif not fetched:
        waiting = writing.changes.get("unfetched", writing.conversation.unfetched)
        writing.changes["unfetched"] = waiting + 1
    return message


def fetch_queued(writing: Writing, carrier: StoredMessage) -> list[StoredMessage]:
    """Take along, in the answer to `carrier`, what was written while the platform could not be called (a channel
    without callback). The carrier keeps their ids: if its answer is lost, its redelivery brings them again."""
    shop = writing.conversation.shop
    if not writing.changes.get("unfetched", writing.conversation.unfetched):
        return []
    given = hand_over(writing, messages.queued(writing.tx, shop, writing.conversation.id))
    if given:
        carried = [message.id for message in given]
        messages.settle(writing.tx, shop, [carrier.id], {"details": {**carrier.details, "carried": carried}})
    return given


def hand_over(writing: Writing, waiting: Sequence[StoredMessage]) -> list[StoredMessage]:
    """Mark waiting texts as given to the platform and return them, without the bot's once an agent speaks (bar 20) or
    they have grown too old or been overtaken (bar 33)."""
    if not waiting:
        return []
    tx, held = writing.tx, writing.conversation
    given = [
        message for message in waiting
        if not obstacle(message, held, writing.now) and not unsaid.is_overtaken(tx, message)
    ]  # fmt: skip
    shop = held.shop
    messages.settle(writing.tx, shop, [m.id for m in given], {"state": "delivered"})
    dropped = [message for message in waiting if message not in given]
    messages.settle(writing.tx, shop, [message.id for message in dropped], {"state": "dropped"})
    for message in filter(unsaid.is_first_word, dropped):
        unsaid.take_back(writing.tx, message, "not fetched in time", writing.now)
    unfetched = writing.changes.get("unfetched", writing.conversation.unfetched)
    writing.changes["unfetched"] = max(0, unfetched - len(waiting))
    return given


def open_ticket(writing: Writing, effect: effects.OpenTicket) -> str:
    """Ask for a human: a new ticket with its deadline timer, or the open one raised. While an agent holds the
    conversation it is that agent's: nobody else may take it (bar 22). Returns its id."""
    conversation = writing.conversation
    held = writing.changes.get("holder", conversation.holder) is Holder.AGENT
    existing = tickets.open_of(writing.tx, conversation.shop, conversation.id)
    if existing is not None:
        better = max(existing.priority, effect.priority)
        sooner = min(existing.deadline, effect.deadline)
        raised = {"priority": int(better), "deadline": sooner, "note": effect.note or existing.note}
        if effect.told is not None:
            raised["told"] = _told(effect)
        tickets.change(writing.tx, conversation.shop, existing.id, raised)
        return existing.id
    if not held:
        writing.hold(Holder.QUEUE)
    ticket = tickets.add(
        writing.tx,
        {
            "shop": conversation.shop, "conversation": conversation.id, "reason": effect.reason.value,
            "intent": effect.intent, "priority": int(effect.priority), "group": effect.group,
            "note": effect.note, "told": _told(effect), "deadline": effect.deadline, "resolve_by": effect.resolve_by,
            "opened_at": writing.now,
        },
    )
    jobs.add(
        writing.tx, conversation.shop, "deadline", {"ticket": ticket}, effect.deadline, writing.now,
        unique_key=f"deadline:{ticket}",
    )
    if held:
        tickets.claim(writing.tx, conversation.shop, ticket, conversation.owner, writing.now)
    return ticket


def _told(effect: effects.OpenTicket) -> dict[str, Any]:
    form = effect.told
    return {} if form is None else {"dialogue": form.script, "slots": dict(form.slots)}


def _await_answer(writing: Writing, effect: effects.AwaitAnswer) -> None:
    conversation = writing.conversation
    jobs.add(
        writing.tx, conversation.shop, "unanswered", {"conversation": conversation.id}, effect.until, writing.now,
        unique_key=f"unanswered:{conversation.id}",
    )


def chase(writing: Writing) -> str | None:
    """The customer urges: counted, and from the second time on the case rises (SR-042). Returns the ticket, if any."""
    conversation = writing.conversation
    ticket = tickets.open_of(writing.tx, conversation.shop, conversation.id)
    if ticket is None:
        return None
    chases = ticket.chases + 1
    priority = queue.raised(ticket.priority) if chases >= queue.CHASES_BEFORE_RAISE else ticket.priority
    tickets.change(writing.tx, conversation.shop, ticket.id, {"chases": chases, "priority": int(priority)})
    return ticket.id


def _suggest(writing: Writing, effect: effects.Suggest, decision: str, ticket: str) -> None:
    tickets.suggest(
        writing.tx,
        {
            "shop": writing.conversation.shop, "conversation": writing.conversation.id, "decision": decision,
            "ticket": ticket, "text": effect.text, "phrase": effect.phrase, "after_seq": writing.seq,
            "created_at": writing.now,
        },
    )


def _explain(writing: Writing, decision: Decision, id_: str, ticket: str | None, content_hash: str) -> None:
    messages.add_decision(
        writing.tx,
        {
            "shop": writing.conversation.shop, "id": id_, "conversation": writing.conversation.id,
            "status": decision.status.value, "intent": decision.intent, "score": decision.score,
            "margin": decision.margin, "runner_up": decision.runner_up, "example": decision.example,
            "situation": decision.situation, "reasons": list(decision.reasons), "ticket": ticket,
            "content_hash": content_hash, "created_at": writing.now,
        },
    )


def watch_silence(writing: Writing, silence: timedelta) -> None:
    """Set the timer that gives the conversation back when its agent stays silent (bar 21)."""
    conversation = writing.conversation
    writing.changes["agent_at"] = writing.now
    jobs.add(
        writing.tx, conversation.shop, "handback", {"conversation": conversation.id}, writing.now + silence,
        writing.now, unique_key=f"handback:{conversation.id}",
    )


def settle(
    writing: Writing,
    fragments: Sequence[StoredMessage],
    status: str,
    decision: str | None,
    carrier: StoredMessage | None = None,
) -> None:
    """Mark customers' messages as dealt with: the carrier (the newest unless told otherwise) has the status, the
    others were merged into it."""
    shop = writing.conversation.shop
    carrier = carrier or max(fragments, key=lambda fragment: fragment.seq)
    merged = [fragment.id for fragment in fragments if fragment.id != carrier.id]
    messages.settle(writing.tx, shop, merged, {"state": "decided", "status": "merged", "decision": decision})
    state = "recalled" if carrier.state == "recalled" else "decided"
    messages.settle(writing.tx, shop, [carrier.id], {"state": state, "status": status, "decision": decision})
