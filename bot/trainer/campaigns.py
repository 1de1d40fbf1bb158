"""The care that a person starts in a simulated month: for a holiday, and for the weather soon after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import care as core
from bot.core.knowledge import Knowledge
from bot.core.plans import Start
from bot.core.tact import awake
from bot.flows import care as stories
from bot.flows import orders
from bot.flows.care import Call, Found
from bot.store.base import Store
from bot.trainer.month import START

_GAP = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is started."""

    plan: str
    start: Start


_DAY = START + timedelta(days=21, hours=10)
#: Whoever was greeted has had enough when the second is started.
STARTS: Sequence[Campaign] = (
    Campaign("care_holiday", Start("小雪", _DAY, word="小雪")),
    Campaign("care_weather", Start("寒潮", _DAY + timedelta(days=3), province="浙江", word="寒潮")),
)


def switched_on(knowledge: Knowledge, shop: str) -> Knowledge:
    """The same content with a shop that wants these plans."""
    facts = knowledge.shop(shop)
    manner = facts.proactive
    plans = frozenset(one.plan for one in STARTS)
    return knowledge.with_shop(shop, replace(facts, proactive=replace(manner, on=manner.on | plans)))


def begin(store: Store, knowledge: Knowledge, shop: str, what: Campaign, now: datetime) -> None:
    """Start it as `kefu proactive care` does, a batch of customers in each transaction."""
    call = Call(shop, knowledge.shop(shop), knowledge.plans[what.plan], what.start)
    stories.check(call)
    slots = core.slots(now, _GAP, awake(call.plan.kind, call.facts, started=True))
    after = ("", "")
    while found := _batch(store, call, after, slots, now):
        after = found[-1].channel, found[-1].customer


def _batch(store: Store, call: Call, after: tuple[str, str], slots: Iterator[datetime], now: datetime) -> list[Found]:
    return store.submit(lambda tx: stories.begin(tx, call, after, slots, now), orders.lane(call.shop)).result()
