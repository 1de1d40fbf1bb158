"""Somebody is at work exactly in the shop's periods, whatever the weekday, the holiday or the server's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hours import SHOP_ZONE, WHOLE_DAY, Holiday, Hours, Period, Periods
from bot.core.written import read_periods

DAY = Hours((read_periods("9:00-22:00"),) * 7)
LUNCH = Hours((read_periods("9:00-12:00, 13:30-18:00"),) * 7)
NIGHT = Hours((read_periods("18:00-2:00"),) * 7)
OFFICE = Hours((read_periods("9:00-18:00"),) * 5 + ((), ()))
SPRING = Holiday(date(2026, 11, 11), date(2026, 11, 12), "放假")
BUSY = Holiday(date(2026, 11, 11), date(2026, 11, 11), "大促", read_periods("8:00-24:00"))


def at(hour: int, minute: int = 0, day: int = 11) -> datetime:
    """A moment of November 2026; the 11th is a Wednesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHOP_ZONE)


@pytest.mark.parametrize(
    ("hours", "moment", "open_"),
    [
        (DAY, at(8, 59), False), (DAY, at(9), True), (DAY, at(21, 59), True), (DAY, at(22), False), (DAY, at(0), False),
        (LUNCH, at(11, 59), True), (LUNCH, at(12), False), (LUNCH, at(13, 29), False), (LUNCH, at(13, 30), True),
        (NIGHT, at(17, 59), False), (NIGHT, at(18), True), (NIGHT, at(0), True), (NIGHT, at(1, 59), True),
        (NIGHT, at(2), False),
        (OFFICE, at(10, day=13), True), (OFFICE, at(10, day=14), False), (OFFICE, at(10, day=15), False),
        (Hours(DAY.week, (SPRING,)), at(10), False), (Hours(DAY.week, (SPRING,)), at(10, day=13), True),
        (Hours(DAY.week, (BUSY,)), at(8), True), (Hours(DAY.week, (BUSY,)), at(23, 59), True),
        (Hours(DAY.week, (BUSY,)), at(8, day=12), False), (Hours(NIGHT.week, (SPRING,)), at(1), True),
        (Hours(NIGHT.week, (SPRING,)), at(19), False), (Hours(), at(3), True),
    ],
)
def test_somebody_is_at_work_in_the_periods_of_the_day(hours: Hours, moment: datetime, open_: bool) -> None:
    assert hours.is_open(moment) is open_
    assert hours.is_open(moment.astimezone(UTC)) is open_


@pytest.mark.parametrize(
    ("hours", "moment", "opening"),
    [
        (DAY, at(8), at(9)), (DAY, at(0, 30), at(9)), (DAY, at(22), at(9, day=12)), (DAY, at(9), at(9)),
        (DAY, at(15, 7), at(15, 7)), (LUNCH, at(12, 10), at(13, 30)), (LUNCH, at(18), at(9, day=12)),
        (NIGHT, at(2), at(18)), (NIGHT, at(1), at(1)), (OFFICE, at(18, day=13), at(9, day=16)),
        (Hours(DAY.week, (SPRING,)), at(22, day=10), at(9, day=13)),
        (Hours(OFFICE.week, (Holiday(date(2026, 11, 13), date(2026, 11, 17), "团建"),)), at(20, day=12), at(9, day=18)),
        (Hours(((),) * 7, (BUSY,)), at(9, day=1), at(8)), (Hours(((),) * 7), at(9), None),
        (Hours(((),) * 7, (BUSY,)), at(0, day=12), None),
    ],
)
def test_the_next_opening_is_the_first_moment_with_somebody_there(
    hours: Hours, moment: datetime, opening: datetime | None
) -> None:
    assert hours.next_opening(moment) == opening


def test_a_calendar_with_one_working_day_in_decades_is_searched_at_once() -> None:
    far = Holiday(date(2099, 12, 31), date(2099, 12, 31), "庆典", WHOLE_DAY)
    assert Hours(((),) * 7, (far,)).next_opening(at(0)) == datetime(2099, 12, 31, tzinfo=SHOP_ZONE)


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ((read_periods("9:00-22:00"),) * 7, "9:00-22:00"),
        ((read_periods("09:00-12:00, 13:30-22:00"),) * 7, "9:00-12:00、13:30-22:00"),
        ((read_periods("18:00-2:00"),) * 7, "18:00-次日2:00"),
        ((read_periods("9:00-0:00"),) * 7, "9:00-24:00"),
        ((WHOLE_DAY,) * 7, "全天"),
        ((read_periods("9:00-22:00"),) * 5 + (WHOLE_DAY,) * 2, "周一至周五9:00-22:00，周末全天"),
        ((read_periods("9:00-22:00"),) * 6 + ((),), "周一至周六9:00-22:00"),
        ((read_periods("9:00-18:00"), ()) * 3 + (WHOLE_DAY,), "周一、周三、周五9:00-18:00，周日全天"),
        ((read_periods("9:00-18:00"),) * 2 + ((),) * 5, "周一、周二9:00-18:00"),
    ],
)
def test_the_week_in_words_names_the_days_that_differ(week: tuple[Periods, ...], words: str) -> None:
    assert Hours(week).says() == words


def test_a_shops_own_words_go_first() -> None:
    assert Hours(words="早九点到晚十点").says() == "早九点到晚十点"


@st.composite
def _periods(draw: st.DrawFn) -> Periods:
    """Periods of one day, in order and apart; the last may run past midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=6)))
    periods = [Period(begin, end) for begin, end in zip(marks[::2], marks[1::2], strict=False)]
    if len(marks) % 2:
        periods.append(Period(marks[-1], draw(st.integers(marks[-1] + 1, marks[-1] + 24 * 60))))
    return tuple(periods)


_DAYS = st.dates(date(2026, 10, 1), date(2027, 3, 1))
_HOLIDAYS = st.builds(
    lambda first, length, periods: Holiday(first, first + timedelta(days=length), "放假", periods),
    _DAYS, st.integers(0, 20), _periods(),
)  # fmt: skip
_HOURS = st.builds(
    Hours, st.lists(_periods(), min_size=7, max_size=7).map(tuple), st.lists(_HOLIDAYS, max_size=3).map(tuple)
)
_MOMENTS = st.builds(datetime.combine, _DAYS, st.times(), st.just(SHOP_ZONE))


@given(_HOURS, _MOMENTS)
def test_at_the_next_opening_somebody_is_there_and_nobody_before(hours: Hours, moment: datetime) -> None:
    """Presence changes at begins and ends of periods only, so that looking at each of these looks at every moment."""
    opening = hours.next_opening(moment)
    until = opening or moment + timedelta(days=200)  # the last holiday is over long before
    days = {moment.date() + timedelta(days=ahead) for ahead in range(-1, (until - moment).days + 2)}
    changes = {change for day in days for period in hours.periods(day) for change in period.on(day)}
    looks = sorted({moment, *(change for change in changes if moment < change < until)})
    assert not any(hours.is_open(look) for look in looks if look != opening)
    assert opening is None or (opening >= moment and hours.is_open(opening))


@given(_HOURS, _MOMENTS)
def test_openings_never_go_back(hours: Hours, moment: datetime) -> None:
    openings = [hours.next_opening(moment + timedelta(hours=7 * step)) for step in range(5)]
    known = [opening for opening in openings if opening is not None]
    assert all(earlier <= later for earlier, later in pairwise(known))
    assert openings[: len(known)] == known  # once nobody comes any more, nobody does


@pytest.mark.parametrize(
    ("hours", "begin", "work", "end"),
    [
        ("9:00-22:00", (11, 10, 0), 2, (11, 12, 0)),
        ("9:00-22:00", (11, 21, 0), 2, (12, 10, 0)),
        ("9:00-22:00", (11, 23, 0), 13, (12, 22, 0)),
        ("9:00-12:00, 13:30-18:00", (11, 11, 0), 2, (11, 14, 30)),
        ("18:00-2:00", (11, 23, 0), 4, (12, 19, 0)),
        ("全天", (11, 10, 0), 50, (13, 12, 0)),
    ],
)  # fmt: skip
def test_work_goes_on_only_while_somebody_is_there(
    hours: str, begin: tuple[int, int, int], work: int, end: tuple[int, int, int]
) -> None:
    week = Hours((read_periods(hours),) * 7)
    moment = datetime(2026, 11, *begin, tzinfo=SHOP_ZONE)
    assert week.after(moment, timedelta(hours=work)) == datetime(2026, 11, *end, tzinfo=SHOP_ZONE)


def test_where_nobody_comes_any_more_no_work_is_done() -> None:
    assert Hours(((),) * 7).after(datetime(2026, 11, 11, tzinfo=SHOP_ZONE), timedelta(hours=1)) is None
