"""A reply's phrases are chosen by what is known of the order first, then by how the customer sounds."""

from __future__ import annotations

import pytest

from bot.core.situations import Situations, circumstances

GROUPS = ("default", "repeated", "upset", "busy", "shipped", "shipped+upset", "shipped+repeated", "unpaid", "product")
SITUATIONS = Situations([f"ship.when_sent/{group}" for group in GROUPS])


@pytest.mark.parametrize(
    ("holds", "preferred"),
    [
        (set(), ["default"]),
        ({"upset"}, ["upset", "default"]),
        ({"upset", "repeated"}, ["upset", "repeated", "default"]),
        ({"shipped"}, ["shipped", "default"]),
        ({"shipped", "repeated"}, ["shipped+repeated", "shipped", "repeated", "default"]),
        (
            {"shipped", "upset", "repeated"},
            ["shipped+upset", "shipped+repeated", "shipped", "upset", "repeated", "default"],
        ),
        ({"signed"}, ["default"]),
        ({"busy"}, ["busy", "default"]),
        ({"product", "busy"}, ["product", "busy", "default"]),
        ({"unpaid", "product"}, ["product", "unpaid", "default"]),
    ],
)  # fmt: skip
def test_the_most_telling_group_comes_first(holds: set[str], preferred: list[str]) -> None:
    assert SITUATIONS.fitting("ship.when_sent", holds) == tuple(f"ship.when_sent/{group}" for group in preferred)


def test_an_intent_without_phrases_has_no_situation() -> None:
    assert SITUATIONS.fitting("ship.track", {"shipped"}) == ()


def test_only_what_a_reply_depends_on_need_be_found_out() -> None:
    assert SITUATIONS.depends_on("ship.when_sent", "busy")
    assert not Situations(["chat.greet/default"]).depends_on("chat.greet", "busy")


@pytest.mark.parametrize("name", ["shiped", "shipped+signed", "upset+upset", "", "default+upset", "upset+"])
def test_a_misspelt_group_is_none_at_all(name: str) -> None:
    assert circumstances(name) is None
