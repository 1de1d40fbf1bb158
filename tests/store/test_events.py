"""Events: numbered without a gap in the order of commits, none for what did not happen, whoever else writes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.store import channels, conversations, events, migrate, tickets
from bot.store.base import Store, Story
from bot.store.postgres import PostgresStore
from bot.store.tables import event_counters
from bot.store.tables import events as table
from tests.store.rows import NOW, add_shop, count, opened, ticket_of

_ALL = 10_000


def numbers(store: Store, shop: str = "demo") -> list[int]:
    """The numbers of a shop's events."""
    return [event.number for event in store.read(lambda tx: events.between(tx, shop, 0, _ALL, _ALL)).result()]


def touch(tx: sa.Connection, conversation: str) -> None:
    """Change a conversation."""
    found = conversations.lock(tx, "demo", conversation)
    assert found is not None
    conversations.change(tx, found, {"updated_at": NOW})


def test_a_change_is_an_event_after_its_commit_and_the_desks_are_told(store: Store) -> None:
    conversation = opened(store)
    told: list[frozenset[str]] = []
    store.on_events(told.append)
    store.submit(lambda tx: touch(tx, conversation)).result()
    store.submit(lambda tx: touch(tx, conversation)).result()
    assert numbers(store) == [1, 2]
    assert store.read(lambda tx: events.newest(tx, "demo")).result() == 2
    assert told == [{"demo"}, {"demo"}]


def test_what_changed_twice_in_a_transaction_is_one_event(store: Store) -> None:
    conversation = opened(store)

    def story(tx: sa.Connection) -> None:
        touch(tx, conversation)
        events.note(tx, "demo", conversation, "ms_1")
        events.note(tx, "demo", message="ms_1")
        events.note(tx, "demo", message="ms_2")
        touch(tx, conversation)

    store.submit(story).result()
    found = store.read(lambda tx: events.between(tx, "demo", 0, _ALL, _ALL)).result()
    assert [(event.number, event.conversation, event.message) for event in found] == [
        (1, conversation, "ms_1"), (2, "", "ms_2")
    ]  # fmt: skip


def test_a_story_that_fails_leaves_no_event_and_no_gap(store: Store) -> None:
    conversation = opened(store)

    def fails(tx: sa.Connection) -> None:
        touch(tx, conversation)
        raise RuntimeError

    gate = threading.Event()
    blocked = store.submit(lambda _: gate.wait(10))  # so that the three that follow share a transaction
    touches: Story[None] = lambda tx: touch(tx, conversation)  # noqa: E731
    together = [store.submit(story) for story in (touches, fails, touches)]
    gate.set()
    blocked.result()
    assert [type(one.exception()) for one in together] == [type(None), RuntimeError, type(None)]
    store.submit(lambda tx: ticket_of(tx, conversation)).result()  # writes past the queries, so it tells nothing
    assert numbers(store) == [1, 2]


def test_shops_are_counted_apart(store: Store) -> None:
    conversation = opened(store)

    def story(tx: sa.Connection) -> None:
        add_shop(tx, "other")
        channels.add(tx, channels.Channel("other", "far", "response", "", False, 0.0, False, ()), NOW)
        events.note(tx, "other", "cv_1")
        touch(tx, conversation)

    told: list[frozenset[str]] = []
    store.on_events(told.append)
    store.submit(story).result()
    assert (numbers(store), numbers(store, "other")) == ([1], [1])
    assert told == [{"demo", "other"}]


def test_a_claimed_ticket_tells_of_its_conversation_and_a_lost_claim_tells_nothing(store: Store) -> None:
    conversation = opened(store)
    ticket = store.submit(lambda tx: ticket_of(tx, conversation)).result()
    for agent in ("小美", "阿强"):
        store.submit(lambda tx, a=agent: tickets.claim(tx, "demo", ticket, a, NOW)).result()  # type: ignore[misc]
    found = store.read(lambda tx: events.between(tx, "demo", 0, _ALL, _ALL)).result()
    assert [event.conversation for event in found] == [conversation]


def test_old_events_are_pruned_and_the_count_goes_on(store: Store) -> None:
    conversation = opened(store)
    store.submit(lambda tx: touch(tx, conversation)).result()
    now = datetime.now(UTC)
    assert store.submit(lambda tx: events.prune(tx, now - timedelta(hours=1))).result() == 0
    assert store.submit(lambda tx: events.prune(tx, now + timedelta(hours=1))).result() == 1
    store.submit(lambda tx: touch(tx, conversation)).result()
    assert numbers(store) == [2]


@pytest.mark.postgres
def test_a_reader_beside_many_processes_never_sees_a_number_before_a_smaller_one(postgres_url: str) -> None:
    """Readers go on behind the newest number they saw: what appeared below it later would never be told."""
    stores = [PostgresStore(postgres_url) for _ in range(3)]
    migrate.migrate(stores[0].engine)
    mine = [opened(stores[0], f"c{number}") for number in range(3)]
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or stores[0].read(lambda tx: events.newest(tx, "demo")).result() > len(seen):
            behind = seen[-1] if seen else 0
            found = stores[0].read(lambda tx, n=behind: events.between(tx, "demo", n, _ALL, _ALL)).result()  # type: ignore[misc]
            seen.extend(event.number for event in found)

    reader = threading.Thread(target=read)
    reader.start()
    written = [
        store.submit(lambda tx, c=conversation: touch(tx, c))  # type: ignore[misc]
        for _ in range(60)
        for store, conversation in zip(stores, mine, strict=True)
    ]
    for one in written:
        one.result(60)
    done.set()
    reader.join(60)
    assert seen == list(range(1, stores[0].read(count(table)).result() + 1))
    assert stores[0].read(count(event_counters)).result() == 1
    for store in stores:
        store.close()

