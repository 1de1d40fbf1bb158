"""Signing in as stories: whom a guess concerns, when it must wait, what ends a session."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.accounts import FREE_FAILURES, IDLE, LIFETIME, Role
from bot.errors import Conflict, NotFound, TooMany, Unauthorized
from bot.flows import agents as accounts
from bot.flows import signin
from bot.flows.signin import Opened
from bot.store import agents, sessions
from bot.store.agents import Agent
from bot.store.base import Store
from bot.store.sessions import Attempt, Session
from bot.store.tables import sessions as session_table
from tests.store.rows import NOW, add_shop

MEI = Attempt("demo", "小美", "10.0.0.1")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def mei(store: Store) -> Agent:
    """An account in the shop demo."""

    def story(tx: sa.Connection) -> Agent | None:
        add_shop(tx)
        agents.add(tx, "demo", "小美", "agent", "hash", NOW)
        return agents.find(tx, "demo", "小美")

    found = store.submit(story).result()
    assert found is not None
    return found


def opened(store: Store, agent: Agent) -> Opened:
    """A session begun with the right password."""
    return store.submit(lambda tx: signin.open_session(tx, agent, MEI, NOW)).result()


def resumed(store: Store, token: str, after: timedelta = MINUTE) -> tuple[Session, Agent] | None:
    """Who comes back with a token after a while."""
    return store.read(lambda tx: signin.resume(tx, token, NOW + after)).result()


def fail(store: Store, times: int, attempt: Attempt = MEI) -> None:
    """So many wrong passwords."""
    for _ in range(times):
        store.submit(lambda tx: sessions.add_failure(tx, attempt, NOW)).result()


def test_a_session_is_found_by_its_token_which_is_stored_nowhere(store: Store, mei: Agent) -> None:
    first, second = opened(store, mei), opened(store, mei)
    assert resumed(store, first.token) == (first.session, mei)
    assert len({first.token, second.token, first.session.csrf, second.session.csrf}) == 4
    assert resumed(store, first.session.token) is None, "who reads the database cannot sign in with it"
    stored = store.read(lambda tx: str(tx.execute(sa.select(session_table)).all())).result()
    assert first.token not in stored
    assert first.session.token in stored


def test_a_session_ends_by_silence_and_by_age(store: Store, mei: Agent) -> None:
    begun = opened(store, mei)
    assert resumed(store, begun.token, IDLE - MINUTE) is not None
    assert resumed(store, begun.token, IDLE) is None
    store.submit(lambda tx: sessions.touch(tx, begun.session, NOW + LIFETIME - MINUTE)).result()
    assert resumed(store, begun.token, LIFETIME - MINUTE / 2) is not None
    assert resumed(store, begun.token, LIFETIME) is None


def test_use_is_noted_once_a_minute(store: Store, mei: Agent) -> None:
    begun = opened(store, mei).session
    assert not signin.needs_touch(begun, NOW + MINUTE / 2)
    assert signin.needs_touch(begun, NOW + MINUTE)


def test_a_closed_account_and_a_changed_password_end_every_session(store: Store, mei: Agent) -> None:
    begun = opened(store, mei)
    store.submit(lambda tx: accounts.disable(tx, "demo", "小美", NOW)).result()
    assert resumed(store, begun.token) is None
    store.submit(lambda tx: accounts.enable(tx, "demo", "小美")).result()
    assert resumed(store, begun.token) is None, "an account that is opened again does not bring old sessions back"
    again = opened(store, mei)
    store.submit(lambda tx: accounts.set_password(tx, "demo", "小美", "new", NOW)).result()
    assert resumed(store, again.token) is None


def test_a_role_counts_from_the_next_request_on(store: Store, mei: Agent) -> None:
    begun = opened(store, mei)
    store.submit(lambda tx: accounts.set_role(tx, "demo", "小美", Role.LEAD, NOW)).result()
    found = resumed(store, begun.token)
    assert found is not None
    assert found[1].role is Role.LEAD


def test_who_changes_the_own_password_goes_on_with_a_new_session_only(store: Store, mei: Agent) -> None:
    before, elsewhere = opened(store, mei), opened(store, mei)
    now = store.submit(lambda tx: signin.change_password(tx, mei, MEI, "new", NOW)).result()
    assert [resumed(store, token) is not None for token in (before.token, elsewhere.token, now.token)] == [
        False, False, True,
    ]  # fmt: skip


def test_a_password_that_was_changed_while_it_was_compared_opens_nothing(store: Store, mei: Agent) -> None:
    for change in (
        lambda tx: accounts.set_password(tx, "demo", "小美", "new", NOW),
        lambda tx: accounts.disable(tx, "demo", "小美", NOW),
    ):
        store.submit(change).result()
        with pytest.raises(Unauthorized):
            opened(store, mei)
        assert store.read(lambda tx: tx.execute(sa.select(session_table)).all()).result() == []


def test_after_five_failures_the_next_try_waits_whoever_it_claims_to_be(store: Store, mei: Agent) -> None:
    nobody = Attempt("demo", "没有这人", "10.0.0.1")
    for attempt, account in ((MEI, mei), (nobody, None)):
        fail(store, FREE_FAILURES - 1, attempt)
        assert store.read(lambda tx, a=attempt: signin.claimed(tx, a, NOW)).result() == (account, FREE_FAILURES - 1)  # type: ignore[misc]
        fail(store, 1, attempt)
        with pytest.raises(TooMany, match="30 秒") as refused:
            store.read(lambda tx, a=attempt: signin.claimed(tx, a, NOW)).result()  # type: ignore[misc]
        assert refused.value.seconds == 30
        later = store.read(lambda tx, a=attempt: signin.claimed(tx, a, NOW + MINUTE / 2)).result()  # type: ignore[misc]
        assert later == (account, FREE_FAILURES)


def test_guesses_from_elsewhere_do_not_keep_somebody_out(store: Store, mei: Agent) -> None:
    fail(store, 100, Attempt("demo", "小美", "203.0.113.9"))
    assert store.read(lambda tx: signin.claimed(tx, MEI, NOW)).result() == (mei, 0)


def test_the_right_password_forgives_the_wrong_ones(store: Store, mei: Agent) -> None:
    fail(store, FREE_FAILURES - 1)
    opened(store, mei)
    assert store.read(lambda tx: signin.claimed(tx, MEI, NOW)).result() == (mei, 0)


def test_a_closed_account_looks_like_none(store: Store) -> None:
    store.submit(lambda tx: accounts.disable(tx, "demo", "小美", NOW)).result()
    assert store.read(lambda tx: signin.claimed(tx, MEI, NOW)).result() == (None, 0)


def test_an_administrator_is_told_what_is_not_there_and_what_is_there_already(store: Store) -> None:
    with pytest.raises(NotFound, match="没有店铺 none"):
        store.submit(lambda tx: accounts.add(tx, "none", "小李", Role.AGENT, "hash", NOW)).result()
    with pytest.raises(Conflict, match="已有账号"):
        store.submit(lambda tx: accounts.add(tx, "demo", "小美", Role.AGENT, "hash", NOW)).result()
    for story in (
        lambda tx: accounts.set_password(tx, "demo", "小李", "new", NOW),
        lambda tx: accounts.disable(tx, "demo", "小李", NOW),
        lambda tx: accounts.enable(tx, "demo", "小李"),
        lambda tx: accounts.set_role(tx, "demo", "小李", Role.LEAD, NOW),
    ):
        with pytest.raises(NotFound, match="没有账号 demo/小李"):
            store.submit(story).result()
