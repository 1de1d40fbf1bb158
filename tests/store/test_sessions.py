"""Sessions and wrong passwords as stored: found by the token's hash, counted per account and address, forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.accounts import FAILURES_KEPT, LIFETIME
from bot.store import agents, sessions
from bot.store.base import Store
from bot.store.sessions import Attempt, Session
from bot.store.tables import sessions as session_table
from bot.store.tables import sign_in_failures
from tests.store.rows import NOW, add_shop, count

GUESS = Attempt("a", "小王", "10.0.0.1")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def shops(store: Store) -> None:
    """Two shops; somebody of one name works in both."""

    def story(tx: sa.Connection) -> None:
        for shop in ("a", "b"):
            add_shop(tx, shop)
            agents.add(tx, shop, "小王", "agent", "hash", NOW)

    store.submit(story).result()


def session(shop: str, token: str, created: datetime = NOW) -> Session:
    """A session that has just begun."""
    return Session(shop, token, "小王", f"csrf-{token}", "10.0.0.1", created, created)


def begin(store: Store, *begun: Session) -> None:
    """Store sessions."""
    for one in begun:
        store.submit(lambda tx, one=one: sessions.add(tx, one)).result()  # type: ignore[misc]


def find(store: Store, token: str) -> Session | None:
    """The session as it is stored now."""
    return store.read(lambda tx: sessions.find(tx, token)).result()


def failures(store: Store, attempt: Attempt = GUESS, now: datetime = NOW) -> tuple[int, datetime | None]:
    """What counts of the wrong passwords."""
    return store.read(lambda tx: sessions.failures(tx, attempt, now)).result()


def fail(store: Store, attempt: Attempt = GUESS, now: datetime = NOW) -> None:
    """One wrong password."""
    store.submit(lambda tx: sessions.add_failure(tx, attempt, now)).result()


def test_a_session_comes_back_as_it_was_stored_and_notes_its_use(store: Store) -> None:
    begin(store, session("a", "t1"))
    assert find(store, "t1") == session("a", "t1")
    assert find(store, "t2") is None
    store.submit(lambda tx: sessions.touch(tx, session("a", "t1"), NOW + SECOND)).result()
    used = find(store, "t1")
    assert used is not None
    assert (used.created_at, used.seen_at) == (NOW, NOW + SECOND)


def test_a_session_needs_its_account(store: Store) -> None:
    stranger = Session("a", "t1", "小李", "csrf", "", NOW, NOW)
    with pytest.raises(sa.exc.IntegrityError):
        begin(store, stranger)


def test_to_end_one_session_leaves_the_others_and_to_end_all_leaves_the_other_shop(store: Store) -> None:
    begin(store, session("a", "t1"), session("a", "t2"), session("a", "t3"), session("b", "t4"))
    store.submit(lambda tx: sessions.end(tx, session("a", "t1"))).result()
    store.submit(lambda tx: sessions.end(tx, session("b", "t2"))).result()  # not that shop's
    assert [find(store, token) is not None for token in ("t1", "t2", "t3", "t4")] == [False, True, True, True]
    assert store.submit(lambda tx: sessions.end_all(tx, "a", "小王")).result() == 2
    assert store.read(count(session_table)).result() == 1
    assert find(store, "t4") is not None


def test_failures_are_counted_for_one_account_at_one_address(store: Store) -> None:
    assert failures(store) == (0, None)
    fail(store)
    fail(store, now=NOW + SECOND)
    assert failures(store) == (2, NOW + SECOND)
    for other in (Attempt("b", "小王", "10.0.0.1"), Attempt("a", "小李", "10.0.0.1"), Attempt("a", "小王", "10.0.0.2")):
        assert failures(store, other) == (0, None)


def test_failures_of_an_account_that_is_not_there_count_alike(store: Store) -> None:
    nobody = Attempt("nowhere", "nobody", "")
    fail(store, nobody)
    assert failures(store, nobody) == (1, NOW)


def test_failures_are_forgotten_after_a_while_and_with_the_right_password(store: Store) -> None:
    fail(store)
    fail(store)
    assert failures(store, now=NOW + FAILURES_KEPT - SECOND) == (2, NOW)
    assert failures(store, now=NOW + FAILURES_KEPT) == (0, None)
    fail(store, now=NOW + FAILURES_KEPT)
    assert failures(store, now=NOW + FAILURES_KEPT) == (1, NOW + FAILURES_KEPT)
    store.submit(lambda tx: sessions.forget_failures(tx, GUESS)).result()
    assert failures(store, now=NOW + FAILURES_KEPT) == (0, None)


def test_what_has_ended_is_swept_out(store: Store) -> None:
    begin(store, session("a", "old"), session("b", "new", NOW + SECOND))
    fail(store)
    fail(store, Attempt("b", "小王", ""), NOW + LIFETIME)
    store.submit(lambda tx: sessions.prune(tx, NOW + LIFETIME)).result()
    assert (find(store, "old"), find(store, "new")) == (None, session("b", "new", NOW + SECOND))
    assert store.read(count(sign_in_failures)).result() == 1
