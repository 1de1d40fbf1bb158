"""Of an order only what is known, current and undisputed is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import Stage
from bot.core.order_facts import NAMES, agrees, is_current, is_fresh, said
from bot.core.order_record import order_from, record_of
from bot.core.orders import Item, Kind, Order, Review, order_of
from tests.core.test_orders import ITEM, SHAPES, START, event

LATER = START + timedelta(hours=20)


def test_what_a_shipped_order_tells() -> None:
    order = order_of(
        "demo", "A1",
        [
            event(Kind.PAID, 1, items=(ITEM, Item("p-2", "袜")), amount=19900, address="浙江省杭州市西湖区文三路1号"),
            event(Kind.SHIPPED, 5, courier="中通快递", tracking_no="7890", ship_by=LATER),
            event(Kind.LOGISTICS, 9, scan="快件已到达杭州转运中心。"),
        ],
    )  # fmt: skip
    assert said(order, LATER) == {
        "items": "羊绒围巾等2件商品", "amount": "199", "paid_at": "11月20日11:00", "shipped_at": "11月20日15:00",
        "courier": "中通快递", "tracking_no": "7890", "scan": "快件已到达杭州转运中心", "scan_at": "11月20日19:00",
        "address": "浙江省杭州市西湖区****",
    }  # fmt: skip


def test_a_term_that_is_over_is_not_told() -> None:
    order = order_of("demo", "A1", [event(Kind.CREATED, 0, pay_by=LATER)])
    assert said(order, START)["pay_by"] == "11月21日06:00"
    assert "pay_by" not in said(order, LATER)


def test_a_refund_is_told_as_it_stands() -> None:
    asked = [event(Kind.PAID, 0), event(Kind.REFUND_REQUESTED, 2)]
    assert said(order_of("demo", "A1", asked), LATER)["refund_asked_at"] == "11月20日12:00"
    back = order_of("demo", "A1", [*asked, event(Kind.REFUND_DONE, 3, refund_amount=1990)])
    told = said(back, LATER)
    assert (told["refunded_at"], told["refund_amount"]) == ("11月20日13:00", "19.90")
    assert "refund_asked_at" not in told


@pytest.mark.parametrize("shape", SHAPES)
def test_every_name_is_declared(shape: str) -> None:
    order = order_of("demo", "A1", SHAPES[shape][0])
    assert {f"order.{name}" for name in said(order, LATER)} <= NAMES


def test_what_a_file_told_is_current_for_a_minute() -> None:
    read = order_of("demo", "A1", [replace(event(Kind.PAID, 0), live=False)])
    assert is_current(read, START + timedelta(seconds=60))
    assert not is_current(read, START + timedelta(seconds=61))
    assert is_current(replace(read, live=True), START + timedelta(days=9))
    assert not is_current(Order("demo", "A1"), START)


def test_what_the_shops_system_said_is_fresh_for_a_minute_whatever_events_said_since() -> None:
    pushed = order_of("demo", "A1", [event(Kind.PAID, 0)])
    assert not is_fresh(pushed, START)
    read = replace(pushed, read_at=START)
    assert is_fresh(read, START + timedelta(seconds=60))
    assert not is_fresh(read, START + timedelta(seconds=61))
    assert not is_fresh(read, START - timedelta(seconds=61))  # the clock was set back: nobody knows how old it is
    assert not is_fresh(read, START + timedelta(seconds=6), timedelta(seconds=5))


@pytest.mark.parametrize(
    ("kinds", "stage", "agreed"),
    [
        ((Kind.PAID,), Stage.UNKNOWN, True),
        ((Kind.PAID,), Stage.PAID, True),
        ((Kind.PAID,), Stage.SHIPPED, False),
        ((Kind.DELIVERED,), Stage.SHIPPED, True),
        ((Kind.DELIVERED,), Stage.SIGNED, True),
        ((Kind.PAID, Kind.REFUND_REQUESTED, Kind.REFUND_DONE), Stage.REFUNDING, True),
        ((Kind.CLOSED,), Stage.PAID, False),
        ((Kind.CHANGED,), Stage.PAID, True),
    ],
)
def test_a_platform_that_says_otherwise_is_noticed(kinds: tuple[Kind, ...], stage: Stage, agreed: bool) -> None:
    order = order_of("demo", "A1", [event(kind, at) for at, kind in enumerate(kinds)])
    assert agrees(order, stage) is agreed


@pytest.mark.parametrize("shape", SHAPES)
def test_an_order_comes_back_from_its_record(shape: str) -> None:
    order = order_of("demo", "A1", [*SHAPES[shape][0], event(Kind.REVIEW, 40, review=Review(5, "好"))])
    assert order_from("demo", "A1", record_of(order)) == order
