"""Accounts as stored: each shop's own, with what the desk needs to know of an agent."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.core.accounts import CAPACITY, Group, Role
from bot.store import agents
from bot.store.agents import Agent
from bot.store.base import Store
from tests.store.rows import NOW, add_shop


@pytest.fixture(autouse=True)
def shops(store: Store) -> None:
    """Two shops; somebody of one name works in both."""

    def story(tx: sa.Connection) -> None:
        for shop, role in (("a", "agent"), ("b", "lead")):
            add_shop(tx, shop)
            agents.add(tx, shop, "小王", role, f"hash-{shop}", NOW)

    store.submit(story).result()


def find(store: Store, shop: str, name: str = "小王") -> Agent | None:
    """The account as it is stored now."""
    return store.read(lambda tx: agents.find(tx, shop, name)).result()


def test_an_account_comes_back_as_it_was_stored(store: Store) -> None:
    skills = (Group.AFTERSALE, Group.SENIOR)
    store.submit(
        lambda tx: agents.add(tx, "a", "小美", "trainer", "hash", NOW, display_name="美美", groups=skills, capacity=3)
    ).result()
    assert find(store, "a", "小美") == Agent("a", "小美", Role.TRAINER, "hash", "美美", skills, 3, NOW, NOW, None)
    assert find(store, "a") == Agent("a", "小王", Role.AGENT, "hash-a", "", (), CAPACITY, NOW, NOW, None)


def test_a_name_is_taken_once_in_a_shop(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: agents.add(tx, "a", "小王", "agent", "other", NOW)).result()
    assert find(store, "a", "小李") is None
    assert find(store, "none") is None


def test_a_change_touches_one_shop(store: Store) -> None:
    other = find(store, "b")
    for change in (
        lambda tx: agents.set_password(tx, "a", "小王", "new", NOW),
        lambda tx: agents.set_role(tx, "a", "小王", Role.ADMIN),
        lambda tx: agents.set_disabled(tx, "a", "小王", NOW),
    ):
        assert store.submit(change).result() is True
    changed = find(store, "a")
    assert changed is not None
    assert (changed.password_hash, changed.role, changed.disabled_at) == ("new", Role.ADMIN, NOW)
    assert find(store, "b") == other
    assert store.read(lambda tx: agents.role(tx, "b", "小王")).result() == "lead"
    assert [one.name for one in store.read(lambda tx: agents.listed(tx, "b")).result()] == ["小王"]


def test_who_is_not_there_cannot_be_changed(store: Store) -> None:
    assert store.submit(lambda tx: agents.set_password(tx, "a", "小李", "new", NOW)).result() is False
    assert store.submit(lambda tx: agents.set_role(tx, "c", "小王", Role.ADMIN)).result() is False
    assert store.read(lambda tx: agents.role(tx, "c", "小王")).result() is None


def test_a_role_that_kefu_does_not_know_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(lambda tx: agents.add(tx, "a", "小李", "king", "hash", NOW)).result()
