"""The story of a person starting care for a segment: whom it would reach, and a timer for each, spread over time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from bot.core import care, tact
from bot.core.care import Obstacle
from bot.core.orders import Order
from bot.core.plans import Given, Plan, Start
from bot.core.shop import Shop
from bot.core.unasked import Talk, Told
from bot.errors import NotFound, SettingsError
from bot.flows import unsaid
from bot.store import channels, conversations, orders, proactive
from bot.store.conversations import Conversation
from bot.store.proactive import Entry

#: Customers looked at in one transaction, a twentieth of a second, so that no answer waits for it; our default.
BATCH = 50
#: Orders of a customer that are looked at, the newest first; our default.
_ORDERS = 20
#: What a plan is about, as it is read out: a few characters and nothing that could be a link; our default.
_WORD = re.compile(r"[\u4e00-\u9fff]{1,8}")
_PLANNED = "started, waits for its turn"


@dataclass(frozen=True, slots=True)
class Call:
    """What a person starts: a plan for a segment of a shop's customers."""

    shop: str
    facts: Shop
    plan: Plan
    start: Start


@dataclass(frozen=True, slots=True)
class Found:
    """One customer of the shop: the order at which the plan finds them, or what keeps it from them."""

    channel: str
    customer: str
    order: Order | None
    obstacle: Obstacle | None


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of a batch of customers (channel and id), one query each however many they are."""

    conversations: Mapping[tuple[str, str], Conversation]
    orders: Mapping[tuple[str, str], Sequence[Order]]  #: of each, the newest first
    channels: Collection[str]  #: on which the shop can speak first
    started: Collection[tuple[str, str]]  #: for whom this was started before
    told: Mapping[tuple[str, str], Sequence[Told]]


def check(call: Call) -> None:
    """SettingsError, saying in Chinese what to mend, where a plan cannot be started so."""
    plan, start = call.plan, call.start
    if plan.segment is None:
        raise SettingsError(f"“{plan.id}”不是由人发起的关怀，kefu proactive list 看有哪些")
    if not call.facts.proactive.runs(plan):
        raise SettingsError(f"店铺 {call.shop} 没有打开它，请在店铺事实里写 proactive: {{on: [{plan.id}]}}")
    named = {Given.PROVINCE: start.province, Given.WORD: start.word}
    if lacking := [f"--{one.value}" for one in Given if one in plan.segment.given and not named[one]]:
        raise SettingsError(f"请写明 {'、'.join(lacking)}")
    if start.word and not _WORD.fullmatch(start.word):
        raise SettingsError("--word 只能是 1 到 8 个汉字，会念给客户听，例如 台风")
    if start.province and plan.segment.provinces and start.province not in plan.segment.provinces:
        raise SettingsError(f"这条关怀只发给：{'、'.join(sorted(plan.segment.provinces))}")


def look(tx: sa.Connection, call: Call, after: tuple[str, str], now: datetime) -> list[Found]:
    """The next customers behind `after` (channel and id), at most BATCH; nothing is written."""
    if call.plan.segment is None:
        return []
    since = call.start.at - call.plan.segment.bought_within
    named = orders.customers(tx, call.shop, since, after, BATCH)
    stored = _stored(tx, call, named)
    return [_found(call, customer, stored, now) for customer in named]


def begin(
    tx: sa.Connection, call: Call, after: tuple[str, str], slots: Iterator[datetime], now: datetime
) -> list[Found]:
    """The same, with a line of the ledger and a timer at the next of the `slots` for each who fits. The lock on the
    shop's orders lets one start at a time in, so that the same start twice finds its own lines. NotFound without such a
    shop."""
    if not orders.lock(tx, call.shop):
        raise NotFound
    return [_set(tx, call, one, slots, now) for one in look(tx, call, after, now)]


def _set(tx: sa.Connection, call: Call, one: Found, slots: Iterator[datetime], now: datetime) -> Found:
    if one.order is None or one.obstacle is not None:
        return one
    plan, start, order = call.plan, call.start, one.order
    moment = next(slots, None)
    if moment is None or moment > start.at + plan.within:
        return replace(one, obstacle=Obstacle.LATE)
    entry = Entry(
        order.shop, order.id, plan.id, start.occasion, plan.kind, one.channel, one.customer, "snoozed", _PLANNED, now
    )
    proactive.put(tx, entry)
    unsaid.set_timer(tx, order.shop, plan.id, order.id, moment, now, start)
    return one


def _stored(tx: sa.Connection, call: Call, customers: Sequence[tuple[str, str]]) -> _Stored:
    return _Stored(
        conversations.of_customers(tx, call.shop, customers),
        orders.of_customers(tx, call.shop, customers, _ORDERS),
        channels.that_speak_first(tx, call.shop),
        proactive.started_for(tx, call.shop, customers, call.plan.id, call.start.occasion),
        proactive.told_to(tx, call.shop, customers),
    )


def _found(call: Call, customer: tuple[str, str], stored: _Stored, now: datetime) -> Found:
    plan, start = call.plan, call.start
    conversation = stored.conversations.get(customer)
    tags = conversation.tags if conversation else ()
    newest = _newest(stored.orders.get(customer, ()), plan, start, tags)
    if newest is None:
        return Found(*customer, None, Obstacle.NOT_MEANT)
    if customer[0] not in stored.channels:
        return Found(*customer, newest, Obstacle.UNREACHED)
    if customer in stored.started:
        return Found(*customer, newest, Obstacle.TOLD)
    talk = Talk(tags=tags, declined=conversation is not None and conversation.declined_at is not None)
    standing = tact.standing(plan, start, talk, stored.told.get(customer, ()))
    return Found(*customer, newest, care.obstacle(plan, start, newest, call.facts, standing, now))


def _newest(of: Sequence[Order], plan: Plan, start: Start, tags: Sequence[str]) -> Order | None:
    if plan.segment is None:
        return None
    return next((order for order in of if care.fits(plan, plan.segment, start, order, tags)), None)
