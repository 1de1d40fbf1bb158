"""When tempers run high: insults are counted once each, and the lead is offered at the second."""

from __future__ import annotations

import ast
from datetime import UTC, datetime

import pytest

from bot.core import tempers
from bot.core.desk import Word
from bot.core.model import Mood
from bot.settings import ROOT

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def _ears(text: str) -> Mood:
    return Mood.ABUSIVE if "傻" in text else Mood.CALM


def word(text: str, author: str = "customer", state: str = "decided") -> Word:
    """One message."""
    return Word(1, author, "text", text, state, "", NOW)


def test_only_what_the_customer_said_and_did_not_take_back_is_an_insult() -> None:
    said = [word("傻瓜"), word("真傻", state="pending"), word("您好")]
    said += [word("傻瓜", state="recalled"), word("傻瓜", author="bot")]
    assert tempers.insults(said, _ears) == 2


@pytest.mark.parametrize(
    ("heard", "marked", "offered"), [(0, 0, False), (1, 0, False), (1, 1, False), (2, 0, True), (0, 2, True)]
)
def test_the_second_insult_offers_the_lead(heard: int, marked: int, offered: bool) -> None:
    assert tempers.offers_lead(heard, marked) is offered


def test_neither_tone_nor_routing_knows_of_marks() -> None:
    """SR-284: the modules that decide and speak do not import them."""
    for path in sorted((ROOT / "bot" / "core").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert "tempers" not in named, path.name
        assert "Mark" not in named, path.name
