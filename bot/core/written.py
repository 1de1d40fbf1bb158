"""How hours, dates and numbers are written in a shop's file: the text in, the value out, or what to write instead."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.core.hours import DAY, SHOP_ZONE, WEEKDAYS, WHOLE_DAY, Hours, Period, Periods
from bot.errors import FactError

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")
_PERIOD = re.compile(rf"{_CLOCK.pattern}\s*[-~～—至到]\s*{_CLOCK.pattern}")
_DATE = re.compile(r"(20\d\d)-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2})[:：](\d{2}))?")
_COMMA = re.compile(r"\s*[,，、;；]\s*")
_RANGE = re.compile(r"\s*[-~～—至到]\s*")
_NAMED_DAYS = {"每天": range(7), "工作日": range(5), "周末": range(5, 7)}
_MIDNIGHT = 24 * 60
_DURATION = re.compile(r"(\d{1,4})\s*(分钟|小时|天)", re.ASCII)
_UNITS = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "天": DAY}


def read_clock(text: str) -> time:
    """A time of day: 16:30."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise FactError(f"“{text}”不是时间，请写成 16:30 这样的 24 小时制")
    minutes = _minutes(found[1], found[2])
    if minutes == _MIDNIGHT:
        raise FactError("24:00 只能用作结束时间，这里最晚写 23:59")
    return time(minutes // 60, minutes % 60)


def read_periods(text: str) -> Periods:
    """A day's periods: "9:00-12:00, 13:30-22:00", "18:00-2:00" (past midnight), 全天 or 休息."""
    if text.strip() in ("全天", "休息"):
        return WHOLE_DAY if text.strip() == "全天" else ()
    periods = tuple(sorted(map(_period, _COMMA.split(text.strip()))))
    for earlier, later in pairwise(periods):
        if later.begin < earlier.end:
            raise FactError(f"{earlier} 和 {later} 重叠了，请合并成一段")
    return periods


def read_weekdays(named: str) -> list[int]:
    """Days of the week, Monday 0: "周一至周五", "周六、周日", 工作日, 周末, 每天."""
    numbers: list[int] = []
    for part in _COMMA.split(named.strip().replace("星期", "周").replace("周天", "周日")):
        first, *rest = _RANGE.split(part)
        if part in _NAMED_DAYS:
            numbers += _NAMED_DAYS[part]
        elif first in WEEKDAYS and len(rest) <= 1 and set(rest) <= set(WEEKDAYS):
            begin, end = WEEKDAYS.index(first), WEEKDAYS.index(rest[0] if rest else first)
            numbers += [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
        else:
            raise FactError(f"不认识“{part}”，可以写 周一 到 周日、周一至周五、工作日、周末、每天")
    return numbers


def checked_week(week: tuple[Periods, ...]) -> tuple[Periods, ...]:
    """The week unchanged; FactError when it has no working day, or a night runs into the next morning's hours."""
    if not any(week):
        raise FactError("一周里没有一天上班，至少写一天")
    for number, (today, tomorrow) in enumerate(zip(week, (*week[1:], week[0]), strict=True)):
        if today and tomorrow and today[-1].end - _MIDNIGHT > tomorrow[0].begin:
            raise FactError(f"{WEEKDAYS[number]}的 {today[-1]} 和第二天的 {tomorrow[0]} 重叠了")
    return week


def read_quiet(text: str) -> Hours:
    """When customers may be written to unasked, from the period of the day when they may not ("22:00-8:00")."""
    quiet = _period(text.strip())
    wakes = quiet.end % _MIDNIGHT
    if wakes == quiet.begin:
        raise FactError("免打扰不能是全天，请写成 22:00-9:00 这样的一段")
    return Hours(((Period(wakes, quiet.begin if quiet.begin > wakes else quiet.begin + _MIDNIGHT),),) * 7)


def read_day(text: str) -> date:
    """A day of the shop's calendar: 2026-12-01."""
    found = _DATE.fullmatch(text.strip())
    if found is None or found[4]:
        raise FactError(f"“{text}”不是日期，请写成 2026-12-01")
    return _date(found, text)


def read_begin(text: str) -> datetime:
    """The moment from which something holds: 2026-12-01 (from midnight) or 2026-12-01 18:00, in shop time."""
    return _moment(text)[0]


def read_end(text: str) -> datetime:
    """The moment at which something is over: 2026-12-01 means the end of that day, 2026-12-01 18:00 that moment."""
    moment, whole_day = _moment(text)
    return moment + DAY if whole_day else moment


def read_number(text: str, least: int, most: int) -> int:
    """A whole number within bounds, both inclusive."""
    if not re.fullmatch(r"\d{1,5}", text.strip(), re.ASCII) or not least <= int(text) <= most:
        raise FactError(f"“{text}”应当是 {least} 到 {most} 之间的整数")
    return int(text)


def read_days(text: str) -> tuple[int, int]:
    """Fewest and most days of a delivery: "1-2" or "3"; at most 60, our default."""
    parts = [read_number(part, 1, 60) for part in text.removesuffix("天").split("-", 1)]
    if parts[0] > parts[-1]:
        raise FactError(f"“{text}”前大后小，请写成 {parts[-1]}-{parts[0]}")
    return parts[0], parts[-1]


def read_duration(text: str, most: int = 60) -> timedelta:
    """A length of time: 12分钟, 10小时, 3天; at most so many days, our default."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise FactError(f"“{text}”不是一段时间，请写成 12分钟、10小时 或 3天")
    length = int(found[1]) * _UNITS[found[2]]
    if not timedelta() < length <= most * DAY:
        raise FactError(f"“{text}”应当在 1分钟 到 {most}天 之间")
    return length


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise FactError(f"“{text}”不是时间段，请写成 9:00-22:00，几段之间用逗号隔开")
    begin, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if begin in (end, _MIDNIGHT):
        raise FactError(f"“{text}”的开始时间不对；整天有人请写“全天”")
    return Period(begin, end if end > begin else end + _MIDNIGHT)


def _minutes(hour: str, minute: str) -> int:
    """Minutes after midnight, 24:00 included."""
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > _MIDNIGHT:
        raise FactError(f"没有 {hour}:{minute} 这个时间，请用 24 小时制")
    return minutes


def _moment(text: str) -> tuple[datetime, bool]:
    """The moment, and whether the text names a whole day."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise FactError(f"“{text}”不是日期，请写成 2026-12-01 或 2026-12-01 18:00")
    clock = read_clock(f"{found[4]}:{found[5]}") if found[4] else time()
    return datetime.combine(_date(found, text), clock, SHOP_ZONE), not found[4]


def _date(found: re.Match[str], text: str) -> date:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise FactError(f"“{text}”这一天不存在") from error
