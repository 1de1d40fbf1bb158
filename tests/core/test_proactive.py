"""Timers of what the shop says first: set, moved and cancelled by what happened to the order, whatever the order of
the news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import permutations

import pytest

from bot.core.hours import SHOP_ZONE
from bot.core.orders import Item, Kind, Order, OrderEvent, OrderFacts, OrderState, Scan, applied, order_of
from bot.core.plans import Asks, Need, Plan, PlanKind
from bot.core.proactive import Timer, address_digest, due, occasion, stamp, timers, words
from bot.core.shop import Shop

TEN = datetime(2026, 11, 11, 10, 0, tzinfo=SHOP_ZONE)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHOP = Shop(cutoff_time=time(16, 30))
FACTS = OrderFacts(
    channel="ch", customer="c1", items=(Item("P1", "棉袜"),), amount=1990, receiver="林小满", phone="13812345678",
    address="浙江省杭州市西湖区文三路1号",
)  # fmt: skip
NOTHING = OrderFacts()
NUDGE = Plan(
    "nudge", "催付", PlanKind.NUDGE, (Kind.CREATED,), frozenset({OrderState.UNPAID}), timedelta(hours=12),
    after=12 * MINUTE,
)  # fmt: skip
CHECK = Plan(
    "check", "核对", PlanKind.NOTICE, (Kind.PAID,), frozenset({OrderState.PAID}), timedelta(hours=36),
    needs=frozenset({Need.ADDRESSED}), asks=Asks.ADDRESS, most=3,
)  # fmt: skip
STALLED = Plan(
    "stalled", "停滞", PlanKind.NOTICE, (Kind.SHIPPED, Kind.LOGISTICS), frozenset({OrderState.SHIPPED}), 20 * DAY,
    after=3 * DAY, by_region={"新疆": 7 * DAY}, most=2,
)  # fmt: skip


def happened(kind: Kind, at: datetime = TEN, facts: OrderFacts = NOTHING, scan: Scan | None = None) -> OrderEvent:
    """One event of order A1."""
    return OrderEvent(f"{kind}{at:%d%H%M}", "A1", kind, at, facts, scan)


def order(*events: OrderEvent) -> Order:
    """Order A1 as these events make it."""
    return order_of("demo", "A1", events)


CREATED = happened(Kind.CREATED, TEN, FACTS)
PAID = happened(Kind.PAID, TEN + HOUR)


def test_an_unpaid_order_sets_the_nudge_and_its_payment_cancels_it() -> None:
    unpaid = order(CREATED)
    assert list(timers(None, unpaid, [NUDGE], SHOP)) == [Timer("nudge", TEN + 12 * MINUTE)]
    assert list(timers(unpaid, applied(unpaid, PAID), [NUDGE], SHOP)) == [Timer("nudge", None)]
    assert list(timers(unpaid, unpaid, [NUDGE], SHOP)) == []


@pytest.mark.parametrize("over", [Kind.PAID, Kind.CLOSED, Kind.COD_PLACED, Kind.REFUND_REQUESTED])
def test_no_order_of_news_leaves_a_nudge_behind_for_what_is_over(over: Kind) -> None:
    for mixed in permutations([CREATED, happened(over, TEN), happened(Kind.CHANGED, TEN + HOUR)]):
        waiting: dict[str, datetime] = {}
        known: Order | None = None
        for event in mixed:
            new = applied(known or Order("demo", "A1"), event)
            for timer in timers(known, new, [NUDGE], SHOP):
                if timer.run_at is None:
                    del waiting[timer.plan]
                else:
                    waiting[timer.plan] = timer.run_at
            known = new
        assert waiting == {}


def test_who_cannot_be_named_and_what_a_file_told_sets_nothing() -> None:
    assert due(NUDGE, order(replace(CREATED, facts=replace(FACTS, customer=None))), SHOP) is None
    assert due(NUDGE, order(replace(CREATED, live=False)), SHOP) is None


def test_the_cut_off_comes_first_and_tomorrow_is_too_late() -> None:
    plan = replace(NUDGE, before_cutoff=45 * MINUTE)
    assert due(plan, order(CREATED), SHOP) == TEN.replace(hour=15, minute=45)
    late = happened(Kind.CREATED, TEN.replace(hour=15, minute=40), FACTS)
    assert due(plan, order(late), SHOP) is None
    assert due(plan, order(CREATED), Shop()) is None


def test_a_time_of_day_is_the_next_one() -> None:
    plan = replace(NUDGE, after=DAY, at=time(9, 30), within=3 * DAY)
    assert due(plan, order(CREATED), SHOP) == (TEN + 2 * DAY).replace(hour=9, minute=30)


def test_each_scan_moves_the_watch_over_the_parcel() -> None:
    shipped = order(CREATED, PAID, happened(Kind.SHIPPED, TEN + DAY))
    assert due(STALLED, shipped, SHOP) == TEN + 4 * DAY
    scanned = applied(shipped, happened(Kind.LOGISTICS, TEN + 2 * DAY, scan=Scan(TEN + 2 * DAY, "到达 杭州")))
    assert list(timers(shipped, scanned, [STALLED], SHOP)) == [Timer("stalled", TEN + 5 * DAY)]
    signed = applied(scanned, happened(Kind.SIGNED, TEN + 3 * DAY))
    assert list(timers(scanned, signed, [STALLED], SHOP)) == [Timer("stalled", None)]


def test_far_regions_are_given_more_days() -> None:
    far = replace(FACTS, address="新疆维吾尔自治区乌鲁木齐市****")
    shipped = order(happened(Kind.CREATED, TEN, far), PAID, happened(Kind.SHIPPED, TEN + DAY))
    assert due(STALLED, shipped, SHOP) == TEN + 8 * DAY


def test_words_of_the_newest_scan_decide() -> None:
    plan = replace(STALLED, scan=("退回",), after=timedelta())
    shipped = order(CREATED, PAID, happened(Kind.SHIPPED, TEN + DAY))
    moved = applied(shipped, happened(Kind.LOGISTICS, TEN + DAY, scan=Scan(TEN + DAY, "快件到达杭州")))
    back = applied(moved, happened(Kind.LOGISTICS, TEN + 2 * DAY, scan=Scan(TEN + 2 * DAY, "快件已退回发件人")))
    assert [due(plan, one, SHOP) is not None for one in (shipped, moved, back)] == [False, False, True]


def test_a_changed_address_is_a_new_occasion() -> None:
    paid = order(CREATED, PAID)
    moved = applied(paid, happened(Kind.CHANGED, TEN + 2 * HOUR, OrderFacts(address="上海市浦东新区****")))
    assert occasion(CHECK, paid) != occasion(CHECK, moved)
    assert [timer.plan for timer in timers(paid, moved, [CHECK], SHOP)] == ["check"]
    again = applied(moved, happened(Kind.CHANGED, TEN + 3 * HOUR, OrderFacts(buyer_note="快点")))
    assert list(timers(moved, again, [CHECK], SHOP)) == []


def test_the_digest_says_nothing_of_the_address_and_the_stamp_follows_the_order() -> None:
    paid = order(CREATED, PAID)
    assert len(address_digest(paid)) == 16
    assert stamp(order(CREATED), "") != stamp(paid, "")
    moved = applied(paid, happened(Kind.CHANGED, TEN + 2 * HOUR, OrderFacts(address="上海市浦东新区****")))
    assert (stamp(moved, "") == stamp(paid, ""), stamp(moved, "address") == stamp(paid, "address")) == (True, False)


def test_customers_see_their_address_masked() -> None:
    told = words(order(CREATED, PAID), TEN)
    assert (told["receiver"], told["phone"]) == ("林**", "138****5678")
    assert told["address"].endswith("****")
    assert "文三路" not in str(told)
