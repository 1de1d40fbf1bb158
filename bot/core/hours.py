"""When a shop is at work: several periods a day, per weekday, past midnight, with holidays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHOP_ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

_MIDNIGHT = 24 * 60
_MOST_STRETCHES = 400
_RUN = 3  # days in a row from which 周一至周三 reads better than 周一、周二


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of a day in minutes after its midnight; `end` past 24:00 reaches into the next day.

    0 ≤ begin < 24:00, begin < end ≤ begin + 24 hours.
    """

    begin: int
    end: int

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Its begin and (exclusive) end on a day, aware, in the shop's time zone."""
        midnight = datetime.combine(day, time(), SHOP_ZONE)
        return midnight + timedelta(minutes=self.begin), midnight + timedelta(minutes=self.end)

    def __str__(self) -> str:
        return f"{_clock(self.begin)}-{_clock(self.end)}"


#: The periods of one day, in order and apart; () is a day off.
Periods = tuple[Period, ...]
WHOLE_DAY: Periods = (Period(0, _MIDNIGHT),)


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days, both inclusive, on which other periods hold than in the week; `says` is what customers are told."""

    first: date
    last: date
    says: str
    periods: Periods = ()

    def covers(self, day: date) -> bool:
        """Whether it is on this day of the shop's calendar."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a shop: seven days, Monday first, and the holidays, the first that covers a day decides. `words` is
    how the shop itself puts its week."""

    week: tuple[Periods, ...] = (WHOLE_DAY,) * 7
    holidays: tuple[Holiday, ...] = ()
    words: str = ""

    def holiday(self, day: date) -> Holiday | None:
        """The holiday on a day of the shop's calendar, if any."""
        return next((holiday for holiday in self.holidays if holiday.covers(day)), None)

    def periods(self, day: date) -> Periods:
        """The periods that begin on a day of the shop's calendar."""
        holiday = self.holiday(day)
        return holiday.periods if holiday else self.week[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is at work at an aware moment."""
        local = moment.astimezone(SHOP_ZONE)
        today = local.date()
        stretches = (period.on(day) for day in (today - DAY, today) for period in self.periods(day))
        return any(begin <= local < end for begin, end in stretches)

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first moment from an aware `moment` on at which somebody is at work, in the shop's time zone: `moment`
        itself while open, None when nobody ever comes again. Looks at no more than 9 days and 8 per holiday."""
        local = moment.astimezone(SHOP_ZONE)
        for day in self._days_worth_a_look(local.date()):
            for period in self.periods(day):
                begin, end = period.on(day)
                if local < end:
                    return max(begin, local)
        return None

    def after(self, moment: datetime, work: timedelta) -> datetime | None:
        """The moment at which so much time at work has passed since an aware `moment`; None when nobody comes often
        enough for that (looks at 400 stretches of work)."""
        for _ in range(_MOST_STRETCHES):
            begin = self.next_opening(moment)
            if begin is None:
                return None
            end = self._closing(begin)
            if end - begin >= work:
                return begin + work
            work, moment = work - (end - begin), end
        return None

    def _closing(self, moment: datetime) -> datetime:
        """The end of the period that an open moment lies in, the last where several do."""
        today = moment.astimezone(SHOP_ZONE).date()
        stretches = (period.on(day) for day in (today - DAY, today) for period in self.periods(day))
        return max(end for begin, end in stretches if begin <= moment < end)

    def _days_worth_a_look(self, today: date) -> Iterator[date]:
        """The days on which the next opening can lie, in order. One on any other day would have happened a week before,
        unless a holiday was in its way; and in a holiday every day is like the first."""
        yield from (today + DAY * ahead for ahead in range(-1, 8))
        later: set[date] = set()
        for holiday in self.holidays:
            later |= {holiday.first, *(holiday.last + DAY * ahead for ahead in range(1, 8))}
        yield from sorted(day for day in later if day >= today + DAY * 8)

    def says(self) -> str:
        """The week in words for customers, the shop's own if it has any: 9:00-22:00, or 周一至周五9:00-22:00，周末
        10:00-18:00. Days off are left out."""
        if self.words:
            return self.words
        if len(set(self.week)) == 1:
            return in_words(self.week[0])
        kinds = {periods: None for periods in self.week if periods}
        return "，".join(f"{_days(self.week, periods)}{in_words(periods)}" for periods in kinds)


def in_words(periods: Periods) -> str:
    """One day's periods for customers: 9:00-12:00、13:30-22:00; 休息 on a day off."""
    if periods == WHOLE_DAY:
        return "全天"
    return "、".join(map(str, periods)) or "休息"


def _clock(minutes: int) -> str:
    day, rest = ("次日", minutes - _MIDNIGHT) if minutes > _MIDNIGHT else ("", minutes)
    return f"{day}{rest // 60}:{rest % 60:02}"


def _days(week: Sequence[Periods], periods: Periods) -> str:
    """Names of the weekdays with these periods: 周一至周五, 周末, 周一、周三."""
    numbers = [number for number, of_day in enumerate(week) if of_day == periods]
    begins = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    return "、".join(map(_run, begins, ends))


def _run(first: int, last: int) -> str:
    """Consecutive weekdays by name."""
    if (first, last) == (5, 6):
        return "周末"
    if last - first + 1 >= _RUN:
        return f"{WEEKDAYS[first]}至{WEEKDAYS[last]}"
    return "、".join(WEEKDAYS[first : last + 1])
