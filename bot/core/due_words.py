"""Read by when something was promised from the words of a sentence: 两小时内, 今天, 明天下午3点前, 周五前, 3天内."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.hours import DAY, SHOP_ZONE, Hours
from bot.core.numerals import NUMBER, number

#: What words without a number are taken for; our defaults, no source gives one.
AT_ONCE, SOON, LATER = timedelta(minutes=5), timedelta(hours=1), timedelta(hours=2)
_VAGUE = (
    (re.compile("马上|立刻|立即|立马|这就|现在就|片刻|一下下"), AT_ONCE),
    (re.compile("一会儿?|待会儿?|等会儿?|稍后|几分钟"), timedelta(minutes=10)),
    (re.compile("尽快|尽早"), SOON),
    (re.compile("晚点|晚些|迟点|回头|晚一点"), LATER),
)
_SPAN = re.compile(rf"({NUMBER})(个?半)?(分钟|个小时|小时|个?钟头|个钟)(半)?")
_QUARTER = re.compile("([一两三])刻钟")
_DAYS = re.compile(rf"({NUMBER})(个工作日|工作日|天|日)(?:之?内|以内|左右|之后|后|就)")
_NEAR = {"今": 0, "当": 0, "明": 1, "次": 1, "后": 2}
_DAY = re.compile("(大后|今|当|明|次|后)[天日早晚]|第二天|[这近]两天|[这近]几天")
_WEEKDAY = re.compile("([这本下]?)(?:周|星期|礼拜)([一二三四五六日天末])")
_WEEK = re.compile("([这本下])(?:周|个?星期|个?礼拜)(?:之?内)?")
_MONTH_END = re.compile("(?:这个月|本月|月)底")
_DATE = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[号日](?!线)")
_CLOCK = re.compile(  # 一点 alone is "a little"
    rf"({NUMBER})(?:(?:(?<![^十]一)(?<!^一)点(?!儿|击|开)|点(?=半|前|之前|钟|左右|整))(半)?|[:：](\d\d))"
)
_BEFORE = re.compile("(?:之|以)?前")
#: Until when a part of the day lasts (our defaults; nobody is written to after 22:00, bar 34), and whether its hours
#: are counted from noon.
_PARTS = (
    (re.compile("早上|上午|[今明]早|一早"), time(12), False),
    (re.compile("中午"), time(13), True),
    (re.compile("下午|傍晚|下班前"), time(18), True),
    (re.compile("晚上|今晚|明晚|夜里|晚间"), time(22), True),
)
_NOON = 12
_MOST = timedelta(days=60)  # beyond that it is no promise of a chat; our default


@dataclass(frozen=True, slots=True)
class Due:
    """By when, as a sentence says it."""

    words: str
    at: datetime  #: aware
    is_vague: bool = False  #: 马上, 尽快: no time of its own


@dataclass(frozen=True, slots=True)
class _Hour:
    """An hour of the day, or the end of a part of it."""

    words: str
    until: time
    from_noon: bool = False


@dataclass(frozen=True, slots=True)
class _NamedDay:
    """A day that is named; `before`: all must be done before it begins."""

    words: str
    day: date
    before: bool


def due(text: str, now: datetime, hours: Hours | None) -> Due | None:
    """The time that a text names, read at an aware `now` in a shop with these hours (None: always somebody there);
    None when it names none. A day ends with the shop's work on it; 周五前 is before Friday begins. A time that would
    have passed already is read as the next one."""
    for read in (_span, _days, _named_day, _vague):
        found = read(text, now.astimezone(SHOP_ZONE), hours)
        if found is not None and now < found.at <= now + _MOST:
            return found
    return None


def end_of_day(day: date, hours: Hours | None) -> datetime:
    """When the shop's work on a day is over, in its time zone; midnight on a day off or without hours."""
    periods = hours.periods(day) if hours else ()
    if periods:
        return periods[-1].on(day)[1]
    return datetime.combine(day + DAY, time(), SHOP_ZONE)


def _span(text: str, now: datetime, hours: Hours | None) -> Due | None:
    if found := _QUARTER.search(text):
        return Due(found[0], now + timedelta(minutes=15 * (number(found[1]) or 1)))
    found = _SPAN.search(text)
    value = number(found[1]) if found else None
    if found is None or value is None:
        return None
    whole = value + (0.5 if found[2] or found[4] else 0)
    return Due(found[0], now + (timedelta(minutes=whole) if "分" in found[3] else timedelta(hours=whole)))


def _days(text: str, now: datetime, hours: Hours | None) -> Due | None:
    found = _DAYS.search(text)
    value = number(found[1]) if found else None
    if found is None or value is None or not 1 <= value <= _MOST.days:
        return None
    if "工作" in found[2]:
        return Due(found[0], end_of_day(_workday(now.date(), int(value), hours), hours))
    return Due(found[0], end_of_day(now.date() + DAY * int(value), hours))


def _workday(day: date, count: int, hours: Hours | None) -> date:
    """The day that lies so many working days ahead: Monday to Friday, but for the shop's holidays."""
    for ahead in range(1, _MOST.days):
        following = day + DAY * ahead
        off = hours is not None and not hours.periods(following)
        count -= following.weekday() < 5 and not off
        if count == 0:
            return following
    return day + _MOST


def _named_day(text: str, now: datetime, hours: Hours | None) -> Due | None:
    """A day, a part of one, an hour of the clock, or several of them."""
    named, part = _first(text, now), _part(text)
    clock = _clock(text, from_noon=part is not None and part.from_noon)
    if named is None and part is None and clock is None:
        return None
    day = named.day if named else now.date()
    words = "".join(dict.fromkeys(one.words for one in (named, part, clock) if one))
    at = end_of_day(day, hours)
    if exact := clock or part:
        at = _next(datetime.combine(day, exact.until, SHOP_ZONE), now, is_dated=named is not None)
    elif named and named.before and (earlier := end_of_day(day - DAY, hours)) > now:
        at = earlier
    return Due(words, at if at > now else datetime.combine(day + DAY, time(), SHOP_ZONE))


def _next(at: datetime, now: datetime, *, is_dated: bool) -> datetime:
    """An hour that has passed: 3点前, said at two in the afternoon, is 15:00; else the next day's, without a day."""
    if at > now or is_dated:
        return at if at > now or at.hour >= _NOON else at + timedelta(hours=_NOON)
    if at.hour < _NOON and at + timedelta(hours=_NOON) > now:
        return at + timedelta(hours=_NOON)
    return at + DAY


def _part(text: str) -> _Hour | None:
    for what, until, from_noon in _PARTS:
        if found := what.search(text):
            return _Hour(found[0], until, from_noon)
    return None


def _clock(text: str, *, from_noon: bool) -> _Hour | None:
    found = _CLOCK.search(text)
    hour = number(found[1]) if found else None
    if found is None or hour is None or hour != int(hour) or hour > 24 or int(found[3] or 0) > 59:
        return None
    if hour == 24:
        return _Hour(found[0], time(23, 59))
    late = _NOON if from_noon and hour < _NOON else 0
    return _Hour(found[0], time(int(hour) + late, 30 if found[2] else int(found[3] or 0)))


def _first(text: str, now: datetime) -> _NamedDay | None:
    for what, read in _DAY_READERS:
        found = what.search(text)
        day = read(found, now.date()) if found else None
        if found is not None and day is not None:
            return _NamedDay(found[0], day, _BEFORE.match(text, found.end()) is not None)
    return None


def _near(found: re.Match[str], today: date) -> date:
    if found[1] is None:
        return today + DAY * (1 if found[0] == "第二天" else 2)
    return today + DAY * (3 if found[1] == "大后" else _NEAR[found[1]])


def _weekday(found: re.Match[str], today: date) -> date:
    wanted = 6 if found[2] in "日天末" else "一二三四五六".index(found[2])
    monday = today - DAY * today.weekday()
    if found[1] == "下":
        return monday + DAY * (7 + wanted)
    day = monday + DAY * wanted
    return day if day >= today else day + DAY * 7


def _week(found: re.Match[str], today: date) -> date:
    return today - DAY * today.weekday() + DAY * (13 if found[1] == "下" else 6)


def _month_end(_: re.Match[str], today: date) -> date:
    following = today.replace(day=28) + DAY * 4
    return following - DAY * following.day


def _date(found: re.Match[str], today: date) -> date | None:
    for ahead in range(13):
        months = today.month - 1 + ahead
        year, month = today.year + months // 12, months % 12 + 1
        if found[1] and int(found[1]) != month:
            continue
        try:
            day = date(year, month, int(found[2]))
        except ValueError:
            continue
        if day >= today:
            return day
    return None


_DAY_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_DAY, _near), (_WEEKDAY, _weekday), (_WEEK, _week), (_MONTH_END, _month_end), (_DATE, _date),
)  # fmt: skip


def _vague(text: str, now: datetime, hours: Hours | None) -> Due | None:
    for what, lasts in _VAGUE:
        if found := what.search(text):
            return Due(found[0], now + lasts, is_vague=True)
    return None
