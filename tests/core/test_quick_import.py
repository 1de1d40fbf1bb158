"""A sheet of quick phrases is looked at row by row before anything is written."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.quick import QuickPhrase, Scope
from bot.core.quick_import import Kind, Row, compare

HAS = QuickPhrase(
    "qk_1", Scope.SHOP, "", "发货", "fh01", "今天发出。", "https://shop.example/a.png", valid_until=date(2026, 12, 1)
)


def _kinds(*rows: Row) -> list[tuple[int, str, str]]:
    return [(change.line, change.kind.value, change.new.code) for change in compare(rows, [HAS])]


def test_each_row_is_new_changed_unchanged_or_faulty() -> None:
    rows = (
        Row(2, "fh01", "今天发出。", "发货"), Row(3, "fh02", "明天发出。", "发货"), Row(4, "发货", "后天发出。", ""),
    )
    assert _kinds(*rows) == [(2, "unchanged", "fh01"), (3, "added", "fh02"), (4, "faulty", "发货")]
    assert _kinds(Row(2, "FH01", "明天发出。", "发货")) == [(2, "changed", "fh01")]


def test_a_changed_phrase_keeps_what_the_sheet_does_not_hold() -> None:
    [change] = compare([Row(2, "fh01", "明天发出。", "物流")], [HAS])
    assert (change.old, change.new.text, change.new.group) == (HAS, "明天发出。", "物流")
    assert (change.new.id, change.new.image, change.new.valid_until) == (HAS.id, HAS.image, HAS.valid_until)


def test_a_row_without_a_code_is_known_by_its_text_or_given_a_free_one() -> None:
    rows = (Row(2, "", "今天发出。", "发货"), Row(3, "", "明天发出。", "发货"), Row(4, "", "您好。", ""))
    assert _kinds(*rows) == [(2, "unchanged", "fh01"), (3, "added", "fh02"), (4, "added", "wfz01")]


def test_a_free_code_is_none_that_a_later_row_names() -> None:
    rows = (Row(2, "", "明天发出。", "发货"), Row(3, "fh02", "后天发出。", "发货"))
    assert _kinds(*rows) == [(2, "added", "fh03"), (3, "added", "fh02")]


@pytest.mark.parametrize(
    "again", [Row(9, "x1", "后天发出。", ""), Row(9, "X1", "明天发出。", ""), Row(9, "", "明天发出。", "")]
)
def test_what_stands_twice_is_faulty_where_it_stands_again(again: Row) -> None:
    first, second = compare([Row(5, "x1", "明天发出。", ""), again], [])
    assert (first.kind, second.kind) == (Kind.ADDED, Kind.FAULTY)
    assert "第 5 行" in second.fault
