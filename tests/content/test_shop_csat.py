"""When a shop asks its customers how it was: read from its file, and every slip named with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.content import load
from bot.core.csat import SurveyRules
from tests.content.mini import MiniTree

FILE, TEA = "phrases/_shop.yaml", "phrases/shops/tea.yaml"


def rules(mini: MiniTree, text: str, shop: str = "") -> SurveyRules | None:
    """What a shop's file says, read without a fault."""
    mini.write(FILE, f"name: 茶铺\n{text}")
    content = load.read(mini.root)
    assert content.findings == []
    return content.shops[shop].csat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("csat: {after: []}", None),
        ("csat: {after: [人工]}", SurveyRules(True, False)),
        ("csat: {after: [人工, 机器人], days: 7}", SurveyRules(True, True, timedelta(days=7))),
    ],
)
def test_a_shop_says_when_it_asks(mini: MiniTree, text: str, expected: SurveyRules | None) -> None:
    assert rules(mini, text) == expected


def test_another_shop_asks_as_the_common_file_says_unless_it_says_otherwise(mini: MiniTree) -> None:
    mini.write(TEA, "name: 茶铺二店\n")
    assert rules(mini, "csat: {after: [人工]}", "tea") == SurveyRules(True, False)
    mini.write(TEA, "csat: {after: []}\n")
    assert rules(mini, "csat: {after: [人工]}", "tea") is None


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("csat: {after: [客服]}", 2, "人工、机器人"),
        ("csat:\n  after: [人工]\n  days: 0", 4, "1 到 365"),
        ("csat:\n  after: [人工]\n  every: 30", 4, "every"),
        ("csat: 不问", 2, ""),
    ],
)
def test_a_slip_is_named_with_its_line(mini: MiniTree, text: str, line: int, told: str) -> None:
    mini.write(FILE, f"name: 茶铺\n{text}\n")
    [finding] = load.read(mini.root).findings
    assert (finding.path, finding.line) == (FILE, line)
    assert told in finding.message
