"""One shop's facts: what may be said of it at which moment, and the values that code computes with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from bot.core import delivery
from bot.core.couriers import Reach
from bot.core.csat import SurveyRules
from bot.core.delivery import Zone
from bot.core.hours import DAY, SHOP_ZONE, Hours, Period, in_words
from bot.core.model import Priority
from bot.core.plans import Manner
from bot.core.tickets import FIRST_ANSWER

#: Facts that are made from the typed parts of a shop, and the part each is made from.
DERIVED: Mapping[str, str] = MappingProxyType({
    "promotion": "campaigns", "coupon": "coupons", "holiday": "holidays", "near_region": "delivery",
    "eta_near": "delivery", "eta_normal": "delivery", "far_region": "delivery", "eta_far": "delivery",
})  # fmt: skip

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # no clock shows an earlier time
#: Bar 34 of reliability: customers are written to unasked between 9:00 and 22:00 only.
_OUTREACH = Hours(((Period(9 * 60, 22 * 60),),) * 7)


class Tone(StrEnum):
    """How the shop speaks to its customers."""

    PROFESSIONAL = "professional"
    WARM = "warm"
    LIGHT = "light"


class Assigns(StrEnum):
    """How waiting customers come to agents."""

    AUTO = "auto"  #: kefu gives each to somebody who is there
    MANUAL = "manual"  #: agents claim them by hand


#: The tones as shopkeepers write them.
TONES: Mapping[str, Tone] = MappingProxyType({"专业": Tone.PROFESSIONAL, "亲切": Tone.WARM, "轻松": Tone.LIGHT})


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something holds; aware moments, `end` exclusive, None is without limit."""

    begin: datetime | None = None
    end: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it has begun and is not over."""
        return (self.begin is None or self.begin <= now) and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether it will never hold again."""
        return self.end is not None and self.end <= now


@dataclass(frozen=True, slots=True)
class Fact:
    """A text that can be read out to a customer, while it holds (SR-097: a campaign has a start and an end)."""

    name: str
    says: str
    span: Span = Span()


@dataclass(frozen=True)
class Shop:
    """What one shop has told kefu; whatever it has not told is never said (SR-285, SR-286)."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    campaigns: tuple[Fact, ...] = ()
    coupons: tuple[Fact, ...] = ()
    hours: Hours | None = None  #: None: not told, taken as always open
    outreach: Hours = _OUTREACH  #: when customers may be written to unasked
    tone: Tone = Tone.WARM
    waits: Mapping[Priority, int] = field(default_factory=lambda: FIRST_ANSWER)  #: minutes, for the first in line
    #: Tickets waiting from which the desk counts as busy and self-help is offered first (SR-056); our default.
    busy_from: int = 10
    assignment: Assigns = Assigns.AUTO
    cutoff_time: time | None = None  #: orders paid before it leave the same day; shop time
    return_days: int | None = None
    zones: tuple[Zone, ...] = ()
    couriers: tuple[str, ...] = ()
    default_courier: str = ""
    courier_reach: Mapping[str, Reach] = field(default_factory=dict)  #: where those deliver that do not everywhere
    fallback_courier: str = ""  #: for addresses where none of them delivers (EMS)
    csat: SurveyRules | None = None  #: when customers are asked how it was; None: never
    proactive: Manner = field(default_factory=Manner)  #: how customers are written to unasked

    def said(self, now: datetime) -> Mapping[str, str]:
        """The facts that may be said at an aware moment. One that is over, not yet in force or not told is absent, so
        that a phrase with it cannot be said at all (SR-096): another one or a human answers, never a guess."""
        return next(facts for start, facts in reversed(self.timetable) if start <= now)

    @cached_property
    def timetable(self) -> tuple[tuple[datetime, Mapping[str, str]], ...]:
        """From when (UTC) on which facts may be said, in order of time; the first entry holds since ever."""
        starts = sorted({_BEGINNING, *(change.astimezone(UTC) for change in self._changes())})
        return tuple((start, MappingProxyType(self._said_from(start))) for start in starts)

    def dated(self) -> tuple[Fact, ...]:
        """Every text that may have a begin or an end."""
        return (*self.facts.values(), *self.campaigns, *self.coupons)

    def days_to(self, place: str) -> str | None:
        """How long a parcel takes to a province, such as 1-2天; None when the shop does not say."""
        return delivery.days_to(self.zones, place)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether customers may not be written to unasked at an aware moment; `outreach.next_opening` ends it."""
        return not self.outreach.is_open(moment)

    def _changes(self) -> set[datetime]:
        """The moments at which what may be said changes."""
        holidays = self.hours.holidays if self.hours else ()
        ends = {moment for fact in self.dated() for moment in (fact.span.begin, fact.span.end) if moment}
        return ends | {_midnight(day) for one in holidays for day in (one.first, one.last + DAY)}

    def _said_from(self, start: datetime) -> dict[str, str]:
        told = {name: fact.says for name, fact in self.facts.items() if fact.span.holds(start)}
        made = {
            "promotion": _joined(self.campaigns, start),
            "coupon": _joined(self.coupons, start),
            "cutoff_time": f"{self.cutoff_time:%H:%M}" if self.cutoff_time else "",
            "return_days": str(self.return_days or ""),
            "couriers": "、".join(self.couriers),
            "default_courier": self.default_courier,
            **delivery.said(self.zones),
            **(_hours_said(self.hours, start) if self.hours else {}),
        }
        return {**told, **{name: text for name, text in made.items() if text}}


def _joined(facts: tuple[Fact, ...], moment: datetime) -> str:
    return "；".join(fact.says for fact in facts if fact.span.holds(moment))


def _hours_said(hours: Hours, moment: datetime) -> dict[str, str]:
    """In a holiday its own hours hold; where it has none, no hours are said at all."""
    holiday = hours.holiday(moment.astimezone(SHOP_ZONE).date())
    if holiday is None:
        return {"work_hours": hours.says()}
    return {"holiday": holiday.says, "work_hours": in_words(holiday.periods) if holiday.periods else ""}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHOP_ZONE)
