"""Care by segment: whom a person may start a plan for, who wants none, and how it is spread over time (SR-144)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.delivery import province_of
from bot.core.hours import Hours
from bot.core.orders import Kind, Order
from bot.core.plans import Manner, Plan, Segment, Start
from bot.core.shop import Shop

#: What the phrases of such a plan may name beside the shop's and the order's facts.
NAMES = frozenset({"care.province", "care.word"})
#: A customer's own words that end what nobody asked for: those that speak of messages, and those that may speak of a
#: parcel. Rather one too many: who is not written to misses a greeting.
_OF_MESSAGES = re.compile(
    r"(别|不要|不用|不必|不许|勿|停止|少)再?(给我|跟我|向我)?(群发|发送|发|推送|推)(这些|这种|这类|什么|任何|那些)?的?"
    r"(消息|信息|短信|广告|推广|推送|问候|关怀|通知)"
    r"|(别|不要|勿|少)再?(来|总|老|总是|老是)?(打扰|骚扰)我?|不想(再)?(收到|被打扰|被骚扰)|退订(?!单)|^(td|t)$"
)
_OF_SENDING = re.compile(r"(别|不要|勿)(再(给我|跟我|向我)?|(给我|跟我|向我)再)发了(?!货)")
_ALL_SAID = 20  # characters; who writes more wants something beside
#: Openings looked at until all hours meet; our default, some weeks of them.
_LOOKS = 60
_SPACE = re.compile(r"\s+")


class Obstacle(StrEnum):
    """Why a customer is not written to for care, as the ledger has it."""

    NOT_STARTED = "nobody started it"
    OFF = "the shop has switched the plan off"
    LATE = "too late"
    NOT_MEANT = "not one of those whom it is for"
    DECLINED = "the customer wants no such messages"
    NO_CONSENT = "the customer has not agreed to such messages"
    TOLD = "told before"
    CAPPED = "enough care for the time being"
    CASE_OPEN = "an after-sale case is open"
    UNREACHED = "the platform cannot be called, or the shop confirms every reply"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer stands to being written to for care."""

    tags: Collection[str] = ()  #: what the platform said of the customer last
    declined: bool = False  #: the customer, or the platform for the customer, wants nothing unasked
    told: bool = False  #: has had this plan on this occasion
    last: datetime | None = None  #: aware; the newest message of care
    case_open: bool = False


def obstacle(plan: Plan, start: Start | None, order: Order, shop: Shop, of: Standing, now: datetime) -> Obstacle | None:
    """What keeps a started plan from a customer at the aware moment `now`; None where nothing does."""
    manner, segment = shop.proactive, plan.segment
    if segment is None or start is None:
        return Obstacle.NOT_STARTED
    if not manner.runs(plan):
        return Obstacle.OFF
    if now > start.at + plan.within:
        return Obstacle.LATE
    if not fits(plan, segment, start, order, of.tags):
        return Obstacle.NOT_MEANT
    if of.declined:
        return Obstacle.DECLINED
    if manner.consent.isdisjoint(of.tags):
        return Obstacle.NO_CONSENT
    if of.told:
        return Obstacle.TOLD
    if of.last is not None and now < of.last + manner.care_pause:
        return Obstacle.CAPPED
    return Obstacle.CASE_OPEN if of.case_open else None


def fits(plan: Plan, segment: Segment, start: Start, order: Order, tags: Collection[str]) -> bool:
    """Whether an order makes its customer one of the segment."""
    goes = province_of(order.facts.address or "") or ""
    paid = order.milestones.get(Kind.PAID) or order.milestones.get(Kind.COD_PLACED)
    return (
        order.live
        and order.state in plan.states
        and paid is not None and paid >= start.at - segment.bought_within
        and (not segment.provinces or goes in segment.provinces)
        and start.province in ("", goes)
        and (not segment.tags or not segment.tags.isdisjoint(tags))
    )  # fmt: skip


def declines(text: str, tags: Collection[str], manner: Manner) -> bool:
    """Whether a customer's words, or a tag that came with them, say that nothing is wanted unasked."""
    said = _SPACE.sub("", text).lower()
    found = _OF_MESSAGES.search(said) or _OF_SENDING.search(said)
    return found is not None or not manner.refusal.isdisjoint(tags)


def only_declines(text: str) -> bool:
    """Whether a customer says this of messages beyond doubt, and nothing else."""
    said = _SPACE.sub("", text).lower()
    return len(said) <= _ALL_SAID and _OF_MESSAGES.search(said) is not None


def words(order: Order, start: Start) -> dict[str, str]:
    """What the phrases may use, by name; what is not known is left out."""
    known = {"province": province_of(order.facts.address or "") or "", "word": start.word}
    return {name: text for name, text in known.items() if text}


def slots(begin: datetime, gap: timedelta, awake: Sequence[Hours]) -> Iterator[datetime]:
    """Aware moments at which messages may go, `gap` apart and each in all of these hours, so that neither a mass nor
    the end of a night floods the platform. Ends where no such hour comes any more."""
    moment = _awake(begin, awake)
    while moment is not None:
        yield moment
        moment = _awake(moment + gap, awake)


def _awake(moment: datetime, awake: Sequence[Hours]) -> datetime | None:
    """The first moment from one on that lies in all of these hours; None where they hardly ever meet."""
    for _ in range(_LOOKS):
        closed = next((hours for hours in awake if not hours.is_open(moment)), None)
        if closed is None:
            return moment
        if (opening := closed.next_opening(moment)) is None:
            return None
        moment = opening
    return None
