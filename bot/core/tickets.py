"""The human queue's arithmetic: how long a customer is asked to wait, and by when an answer was promised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import Priority

SHOP_ZONE = ZoneInfo("Asia/Shanghai")

#: Minutes promised to the first in line (SR-040: every 处理中 carries a time); our defaults, no source gives one.
_FIRST_ANSWER = {Priority.LOW: 10, Priority.NORMAL: 5, Priority.HIGH: 3, Priority.URGENT: 2}
#: Customers ahead that add a minute: one agent takes 40 in three hours (S0), three to four agents share a desk.
_AHEAD_PER_MINUTE = 4

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-~至到]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Promise:
    """When a human will answer: the moment, and the words that fit into “预计…回复您”."""

    deadline: datetime
    words: str
    off_hours: bool = False


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """One period a day in the shop's time zone; `closes` at or before `opens` means past midnight."""

    opens: time
    closes: time

    def is_open(self, moment: datetime) -> bool:
        """Whether agents are at work at an aware moment."""
        now = moment.astimezone(SHOP_ZONE).time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """The next time agents come in, after an aware moment."""
        local = moment.astimezone(SHOP_ZONE)
        today = local.replace(hour=self.opens.hour, minute=self.opens.minute, second=0, microsecond=0)
        return today if today > local else today + timedelta(days=1)


def read_hours(text: str) -> WorkingHours | None:
    """Hours from a shop's fact such as "9:00-22:00"; None when it names no such period (then always open)."""
    found = _HOURS.search(text)
    if found is None:
        return None
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
    if max(opens_hour, closes_hour) > 24 or max(opens_minute, closes_minute) > 59:
        return None
    return WorkingHours(time(opens_hour % 24, opens_minute), time(closes_hour % 24, closes_minute))


def promise(priority: Priority, queue_length: int, now: datetime, hours: WorkingHours | None) -> Promise:
    """What a customer may be told on hand-off (SR-039, SR-043); grows with the queue and respects the hours."""
    minutes = _FIRST_ANSWER[priority] + queue_length // _AHEAD_PER_MINUTE
    if hours is None or hours.opens == hours.closes or hours.is_open(now):
        return Promise(now + timedelta(minutes=minutes), f"{minutes}分钟内")
    opening = hours.next_opening(now)
    deadline = opening + timedelta(minutes=max(minutes, 30))
    day = "今天" if deadline.astimezone(SHOP_ZONE).date() == now.astimezone(SHOP_ZONE).date() else "明天"
    return Promise(deadline, f"{day}{deadline.astimezone(SHOP_ZONE):%H:%M}前", off_hours=True)


def raised(priority: Priority) -> Priority:
    """The next higher priority (SR-042: a second chase rises)."""
    return Priority(min(priority + 1, Priority.URGENT))
