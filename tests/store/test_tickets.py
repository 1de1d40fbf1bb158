"""Tickets: one open per conversation, taken by one agent, listed with the most pressing first."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store import tickets
from bot.store.base import Store
from bot.store.tables import tickets as table
from tests.store.rows import NOW, count, opened, ticket_of

_MINUTE = timedelta(minutes=1)


def test_of_a_hundred_claims_at_once_one_wins(store: Store) -> None:
    conversation = opened(store)
    ticket = store.submit(lambda tx: ticket_of(tx, conversation)).result()
    start = threading.Barrier(10)
    won: list[str] = []

    def claim(desk: int) -> None:
        start.wait(10)
        for number in range(10):
            agent = f"客服{desk}-{number}"
            if store.submit(lambda tx, a=agent: tickets.claim(tx, "demo", ticket, a, NOW)).result():  # type: ignore[misc]
                won.append(agent)

    threads = [threading.Thread(target=claim, args=(desk,)) for desk in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(won) == 1
    found = store.read(lambda tx: tickets.get(tx, ticket)).result()
    assert found is not None
    assert (found.state, found.agent) == ("claimed", won[0])


def test_a_conversation_has_one_open_ticket(store: Store) -> None:
    conversation = opened(store)
    first = store.submit(lambda tx: ticket_of(tx, conversation)).result()
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: ticket_of(tx, conversation)).result()
    store.submit(lambda tx: tickets.change(tx, "demo", first, {"state": "resolved", "resolved_at": NOW})).result()
    second = store.submit(lambda tx: ticket_of(tx, conversation)).result()
    found = store.read(lambda tx: tickets.open_of(tx, "demo", conversation)).result()
    assert found is not None
    assert found.id == second


@pytest.mark.parametrize(
    "wrong", [{"state": "claimed"}, {"state": "resolved"}, {"resolved_at": NOW}, {"state": "lost"}], ids=str
)
def test_a_state_that_makes_no_sense_is_refused(store: Store, wrong: dict[str, object]) -> None:
    conversation = opened(store)
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: ticket_of(tx, conversation, **wrong)).result()
    assert store.read(count(table)).result() == 0


def test_the_most_pressing_ticket_is_listed_first(store: Store) -> None:
    wanted = [
        ("urgent", 3, 9, "waiting"), ("soon", 1, 1, "waiting"), ("later", 1, 5, "waiting"), ("taken", 3, 0, "claimed")
    ]
    for customer, priority, minutes, state in reversed(wanted):
        conversation = opened(store, customer)
        values = {"priority": priority, "deadline": NOW + minutes * _MINUTE, "state": state, "agent": "小王"}
        store.submit(lambda tx, c=conversation, v=values: ticket_of(tx, c, **v)).result()  # type: ignore[misc]
    listed = store.read(lambda tx: tickets.listed(tx, "demo")).result()
    assert [customer for _, customer in listed] == [customer for customer, *_ in wanted]
    assert store.read(lambda tx: tickets.listed(tx, "other")).result() == []
    assert store.read(lambda tx: tickets.listed(tx, resolved=True)).result() == []
    assert store.read(lambda tx: tickets.waiting(tx, "demo")).result() == 3


def test_a_ticket_is_not_found_from_another_shop(store: Store) -> None:
    conversation = opened(store)
    ticket = store.submit(lambda tx: ticket_of(tx, conversation)).result()
    assert store.read(lambda tx: tickets.get(tx, ticket, "other")).result() is None
    assert not store.submit(lambda tx: tickets.claim(tx, "other", ticket, "小王", NOW)).result()


def test_drafts_are_shown_newest_first(store: Store) -> None:
    conversation = opened(store)
    for number in (1, 2):
        draft = {
            "shop": "demo", "conversation": conversation, "decision": "dc", "ticket": "tk", "text": f"稿{number}",
            "phrase": "p", "after_seq": number, "created_at": NOW + number * _MINUTE,
        }
        store.submit(lambda tx, d=draft: tickets.suggest(tx, d)).result()  # type: ignore[misc]
    drafts = store.read(lambda tx: tickets.suggestions_of(tx, "demo", "tk")).result()
    assert [(draft.text, draft.after_seq) for draft in drafts] == [("稿2", 2), ("稿1", 1)]
