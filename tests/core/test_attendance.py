"""Who counts as being there, and what an agent who is gone has left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.attendance import State, Timing, has_left, looked_late, state_now

TEN = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
TIMING = Timing()


def after(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("state", "seconds", "really"),
    [
        ("online", 0, "online"), ("online", 44.9, "online"), ("online", 45, "offline"), ("busy", 30, "busy"),
        ("away", 60, "offline"), ("offline", 0, "offline"), ("online", -30, "online"),  # clocks differ
    ],
)  # fmt: skip
def test_who_is_not_heard_of_is_offline(state: State, seconds: float, really: State) -> None:
    assert state_now(state, TEN, after(seconds), TIMING) == really


def test_two_pulses_may_be_lost() -> None:
    assert TIMING.pulse * 3 <= TIMING.gone
    assert TIMING.gone < timedelta(seconds=60)  # reliability bar 26


@pytest.mark.parametrize(("acted", "left"), [(None, True), (after(-60), True), (after(20), True), (after(46), False)])
def test_who_acted_after_the_desk_fell_silent_works_elsewhere(acted: datetime | None, left: bool) -> None:
    assert has_left(TEN, acted, TIMING) is left


@pytest.mark.parametrize(("seconds", "late"), [(45, False), (54, False), (56, True), (3600, True)])
def test_a_look_that_comes_too_late_proves_nothing(seconds: float, late: bool) -> None:
    assert looked_late(TEN, after(seconds), TIMING) is late
