"""Mistakes that could have been made in the stories and queries, each put in place of the right one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.base import Fate, Sent
from bot.core.effects import OpenTicket
from bot.core.model import Holder, Status
from bot.core.shop import Shop
from bot.flows import apply, inbound, outbound, tickets
from bot.flows.apply import Writing
from bot.flows.inbound import Arrival
from bot.flows.turns import Receipt
from bot.store import channels, conversations, jobs, messages
from bot.store import tickets as ticket_rows
from bot.store.conversations import Conversation
from bot.store.jobs import Job
from bot.store.messages import StoredMessage
from bot.store.tables import tickets as ticket_table

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mistake:
    """One mistake, and where it shows."""

    name: str
    make: Callable[[Patch], None]
    shows: str  #: words of a promise it breaks, "|" between several
    mode: str = "callback"


def _no_duplicate_check(patch: Patch) -> None:
    right = messages.add

    def add(tx: sa.Connection, message: StoredMessage) -> bool:
        return right(tx, message) or right(tx, replace(message, external_id=f"{message.id}", webhook_id=None))

    patch.setattr(messages, "add", add)


def _takeover_not_seen_by_sends(patch: Patch) -> None:
    def obstacle(message: StoredMessage, conversation: Conversation, now: datetime) -> str:
        return right(message, replace(conversation, holder=Holder.BOT), now)

    right = outbound._obstacle
    patch.setattr(outbound, "_obstacle", obstacle)


def _old_answers_sent(patch: Patch) -> None:
    def obstacle(message: StoredMessage, conversation: Conversation, now: datetime) -> str:
        return right(message, conversation, message.created_at)

    right = outbound._obstacle
    patch.setattr(outbound, "_obstacle", obstacle)


def _recall_ignored(patch: Patch) -> None:
    def recall(writing: Writing, arrival: Arrival, stored: StoredMessage) -> Receipt:
        settled = {"state": "ignored", "status": Status.IGNORED}
        messages.settle(writing.tx, stored.shop, [stored.id], settled)
        return Receipt(Status.IGNORED, writing.conversation.id, stored.id)

    patch.setattr(inbound, "_recall", recall)


def _unknown_sent_again(patch: Patch) -> None:
    def finish(tx: sa.Connection, job: Job, sent: Sent, facts: Shop, now: datetime) -> str:
        told = replace(sent, fate=Fate.RETRY if sent.fate is Fate.UNKNOWN else sent.fate)
        return right(tx, job, told, facts, now)

    right = outbound.finish
    patch.setattr(outbound, "finish", finish)


def _rescue_sends_again(patch: Patch) -> None:
    def rescue(tx: sa.Connection, job: Job, facts: Shop, now: datetime) -> str:
        messages.settle(tx, job.shop, [str(job.payload["message"])], {"state": "queued"})
        jobs.again(tx, job, now)
        return "waiting"

    patch.setattr(outbound, "rescue", rescue)


def _rescue_forgets(patch: Patch) -> None:
    def orphans(tx: sa.Connection, now: datetime, workers: Sequence[str] | None = None) -> list[Job]:
        return []

    patch.setattr(jobs, "orphans", orphans)


def _unclear_send_not_shown(patch: Patch) -> None:
    patch.setattr(outbound, "_ask_human", lambda *_: None)


def _ticket_not_opened(patch: Patch) -> None:
    def open_ticket(writing: Writing, effect: OpenTicket) -> str:
        if writing.conversation.holder is not Holder.AGENT:
            writing.hold(Holder.QUEUE)
        return "tk_none"

    patch.setattr(apply, "open_ticket", open_ticket)


def _fragments_stay_pending(patch: Patch) -> None:
    def settle(writing: Writing, fragments: Sequence[StoredMessage], *rest: Any) -> None:
        right(writing, [max(fragments, key=lambda fragment: fragment.seq)], *rest)

    right = apply.settle
    patch.setattr(apply, "settle", settle)


def _fragments_left_behind_by_a_claim(patch: Patch) -> None:
    patch.setattr(tickets, "_hold_fragments", lambda writing: None)


def _anybody_may_reply(patch: Patch) -> None:
    def reply(
        tx: sa.Connection, ticket_id: str, agent: str, text: str, now: datetime, silence: timedelta,
        shop: str | None = None,
    ) -> StoredMessage:
        ticket = ticket_rows.get(tx, ticket_id)
        conversation = conversations.lock(tx, ticket.shop, ticket.conversation) if ticket else None
        channel = channels.find(tx, conversation.channel, now) if conversation else None
        assert conversation is not None
        assert channel is not None
        writing = apply.begin(tx, channel, conversation, now)
        sent = apply.say(writing, text, "agent", None, fetched=False)
        apply.watch_silence(writing, silence)
        writing.flush()
        return sent

    patch.setattr(tickets, "reply", reply)


def _claim_without_compare(patch: Patch) -> None:
    def claim(tx: sa.Connection, shop: str, ticket: str, agent: str, now: datetime) -> bool:
        mine = ticket_table.update().where(ticket_table.c.id == ticket)
        return tx.execute(mine.values(state="claimed", agent=agent, claimed_at=now)).rowcount == 1

    patch.setattr(ticket_rows, "claim", claim)


def _epoch_not_raised(patch: Patch) -> None:
    def hold(writing: Writing, holder: Holder, owner: str = "") -> None:
        writing.changes |= {"holder": holder, "owner": owner}

    patch.setattr(Writing, "hold", hold)


def _timers_doubled(patch: Patch) -> None:
    right = jobs.add

    def add(*arguments: Any, lane: str | None = None, unique_key: str | None = None) -> None:
        right(*arguments, lane=lane)

    patch.setattr(jobs, "add", add)


def _no_lanes(patch: Patch) -> None:
    right = jobs.add

    def add(*arguments: Any, lane: str | None = None, unique_key: str | None = None) -> None:
        right(*arguments, unique_key=unique_key)

    patch.setattr(jobs, "add", add)


def _agent_relieved_too_early(patch: Patch) -> None:
    right = tickets.hand_back

    def hand_back(tx: sa.Connection, shop: str, id_: str, now: datetime, silence: timedelta, *rest: Any) -> Any:
        return right(tx, shop, id_, now, timedelta(0), *rest)

    patch.setattr(jobs, "add", _at_once(jobs.add))
    patch.setattr(tickets, "hand_back", hand_back)


def _at_once(right: Callable[..., None]) -> Callable[..., None]:
    """Add jobs with no delay: an early timer asks whether it is time."""

    def add(tx: Any, shop: str, kind: str, payload: Any, run_at: datetime, now: datetime, **keys: Any) -> None:
        right(tx, shop, kind, payload, now if kind == "handback" else run_at, now, **keys)

    return add


def _takeover_on_the_platform_not_seen(patch: Patch) -> None:
    def spoke(writing: Writing, arrival: Arrival, stored: StoredMessage) -> Receipt:
        settled = {"state": "delivered", "status": Status.HELD_BY_AGENT}
        messages.settle(writing.tx, stored.shop, [stored.id], settled)
        return Receipt(Status.HELD_BY_AGENT, writing.conversation.id, stored.id)

    patch.setattr(inbound, "_agent_spoke", spoke)


def _numbers_not_counted(patch: Patch) -> None:
    patch.setattr(Writing, "next_seq", lambda writing: writing.seq)


def _waiting_replies_come_along_twice(patch: Patch) -> None:
    right = messages.queued

    def fetch(writing: Writing, carrier: StoredMessage) -> list[StoredMessage]:
        return right(writing.tx, writing.conversation.shop, writing.conversation.id)

    patch.setattr(apply, "fetch_queued", fetch)


MISTAKES = (
    Mistake("a repeated message is taken for a new one", _no_duplicate_check, "taken for a new message|stored"),
    Mistake("a takeover is not looked for when a send starts", _takeover_not_seen_by_sends, "after the takeover"),
    Mistake("an old answer is still sent", _old_answers_sent, "no longer fits"),
    Mistake("a recall is ignored", _recall_ignored, "withdrawn"),
    Mistake("a send of unknown fate is repeated", _unknown_sent_again, "sent twice"),
    Mistake("the rescue repeats what was being sent", _rescue_sends_again, "sent twice"),
    Mistake("the rescue forgets a dead worker's jobs", _rescue_forgets, "never|held by nobody"),
    Mistake("nobody is told of an unclear send", _unclear_send_not_shown, "may not have arrived"),
    Mistake("a hand-off opens no ticket", _ticket_not_opened, "nobody is asked|nobody sees"),
    Mistake("answered fragments stay pending", _fragments_stay_pending, "fragments wait"),
    Mistake("a claim leaves fragments to the bot", _fragments_left_behind_by_a_claim, "while an agent speaks"),
    Mistake("anybody may reply", _anybody_may_reply, "another's conversation"),
    Mistake("a claim does not look who was first", _claim_without_compare, "two agents have one ticket"),
    Mistake("a change of hands is not numbered", _epoch_not_raised, "without a new number"),
    Mistake("a timer is set twice", _timers_doubled, "two .* timers|two deadlines|nothing will answer|nobody watches"),
    Mistake("a later text may overtake", _no_lanes, "overtook"),
    Mistake("an agent is relieved who is there", _agent_relieved_too_early, "an agent who was there"),
    Mistake("a takeover elsewhere is not noticed", _takeover_on_the_platform_not_seen, "is not written|who was there"),
    Mistake("messages share a number", _numbers_not_counted, "numbers do not rise"),
    Mistake(
        "waiting replies come again", _waiting_replies_come_along_twice, "came again|over an agent|brought less",
        "response",
    ),
)
