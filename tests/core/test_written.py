"""A shop's file may be written the way people write; what cannot be meant is refused with the way to write it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import written
from bot.core.hours import SHOP_ZONE, WHOLE_DAY, Period
from bot.errors import FactError

NINE, NOON, TEN_PM = 9 * 60, 12 * 60, 22 * 60


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("9:00-22:00", (Period(NINE, TEN_PM),)), (" 09:00 ~ 22:00 ", (Period(NINE, TEN_PM),)),
        ("9：00至22：00", (Period(NINE, TEN_PM),)), ("9:00到22:00", (Period(NINE, TEN_PM),)),
        ("13:30-22:00，9:00-12:00", (Period(NINE, NOON), Period(NOON + 90, TEN_PM))),
        ("9:00-12:00、12:00-22:00", (Period(NINE, NOON), Period(NOON, TEN_PM))),
        ("22:00-9:00", (Period(TEN_PM, NINE + 1440),)), ("9:00-24:00", (Period(NINE, 1440),)),
        ("9:00-0:00", (Period(NINE, 1440),)), ("0:00-24:00", WHOLE_DAY), ("全天", WHOLE_DAY), ("休息", ()),
    ],
)
def test_periods(text: str, periods: tuple[Period, ...]) -> None:
    assert written.read_periods(text) == periods


@pytest.mark.parametrize(
    ("named", "days"),
    [
        ("周一", [0]), ("星期天", [6]), ("周一至周五", [0, 1, 2, 3, 4]), ("周六到周一", [5, 6, 0]),
        ("周六、周日", [5, 6]), ("周末", [5, 6]), ("工作日", [0, 1, 2, 3, 4]), ("每天", list(range(7))),
        ("周一, 周三", [0, 2]),
    ],
)
def test_weekdays(named: str, days: list[int]) -> None:
    assert written.read_weekdays(named) == days


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-12-01", "2026-12-01T00:00:00+08:00", "2026-12-02T00:00:00+08:00"),
        ("2026-12-1", "2026-12-01T00:00:00+08:00", "2026-12-02T00:00:00+08:00"),
        ("2026-12-31", "2026-12-31T00:00:00+08:00", "2027-01-01T00:00:00+08:00"),
        ("2026-12-01 18:00", "2026-12-01T18:00:00+08:00", "2026-12-01T18:00:00+08:00"),
        ("2026-12-01T18:00", "2026-12-01T18:00:00+08:00", "2026-12-01T18:00:00+08:00"),
    ],
)
def test_a_day_lasts_to_its_end_and_a_moment_is_one(text: str, begin: str, end: str) -> None:
    assert (written.read_begin(text).isoformat(), written.read_end(text).isoformat()) == (begin, end)


def test_days_clocks_and_numbers() -> None:
    assert written.read_day("2027-02-05") == date(2027, 2, 5)
    assert written.read_clock("16:30") == time(16, 30)
    assert written.read_days("1-2") == (1, 2)
    assert written.read_days("3天") == (3, 3)
    assert written.read_number("7", 1, 365) == 7


@pytest.mark.parametrize(
    ("quiet", "minute", "is_quiet"),
    [
        ("22:00-9:00", "22:00", True), ("22:00-9:00", "8:59", True), ("22:00-9:00", "9:00", False),
        ("22:00-9:00", "21:59", False), ("12:00-14:00", "13:00", True), ("12:00-14:00", "11:59", False),
        ("12:00-14:00", "3:00", False), ("22:00-24:00", "23:59", True), ("22:00-24:00", "0:00", False),
        ("0:00-8:00", "7:59", True), ("0:00-8:00", "8:00", False), ("0:00-8:00", "23:59", False),
    ],
)
def test_quiet_hours_leave_the_rest_of_the_day(quiet: str, minute: str, is_quiet: bool) -> None:
    moment = datetime.combine(date(2026, 11, 11), written.read_clock(minute), SHOP_ZONE)
    assert written.read_quiet(quiet).is_open(moment) is not is_quiet


@pytest.mark.parametrize(
    ("read", "text", "advice"),
    [
        (written.read_periods, "9点到22点", "请写成 9:00-22:00"), (written.read_periods, "25:00-26:00", "24 小时制"),
        (written.read_periods, "9:00-22:75", "24 小时制"), (written.read_periods, "9:00-9:00", "全天"),
        (written.read_periods, "24:00-9:00", "开始时间"), (written.read_periods, "", "请写成"),
        (written.read_periods, "9:00-12:00, 11:00-13:00", "重叠"),
        (written.read_weekdays, "周八", "周八"), (written.read_weekdays, "周一至", "可以写"),
        (written.read_weekdays, "周一至周二至周三", "可以写"), (written.read_weekdays, "", "可以写"),
        (written.read_clock, "16点半", "16:30"), (written.read_clock, "24:00", "23:59"),
        (written.read_clock, "16:60", "没有"),
        (written.read_day, "2026-02-30", "不存在"), (written.read_day, "12月1日", "2026-12-01"),
        (written.read_day, "2026-12-01 18:00", "请写成 2026-12-01"), (written.read_day, "1926-12-01", "请写成"),
        (written.read_end, "2026-13-01", "不存在"), (written.read_begin, "明天", "请写成"),
        (written.read_begin, "2026-12-01 25:00", "没有"), (written.read_quiet, "0:00-24:00", "免打扰不能是全天"),
        (written.read_quiet, "22:00", "请写成"), (written.read_days, "3-1", "请写成 1-3"),
        (written.read_days, "0", "1 到 60"),
        (written.read_days, "1-2-3", "1 到 60"), (written.read_days, "几天", "1 到 60"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_to_write_it(
    read: Callable[[str], object], text: str, advice: str
) -> None:
    with pytest.raises(FactError, match=advice):
        read(text)


def test_a_week_has_a_working_day_and_no_overlapping_nights() -> None:
    night, morning = written.read_periods("18:00-10:00"), written.read_periods("9:00-12:00")
    with pytest.raises(FactError, match="没有一天上班"):
        written.checked_week(((),) * 7)
    with pytest.raises(FactError, match="周日的"):
        written.checked_week((morning, *((),) * 5, night))
    assert written.checked_week((night, (), *((),) * 5)) == (night, (), *((),) * 5)


_READERS = (
    written.read_periods, written.read_weekdays, written.read_clock, written.read_day, written.read_begin,
    written.read_end, written.read_quiet, written.read_days,
)  # fmt: skip


@given(st.sampled_from(_READERS), st.text("0123456789:-~，、至周一五末 Tx٣²", max_size=24))
def test_whatever_is_written_is_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(FactError):
        assert read(text) is not None
