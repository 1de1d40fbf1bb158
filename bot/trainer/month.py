"""A shop's month made up: orders with a Double-11 peak, their events late, doubled and disordered, what runs out of
stock, and what customers write meanwhile. The same seed makes the same month."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bot.core.hours import SHOP_ZONE
from bot.core.orders import Item, Kind, OrderEvent, OrderFacts, Review, Scan
from bot.trainer.saying import YES, Means, Saying

START = datetime(2026, 11, 1, tzinfo=SHOP_ZONE)
DAYS = 30
_PEAK_DAY, _PEAK_SHARE = 10, 0.2  # Double 11, of all the month's orders
_COD_SHARE, _SHORT_SHARE = 0.04, 0.02  # of the paid orders: paid at the door; something of it runs out
_HOURS = (2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 7, 6, 6, 6, 6, 6, 5, 5, 7, 9, 10, 8, 5)  # orders by hour of the day
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_PLACES = ("浙江省杭州市", "江苏省南京市", "广东省广州市", "四川省成都市", "新疆维吾尔自治区乌鲁木齐市", "北京市朝阳区")
_SAYS = (
    "在吗", "什么时候发货", "发什么快递", "可以便宜点吗", "算了不要了", "对的", "没问题", "太差劲了", "转人工", "好的",
)  # fmt: skip
_SCANS = ("已揽收", "离开 转运中心", "到达 转运中心", "派送中")
_TROUBLES = ("地址不详，退回发件人", "错分件，转出重派")


@dataclass(frozen=True, slots=True)
class Telling:
    """The shop's system tells of an event, perhaps long after it, perhaps once more."""

    at: datetime
    event: OrderEvent


Happening = Saying | Telling


def month(orders: int, seed: int) -> list[Happening]:
    """Everything that happens in a month with so many orders, in order of time."""
    dice = Random(seed)
    happenings: list[Happening] = []
    for number in range(orders):
        happenings += _order(dice, number, orders)
    return sorted(happenings, key=lambda one: one.at)


def _order(dice: Random, number: int, orders: int) -> Iterator[Happening]:
    customer = f"c{dice.randrange(max(1, orders * 4 // 5))}"
    at, place = _moment(dice), dice.choice(_PLACES)
    facts = OrderFacts(
        channel="scratch", customer=customer, items=(Item(f"P{dice.randrange(50)}", "纯棉短袜"),), amount=1990,
        receiver="林小满", phone="13812345678", address=f"{place}人民路{number}号", pay_by=at + _DAY,
    )  # fmt: skip
    id_ = f"N{number:06}"
    yield from _told(dice, _life(dice, id_, at, facts))
    if dice.random() < 0.05:  # the same goods once more
        yield from _told(dice, _life(dice, f"{id_}D", at + 3 * _MINUTE, facts))
    if dice.random() < 0.2:
        for _ in range(dice.randrange(1, 4)):
            text = dice.choice(_SAYS)
            means = Means.YES if text in YES else Means.TALK
            yield Saying(at + dice.random() * 40 * _MINUTE, customer, text, means)


def _moment(dice: Random) -> datetime:
    day = _PEAK_DAY if dice.random() < _PEAK_SHARE else dice.randrange(DAYS - 8)
    hour = dice.choices(range(24), _HOURS)[0]
    if day == _PEAK_DAY and dice.random() < 0.3:
        hour = 0  # the first hour of the sale
    return START + day * _DAY + hour * _HOUR + dice.random() * _HOUR


def _life(dice: Random, id_: str, at: datetime, facts: OrderFacts) -> Iterator[OrderEvent]:
    """What happens to one order, told with whose it is."""
    whose = OrderFacts(channel=facts.channel, customer=facts.customer)
    yield event_of(id_, Kind.CREATED, at, facts)
    fate = dice.random()
    if fate < 0.2:
        yield event_of(id_, Kind.CLOSED, at + _DAY, whose)
        return
    mean = 600 if fate < 0.3 else 8  # minutes until the payment: some think it over
    paid = at + timedelta(minutes=min(1430.0, -mean * math.log(1 - dice.random())))
    yield event_of(id_, Kind.COD_PLACED if dice.random() < _COD_SHARE else Kind.PAID, paid, whose)
    if dice.random() < 0.05:
        yield event_of(id_, Kind.CHANGED, paid + 30 * _MINUTE, replace(whose, address="上海市浦东新区世纪大道1号"))
    if dice.random() < 0.03:
        yield event_of(id_, Kind.REFUND_REQUESTED, paid + _HOUR, whose)
        yield event_of(id_, Kind.REFUND_DONE, paid + 3 * _HOUR, replace(whose, refund_amount=facts.amount))
        return
    shipped = paid + dice.uniform(4, 30) * _HOUR
    if dice.random() < _SHORT_SHARE:
        short = replace(whose, out_of_stock="纯棉短袜 灰色", restock="三天之后")
        yield event_of(id_, Kind.CHANGED, paid + dice.uniform(1, 3) * _HOUR, short)
        shipped += 3 * _DAY
        yield event_of(id_, Kind.CHANGED, shipped - _HOUR, replace(whose, out_of_stock="", restock=""))
    yield from _parcel(dice, id_, shipped, whose)


def _parcel(dice: Random, id_: str, shipped: datetime, whose: OrderFacts) -> Iterator[OrderEvent]:
    parcel = replace(whose, courier=dice.choice(("中通快递", "圆通速递")), tracking_no=f"T{id_}")
    yield event_of(id_, Kind.SHIPPED, shipped, parcel)
    at = shipped
    for text in _SCANS[: dice.randrange(2, 5)]:
        at += dice.uniform(3, 20) * _HOUR
        if dice.random() < 0.02:
            at += 5 * _DAY  # stands still
        yield event_of(id_, Kind.LOGISTICS, at, whose, Scan(at, text, "杭州"))
    if dice.random() < 0.01:
        at += 2 * _HOUR
        yield event_of(id_, Kind.LOGISTICS, at, whose, Scan(at, dice.choice(_TROUBLES)))
    signed = at + dice.uniform(4, 20) * _HOUR
    yield event_of(id_, Kind.SIGNED, signed, whose)
    if dice.random() < 0.1:
        review = replace(whose, review=Review(dice.choice((1, 2, 3, 5, 5, 5)), "一般"))
        yield event_of(id_, Kind.REVIEW, signed + dice.uniform(2, 80) * _HOUR, review)


def event_of(id_: str, kind: Kind, at: datetime, facts: OrderFacts, scan: Scan | None = None) -> OrderEvent:
    """An event of an order as the shop's system tells it."""
    return OrderEvent(f"{kind}-{at.timestamp():.0f}", id_, kind, at, facts, scan)


def _told(dice: Random, events: Iterator[OrderEvent]) -> Iterator[Telling]:
    """Most events are told at once, some late (behind later ones), some twice."""
    for event in events:
        late = 0.0
        if dice.random() < 0.1:
            late = dice.uniform(1, 10) if dice.random() < 0.9 else dice.uniform(60, 600)
        at = event.at + timedelta(seconds=2, minutes=late)
        yield Telling(at, event)
        if dice.random() < 0.05:
            yield Telling(at + dice.uniform(0, 90) * _MINUTE, event)
