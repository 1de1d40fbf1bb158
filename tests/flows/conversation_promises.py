"""What must hold between any two steps of a conversation, checked on the rows alone."""

from __future__ import annotations

import json
from collections import Counter

from tests.flows.one_conversation import OneConversation, Row, Snapshot

THROUGH = ("decided", "recalled", "ignored")


def each_message_has_one_outcome(scene: OneConversation, seen: Snapshot) -> None:
    """Stored once; waiting for its turn with a timer set, or through with a status of its own or its decision's."""
    incoming = [row for row in seen.messages if row.external_id is not None]
    assert max(Counter(row.external_id for row in incoming).values(), default=1) == 1, "stored twice"
    assert set(scene.sent) <= {row.external_id for row in incoming}, "not stored"
    assert {row.external_id for row in incoming} <= set(scene.sent) | _withdrawn(scene), "stored under another name"
    decisions = {row.id for row in seen.decisions}
    for row in seen.by("customer"):
        if row.state == "pending":
            assert row.status == "", "has a status before its turn"
        else:
            assert row.state in THROUGH
            assert row.status or row.decision in decisions, "through without a status"


def what_waits_has_one_timer(_: OneConversation, seen: Snapshot) -> None:
    """Waiting fragments have a timer that will answer them, and no purpose has two timers."""
    pending = [row for row in seen.by("customer") if row.state == "pending"]
    if pending:
        assert seen.conversation is not None
        assert seen.conversation.pending_due is not None, "fragments wait without a time"
        assert len(seen.timers("turn")) == 1, "fragments wait and nothing will answer them"
        assert seen.holder != "agent", "fragments wait for the bot while an agent speaks"
    for kind in ("turn", "handback"):
        assert len(seen.timers(kind)) <= 1, f"two {kind} timers"
    due = Counter(row.unique_key for row in seen.timers("deadline"))
    assert max(due.values(), default=1) == 1, "two deadlines of one ticket"
    for ticket in seen.open_tickets:
        watched = due[f"deadline:{ticket.id}"] == 1
        assert watched or ticket.overdue or ticket.state == "claimed", "nobody watches the deadline"
    if seen.holder == "agent":
        assert len(seen.timers("handback")) == 1, "nobody watches a silent agent"


def an_answer_belongs_to_one_turn(_: OneConversation, seen: Snapshot) -> None:
    """Every decision has one message that carries it, every bot's text but the question how it was one decision, and no
    decision two texts."""
    known = {row.id for row in seen.decisions}
    carriers = Counter(row.decision for row in seen.by("customer") if row.decision and row.status != "merged")
    assert set(carriers) == known, "a decision without its message, or the other way round"
    assert max(carriers.values(), default=1) == 1, "one decision for two turns"
    said = Counter(row.decision for row in seen.by("bot") if not _asks_how_it_was(row))
    assert set(said) <= known, "said without a decision"
    assert max(said.values(), default=1) == 1, "said twice"


def _asks_how_it_was(row: Row) -> bool:
    return str(json.loads(row.details or "{}").get("phrase", "")).startswith("csat_ask/")


def nothing_arrives_twice_or_out_of_order(scene: OneConversation, seen: Snapshot) -> None:
    """No text reaches the platform a second time, or before one that was written earlier."""
    assert max(Counter(scene.arrived).values(), default=1) == 1, "sent twice"
    number = {row.id: row.seq for row in seen.messages}
    order = [number[text] for text in scene.arrived]
    assert order == sorted(order), "a later text overtook an earlier one"


def numbers_rise(_: OneConversation, seen: Snapshot) -> None:
    """Each message has a higher number than all before it."""
    numbers = [row.seq for row in seen.messages]
    assert numbers == sorted(set(numbers)), "numbers do not rise"
    if seen.conversation is not None:
        assert seen.conversation.last_seq >= max(numbers, default=0)


def a_need_has_somebody(_: OneConversation, seen: Snapshot) -> None:
    """One open ticket at most; a conversation handed off has one that waits; with the bot there is none."""
    assert len(seen.open_tickets) <= 1, "two open tickets"
    if seen.holder == "queue":
        assert [row.state for row in seen.open_tickets] == ["waiting"], "handed off, and nobody is asked"
    if seen.holder == "bot":
        assert seen.open_tickets == [], "somebody was asked, and the bot answers"
    tickets = {row.id for row in seen.tickets}
    for row in seen.decisions:
        if row.status == "suggested":
            assert row.ticket in tickets, "a draft that nobody sees"


def agents_texts_go_out(_: OneConversation, seen: Snapshot) -> None:
    """What a human wrote is never dropped."""
    assert all(row.state != "dropped" for row in seen.by("agent")), "a human's text was dropped"


def a_change_of_hands_is_numbered(before: Snapshot, seen: Snapshot) -> None:
    """Whoever prepared something for an earlier holder can tell."""
    old, new = before.conversation, seen.conversation
    if old is None or new is None:
        return
    if (old.holder, old.owner) != (new.holder, new.owner):
        assert new.epoch > old.epoch, "a change of hands without a new number"
    assert new.epoch >= old.epoch


def hangs(seen: Snapshot) -> str:
    """What has not come to its end although everything due was done; nothing is the promise."""
    if any(row.state == "pending" for row in seen.by("customer")):
        return "a message was never answered"
    if any(row.state == "sending" for row in seen.messages):
        return "a send was never settled"
    if any(row.state == "running" for row in seen.jobs):
        return "a job is held by nobody alive"
    return "a text was never sent" if seen.timers("send") else ""


def unclear(seen: Snapshot) -> list[Row]:
    """Our texts whose fate somebody has to look after."""
    return [row for row in seen.messages if row.state in ("unknown", "failed")]


def _withdrawn(scene: OneConversation) -> set[str]:
    return {message.recalls for message in scene.sent.values() if message.recalls}


BETWEEN_STEPS = (
    each_message_has_one_outcome,
    what_waits_has_one_timer,
    an_answer_belongs_to_one_turn,
    nothing_arrives_twice_or_out_of_order,
    numbers_rise,
    a_need_has_somebody,
    agents_texts_go_out,
)
