"""How long a customer is asked to wait is kept within the agents' hours and grows with the queue."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core.model import Priority
from bot.core.tickets import SHOP_ZONE, WorkingHours, promise, raised, read_hours

DAY = WorkingHours(time(9), time(22))
NIGHT = WorkingHours(time(18), time(2))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 11, hour, minute, tzinfo=SHOP_ZONE)


@pytest.mark.parametrize(
    ("fact", "hours"),
    [
        ("9:00-22:00", DAY), ("09:00~22:00", DAY), ("9:00 至 22:00", DAY), ("每天9:00到22:00在线", DAY),
        ("18:00-2:00", NIGHT), ("18:00-02:00", NIGHT), ("9:00-24:00", WorkingHours(time(9), time(0))),
        ("", None), ("全天在线", None), ("25:00-26:00", None), ("9:00-22:75", None), ("9点到22点", None),
    ],
)
def test_hours_are_read_from_the_shops_fact(fact: str, hours: WorkingHours | None) -> None:
    assert read_hours(fact) == hours


@pytest.mark.parametrize(
    ("moment", "open_"), [(at(8, 59), False), (at(9), True), (at(21, 59), True), (at(22), False), (at(0), False)]
)
def test_agents_are_at_work_between_the_hours(moment: datetime, open_: bool) -> None:
    assert DAY.is_open(moment) is open_


@pytest.mark.parametrize(
    ("moment", "open_"), [
        (at(17, 59), False), (at(18), True), (at(23), True), (at(0), True), (at(1, 59), True), (at(2), False),
    ]
)
def test_hours_past_midnight_count_as_one_shift(moment: datetime, open_: bool) -> None:
    assert NIGHT.is_open(moment) is open_


def test_hours_are_the_shops_and_not_the_servers() -> None:
    assert DAY.is_open(datetime(2026, 11, 11, 2, 0, tzinfo=UTC))  # ten in the shop
    assert not DAY.is_open(datetime(2026, 11, 11, 15, 0, tzinfo=UTC))  # eleven at night in the shop


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(8), at(9)), (at(0, 30), at(9)), (at(22), at(9) + timedelta(days=1)),
        (at(23, 59), at(9) + timedelta(days=1)),
        (at(9), at(9) + timedelta(days=1)),
    ],
)
def test_the_next_opening_lies_ahead(moment: datetime, opening: datetime) -> None:
    assert DAY.next_opening(moment) == opening


@pytest.mark.parametrize(
    ("priority", "waiting", "words"),
    [
        (Priority.URGENT, 0, "2分钟内"), (Priority.HIGH, 0, "3分钟内"), (Priority.NORMAL, 0, "5分钟内"),
        (Priority.LOW, 0, "10分钟内"), (Priority.NORMAL, 3, "5分钟内"), (Priority.NORMAL, 4, "6分钟内"),
        (Priority.NORMAL, 40, "15分钟内"),
    ],
)
def test_the_wait_grows_with_the_queue_and_shrinks_with_urgency(priority: Priority, waiting: int, words: str) -> None:
    promised = promise(priority, waiting, at(10), DAY)
    assert promised.words == words
    assert promised.deadline == at(10) + timedelta(minutes=int(words[:-3]))
    assert not promised.off_hours


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(23), "明天09:30前"), (at(22), "明天09:30前"), (at(1), "今天09:30前"), (at(8, 59), "今天09:30前"),
        (at(0), "今天09:30前"),
    ],
)
def test_at_night_the_promise_names_the_morning(moment: datetime, words: str) -> None:
    promised = promise(Priority.NORMAL, 0, moment, DAY)
    assert (promised.words, promised.off_hours) == (words, True)
    assert promised.deadline > moment


def test_a_long_queue_at_night_moves_the_morning_too() -> None:
    assert promise(Priority.NORMAL, 400, at(23), DAY).words == "明天10:45前"


def test_a_server_in_another_zone_promises_the_same() -> None:
    moment = at(23)
    assert promise(Priority.NORMAL, 0, moment.astimezone(UTC), DAY) == promise(Priority.NORMAL, 0, moment, DAY)


@pytest.mark.parametrize("hours", [None, WorkingHours(time(9), time(9))])
def test_without_hours_somebody_is_always_there(hours: WorkingHours | None) -> None:
    assert promise(Priority.NORMAL, 0, at(3), hours).words == "5分钟内"


def test_between_two_shifts_past_midnight_the_promise_is_for_the_evening() -> None:
    assert promise(Priority.NORMAL, 0, at(10), NIGHT).words == "今天18:30前"


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 17))
def test_a_promise_lies_ahead_and_says_whether_it_is_for_the_next_shift(minutes: int) -> None:
    promised = promise(Priority.NORMAL, 0, at(0) + timedelta(minutes=minutes), DAY)
    due = promised.deadline.astimezone(SHOP_ZONE)
    assert due > at(0) + timedelta(minutes=minutes)
    assert promised.off_hours or promised.words.endswith("分钟内")
    assert promised.off_hours == (not DAY.is_open(at(0) + timedelta(minutes=minutes)))


def test_a_raised_priority_stops_at_the_top() -> None:
    assert [raised(priority) for priority in Priority] == [
        Priority.NORMAL, Priority.HIGH, Priority.URGENT, Priority.URGENT
    ]
