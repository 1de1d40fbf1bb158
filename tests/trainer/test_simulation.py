"""A small month: nothing that must never happen does, and the referee sees it when the code is broken on purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core import tact
from bot.core.knowledge import Knowledge
from bot.flows import unsaid
from bot.store import jobs
from bot.store.sqlite import SqliteStore
from bot.trainer.month import Telling, month
from bot.trainer.simulation import Simulation

Break = Callable[[pytest.MonkeyPatch], None]


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
    ("broken", "fault"),
    [(_payment_not_read, "paid"), (_no_quiet_hours, "quiet"), (_no_pause, "buyer"), (_interrupts, "talking")],
)
def test_the_referee_sees_what_is_broken(
    sqlite_store: SqliteStore, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, broken: Break, fault: str
) -> None:
    broken(monkeypatch)
    faults = Simulation(sqlite_store, knowledge, 120).run()
    assert faults[fault] > 0
