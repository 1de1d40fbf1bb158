"""A sheet is taken over whole or not at all, and undoing it leaves everything as it was before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.quick import QuickPhrase, Scope
from bot.core.quick_import import Change, Row
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import quick_import as sheets
from bot.store import quick
from bot.store.base import Store
from tests.store.rows import NOW, add_shop

FILES = (QuickPhrase("file.fh01", Scope.SHOP, "", "发货", "fh01", "今天发出。", source="phrases/quick/ship.yaml:3"),)
MADE = QuickPhrase("", Scope.SHOP, "", "物流", "wl01", "两天到。", valid_until=date(2026, 12, 1))
SHEET = (Row(2, "fh01", "明天发出。", "发货"), Row(3, "wl01", "三天到。", "物流"), Row(4, "wl02", "您好。", "物流"))


@pytest.fixture
def shop(store: Store) -> Store:
    """A shop with one phrase of the files and one of its own."""
    store.submit(lambda tx: add_shop(tx)).result()
    store.submit(lambda tx: quick.add(tx, "demo", MADE, NOW)).result()
    return store


def take_over(store: Store, *rows: Row) -> list[Change]:
    """An import by a lead."""
    return store.submit(lambda tx: sheets.take_over(tx, "demo", "组长", rows, FILES, NOW)).result()


def texts(store: Store) -> dict[str, str]:
    """What the shop's agents may say, by code."""
    phrases = store.read(lambda tx: sheets.shop_phrases(tx, "demo", FILES)).result()
    return {phrase.code: phrase.text for phrase in phrases}


def kept(store: Store) -> list[QuickPhrase]:
    """The product's own phrases."""
    return store.read(lambda tx: quick.listed(tx, "demo")).result()


def test_a_preview_writes_nothing(shop: Store) -> None:
    before = kept(shop)
    changes = shop.read(lambda tx: sheets.preview(tx, "demo", SHEET, FILES)).result()
    assert [change.kind.value for change in changes] == ["changed", "changed", "added"]
    assert kept(shop) == before


def test_a_sheet_is_taken_over_and_undone_to_the_letter(shop: Store) -> None:
    before = kept(shop)
    take_over(shop, *SHEET)
    assert texts(shop) == {"fh01": "明天发出。", "wl01": "三天到。", "wl02": "您好。"}
    undone = shop.submit(lambda tx: sheets.undo(tx, "demo", NOW)).result()
    assert (undone.agent, len(undone.changes)) == ("组长", 3)
    assert kept(shop) == before
    assert texts(shop) == {"fh01": "今天发出。", "wl01": "两天到。"}


def test_one_faulty_row_and_nothing_is_written(shop: Store) -> None:
    before = kept(shop)
    with pytest.raises(InvalidField, match="第 9 行"):
        take_over(shop, *SHEET, Row(9, "wl01", "四天到。", ""))
    assert kept(shop) == before
    with pytest.raises(NotFound):
        shop.submit(lambda tx: sheets.undo(tx, "demo", NOW)).result()


def test_what_changes_nothing_is_nothing_to_undo(shop: Store) -> None:
    take_over(shop, Row(2, "wl01", "两天到。", "物流"), Row(3, "fh01", "今天发出。", "发货"))
    with pytest.raises(NotFound, match="没有可以撤销"):
        shop.submit(lambda tx: sheets.undo(tx, "demo", NOW)).result()


def test_imports_are_undone_one_after_the_other_newest_first(shop: Store) -> None:
    take_over(shop, Row(2, "wl01", "三天到。", "物流"))
    take_over(shop, Row(2, "wl01", "四天到。", "物流"))
    for text in ("三天到。", "两天到。"):
        shop.submit(lambda tx: sheets.undo(tx, "demo", NOW)).result()
        assert texts(shop)["wl01"] == text


@pytest.mark.parametrize("removed", [True, False])
def test_what_was_changed_since_is_not_undone_over(shop: Store, removed: bool) -> None:
    take_over(shop, *SHEET)
    [changed] = [phrase for phrase in kept(shop) if phrase.code == "wl01"]
    if removed:
        shop.submit(lambda tx: quick.remove(tx, "demo", changed.id)).result()
    else:
        shop.submit(lambda tx: quick.change(tx, "demo", replace(changed, text="五天到。"), NOW)).result()
    before = kept(shop)
    with pytest.raises(Conflict, match="wl01"):
        shop.submit(lambda tx: sheets.undo(tx, "demo", NOW)).result()
    assert kept(shop) == before


def test_changes_elsewhere_do_not_stand_in_the_way(shop: Store) -> None:
    take_over(shop, SHEET[2])
    own = replace(MADE, scope=Scope.PERSONAL, owner="小美")
    shop.submit(lambda tx: quick.add(tx, "demo", own, NOW)).result()
    shop.submit(lambda tx: sheets.undo(tx, "demo", NOW)).result()
    assert sorted(phrase.owner for phrase in kept(shop)) == ["", "小美"]


def test_another_desk_gets_only_what_is_valid_today(shop: Store) -> None:
    def codes(day: date) -> list[str]:
        found = shop.read(lambda tx: sheets.valid_for_shop(tx, "demo", FILES, day)).result()
        return sorted(phrase.code for phrase in found)

    assert codes(date(2026, 12, 1)) == ["fh01", "wl01"]
    assert codes(date(2026, 12, 2)) == ["fh01"]


def test_an_unknown_shop_takes_nothing(shop: Store) -> None:
    with pytest.raises(NotFound, match="none"):
        shop.submit(lambda tx: sheets.take_over(tx, "none", "组长", SHEET, FILES, NOW)).result()
    with pytest.raises(NotFound, match="none"):
        shop.submit(lambda tx: sheets.undo(tx, "none", NOW)).result()
