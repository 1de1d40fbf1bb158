"""Bar 37: in 200 random sequences of showing, agreeing, changing and shipping nothing is confirmed but what was shown
last, and nothing after shipping. And the referee notices the mistakes that it is there for."""

from __future__ import annotations

import pytest

from bot.content.live import LiveContent
from bot.core import readdressing
from bot.core.address_talk import Talk
from bot.core.effects import Outcome
from bot.core.orders import OrderState
from bot.store.sqlite import SqliteStore
from tests.flows.address_talks import play
from tests.flows.broken_stories import Mistake, Patch
from tests.flows.world import World

SEED = 37


def _old_address_confirmed(patch: Patch) -> None:
    def shown_again(talk: Talk, why: str = "") -> Outcome | None:
        return talk._confirmed("")

    patch.setattr(Talk, "_shown_again", shown_again)


def _shipping_not_read(patch: Patch) -> None:
    patch.setattr(readdressing, "CHANGEABLE", frozenset(OrderState))
    patch.setattr(readdressing, "UNDER_WAY", frozenset[OrderState]())


def _late_yes_counts(patch: Patch) -> None:
    patch.setattr(Talk, "_is_late", lambda _: False)


def _no_is_forgotten(patch: Patch) -> None:
    def asked_back(talk: Talk, what: str) -> Outcome | None:
        return talk._said(what, {}, talk.question)

    patch.setattr(Talk, "asked_back", asked_back)


def _change_on_another_order(patch: Patch) -> None:
    def is_same(talk: Talk, told: object) -> bool:
        return True

    patch.setattr(Talk, "_stands", is_same)


MISTAKES = (
    Mistake("a yes confirms whatever the order has now", _old_address_confirmed, "confirmed"),
    Mistake("the order's state is not read again", _shipping_not_read, "after shipping"),
    Mistake("a yes typed before the question counts", _late_yes_counts, "nothing was shown"),
    Mistake("a yes after a no confirms what was refused", _no_is_forgotten, "nothing was shown"),
    Mistake("a change is confirmed for an address that was not shown", _change_on_another_order, "has changed since"),
)


def test_nothing_is_confirmed_but_what_was_shown_last(calling: World) -> None:
    many = calling.store.engine.dialect.name == "sqlite"
    confirmed, wished = play(calling, 200 if many else 30, SEED)
    assert confirmed > (40 if many else 4)
    assert wished > (20 if many else 2)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_referee_notices_a_mistake(
    sqlite_store: SqliteStore, content: LiveContent, monkeypatch: pytest.MonkeyPatch, mistake: Mistake
) -> None:
    calling = World(sqlite_store, content.knowledge, content=content)
    calling.call_back()
    mistake.make(monkeypatch)
    with pytest.raises(AssertionError, match=mistake.shows):
        play(calling, 200, SEED)


