"""A draft's phrase is found in the trainers' files by its id and its words, also after lines have moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load, origin
from bot.content.load import Content
from tests.content.mini import MiniTree

FILE = Path("phrases/ship/when_sent.yaml")


@pytest.fixture
def content(mini: MiniTree) -> Content:
    """Two intents, three variants each."""
    return load.read(mini.root)


def test_a_draft_is_found_by_its_number_and_words(content: Content) -> None:
    [place] = origin.places(content, "ship.when_sent/default/2", "订单按付款先后发出，请您放心。")
    assert (place.path, place.line, str(place)) == (FILE, 3, "phrases/ship/when_sent.yaml:3")


def test_a_gap_may_hold_anything_and_a_greeting_may_be_left_out(content: Content) -> None:
    for text in ("您好，16:30前付款的订单当天发出。", "抱歉让您久等。\n17:00前付款的订单当天发出。"):
        [place] = origin.places(content, "ship.when_sent/default/1", text)
        assert place.line == 2


def test_a_line_that_has_moved_is_found_by_its_words(content: Content) -> None:
    [place] = origin.places(content, "ship.when_sent/default/1", "发出后可以在订单里看到单号。")
    assert place.line == 4


def test_words_that_stand_nowhere_any_more_have_only_their_file(content: Content) -> None:
    [place] = origin.places(content, "ship.when_sent/default/1", "后天发。")
    assert (place.path, place.line) == (FILE, None)


def test_a_draft_made_of_several_phrases_has_several_places(content: Content) -> None:
    text = "给您添麻烦了，非常抱歉。\n订单按付款先后发出，请您放心。"
    found = origin.places(content, "empathy/1 ship.when_sent/default/2", text)
    assert [place.path.name for place in found] == ["_shared.yaml", "when_sent.yaml"]
    assert origin.places(content, "gone.intent/default/1", "您好") == []
