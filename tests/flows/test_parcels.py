"""Parcels in trouble: the customer hears of it first, the courier is called, and a thousand of them are one matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.orders import Kind, OrderFacts, Scan
from bot.store import tickets
from tests.flows.ordered import FACTS, HOUR, MINUTE, entries, event, hear, texts
from tests.flows.world import SHOP, World

DAY = timedelta(days=1)


def send_off(world: World, order: str = "A1", customer: str = "c1") -> OrderFacts:
    """An order paid and shipped now; what its events tell of whose it is."""
    whose = replace(FACTS, customer=customer)
    parcel = replace(whose, courier="中通快递", tracking_no=f"T{order}")
    for kind, facts in ((Kind.CREATED, whose), (Kind.PAID, whose), (Kind.SHIPPED, parcel)):
        hear(world, event(world, kind, facts, order))
    return whose


def test_a_parcel_that_stands_still_is_told_of_before_the_customer_asks(calling: World) -> None:
    send_off(calling)
    calling.now += 3 * DAY + HOUR
    calling.work()
    assert ("stalled", "sent", "") in entries(calling)
    ticket = calling.ticket()
    assert ticket is not None
    assert "催件" in ticket.note
    assert "A1" in ticket.note


def test_one_that_moves_is_not(calling: World) -> None:
    whose = send_off(calling)
    for _ in range(4):
        calling.now += DAY
        hear(calling, event(calling, Kind.LOGISTICS, whose, scan=Scan(calling.now, "到达 转运中心")))
        calling.work()
    assert "stalled" not in {plan for plan, outcome, _ in entries(calling) if outcome == "sent"}


def test_a_scan_that_says_returned_brings_a_message_and_a_ticket(calling: World) -> None:
    whose = send_off(calling)
    calling.now += DAY
    hear(calling, event(calling, Kind.LOGISTICS, whose, scan=Scan(calling.now, "地址不详，退回发件人")))
    calling.now += 11 * MINUTE
    calling.work()
    assert ("returned", "sent", "") in entries(calling)
    assert any("地址" in text for text in texts(calling))
    assert calling.ticket() is not None


def test_many_at_once_are_one_matter(calling: World) -> None:
    customers = [f"c{number}" for number in range(25)]
    for customer in customers:
        send_off(calling, f"A{customer}", customer)
    calling.now += 3 * DAY + HOUR
    calling.work()
    assert all(len(texts(calling, customer)) == 1 for customer in customers)
    opened = calling.store.read(lambda tx: tickets.listed(tx, SHOP)).result()
    assert len(opened) == 10
    assert sum("整批" in ticket.note for ticket, _ in opened) == 1
