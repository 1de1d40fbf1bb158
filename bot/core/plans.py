"""What a shop says unasked, and when: plans as the trainers write them, and how a shop wants them handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.core.hours import SHOP_ZONE, Hours, Period
from bot.core.model import Priority
from bot.core.orders import Kind, OrderState

#: Folder under phrases/, and the first part of the situations that plans speak from.
FOLDER = "proactive"
_DAY = 24 * 60
#: Nudges keep clear of the noon rest (SR-147); the hours are our default.
_NO_NOON = Hours(((Period(14 * 60, _DAY + 12 * 60),),) * 7)


class PlanKind(StrEnum):
    """What a message is to its reader, which says how much of it is bearable."""

    NUDGE = "nudge"  #: asks for something the shop wants: capped, never at noon, never where it could annoy
    NOTICE = "notice"  #: what the customer needs to know or to confirm
    CARE = "care"  #: a courtesy after the purchase


class Given(StrEnum):
    """What whoever starts a plan for a segment has to name."""

    PROVINCE = "province"
    WORD = "word"  #: what it is about: 台风, 元旦


class Need(StrEnum):
    """What must hold besides the order's state."""

    AROUND = "around"  #: the customer wrote within the last half hour (SR-118: 在线)
    DOUBLED = "doubled"  #: another unpaid order of the customer holds the same goods (SR-121)
    TRACKED = "tracked"  #: courier and number are known
    ADDRESSED = "addressed"  #: the address is known
    SHORT = "short"  #: something of the order is out of stock (SR-130)
    LOW_SCORE = "low_score"  #: the review gives three stars or fewer (SR-268: 中差评)


class Asks(StrEnum):
    """What the message asks, so that the answer is understood."""

    NOTHING = ""
    ADDRESS = "address"  #: whether the address shown is right (SR-122, SR-123)
    COD = "cod"  #: whether payment at the door is meant (SR-131, SR-132)
    STOCK = "stock"  #: whether to wait, take another or have the money back (SR-130)


#: The groups of phrases that a plan needs beside what it says: of every question those for a yes, and for a yes to
#: what is true no more; of the address those of the whole talk (`core.readdressing`).
ANSWERS: Mapping[Asks, tuple[str, ...]] = MappingProxyType({
    Asks.NOTHING: (),
    Asks.COD: ("right", "changed", "declined"),
    Asks.STOCK: ("waits", "swaps", "refunds"),
    Asks.ADDRESS: (
        "right", "changed", "outside", "ask", "lack", "diff", "diff_outside", "again", "kept", "noted", "courier",
        "couriers", "shipped",
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a human to do, besides the message or instead of it."""

    note: str
    group: str = "sale"
    priority: Priority = Priority.NORMAL
    case: str = ""  #: kind of the after-sale case, with its clocks, that is opened with it


@dataclass(frozen=True, slots=True)
class Silent:
    """What a human does where nobody answers (SR-133: a call)."""

    after: timedelta  #: from the question on
    task: Task


@dataclass(frozen=True, slots=True)
class Segment:
    """The customers for whom a person may start a plan (SR-144); each is found by the newest order that fits."""

    bought_within: timedelta  #: the order was paid no longer ago
    provinces: frozenset[str] = frozenset()  #: and goes to one of these; empty: to any
    tags: frozenset[str] = frozenset()  #: the platform gave the customer one of these; empty: whoever it is
    given: frozenset[Given] = frozenset()


@dataclass(frozen=True, slots=True)
class Start:
    """A plan started by a person for the customers of its segment."""

    occasion: str  #: about one occasion nobody is written to twice, however often it is started
    at: datetime  #: aware
    province: str = ""  #: only for parcels going there
    word: str = ""

    def plain(self) -> dict[str, str]:
        """As it is kept with timers and messages."""
        return {"occasion": self.occasion, "started": self.at.isoformat(), "to": self.province, "word": self.word}

    @staticmethod
    def of(kept: Mapping[str, Any]) -> Start | None:
        """What `plain` made, with or without its empty texts; None of what nobody started."""
        if "started" not in kept:
            return None
        at = datetime.fromisoformat(kept["started"])
        return Start(kept["occasion"], at, kept.get("to", ""), kept.get("word", ""))


@dataclass(frozen=True, slots=True)
class Plan:
    """One thing that the shop says of its own accord."""

    id: str
    title: str
    kind: PlanKind
    on: tuple[Kind, ...]  #: what sets it; of several that happened the latest counts
    states: frozenset[OrderState]  #: in which it is still fitting when it is due
    within: timedelta  #: later than this after what set it, it is not said any more
    after: timedelta = timedelta()
    at: time | None = None  #: shop time: the first such time from `after` on
    before_cutoff: timedelta | None = None  #: that long before the shop's next cut-off instead
    by_region: Mapping[str, timedelta] = field(default_factory=dict)  #: province → `after` for parcels going there
    needs: frozenset[Need] = frozenset()
    scan: tuple[str, ...] = ()  #: only where the parcel's newest scan holds one of these
    not_scan: tuple[str, ...] = ()  #: and none of these
    most: int = 1  #: times per order
    enabled: bool = True
    asks: Asks = Asks.NOTHING
    task: Task | None = None
    silent: Silent | None = None  #: only of a plan that asks
    segment: Segment | None = None  #: a person starts it; no event does

    @property
    def situation(self) -> str:
        """Where its phrases are."""
        return f"{FOLDER}/{self.id}/say"


@dataclass(frozen=True, slots=True)
class Manner:
    """How one shop wants plans handled."""

    on: frozenset[str] = frozenset()  #: plans switched on here
    off: frozenset[str] = frozenset()
    awake: Hours = _NO_NOON  #: when nudges may go, besides the hours in which customers may be written to at all
    hush: timedelta = timedelta(minutes=5)  #: the customer has been silent this long; our default
    quota: int = 0  #: messages the platform allows after the customer's last word; 0: as many as one likes
    window: timedelta = timedelta(hours=48)  #: and how long after it; only with a quota
    holdout: int = 0  #: percent of orders that get no nudge, to see what nudges bring
    consent: frozenset[str] = frozenset()  #: tags by which the platform says that a customer agreed to care
    refusal: frozenset[str] = frozenset()  #: and those by which it says that a customer wants none
    care_pause: timedelta = timedelta(days=30)  #: between two messages of care to one customer; our default

    def runs(self, plan: Plan) -> bool:
        """Whether the shop wants this plan."""
        return plan.id in self.on or (plan.enabled and plan.id not in self.off)


NO_PLANS: Mapping[str, Plan] = MappingProxyType({})


def next_clock(moment: datetime, clock: time) -> datetime:
    """The first such time of the shop's day at or after an aware moment."""
    local = moment.astimezone(SHOP_ZONE)
    today = datetime.combine(local.date(), clock, SHOP_ZONE)
    return today if today >= local else today + timedelta(days=1)
