"""The shop speaks first, and only where it may: timers follow the order's events, and whatever changed since is seen
before a word leaves. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channels.base import Fate, Sent
from bot.core.hours import SHOP_ZONE
from bot.core.model import Holder
from bot.core.orders import Item, Kind, OrderFacts, Scan
from bot.flows import proactive
from bot.store.tables import cases, jobs
from tests.flows.ordered import FACTS, HOUR, MINUTE, buy, entries, event, hear, run_timers, texts, waiting
from tests.flows.world import SHOP, World


def test_the_customer_who_ordered_and_stays_is_reminded_once(calling: World) -> None:
    calling.say("c1", "在吗")
    calling.work()
    buy(calling)
    calling.now += 13 * MINUTE
    calling.work()
    assert len(texts(calling)) == 2
    assert ("nudge_soon", "sent", "") in entries(calling)
    calling.now += 6 * HOUR
    calling.work()
    assert [one[1] for one in entries(calling) if one[1] == "sent"] == ["sent"]


def test_the_payment_cancels_the_timers_in_its_own_commit(calling: World) -> None:
    buy(calling)
    assert {"nudge_soon", "nudge_later"} <= waiting(calling).keys()
    hear(calling, event(calling, Kind.PAID))
    assert not {"nudge_soon", "nudge_cutoff", "nudge_later", "doubled"} & waiting(calling).keys()
    dropped = calling.rows(jobs, jobs.c.kind == "proactive", jobs.c.state == "dropped")
    assert {row["last_error"] for row in dropped} == {"the order is paid"}


def test_a_payment_between_the_writing_and_the_post_takes_the_nudge_back(calling: World) -> None:
    buy(calling)
    calling.now += 4 * HOUR + MINUTE  # 14:01: the noon rest is over
    run_timers(calling)
    assert [row["state"] for row in calling.jobs("send")] == ["waiting"]
    hear(calling, event(calling, Kind.PAID))
    assert calling.work() == []
    assert [one.state for one in calling.said()] == ["dropped"]
    assert ("nudge_later", "dropped", "overtaken by what happened to the order") in entries(calling)
    assert calling.ticket() is None


def test_who_never_wrote_is_written_to_where_the_platform_can_be_called(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    assert len(calling.work()) == 1
    (said,) = calling.said()
    assert (said.seq, said.state) == (1, "delivered")
    assert "杭州" in said.text
    assert "文三路" not in said.text


def test_without_a_callback_nothing_is_written_to_who_is_not_there(world: World) -> None:
    hear(world, event(world, Kind.CREATED, FACTS), event(world, Kind.PAID))
    world.now += 3 * MINUTE
    world.work()
    assert texts(world) == []
    assert entries(world)[0][2] == "the platform cannot be called and the customer is not here"


def test_without_a_callback_the_message_rides_along_while_it_is_fresh_and_true(world: World) -> None:
    world.say("c1", "在吗")
    buy(world)
    world.now += 13 * MINUTE
    world.work()
    assert [one.state for one in world.said()][-1] == "queued"
    world.now += MINUTE
    given = world.say("c1", "什么时候发货")
    assert len(given.replies) == 2
    assert "付款" in given.replies[0].text or "订单" in given.replies[0].text


def test_a_stale_one_is_dropped_instead(world: World) -> None:
    world.say("c1", "在吗")
    buy(world)
    world.now += 13 * MINUTE
    world.work()
    world.now += 5 * MINUTE
    given = world.say("c1", "什么时候发货")
    assert len(given.replies) == 1
    assert ("nudge_soon", "snoozed", "not fetched in time") in entries(world)


def test_one_that_events_have_overtaken_is_not_fetched(world: World) -> None:
    world.say("c1", "在吗")
    buy(world)
    world.now += 13 * MINUTE
    world.work()
    hear(world, event(world, Kind.PAID))
    assert len(world.say("c1", "什么时候发货").replies) == 1


def test_while_a_human_has_the_conversation_it_waits(calling: World) -> None:
    ticket = calling.say("c1", "转人工").ticket
    calling.work()
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 6 * MINUTE
    before = len(texts(calling))
    calling.work()
    assert entries(calling) == [("address_check", "snoozed", "a human has the conversation")]
    assert len(texts(calling)) == before
    calling.claim(ticket)
    calling.resolve(ticket)
    calling.now += 11 * MINUTE
    calling.work()
    assert entries(calling)[0][:2] == ("address_check", "sent")
    assert calling.conversation().holder is Holder.BOT


def test_who_says_no_is_not_nudged_and_a_human_closes_the_order(calling: World) -> None:
    calling.say("c1", "在吗")
    calling.work()
    buy(calling)
    calling.now += MINUTE
    calling.say("c1", "算了这个我不要了")
    calling.work()
    before = texts(calling)
    calling.serve()
    calling.now += 12 * MINUTE
    calling.work()
    assert texts(calling) == before
    ticket = calling.ticket()
    assert ticket is not None
    assert "A1" in ticket.note
    assert ticket.reason == "order_task"


def test_a_parcel_that_stands_still_is_a_task_for_the_courier_with_the_clocks_of_its_case(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    hear(calling, event(calling, Kind.SHIPPED, replace(FACTS, courier="中通快递", tracking_no="T1")))
    calling.now += timedelta(days=3, hours=1)
    calling.work()
    assert entries(calling, "stalled")[0][1] == "sent"
    ticket, [case] = calling.ticket(), calling.rows(cases)
    assert ticket is not None
    assert (ticket.reason, case["kind"], case["order"], case["conversation"]) == (
        "order_task", "stalled", "A1", ticket.conversation,
    )  # fmt: skip
    assert case["due"] - case["opened_at"] == 4 * HOUR  # to call the courier; from then on three days and seven
    calling.now += timedelta(days=10)
    calling.work()
    assert len(calling.rows(cases)) == 1  # seven days of silence say the same once more


def test_the_night_is_waited_out_and_asked_about_again(calling: World) -> None:
    calling.now = datetime(2026, 11, 11, 22, 30, tzinfo=SHOP_ZONE)
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    calling.work()
    assert texts(calling) == []
    woken = waiting(calling)["address_check"].astimezone(SHOP_ZONE)
    assert (woken.day, woken.hour, woken.minute < 21) == (12, 9, True)
    hear(calling, event(calling, Kind.REFUND_REQUESTED))
    calling.now = woken
    calling.work()
    assert texts(calling) == []


def test_the_parcel_is_told_of_once_with_courier_and_number(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    shipped = OrderFacts(channel="scratch", customer="c1", courier="中通快递", tracking_no="7890001")
    hear(calling, event(calling, Kind.SHIPPED, shipped))
    calling.now += 6 * MINUTE
    calling.work()
    hear(calling, event(calling, Kind.LOGISTICS, scan=Scan(calling.now, "已揽收")))
    calling.now += 10 * MINUTE
    calling.work()
    said = [text for text in texts(calling) if "7890001" in text]
    assert len(said) == 1
    assert "中通快递" in said[0]


def test_a_platform_that_is_away_opens_no_tickets_and_is_tried_again_later(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    calling.work(Sent(Fate.RETRY, "503"))
    calling.now += 3 * MINUTE
    calling.work()
    assert calling.ticket() is None
    assert entries(calling) == [("address_check", "snoozed", "the answer is too old to fit")]
    calling.now += 11 * MINUTE
    assert len(calling.work()) == 1
    assert len(texts(calling)) == 1


def test_two_orders_of_one_buyer_bring_one_nudge_a_day(calling: World) -> None:
    buy(calling)
    buy(calling, "A2", replace(FACTS, items=(Item("P2", "毛巾"),)))
    for _ in range(30):
        calling.now += 30 * MINUTE
        calling.work()
    assert len(texts(calling)) == 1


@pytest.mark.parametrize(
    ("begins", "opens", "kind"), [(22, 9, Kind.PAID), (12, 14, Kind.CREATED)], ids=["night", "noon"]
)
def test_what_the_platform_refuses_before_quiet_hours_is_not_posted_in_them(
    calling: World, begins: int, opens: int, kind: Kind
) -> None:
    quiet = datetime(2026, 11, 11, begins, tzinfo=SHOP_ZONE)
    calling.now = quiet - (4 * HOUR if kind is Kind.CREATED else 2 * MINUTE + timedelta(seconds=30))
    hear(calling, event(calling, Kind.CREATED, FACTS), *([event(calling, kind)] if kind is Kind.PAID else []))
    calling.now = quiet - timedelta(seconds=20)
    assert len(calling.work(Sent(Fate.RETRY, "503", retry_after=45.0))) == 1
    calling.now = quiet + timedelta(seconds=25)
    assert calling.work() == []
    while calling.now.astimezone(SHOP_ZONE).hour != opens:
        calling.now += 10 * MINUTE
        assert calling.work() == [] or calling.now.astimezone(SHOP_ZONE).hour == opens
    calling.now += 30 * MINUTE
    calling.work()
    assert len(texts(calling)) == 1


def test_a_timer_that_runs_twice_says_it_once(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    for _ in range(2):
        calling.store.submit(
            lambda tx: proactive.speak_first(tx, calling.knowledge, SHOP, "address_check", "A1", calling.now)
        ).result()
    assert len(calling.said()) == 1


def test_an_old_tale_sets_no_timer(calling: World) -> None:
    old = replace(event(calling, Kind.CREATED, FACTS), at=calling.now - timedelta(days=3))
    hear(calling, old)
    assert waiting(calling) == {}


@pytest.mark.parametrize("kind", [Kind.PAID, Kind.CLOSED])
def test_news_in_the_wrong_order_leave_nothing_waiting(calling: World, kind: Kind) -> None:
    hear(calling, event(calling, kind))
    buy(calling)
    assert not {"nudge_soon", "nudge_cutoff", "nudge_later", "doubled"} & waiting(calling).keys()
