"""The ledger's arithmetic: when to remind, and how many promises were kept."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from bot.core.hours import SHOP_ZONE
from bot.core.promises import GROUPS, KIND_TITLES, Kind, Record, countdown, remind_at

NOW = datetime(2026, 11, 11, 14, 0, tzinfo=SHOP_ZONE)


@pytest.mark.parametrize(
    ("lasts", "left"), [(4, 1), (5, 1.25), (60, 15), (120, 30), (240, 60), (1440, 60), (2, 1), (0.5, 0.5)]
)
def test_a_reminder_comes_with_a_quarter_of_the_time_left(lasts: float, left: float) -> None:
    due = NOW + timedelta(minutes=lasts)
    assert due - remind_at(Kind.ANSWER, NOW, due, None) == timedelta(minutes=left)


def test_a_parcel_is_reminded_of_before_the_cut_off_while_that_is_ahead() -> None:
    due = NOW.replace(hour=22)
    assert remind_at(Kind.SHIP, NOW, due, time(16)) == NOW.replace(hour=15, minute=30)
    assert remind_at(Kind.SHIP, NOW.replace(hour=17), due, time(16)) == NOW.replace(hour=21)
    assert remind_at(Kind.ANSWER, NOW, due, time(16)) == NOW.replace(hour=21)


def test_the_rate_counts_what_came_to_an_end() -> None:
    assert Record(kept=3, broken=1, open=5, void=7).rate == 0.75
    assert Record(open=1).rate is None


def test_every_kind_has_a_title_and_a_group() -> None:
    assert set(KIND_TITLES) == set(GROUPS) == set(Kind)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.5, "还有0分钟"), (20, "还有20分钟"), (80, "还有1小时20分"), (120, "还有2小时"), (1500, "还有1天1小时"),
        (2880, "还有2天"), (-5, "已超时5分钟"), (0, "已超时0分钟"),
    ],
)  # fmt: skip
def test_a_countdown_is_said_in_words(minutes: float, words: str) -> None:
    assert countdown(NOW + timedelta(minutes=minutes), NOW) == words


def test_records_add_up() -> None:
    assert Record(1, 2, 3, 4) + Record(kept=1) == Record(2, 2, 3, 4)
