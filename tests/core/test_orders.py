"""Whatever order an order's events come in, it ends the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from bot.core.model import Stage
from bot.core.orders import MOST_SCANS, Item, Kind, Order, OrderEvent, OrderFacts, OrderState, Scan, applied, order_of

START = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def event(kind: Kind, hours: float, id_: str = "", **facts: object) -> OrderEvent:
    """An event some hours after the start."""
    at = START + timedelta(hours=hours)
    scan = Scan(at, str(facts.pop("scan")), "杭州") if "scan" in facts else None
    return OrderEvent(id_ or f"{kind}-{hours}", "A1", kind, at, OrderFacts(**facts), scan)  # type: ignore[arg-type]


ITEM = Item("p-1", "羊绒围巾", "驼色", 1, 19900)
SHAPES = {
    "bought, shipped, signed": (
        (
            event(Kind.CREATED, 0, items=(ITEM,), amount=19900, address="浙江省杭州市文三路1号"),
            event(Kind.PAID, 1),
            event(Kind.SHIPPED, 5, courier="中通快递", tracking_no="78900001"),
            event(Kind.LOGISTICS, 9, scan="快件已到达杭州转运中心"),
            event(Kind.SIGNED, 30),
        ),
        OrderState.SIGNED,
    ),
    "the address changed twice": (
        (
            event(Kind.CREATED, 0, address="旧地址", buyer_note="放门口"),
            event(Kind.CHANGED, 1, "a", address="第二个地址"),
            event(Kind.CHANGED, 1, "b", address="第三个地址"),
            event(Kind.PAID, 2, address="第四个地址"),
            event(Kind.CHANGED, 0.5, address="来得晚的旧地址", seller_note="易碎"),
        ),
        OrderState.PAID,
    ),
    "refunded in part, asked for again": (
        (
            event(Kind.PAID, 0, amount=10000),
            event(Kind.SHIPPED, 1, courier="顺丰速运"),
            event(Kind.REFUND_REQUESTED, 2),
            event(Kind.REFUND_DONE, 3, refund_amount=1000),
            event(Kind.REFUND_REQUESTED, 4),
        ),
        OrderState.REFUNDING,
    ),
    "a refund withdrawn": (
        (
            event(Kind.CREATED, 0),
            event(Kind.PAID, 1),
            event(Kind.REFUND_REQUESTED, 2),
            event(Kind.REFUND_WITHDRAWN, 3),
            event(Kind.SHIPPED, 4),
        ),
        OrderState.SHIPPED,
    ),
    "never paid": (
        (
            event(Kind.CREATED, 0, pay_by=START + timedelta(hours=24)),
            event(Kind.CHANGED, 1, "c1", amount=100),
            event(Kind.CHANGED, 1, "c2", amount=90),
            event(Kind.CHANGED, 2, flag="红"),
            event(Kind.CLOSED, 24),
        ),
        OrderState.CLOSED,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_permutation_ends_the_same(shape: str) -> None:
    events, state = SHAPES[shape]
    ends = {repr(_plain(order_of("demo", "A1", one))) for one in permutations(events)}
    assert len(ends) == 1
    assert order_of("demo", "A1", events).state is state


@pytest.mark.parametrize("shape", SHAPES)
def test_an_event_told_twice_changes_nothing(shape: str) -> None:
    events, _ = SHAPES[shape]
    whole = order_of("demo", "A1", events)
    for once_more in events:
        assert applied(whole, once_more) == whole


def test_a_stale_event_takes_nothing_back() -> None:
    order = order_of("demo", "A1", SHAPES["bought, shipped, signed"][0])
    late = applied(order, event(Kind.CHANGED, 0.1, "late", address="旧地址", courier="韵达快递"))
    assert late.facts.courier == "中通快递"
    assert late.facts.address == "旧地址"  # newer than what the creation told: a change of the address came late
    assert late.state is OrderState.SIGNED


def test_an_empty_text_takes_a_fact_away_and_an_untold_one_does_not() -> None:
    order = order_of("demo", "A1", [event(Kind.CREATED, 0, buyer_note="放门口", courier="中通快递")])
    order = applied(order, event(Kind.CHANGED, 1, buyer_note=""))
    assert (order.facts.buyer_note, order.facts.courier) == ("", "中通快递")


@pytest.mark.parametrize(
    ("kinds", "state", "stage"),
    [
        ((), OrderState.UNKNOWN, Stage.UNKNOWN),
        ((Kind.CHANGED,), OrderState.UNKNOWN, Stage.UNKNOWN),
        ((Kind.CREATED,), OrderState.UNPAID, Stage.UNPAID),
        ((Kind.CREATED, Kind.COD_PLACED), OrderState.PAID, Stage.PAID),
        ((Kind.PAID,), OrderState.PAID, Stage.PAID),
        ((Kind.PAID, Kind.LOGISTICS), OrderState.SHIPPED, Stage.SHIPPED),
        ((Kind.SHIPPED, Kind.DELIVERED), OrderState.DELIVERED, Stage.SIGNED),
        ((Kind.SIGNED, Kind.REVIEW), OrderState.SIGNED, Stage.SIGNED),
        ((Kind.PAID, Kind.REFUND_REQUESTED), OrderState.REFUNDING, Stage.REFUNDING),
        ((Kind.PAID, Kind.REFUND_REQUESTED, Kind.REFUND_DONE, Kind.CLOSED), OrderState.REFUNDED, Stage.UNKNOWN),
        ((Kind.CREATED, Kind.CLOSED), OrderState.CLOSED, Stage.UNKNOWN),
    ],
)
def test_the_state_follows_from_what_happened(kinds: tuple[Kind, ...], state: OrderState, stage: Stage) -> None:
    order = order_of("demo", "A1", [event(kind, at) for at, kind in enumerate(kinds)])
    assert (order.state, order.stage) == (state, stage)


def test_the_newest_scans_are_kept_whatever_order_they_come_in() -> None:
    scans = [event(Kind.LOGISTICS, hour, scan=f"第{hour}站") for hour in range(MOST_SCANS + 20)]
    mixed = random.Random(7).sample(scans, len(scans))
    order = order_of("demo", "A1", mixed)
    assert [scan.text for scan in order.scans] == [f"第{hour}站" for hour in range(20, MOST_SCANS + 20)]


def test_one_event_as_it_happens_makes_an_order_live() -> None:
    read = replace(event(Kind.CREATED, 0), live=False)
    order = order_of("demo", "A1", [read])
    assert not order.live
    assert applied(order, event(Kind.PAID, 1)).live


def _plain(order: Order) -> tuple[object, ...]:
    return (order.facts, sorted(order.told_by.items()), sorted(order.milestones.items()), order.scans, order.at)
