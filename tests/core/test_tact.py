"""The gate: what may be said unasked, when it has to wait, and what is never said (bars 33 to 36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.model import Holder
from bot.core.orders import Kind, Order, Scan, applied
from bot.core.plans import Manner, Need, PlanKind
from bot.core.proactive import occasion
from bot.core.shop import Shop
from bot.core.tact import NUDGE_PAUSE, UNSURE, is_held_out, still_due
from bot.core.unasked import Case, Drop, HoldOut, Send, Snooze, Talk, Told
from tests.core.test_proactive import (
    CHECK,
    CREATED,
    DAY,
    FACTS,
    HOUR,
    MINUTE,
    NUDGE,
    PAID,
    STALLED,
    TEN,
    happened,
    order,
)  # fmt: skip

UNPAID, BOUGHT = order(CREATED), order(CREATED, PAID)
CALLED = Talk(callback=True)
NUDGE_CASE = Case(Shop(), UNPAID, CALLED)
DUE = TEN + 12 * MINUTE
TOLD = Told("A1", "nudge", PlanKind.NUDGE, "", DUE)


def test_all_is_well() -> None:
    assert still_due(NUDGE, NUDGE_CASE, DUE) == Send()


@pytest.mark.parametrize(
    "kind", [Kind.PAID, Kind.COD_PLACED, Kind.CLOSED, Kind.REFUND_REQUESTED, Kind.SHIPPED, Kind.SIGNED]
)
def test_whatever_is_not_unpaid_is_not_nudged(kind: Kind) -> None:
    case = replace(NUDGE_CASE, order=applied(UNPAID, happened(kind)))
    assert isinstance(still_due(NUDGE, case, DUE), Drop)


def test_an_order_of_which_little_is_known_is_not_spoken_of() -> None:
    from_file = order(replace(CREATED, live=False))
    unknown = Order("demo", "A1", facts=FACTS, live=True, at=TEN)
    for one in (from_file, unknown):
        verdict = still_due(NUDGE, replace(NUDGE_CASE, order=one), DUE)
        assert verdict == Drop("how the order stands is not known for sure")


def test_too_early_waits_and_too_late_is_dropped() -> None:
    assert still_due(NUDGE, NUDGE_CASE, TEN) == Snooze(DUE, "it is due later")
    assert still_due(NUDGE, NUDGE_CASE, TEN + DAY) == Drop("too late")


@pytest.mark.parametrize(
    "talk",
    [
        Talk(Holder.AGENT, callback=True), Talk(Holder.QUEUE, callback=True), Talk(ticket_open=True, callback=True),
        Talk(pending=True, callback=True), Talk(heard_at=DUE - MINUTE, callback=True),
    ],
)  # fmt: skip
def test_nobody_is_interrupted(talk: Talk) -> None:
    verdict = still_due(NUDGE, replace(NUDGE_CASE, talk=talk), DUE)
    assert isinstance(verdict, Snooze)
    assert verdict.until > DUE


def test_it_waits_until_the_customer_has_been_silent_for_some_minutes() -> None:
    talk = Talk(heard_at=DUE - MINUTE, callback=True)
    verdict = still_due(NUDGE, replace(NUDGE_CASE, talk=talk), DUE)
    assert verdict == Snooze(DUE + 4 * MINUTE, "the customer is talking")
    assert still_due(NUDGE, replace(NUDGE_CASE, talk=talk), DUE + 4 * MINUTE) == Send()


def test_the_upset_are_not_nudged_and_notices_wait() -> None:
    upset = Talk(upset=True, callback=True)
    assert still_due(NUDGE, replace(NUDGE_CASE, talk=upset), DUE) == Drop("the customer is upset")
    assert isinstance(still_due(CHECK, Case(Shop(), BOUGHT, upset), TEN + HOUR), Snooze)


def test_who_does_not_want_it_is_left_alone_and_a_human_closes_the_order() -> None:
    verdict = still_due(NUDGE, replace(NUDGE_CASE, talk=Talk(refused=True)), DUE)
    assert isinstance(verdict, Drop)
    assert verdict.task
    assert "关闭" in verdict.task.note


def test_caps() -> None:
    other = replace(TOLD, order="A2", at=DUE - HOUR)
    assert still_due(NUDGE, replace(NUDGE_CASE, told=(TOLD,)), DUE + HOUR) == Drop("told before")
    soon = replace(NUDGE, within=2 * DAY)
    assert still_due(soon, replace(NUDGE_CASE, told=(other,)), DUE) == Snooze(
        other.at + NUDGE_PAUSE, "one nudge a day is enough"
    )
    left_late = other.at + DAY + MINUTE  # the first may have left two minutes after it was written
    assert isinstance(still_due(soon, replace(NUDGE_CASE, told=(other,)), left_late), Snooze)
    assert isinstance(still_due(NUDGE, replace(NUDGE_CASE, told=(other,)), DUE), Drop)
    two = tuple(replace(TOLD, plan=plan, at=DUE - 3 * DAY) for plan in "ab")
    assert still_due(NUDGE, replace(NUDGE_CASE, told=two), DUE) == Drop("enough nudges of this order")


def test_a_notice_is_told_once_for_each_occasion_and_not_for_ever() -> None:
    at, case = TEN + HOUR, Case(Shop(), BOUGHT, CALLED)
    told = Told("A1", "check", PlanKind.NOTICE, occasion(CHECK, BOUGHT), at)
    assert still_due(CHECK, replace(case, told=(told,)), at) == Drop("told before")
    elsewhere = replace(told, occasion="another address")
    assert still_due(CHECK, replace(case, told=(elsewhere,)), at) == Send()
    thrice = tuple(replace(told, occasion=name) for name in "abc")
    assert isinstance(still_due(CHECK, replace(case, told=thrice), at), Drop)


@pytest.mark.parametrize(
    ("clock", "sent"),
    [("21:59:59", True), ("22:00:00", False), ("03:00:00", False), ("08:59:59", False), ("09:00:00", True)],
)
def test_nights_are_quiet(clock: str, sent: bool) -> None:
    now = datetime.fromisoformat(f"2026-11-12T{clock}+08:00")
    paid = order(CREATED, happened(Kind.PAID, now - HOUR))
    verdict = still_due(CHECK, Case(Shop(), paid, CALLED), now)
    if sent:
        assert verdict == Send()
    else:
        assert isinstance(verdict, Snooze)
        local = verdict.until.astimezone(TEN.tzinfo)
        assert (local.hour, local.minute < 20) == (9, True)


def test_noon_is_quiet_for_nudges_alone() -> None:
    noon = TEN.replace(hour=12, minute=30)
    verdict = still_due(NUDGE, NUDGE_CASE, noon)
    assert isinstance(verdict, Snooze)
    assert verdict.until >= TEN.replace(hour=14)
    assert still_due(CHECK, Case(Shop(), BOUGHT, CALLED), noon) == Send()


def test_the_platforms_quota_and_window() -> None:
    shop = Shop(proactive=Manner(quota=5))
    heard = Talk(heard_at=DUE - HOUR, unheard=4, callback=True)
    assert still_due(NUDGE, Case(shop, UNPAID, heard), DUE) == Send()
    assert isinstance(still_due(NUDGE, Case(shop, UNPAID, replace(heard, unheard=5)), DUE), Drop)
    assert isinstance(still_due(NUDGE, Case(shop, UNPAID, replace(heard, heard_at=DUE - 3 * DAY)), DUE), Drop)
    assert isinstance(still_due(NUDGE, Case(shop, UNPAID, CALLED), DUE), Drop)


def test_who_cannot_be_reached_and_shops_that_confirm_every_reply() -> None:
    assert isinstance(still_due(NUDGE, Case(Shop(), UNPAID, Talk()), DUE), Drop)
    assert still_due(NUDGE, Case(Shop(), UNPAID, Talk(heard_at=DUE - 10 * MINUTE)), DUE) == Send()
    assert isinstance(still_due(NUDGE, Case(Shop(), UNPAID, replace(CALLED, assist=True)), DUE), Drop)


def test_around_means_the_customer_wrote_lately() -> None:
    plan = replace(NUDGE, needs=frozenset({Need.AROUND}))
    assert still_due(plan, Case(Shop(), UNPAID, Talk(heard_at=DUE - 20 * MINUTE, callback=True)), DUE) == Send()
    assert isinstance(still_due(plan, NUDGE_CASE, DUE), Drop)


def test_the_same_goods_twice_are_asked_about_and_never_nudged() -> None:
    twin = replace(UNPAID, id="A2")
    doubled = replace(NUDGE, id="doubled", needs=frozenset({Need.DOUBLED}))
    both, alone = replace(NUDGE_CASE, others=(twin,)), NUDGE_CASE
    assert still_due(doubled, both, DUE) == Send()
    assert isinstance(still_due(NUDGE, both, DUE), Drop)
    assert isinstance(still_due(doubled, alone, DUE), Drop)


def test_goods_paid_for_in_another_order_are_not_asked_to_be_paid_again() -> None:
    verdict = still_due(NUDGE, replace(NUDGE_CASE, others=(replace(BOUGHT, id="A2"),)), DUE)
    assert isinstance(verdict, Drop)
    assert verdict.task


def test_plans_can_be_switched_off_and_on() -> None:
    off = Case(Shop(proactive=Manner(off=frozenset({"nudge"}))), UNPAID, CALLED)
    assert isinstance(still_due(NUDGE, off, DUE), Drop)
    resting = replace(NUDGE, enabled=False)
    assert isinstance(still_due(resting, NUDGE_CASE, DUE), Drop)
    on = Case(Shop(proactive=Manner(on=frozenset({"nudge"}))), UNPAID, CALLED)
    assert still_due(resting, on, DUE) == Send()


def test_a_share_of_orders_is_held_out_always_the_same() -> None:
    manner = Manner(holdout=20)
    orders = [replace(UNPAID, id=f"A{number}") for number in range(2000)]
    held = [one for one in orders if is_held_out(one, manner)]
    assert 340 < len(held) < 460
    assert still_due(NUDGE, Case(Shop(proactive=manner), held[0], CALLED), DUE) == HoldOut()
    assert held == [one for one in orders if is_held_out(one, manner)]
    assert not any(is_held_out(one, Manner()) for one in orders)


def test_notices_are_never_held_out() -> None:
    held = Shop(proactive=Manner(holdout=50))
    orders = [replace(BOUGHT, id=f"A{number}") for number in range(20)]
    assert all(still_due(CHECK, Case(held, one, CALLED), TEN + HOUR) == Send() for one in orders)


def test_a_parcel_that_moved_on_is_not_called_stalled() -> None:
    shipped = order(CREATED, PAID, happened(Kind.SHIPPED, TEN + DAY))
    now = TEN + 4 * DAY + HOUR
    assert still_due(STALLED, Case(Shop(), shipped, CALLED), now) == Send()
    moved = applied(shipped, happened(Kind.LOGISTICS, now - HOUR, scan=Scan(now - HOUR, "到达")))
    assert still_due(STALLED, Case(Shop(), moved, CALLED), now) == Snooze(now - HOUR + 3 * DAY, "it is due later")


def test_a_clock_that_jumps_fires_nothing_late_and_nothing_early() -> None:
    assert isinstance(still_due(NUDGE, NUDGE_CASE, DUE + DAY), Drop)
    assert isinstance(still_due(NUDGE, NUDGE_CASE, DUE - HOUR), Snooze)


def test_where_the_shops_system_can_be_asked_it_must_just_have_said_so() -> None:
    case = replace(NUDGE_CASE, asked=True)
    assert still_due(NUDGE, case, DUE) == Snooze(DUE + 10 * MINUTE, UNSURE)
    read = replace(case, order=replace(UNPAID, read_at=DUE - timedelta(seconds=5)))
    assert still_due(NUDGE, read, DUE) == still_due(NUDGE, NUDGE_CASE, DUE)
    old = replace(case, order=replace(UNPAID, read_at=DUE - timedelta(seconds=6)))
    assert still_due(NUDGE, old, DUE) == Snooze(DUE + 10 * MINUTE, UNSURE)
