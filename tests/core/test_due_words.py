"""By when: the words of a time, read at a moment in a shop's own hours."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.core.due_words import due, end_of_day
from bot.core.hours import SHOP_ZONE, Holiday, Hours, Period

NOW = datetime(2026, 11, 11, 14, 0, tzinfo=SHOP_ZONE)  # a Wednesday
HOURS = Hours(((Period(9 * 60, 22 * 60),),) * 7, (Holiday(date(2026, 11, 13), date(2026, 11, 13), "店庆放假"),))


def at(text: str, now: datetime = NOW, hours: Hours | None = HOURS) -> str:
    """When the text's time is."""
    read = due(text, now, hours)
    return f"{read.at.astimezone(SHOP_ZONE):%m-%d %H:%M}" if read else ""


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("3分钟内", "11-11 14:03"), ("两个小时内", "11-11 16:00"), ("一个半小时", "11-11 15:30"),
        ("半个小时", "11-11 14:30"), ("三刻钟", "11-11 14:45"), ("24小时内", "11-12 14:00"),
        ("今天", "11-11 22:00"), ("今晚", "11-11 22:00"), ("明天", "11-12 22:00"), ("明早", "11-12 12:00"),
        ("大后天", "11-14 22:00"), ("第二天", "11-12 22:00"), ("这两天", "11-14 00:00"),
        ("今天下午5点半", "11-11 17:30"), ("15:30前", "11-11 15:30"), ("3点前", "11-11 15:00"),
        ("9点前", "11-11 21:00"), ("十一点前", "11-11 23:00"), ("一点半", "11-12 01:30"),
        ("明天3点", "11-12 03:00"), ("下午", "11-11 18:00"), ("上午", "11-12 12:00"), ("晚上8点", "11-11 20:00"),
        ("24点前", "11-11 23:59"), ("3天内", "11-14 22:00"), ("两天左右", "11-14 00:00"),
        ("1个工作日内", "11-12 22:00"), ("2个工作日内", "11-16 22:00"),
        ("周五", "11-14 00:00"), ("周五前", "11-12 22:00"), ("周四前", "11-11 22:00"), ("周三前", "11-11 22:00"),
        ("周日", "11-15 22:00"), ("下周二", "11-17 22:00"), ("周二", "11-17 22:00"), ("本周内", "11-15 22:00"),
        ("下周", "11-22 22:00"), ("月底前", "11-29 22:00"), ("15号", "11-15 22:00"), ("12月1日前", "11-30 22:00"),
        ("3号", "12-03 22:00"), ("马上", "11-11 14:05"), ("一会儿", "11-11 14:10"), ("尽快", "11-11 15:00"),
        ("晚点", "11-11 16:00"),
    ],
)  # fmt: skip
def test_the_words_of_a_time_are_read(text: str, when: str) -> None:
    assert at(text) == when


@pytest.mark.parametrize("text", ["", "您好", "一点小礼物", "2月31日", "400天内", "0小时内", "3元", "点击链接", "99点"])
def test_what_is_no_time_to_come_is_not_read(text: str) -> None:
    assert at(text) == ""


def test_a_day_that_is_over_ends_at_midnight() -> None:
    late = NOW.replace(hour=23)
    assert (at("今天", late), at("今晚", late)) == ("11-12 00:00", "11-12 00:00")


def test_a_shop_without_hours_works_until_midnight() -> None:
    assert at("今天", hours=None) == "11-12 00:00"


def test_nights_belong_to_the_day_on_which_they_begin() -> None:
    nights = Hours(((Period(18 * 60, 26 * 60),),) * 7)
    assert end_of_day(NOW.date(), nights) == datetime(2026, 11, 12, 2, 0, tzinfo=SHOP_ZONE)


def test_utc_is_read_in_the_shops_zone() -> None:
    assert at("明天上午", datetime.fromisoformat("2026-11-10T17:00:00+00:00")) == "11-12 12:00"
