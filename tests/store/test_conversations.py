"""Conversations: one per customer and channel, locked while a story changes them, remembering what was said."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.model import Dialogue, Holder
from bot.store import channels, conversations
from bot.store.base import Store
from bot.store.channels import Channel
from bot.store.tables import conversations as table
from tests.store.rows import NOW, add_shop, count, opened


def test_a_customer_comes_back_to_the_same_conversation(store: Store) -> None:
    first = opened(store)
    again = store.submit(lambda tx: conversations.enter(tx, "demo", "web", "c1", "小李", (), NOW)).result()
    assert (again.id, again.last_seq, again.customer_name) == (first, 2, "小李")
    nameless = store.submit(lambda tx: conversations.enter(tx, "demo", "web", "c1", "", (), NOW)).result()
    assert nameless.customer_name == "小李"  # a delivery without the name does not take it away


def test_what_the_platform_says_of_a_customer_is_what_it_said_last(store: Store) -> None:
    def enter(*tags: str) -> tuple[str, ...]:
        return store.submit(lambda tx: conversations.enter(tx, "demo", "web", "c1", "", tags, NOW)).result().tags

    opened(store)
    assert enter("老客", "同意关怀") == ("老客", "同意关怀")
    assert enter() == ("老客", "同意关怀")  # an event without tags does not take them away
    assert enter("老客") == ("老客",)


def test_the_same_customer_on_another_channel_is_another_conversation(store: Store) -> None:
    web = opened(store)
    store.submit(lambda tx: channels.add(tx, Channel("demo", "app", "response", "", False, 0, False), NOW)).result()
    app = store.submit(lambda tx: conversations.enter(tx, "demo", "app", "c1", "", (), NOW)).result()
    assert app.id != web
    found = store.read(lambda tx: conversations.of_customer(tx, "demo", "app", "c1")).result()
    assert found is not None
    assert found.id == app.id
    both = [("web", "c1"), ("app", "c1"), ("app", "c2")]
    talks = store.read(lambda tx: conversations.of_customers(tx, "demo", both)).result()
    assert {customer: talk.id for customer, talk in talks.items()} == {("web", "c1"): web, ("app", "c1"): app.id}
    assert talks[("app", "c1")] == found
    assert store.read(lambda tx: conversations.of_customers(tx, "other", both)).result() == {}


def test_a_conversation_is_not_found_from_another_shop(store: Store) -> None:
    conversation = opened(store)
    store.submit(lambda tx: add_shop(tx, "other")).result()
    assert store.submit(lambda tx: conversations.lock(tx, "other", conversation)).result() is None


def test_what_was_remembered_comes_back(store: Store) -> None:
    conversation = opened(store)
    dialogue = Dialogue(1, "ship.when_sent", {"ship.when_sent": 2}, ("a/1", "b/2"), ("x", "y"))

    def remember(tx: sa.Connection) -> None:
        locked = conversations.lock(tx, "demo", conversation)
        assert locked is not None
        assert locked.dialogue == Dialogue()
        conversations.change(tx, locked, {"dialogue": dialogue, "holder": Holder.AGENT, "agent_at": NOW})

    store.submit(remember).result()
    found = store.submit(lambda tx: conversations.lock(tx, "demo", conversation)).result()
    assert found is not None
    assert (found.dialogue, found.holder, found.agent_at) == (dialogue, Holder.AGENT, NOW)


def test_a_holder_that_does_not_exist_is_refused(store: Store) -> None:
    conversation = opened(store)
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(
            lambda tx: tx.execute(table.update().where(table.c.id == conversation).values(holder="nobody"))
        ).result()


def test_fifty_first_contacts_at_once_open_one_conversation(store: Store) -> None:
    opened(store, "somebody else")
    start = threading.Barrier(8)
    found: list[tuple[str, int]] = []

    def contact() -> None:
        start.wait(10)
        for _ in range(7):
            entered = store.submit(lambda tx: conversations.enter(tx, "demo", "web", "new", "", (), NOW)).result()
            found.append((entered.id, entered.last_seq))

    _in_threads(8, contact)
    assert len({conversation for conversation, _ in found}) == 1
    assert sorted(seq for _, seq in found) == list(range(1, 57))
    assert store.read(count(table)).result() == 2


def test_a_locked_conversation_is_changed_by_one_story_at_a_time(store: Store) -> None:
    conversation = opened(store)

    def raise_epoch(tx: sa.Connection) -> None:
        locked = conversations.lock(tx, "demo", conversation)
        assert locked is not None
        conversations.change(tx, locked, {"epoch": locked.epoch + 1})

    def work() -> None:
        for _ in range(25):
            store.submit(raise_epoch).result()

    _in_threads(4, work)
    found = store.submit(lambda tx: conversations.lock(tx, "demo", conversation)).result()
    assert found is not None
    assert found.epoch == 100


def _in_threads(number: int, work: Any) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
