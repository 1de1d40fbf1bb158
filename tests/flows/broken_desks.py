"""Mistakes that could have been made at the agents' desk, each put in place of the right thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.core.model import Holder
from bot.flows import apply, desk, desk_sends, tickets
from bot.flows.apply import Writing
from bot.flows.desk import Actor
from bot.flows.desk_sends import Sending
from bot.store import conversations, events, jobs, messages, sends, suggestions
from bot.store import tickets as ticket_rows
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage
from bot.store.sends import Send
from bot.store.tables import messages as message_table
from tests.flows.broken_stories import Mistake, Patch


def _claim_without_compare(patch: Patch) -> None:
    def take(writing: Writing, ticket: Any, agent: str, silence: Any) -> None:
        if ticket is not None:
            claimed = {"state": "claimed", "agent": agent, "claimed_at": writing.now}
            ticket_rows.change(writing.tx, ticket.shop, ticket.id, claimed)
        right(replace_holder(writing), None, agent, silence)

    def replace_holder(writing: Writing) -> Writing:
        writing.conversation = replace(writing.conversation, holder=Holder.BOT)
        return writing

    right = tickets.take
    patch.setattr(tickets, "take", take)


def _bot_ignores_the_holder(patch: Patch) -> None:
    def enter(*arguments: Any) -> Conversation:
        return replace(right(*arguments), holder=Holder.BOT)

    right = conversations.enter
    patch.setattr(conversations, "enter", enter)


def _sends_ignore_the_holder(patch: Patch) -> None:
    patch.setattr(desk_sends, "owned", lambda writing, actor: None)


def _key_ignored(patch: Patch) -> None:
    patch.setattr(sends, "find", lambda *_: None)
    patch.setattr(sends, "keep", lambda *_: True)


def _key_kept_beside_the_transaction(patch: Patch) -> None:
    kept: dict[tuple[str, str], Send] = {}

    def keep(tx: sa.Connection, shop: str, agent: str, key: str, send: Send, now: datetime) -> bool:
        kept[key, send.digest] = send
        return True

    def sent_before(tx: sa.Connection, sending: Sending, key: str, actor: Actor) -> StoredMessage | None:
        first = kept.get((key, sending.digest))
        return replace(_ANY, id=first.message) if first else None

    patch.setattr(sends, "keep", keep)
    patch.setattr(desk_sends, "_sent_before", sent_before)


_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_ANY = StoredMessage(
    "demo", "ms", "cv", 1, "agent", "text", "", "chat", "queued", "", None, _LONG_AGO, _LONG_AGO
)  # fmt: skip


def _stale_check_off(patch: Patch) -> None:
    patch.setattr(desk_sends, "refuse_unread", lambda writing, seen, what: None)


def _ended_unread(patch: Patch) -> None:
    patch.setattr(desk, "refuse_unread", lambda writing, seen, what: None)


def _stale_draft_goes_by_what_was_seen(patch: Patch) -> None:
    right = desk_sends._draft

    def draft(tx: sa.Connection, shop: str, sending: Sending) -> Any:
        found = right(tx, shop, sending)
        return found and replace(found, after_seq=sending.after_seq)

    patch.setattr(desk_sends, "_draft", draft)


def _draft_taken_twice(patch: Patch) -> None:
    right = suggestions.settle
    patch.setattr(suggestions, "settle", lambda *given, **more: right(*given, **more) or True)


def _draft_made_anew_when_sent(patch: Patch) -> None:
    right = tickets.write

    def write(writing: Writing, agent: str, text: str, silence: Any, phrase: str = "") -> StoredMessage:
        return right(writing, agent, f"{text}。" if phrase else text, silence, phrase)

    patch.setattr(tickets, "write", write)


def _hand_back_answers_again(patch: Patch) -> None:
    right = tickets.hand_back

    def hand_back(
        tx: sa.Connection, shop: str, conversation: str, now: datetime, silence: Any, facts: Any
    ) -> Any:
        until = right(tx, shop, conversation, now, silence, facts)
        if until is None:
            of = message_table.c
            held = message_table.update().where(of.conversation == conversation, of.status == "held_by_agent")
            tx.execute(held.where(of.author == "customer").values(state="pending", status=""))
            payload = {"conversation": conversation, "channel": "chat"}
            jobs.add(tx, shop, "turn", payload, now, now, unique_key=f"turn:{conversation}")
        return until

    patch.setattr(tickets, "hand_back", hand_back)


def _ticket_dropped_on_release(patch: Patch) -> None:
    def queue_again(writing: Writing, ticket: Any, *_: Any, **__: Any) -> None:
        tickets.close(writing, ticket, "")

    patch.setattr(tickets, "queue_again", queue_again)


def _ticket_keeps_its_agent_on_release(patch: Patch) -> None:
    patch.setattr(tickets, "queue_again", lambda writing, *_, **__: writing.hold(Holder.QUEUE))


def _unclear_send_asks_everybody(patch: Patch) -> None:
    right = apply.open_ticket

    def open_ticket(writing: Writing, effect: Any) -> str:
        with patch.context() as inner:
            inner.setattr(ticket_rows, "claim", lambda *_: True)
            return right(writing, effect)

    patch.setattr(apply, "open_ticket", open_ticket)


def _silence_ends_every_case(patch: Patch) -> None:
    patch.setattr(tickets, "queue_again", lambda writing, ticket, *_, **__: tickets.close(writing, ticket, "x"))


def _message_not_told(patch: Patch) -> None:
    right = events.note

    def note(tx: sa.Connection, shop: str, conversation: str = "", message: str = "") -> None:
        if conversation or not message:
            right(tx, shop, conversation)

    patch.setattr(events, "note", note)


def _change_of_hands_not_told(patch: Patch) -> None:
    right = conversations.change

    def change(tx: sa.Connection, conversation: Conversation, values: Any) -> None:
        with patch.context() as inner:
            inner.setattr(events, "note", lambda *_: None)
            right(tx, conversation, values)

    patch.setattr(conversations, "change", change)


def _numbers_left_out(patch: Patch) -> None:
    right = events._COUNT.one

    class Counting:
        """Counts one more than it is told to."""

        def one(self, tx: sa.Connection, values: Any) -> Any:
            return right(tx, {**values, "count": values["count"] + 1})

    patch.setattr(events, "_COUNT", Counting())


def _story_in_two_transactions(patch: Patch) -> None:
    right = messages.add

    def add(tx: sa.Connection, message: StoredMessage) -> bool:
        added = right(tx, message)
        driver: Any = tx.connection.driver_connection
        driver.execute("COMMIT")
        driver.execute("BEGIN IMMEDIATE")
        return added

    patch.setattr(messages, "add", add)


MISTAKES = (
    Mistake("a claim does not look who was first", _claim_without_compare, "two agents have one conversation"),
    Mistake("the bot ignores the holder", _bot_ignores_the_holder, "is an agent's|an agent speaks|the bot answers"),
    Mistake("the bot ignores the holder, asked", _bot_ignores_the_holder, "is an agent's|over an agent", "response"),
    Mistake("who does not hold it may send", _sends_ignore_the_holder, "it is to be refused"),
    Mistake("a send ignores its key", _key_ignored, "its first message|nobody sent"),
    Mistake("a key outlives its story", _key_kept_beside_the_transaction, "a text that was sent is gone|first message"),
    Mistake("nothing is stale", _stale_check_off, "it is to be stale"),
    Mistake("a case is ended over what was not read", _ended_unread, "ended over what its agent has not read"),
    Mistake("a draft is as new as the screen", _stale_draft_goes_by_what_was_seen, "it is to be stale"),
    Mistake("a draft is taken twice", _draft_taken_twice, "it is to be refused|settled twice"),
    Mistake("a draft is made anew when it is sent", _draft_made_anew_when_sent, "not what was shown"),
    Mistake("who is given back is answered again", _hand_back_answers_again, "agent's|fragments wait"),
    Mistake("a release drops the ticket", _ticket_dropped_on_release, "nobody is asked|nobody ended"),
    Mistake("a release leaves the ticket to its agent", _ticket_keeps_its_agent_on_release, "nobody is asked|agree"),
    Mistake("silence ends the case of who waits", _silence_ends_every_case, "nobody is asked|nobody ended"),
    Mistake("an unclear send is offered to everybody", _unclear_send_asks_everybody, "do not agree"),
    Mistake("a message is not told", _message_not_told, "a message changed untold"),
    Mistake("a change of hands is not told", _change_of_hands_not_told, "a conversation changed untold"),
    Mistake("a number is left out", _numbers_left_out, "a gap"),
    Mistake("a story is written in two parts", _story_in_two_transactions, "half of a story"),
)
