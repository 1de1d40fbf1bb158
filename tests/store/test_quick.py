"""Quick phrases in the database: each shop's own, counted by agent, and imports that can be told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.core.quick import QuickPhrase, Scope
from bot.store import quick
from bot.store.base import Store
from bot.store.quick import Replaced
from bot.store.tables import quick_imports, quick_uses
from tests.store.rows import NOW, add_shop, count

PHRASE = QuickPhrase(
    "", Scope.SHOP, "", "发货", "fh01", "您好，今天发出。", "https://shop.example/a.png", date(2026, 11, 1), None
)


@pytest.fixture
def shops(store: Store) -> Store:
    """Two shops without a phrase."""
    for shop in ("demo", "other"):
        store.submit(lambda tx, shop=shop: add_shop(tx, shop)).result()  # type: ignore[misc]
    return store


def _added(store: Store, phrase: QuickPhrase = PHRASE, shop: str = "demo") -> QuickPhrase:
    return store.submit(lambda tx: quick.add(tx, shop, phrase, NOW)).result()


def test_a_phrase_comes_back_as_it_was_stored(shops: Store) -> None:
    added = _added(shops)
    assert added == replace(PHRASE, id=added.id)
    assert shops.read(lambda tx: quick.get(tx, "demo", added.id)).result() == added
    assert shops.read(lambda tx: quick.listed(tx, "demo")).result() == [added]
    assert shops.read(lambda tx: quick.of_code(tx, "demo", Scope.SHOP, "", "fh01")).result() == added


def test_a_phrase_is_changed_and_removed(shops: Store) -> None:
    added = _added(shops)
    changed = replace(added, text="您好，明天发出。", valid_until=date(2026, 12, 1))
    assert shops.submit(lambda tx: quick.change(tx, "demo", changed, NOW)).result()
    assert shops.read(lambda tx: quick.get(tx, "demo", added.id)).result() == changed
    shops.submit(lambda tx: quick.used(tx, "demo", added.id, "小美", NOW)).result()
    assert shops.submit(lambda tx: quick.remove(tx, "demo", added.id)).result()
    assert not shops.submit(lambda tx: quick.remove(tx, "demo", added.id)).result()
    assert not shops.submit(lambda tx: quick.change(tx, "demo", changed, NOW)).result()
    assert shops.read(count(quick_uses)).result() == 0


def test_a_code_is_its_owners_own(shops: Store) -> None:
    _added(shops)
    _added(shops, shop="other")
    _added(shops, replace(PHRASE, scope=Scope.PERSONAL, owner="小美"))
    _added(shops, replace(PHRASE, scope=Scope.PERSONAL, owner="阿强"))
    with pytest.raises(sa.exc.IntegrityError):
        _added(shops)
    assert len(shops.read(lambda tx: quick.listed(tx, "demo")).result()) == 3


def test_another_shop_can_neither_see_nor_change_nor_remove_it(shops: Store) -> None:
    added = _added(shops)
    assert shops.read(lambda tx: quick.get(tx, "other", added.id)).result() is None
    assert shops.read(lambda tx: quick.listed(tx, "other")).result() == []
    assert shops.read(lambda tx: quick.of_code(tx, "other", Scope.SHOP, "", "fh01")).result() is None
    assert not shops.submit(lambda tx: quick.change(tx, "other", added, NOW)).result()
    assert not shops.submit(lambda tx: quick.remove(tx, "other", added.id)).result()
    assert shops.read(lambda tx: quick.get(tx, "demo", added.id)).result() == added


@pytest.mark.parametrize("phrase", [replace(PHRASE, owner="小美"), replace(PHRASE, scope=Scope.TEAM)])
def test_the_shops_phrase_has_no_owner_and_every_other_has_one(shops: Store, phrase: QuickPhrase) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        _added(shops, phrase)


def test_uses_are_counted_for_each_agent(shops: Store) -> None:
    for agent in ("小美", "小美", "阿强"):
        shops.submit(lambda tx, agent=agent: quick.used(tx, "demo", "file.fh01", agent, NOW)).result()  # type: ignore[misc]
    assert shops.read(lambda tx: quick.uses(tx, "demo", "小美")).result() == {"file.fh01": 2}
    assert shops.read(lambda tx: quick.uses(tx, "demo", "阿强")).result() == {"file.fh01": 1}
    assert shops.read(lambda tx: quick.uses(tx, "other", "小美")).result() == {}


def test_the_version_changes_with_every_change_and_with_nothing_else(shops: Store) -> None:
    seen = [_version(shops)]
    first = _added(shops)
    seen.append(_version(shops))
    shops.submit(lambda tx: quick.used(tx, "demo", first.id, "小美", NOW)).result()
    _added(shops, shop="other")
    assert _version(shops) == seen[-1]
    shops.submit(lambda tx: quick.change(tx, "demo", first, NOW)).result()
    seen.append(_version(shops))
    shops.submit(lambda tx: quick.remove(tx, "demo", first.id)).result()
    _added(shops)
    seen.append(_version(shops))
    assert len(set(seen)) == 4


def test_the_newest_import_that_is_not_undone_is_the_last(shops: Store) -> None:
    old, new = _added(shops), _added(shops, replace(PHRASE, code="fh02"))
    changes = (Replaced(old, replace(old, text="您好。")), Replaced(None, new))
    first = shops.submit(lambda tx: quick.add_import(tx, "demo", "小美", changes, NOW)).result()
    later = NOW + timedelta(minutes=1)
    second = shops.submit(lambda tx: quick.add_import(tx, "demo", "阿强", changes[1:], later)).result()
    assert _last(shops) == (second, "阿强", changes[1:])
    shops.submit(lambda tx: quick.end_import(tx, "other", second, later)).result()
    assert _last(shops) == (second, "阿强", changes[1:])
    shops.submit(lambda tx: quick.end_import(tx, "demo", second, later)).result()
    assert _last(shops) == (first, "小美", changes)
    assert shops.read(lambda tx: quick.last_import(tx, "other")).result() is None
    assert shops.read(count(quick_imports)).result() == 2


def test_only_a_known_shop_can_be_locked(shops: Store) -> None:
    assert shops.submit(lambda tx: quick.lock(tx, "demo")).result()
    assert not shops.submit(lambda tx: quick.lock(tx, "none")).result()


def _version(store: Store) -> object:
    return store.read(lambda tx: quick.version(tx, "demo")).result()


def _last(store: Store) -> tuple[str, str, tuple[Replaced, ...]]:
    last = store.read(lambda tx: quick.last_import(tx, "demo")).result()
    assert last is not None
    return last.id, last.agent, last.changes
