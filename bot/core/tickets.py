"""The human queue's arithmetic: how long a customer is asked to wait, and by when an answer was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.core.hours import DAY, SHOP_ZONE, Hours
from bot.core.model import Priority

#: Minutes promised to the first in line (SR-040: every 处理中 carries a time); our defaults, no source gives one.
FIRST_ANSWER: Mapping[Priority, int] = MappingProxyType(
    {Priority.LOW: 10, Priority.NORMAL: 5, Priority.HIGH: 3, Priority.URGENT: 2}
)
#: Customers ahead that add a minute: one agent takes 40 in three hours (S0), three to four agents share a desk.
_AHEAD_PER_MINUTE = 4
#: Minutes after opening within which the night's questions are answered at the earliest; our default.
_AFTER_OPENING = 30
_NEAR_DAYS = ("今天", "明天", "后天")


@dataclass(frozen=True, slots=True)
class Promise:
    """When a human will answer: the moment, and the words that fit into “预计…回复您”."""

    deadline: datetime
    words: str
    off_hours: bool = False


def promise(
    priority: Priority,
    queue_length: int,
    now: datetime,
    hours: Hours | None,
    waits: Mapping[Priority, int] = FIRST_ANSWER,
) -> Promise:
    """What a customer may be told on hand-off (SR-039, SR-043); grows with the queue and respects the hours, None of
    which means that somebody is always there. `waits`: minutes promised to the first in line."""
    minutes = waits[priority] + queue_length // _AHEAD_PER_MINUTE
    if hours is None or hours.is_open(now):
        return Promise(now + timedelta(minutes=minutes), f"{minutes}分钟内")
    opening = hours.next_opening(now)
    if opening is None:  # the calendar holds no working day any more: whoever extends it finds the ticket
        return Promise(now + DAY, "24小时内", off_hours=True)
    deadline = opening + timedelta(minutes=max(minutes, _AFTER_OPENING))
    return Promise(deadline, f"{_day(deadline, now)}{deadline:%H:%M}前", off_hours=True)


def _day(moment: datetime, now: datetime) -> str:
    """A day as customers call it: 今天, 明天, 后天, 12月1日."""
    day = moment.astimezone(SHOP_ZONE).date()
    ahead = (day - now.astimezone(SHOP_ZONE).date()).days
    return _NEAR_DAYS[ahead] if ahead < len(_NEAR_DAYS) else f"{day.month}月{day.day}日"


def raised(priority: Priority) -> Priority:
    """The next higher priority (SR-042: a second chase rises)."""
    return Priority(min(priority + 1, Priority.URGENT))
