"""How long a customer is asked to wait is kept within the agents' hours and grows with the queue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.hours import SHOP_ZONE, Holiday, Hours
from bot.core.model import Priority
from bot.core.tickets import RESOLUTION, DueKind, due, promise, raised, resolve_by
from bot.core.written import read_periods

DAY = Hours((read_periods("9:00-22:00"),) * 7)
NIGHT = Hours((read_periods("18:00-2:00"),) * 7)
OFFICE = Hours((read_periods("9:00-12:00, 13:30-18:00"),) * 5 + ((), ()))


def at(hour: int, minute: int = 0, day: int = 11) -> datetime:
    """A moment of November 2026; the 11th is a Wednesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHOP_ZONE)


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


@pytest.mark.parametrize("hours", [None, Hours()])
def test_without_hours_somebody_is_always_there(hours: Hours | None) -> None:
    assert promise(Priority.NORMAL, 0, at(3), hours).words == "5分钟内"


def test_between_two_shifts_past_midnight_the_promise_is_for_the_evening() -> None:
    assert promise(Priority.NORMAL, 0, at(10), NIGHT).words == "今天18:30前"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(12), "今天14:00前"), (at(18, day=12), "明天09:30前"), (at(10, day=14), "后天09:30前"),
        (at(19, day=13), "11月16日09:30前"), (at(23, 30, day=13), "11月16日09:30前"), (at(0, day=14), "后天09:30前"),
    ],
)
def test_the_promise_names_the_day_on_which_somebody_comes(moment: datetime, words: str) -> None:
    assert promise(Priority.NORMAL, 0, moment, OFFICE).words == words
    assert promise(Priority.NORMAL, 0, moment.astimezone(UTC), OFFICE).words == words


def test_over_the_new_year_the_promise_names_the_date() -> None:
    holiday = Holiday(date(2026, 12, 31), date(2027, 1, 3), "元旦放假")
    evening = datetime(2026, 12, 30, 22, tzinfo=SHOP_ZONE)
    promised = promise(Priority.NORMAL, 0, evening, Hours(DAY.week, (holiday,)))
    assert promised.words == "1月4日09:30前"
    assert promised.deadline == datetime(2027, 1, 4, 9, 30, tzinfo=SHOP_ZONE)


def test_where_nobody_comes_any_more_a_day_is_promised() -> None:
    promised = promise(Priority.NORMAL, 0, at(10), Hours(((),) * 7))
    assert (promised.words, promised.deadline, promised.off_hours) == ("24小时内", at(10, day=12), True)


def test_a_shop_may_promise_other_times() -> None:
    waits = {Priority.LOW: 60, Priority.NORMAL: 20, Priority.HIGH: 10, Priority.URGENT: 5}
    assert [promise(priority, 0, at(10), DAY, waits).words for priority in Priority] == [
        "60分钟内", "20分钟内", "10分钟内", "5分钟内"
    ]


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


@pytest.mark.parametrize(
    ("answered", "answer_by", "resolve", "kind", "when"),
    [
        (None, None, at(16), DueKind.FIRST, at(11)), (None, at(12), at(16), DueKind.FIRST, at(11)),
        (at(11), at(12), at(16), DueKind.NEXT, at(12)), (at(11), None, at(16), DueKind.RESOLUTION, at(16)),
    ],
)  # fmt: skip
def test_a_first_answer_is_due_then_the_next_ones_then_the_end(
    answered: datetime | None, answer_by: datetime | None, resolve: datetime, kind: DueKind, when: datetime
) -> None:
    found = due(at(11), answered, answer_by, resolve)
    assert found is not None
    assert (found.kind, found.at) == (kind, when)
    assert due(at(11), at(11), None, None) is None


def test_a_case_ends_the_sooner_the_more_pressing_it_is_and_only_at_work() -> None:
    ends = [resolve_by(priority, at(10), DAY) for priority in Priority]
    assert ends == sorted(ends, reverse=True)
    assert resolve_by(Priority.HIGH, at(20), DAY) == at(13, day=12)
    assert resolve_by(Priority.HIGH, at(3), None) == at(3) + timedelta(hours=RESOLUTION[Priority.HIGH])
    assert resolve_by(Priority.HIGH, at(10), Hours(((),) * 7)) == at(10, day=18)
