"""Before the shop speaks first its own system is asked once more: what it says counts, and where it says nothing nobody
is written to (bars 33 and 38). On both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.order_api import FakeOrderApi, Outcome, Said
from bot.channels.order_body import answer_in
from bot.core.tact import UNSURE
from bot.flows import inquiries
from bot.store import order_apis
from bot.store.tables import conversations
from tests.flows.ordered import HOUR, MINUTE, buy, entries, run_timers, texts, waiting
from tests.flows.world import SHOP, World
from tests.server import SECRET

DOWN = Said(Outcome.FAILED, detail="500")


@pytest.fixture
def asking(calling: World) -> World:
    """A shop whose system can be asked; it knows an order that is not paid."""
    calling.api = FakeOrderApi(A1=says(calling))
    url = "https://erp.example/orders/{order}"
    calling.store.submit(lambda tx: order_apis.put(tx, SHOP, url, 0.5, SECRET, calling.now)).result()
    return calling


def says(world: World, **more: Any) -> Said:
    """What the system says of an order created by now."""
    told = {"customer": {"id": "c1"}, "channel": "scratch", "created_at": world.now.isoformat(), **more}
    return Said(Outcome.FOUND, json.dumps(told).encode())


def system(world: World) -> FakeOrderApi:
    assert isinstance(world.api, FakeOrderApi)
    return world.api


def come_due(world: World) -> None:
    """An unpaid order's later nudge, at 14:01: the noon rest is over."""
    buy(world)
    world.now += 4 * HOUR + MINUTE


def test_what_is_unpaid_still_is_reminded_after_one_look(asking: World) -> None:
    come_due(asking)
    assert len(asking.work()) == 1
    assert ("nudge_later", "sent", "") in entries(asking)
    assert [ask.order for ask in system(asking).asked] == ["A1"]  # the post finds it read a moment ago


def test_a_payment_that_no_event_told_of_is_seen(asking: World) -> None:
    come_due(asking)
    system(asking).answers["A1"] = says(asking, paid_at=asking.now.isoformat())
    assert texts(asking) == []
    assert asking.work() == []
    assert ("nudge_later", "dropped", "the order is paid") in entries(asking)
    assert not asking.rows(conversations)


def test_a_system_that_fails_holds_the_word_back_until_it_answers(asking: World) -> None:
    come_due(asking)
    system(asking).answers["A1"] = DOWN
    assert asking.work() == []
    assert ("nudge_later", "snoozed", UNSURE) in entries(asking)
    assert waiting(asking)["nudge_later"] == asking.now + timedelta(minutes=10)
    system(asking).answers["A1"] = says(asking)
    asking.now += timedelta(minutes=10)
    assert len(asking.work()) == 1


def test_a_payment_between_the_writing_and_the_post_is_seen_too(asking: World) -> None:
    come_due(asking)
    hear_from_system(asking)
    run_timers(asking)
    assert [row["state"] for row in asking.jobs("send")] == ["waiting"]
    asking.now += timedelta(seconds=6)
    system(asking).answers["A1"] = says(asking, paid_at=asking.now.isoformat())
    assert asking.work() == []
    assert [one.state for one in asking.said()] == ["dropped"]
    assert ("nudge_later", "dropped") in [entry[:2] for entry in entries(asking)]


def test_a_post_that_could_not_look_waits(asking: World) -> None:
    come_due(asking)
    hear_from_system(asking)
    run_timers(asking)
    asking.now += timedelta(seconds=6)
    system(asking).answers["A1"] = DOWN
    assert asking.work() == []
    assert [one.state for one in asking.said()] == ["dropped"]
    assert ("nudge_later", "snoozed", UNSURE) in entries(asking)
    assert asking.ticket() is None


def test_a_shop_without_a_system_goes_by_its_events(calling: World) -> None:
    calling.api = FakeOrderApi()
    come_due(calling)
    assert len(calling.work()) == 1
    assert system(calling).asked == []


def test_a_waiting_turn_of_a_shop_that_is_called_back_is_asked_for_by_the_worker(patient: World) -> None:
    patient.call_back()
    number = "202611100000000001"
    patient.api = FakeOrderApi(**{number: says(patient, paid_at=patient.now.isoformat(), courier="中通快递")})
    put = order_apis.put
    patient.store.submit(lambda tx: put(tx, SHOP, "https://e.example/{order}", 0.5, SECRET, patient.now)).result()
    patient.say("c1", f"什么时候发货，订单号{number}")
    patient.now += timedelta(seconds=4)
    assert len(patient.work()) == 1
    assert [ask.order for ask in system(patient).asked] == [number]
    system(patient).answers[number] = DOWN
    patient.now += timedelta(minutes=2)
    patient.say("c1", f"我的快递到哪了，订单号{number}")
    patient.now += timedelta(seconds=4)
    patient.work()
    ticket = patient.ticket()
    assert ticket is not None
    assert ticket.reason == "order_unsure"


def hear_from_system(world: World) -> None:
    """The timer finds the order read just now, as the worker leaves it."""
    read = answer_in("A1", system(world).answers["A1"].body, world.now)
    world.store.submit(lambda tx: inquiries.answered(tx, world.knowledge, SHOP, read, world.now)).result()
