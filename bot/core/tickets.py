"""The human queue's arithmetic: how long a customer is asked to wait, and by when an answer was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
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
#: A chase raises the ticket from the second time on (SR-042).
CHASES_BEFORE_RAISE = 2
#: Hours of work in which a case comes to its end (SR-047); our defaults. A customer who writes on is to be answered in
#: the minutes that the shop's `waits` promise for a first answer (SR-044).
RESOLUTION: Mapping[Priority, int] = MappingProxyType(
    {Priority.LOW: 24, Priority.NORMAL: 12, Priority.HIGH: 6, Priority.URGENT: 3}
)
_NOBODY_COMES = 7 * DAY  # where the calendar holds too little work: whoever extends it finds the case
_NEAR_DAYS = ("今天", "明天", "后天")


@dataclass(frozen=True, slots=True)
class Promise:
    """When a human will answer: the moment, and the words that fit into “预计…回复您”."""

    deadline: datetime
    words: str
    off_hours: bool = False
    resolve_by: datetime | None = None  #: when the case is to be ended


class DueKind(StrEnum):
    """What is due next in a case."""

    FIRST = "first"  #: the first answer by a human
    NEXT = "next"  #: an answer to what the customer has written since
    RESOLUTION = "resolution"  #: its end


@dataclass(frozen=True, slots=True)
class Due:
    """The next deadline of a case."""

    at: datetime
    kind: DueKind


def due(
    deadline: datetime, answered_at: datetime | None, answer_by: datetime | None, resolve_by: datetime | None
) -> Due | None:
    """What is due next: the first answer until an agent (never the bot) has given it, then an answer to whatever the
    customer wrote since, else the case's end; None for a case of which nobody said until when it is to end."""
    if answered_at is None:
        return Due(deadline, DueKind.FIRST)
    if answer_by is not None:
        return Due(answer_by, DueKind.NEXT)
    return Due(resolve_by, DueKind.RESOLUTION) if resolve_by else None


def resolve_by(priority: Priority, now: datetime, hours: Hours | None) -> datetime:
    """Until when a case of this priority is to be ended: hours count only while somebody is at work."""
    work = timedelta(hours=RESOLUTION[priority])
    ends = (hours or Hours()).after(now, work)
    return now + _NOBODY_COMES if ends is None else ends


def promise(
    priority: Priority,
    queue_length: int,
    now: datetime,
    hours: Hours | None,
    waits: Mapping[Priority, int] = FIRST_ANSWER,
) -> Promise:
    """What a customer may be told on hand-off (SR-039, SR-043); grows with the queue and respects the hours, None of
    which means that somebody is always there. `waits`: minutes promised to the first in line."""
    ends = resolve_by(priority, now, hours)
    minutes = waits[priority] + queue_length // _AHEAD_PER_MINUTE
    if hours is None or hours.is_open(now):
        return Promise(now + timedelta(minutes=minutes), f"{minutes}分钟内", resolve_by=ends)
    opening = hours.next_opening(now)
    if opening is None:  # the calendar holds no working day any more: whoever extends it finds the ticket
        return Promise(now + DAY, "24小时内", off_hours=True, resolve_by=ends)
    deadline = opening + timedelta(minutes=max(minutes, _AFTER_OPENING))
    return Promise(deadline, f"{_day(deadline, now)}{deadline:%H:%M}前", off_hours=True, resolve_by=ends)


def _day(moment: datetime, now: datetime) -> str:
    """A day as customers call it: 今天, 明天, 后天, 12月1日."""
    day = moment.astimezone(SHOP_ZONE).date()
    ahead = (day - now.astimezone(SHOP_ZONE).date()).days
    return _NEAR_DAYS[ahead] if ahead < len(_NEAR_DAYS) else f"{day.month}月{day.day}日"


def for_lead(chases: int, *, overdue: bool) -> bool:
    """Whether a lead should look at a case: a promise was not kept, or the customer chased twice (SR-042)."""
    return overdue or chases >= CHASES_BEFORE_RAISE


def raised(priority: Priority) -> Priority:
    """The next higher priority (SR-042: a second chase rises)."""
    return Priority(min(priority + 1, Priority.URGENT))
