"""A small month: nothing that must never happen does, and the referee sees it when the code is broken on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import care, proactive, tact
from bot.core.knowledge import Knowledge
from bot.flows import unconfirmed, unsaid, wishes
from bot.store import jobs
from bot.store.sqlite import SqliteStore
from bot.trainer import month as months
from bot.trainer.crowd import Habits
from bot.trainer.month import Telling, month
from bot.trainer.saying import Means
from bot.trainer.simulation import Simulation

Break = Callable[[pytest.MonkeyPatch], None]
#: Customers who often say what happens seldom.
EAGER = Habits(answers=2.0, stops=0.15, agreed=1.0, refused=0.0, own_page=0.4)


def test_the_same_seed_is_the_same_month_with_late_and_doubled_events() -> None:
    first = month(50, 3)
    assert first == month(50, 3)
    told = [one for one in first if isinstance(one, Telling)]
    assert len(told) > len({(one.event.order, one.event.id) for one in told})
    late = [one for one in told if one.at - one.event.at > timedelta(minutes=1)]
    assert late


def test_a_small_month_is_without_fault(sqlite_store: SqliteStore, knowledge: Knowledge) -> None:
    run = Simulation(sqlite_store, knowledge, 120)
    assert not +run.run()
    assert run.referee.sent["address_check"] > 50
    assert sum(run.referee.nudges.values()) > 10
    assert run.referee.sent["care_holiday"] > 5


@pytest.fixture
def eventful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Months in which much is paid at the door or runs out."""
    monkeypatch.setattr(months, "_COD_SHARE", 0.25)
    monkeypatch.setattr(months, "_SHORT_SHARE", 0.25)


@pytest.mark.usefixtures("eventful")
def test_customers_who_answer_a_lot_lose_nothing(sqlite_store: SqliteStore, knowledge: Knowledge) -> None:
    run = Simulation(sqlite_store, knowledge, 120, habits=EAGER)
    assert not +run.run()
    assert {means for _, means in run.answers} >= set(Means) - {Means.TALK, Means.OTHER}
    assert any(shown.is_change for all_shown in run.witness.agreed.values() for shown in all_shown)
    assert len(run.witness.wished) > 20


def _payment_not_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tact, "_of_order", lambda plan, case, now: None)
    patch.setattr(unsaid, "is_overtaken", lambda tx, message: False)
    patch.setattr(jobs, "cancel", lambda tx, shop, key, why, now: None)


def _no_quiet_hours(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tact, "awake", lambda kind, shop, *, started: [])  # neither by the gate nor by the last look


def _no_pause(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tact, "NUDGE_PAUSE", timedelta())
    patch.setattr(tact, "NUDGES_PER_ORDER", 99)


def _interrupts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tact, "_of_talk", lambda plan, case, now: None)


@pytest.mark.parametrize(
    ("broken", "faults"),
    [
        (_payment_not_read, {"paid", "settled"}), (_no_quiet_hours, {"quiet"}), (_no_pause, {"buyer"}),
        (_interrupts, {"talking"}),
    ],
)  # fmt: skip
def test_the_referee_sees_what_is_broken(
    sqlite_store: SqliteStore, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, broken: Break, faults: set[str]
) -> None:
    broken(monkeypatch)
    found = Simulation(sqlite_store, knowledge, 120).run()
    assert faults <= set(+found)


def _care_for_all(patch: pytest.MonkeyPatch) -> None:
    """Neither consent nor a word to stop nor the pause counts."""
    real = tact.standing
    heedless = lambda *of: replace(real(*of), tags=("同意关怀",), declined=False, last=None)  # noqa: E731
    patch.setattr(tact, "standing", heedless)
    patch.setattr(care, "declines", lambda text, tags, manner: False)


def _any_yes_confirms(patch: pytest.MonkeyPatch) -> None:
    """A yes to one address counts for another."""
    patch.setattr(proactive, "address_digest", lambda order: order.id)


def _nothing_is_kept(patch: pytest.MonkeyPatch) -> None:
    """No note is written, and nobody calls who stays silent."""
    patch.setattr(wishes, "keep_note", lambda tx, conversation, note, now: None)
    patch.setattr(unconfirmed, "look", lambda tx, knowledge, shop, plan, order, now: None)


@pytest.mark.parametrize(
    ("broken", "faults"),
    [
        (_care_for_all, {"consent", "declined", "care"}), (_any_yes_confirms, {"unbound"}),
        (_nothing_is_kept, {"lost", "uncalled"}),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("eventful")
def test_the_referee_sees_what_customers_suffer(
    sqlite_store: SqliteStore, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, broken: Break, faults: set[str]
) -> None:
    broken(monkeypatch)
    habits = replace(EAGER, agreed=0.5)
    found = Simulation(sqlite_store, knowledge, 120, habits=habits).run()
    assert faults <= set(+found)
    assert not set(+found) - faults - {"lost"}
