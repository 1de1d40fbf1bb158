"""What must hold at the desks between any two steps, checked on the rows alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.flows.one_conversation import Row, Snapshot

_SHOWN = ("holder", "owner", "pending_since", "customer_name", "tags")  # of a conversation, in its row


def one_owner(seen: Snapshot) -> None:
    """Conversation and ticket name the same agent, or both none."""
    for ticket in seen.open_tickets:
        held, owner = seen.holder == "agent", seen.conversation.owner if seen.conversation else ""
        assert (ticket.state == "claimed") == held, "conversation and ticket do not agree that an agent is there"
        assert not held or owner == ticket.agent, "conversation and ticket name two owners"


def no_need_is_lost(before: Snapshot, seen: Snapshot, may_end: bool) -> None:
    """A ticket once opened is waited for, held, or was ended by who may end it; whoever was handed off has one."""
    states = {row.id: row.state for row in seen.tickets}
    for old in before.tickets:
        assert old.id in states, "a ticket is gone"
        ended = old.state != "resolved" and states[old.id] == "resolved"
        assert not ended or may_end, "a ticket ended that nobody ended"
        assert old.state != "resolved" or states[old.id] == "resolved", "an ended ticket came back"
    known = {row.id for row in before.decisions}
    if any(row.status == "handed_off" for row in seen.decisions if row.id not in known):
        assert seen.open_tickets, "who asked for a human waits for nobody"


def what_an_agent_had_stays_an_agents(before: Snapshot, seen: Snapshot) -> None:
    """Nothing that a human was to answer is answered by the bot later, such as after it was given back (bar 21)."""
    now = {row.id: row for row in seen.messages}
    for old in before.by("customer"):
        if old.status == "held_by_agent":
            row = now[old.id]
            assert row.status == "held_by_agent", "the bot took up what was an agent's"
            assert row.decision is None, "the bot answered what was an agent's"
            assert row.state in ("decided", "recalled"), "the bot will answer what was an agent's"


def desks_sent_what_was_clicked(seen: Snapshot, clicked: Mapping[str, str]) -> None:
    """Every agent's text came from one click, in the very words that were on the screen, and is there once."""
    texts = {row.id: row.text for row in seen.by("agent") if row.external_id is None}
    assert texts.keys() <= clicked.keys(), "a text that nobody sent, or that was sent twice"
    assert clicked.keys() <= texts.keys(), "a text that was sent is gone"
    assert texts == clicked, "what was sent is not what was shown"


def changes_are_told(before: Snapshot, seen: Snapshot, events: Sequence[Row], counter: int, last: int) -> None:
    """Events are numbered on without a gap, and every change that a desk shows has one."""
    numbers = [number for number, _, _ in events]
    assert numbers == list(range(last + 1, last + 1 + len(numbers))), "a gap in the events' numbers"
    assert counter == last + len(numbers), "the counter is not the newest event's number"
    told = {message for _, _, message in events if message}
    old = {row.id: (row.state, row.text) for row in before.messages}
    for row in seen.messages:
        assert row.id in told or old.get(row.id) == (row.state, row.text), "a message changed untold"
    rows = {conversation for _, conversation, _ in events} | {m.conversation for m in seen.messages if m.id in told}
    if _row(before) != _row(seen):
        assert seen.conversation is not None
        assert seen.conversation.id in rows, "a conversation changed untold"


def _row(seen: Snapshot) -> Any:
    conversation = seen.conversation
    about = conversation and tuple(getattr(conversation, name) for name in _SHOWN)
    return about, [ticket[:-2] for ticket in seen.open_tickets]
