"""Care by segment: whom it is for, what keeps it from a customer, whose words end it, and how it is spread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from bot.core.care import Obstacle, Standing, declines, obstacle, only_declines, slots, words
from bot.core.hours import Hours, Period
from bot.core.model import Holder
from bot.core.orders import Kind, OrderState, applied
from bot.core.plans import Manner, Plan, PlanKind, Segment, Start
from bot.core.shop import Shop
from bot.core.tact import awake, still_due
from bot.core.unasked import Case, Drop, Send, Snooze, Talk, Told
from tests.core.test_proactive import CREATED, DAY, HOUR, MINUTE, NUDGE, PAID, TEN, happened, order

NOW = TEN + 5 * DAY
GREETING = Plan(
    "greeting", "问候", PlanKind.CARE, (), frozenset({OrderState.PAID, OrderState.SIGNED}), timedelta(hours=12),
    enabled=False, segment=Segment(60 * DAY),
)  # fmt: skip
MANNER = Manner(on=frozenset({"greeting"}), consent=frozenset({"同意关怀"}), refusal=frozenset({"不要打扰"}))
SHOP, START, BOUGHT = Shop(proactive=MANNER), Start("元旦", NOW, word="元旦"), order(CREATED, PAID)
AGREED = Standing(tags=("老客", "同意关怀"))
TALK = Talk(callback=True, tags=("同意关怀",))
CASE = Case(SHOP, BOUGHT, TALK, start=START)


def found(plan: Plan = GREETING, start: Start | None = START, of: Standing = AGREED) -> Obstacle | None:
    """What keeps a plan from the buyer now."""
    return obstacle(plan, start, BOUGHT, SHOP, of, NOW)


def test_who_agreed_and_bought_is_written_to() -> None:
    assert found() is None
    assert still_due(GREETING, CASE, NOW) == Send()


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing(), Obstacle.NO_CONSENT),
        (Standing(tags=("老客",)), Obstacle.NO_CONSENT),
        (replace(AGREED, declined=True), Obstacle.DECLINED),
        (replace(AGREED, told=True), Obstacle.TOLD),
        (replace(AGREED, last=NOW - 29 * DAY), Obstacle.CAPPED),
        (replace(AGREED, last=NOW - 30 * DAY), None),
        (replace(AGREED, case_open=True), Obstacle.CASE_OPEN),
    ],
)
def test_what_the_customer_did_not_agree_to_or_had_lately_is_not_said(standing: Standing, why: Obstacle | None) -> None:
    assert found(of=standing) == why


@pytest.mark.parametrize(
    "segment",
    [
        Segment(DAY), Segment(60 * DAY, provinces=frozenset({"广东"})), Segment(60 * DAY, tags=frozenset({"会员"})),
    ],
)  # fmt: skip
def test_who_is_not_of_the_segment_is_left_alone(segment: Segment) -> None:
    assert found(replace(GREETING, segment=segment)) is Obstacle.NOT_MEANT


def test_the_province_named_at_the_start_narrows_it() -> None:
    assert found(start=replace(START, province="浙江")) is None
    assert found(start=replace(START, province="广东")) is Obstacle.NOT_MEANT


def test_an_order_in_another_state_or_not_paid_is_none_to_greet_about() -> None:
    refunding = applied(BOUGHT, happened(Kind.REFUND_REQUESTED, TEN + 2 * HOUR))
    for other in (refunding, order(CREATED), order(replace(CREATED, live=False), replace(PAID, live=False))):
        assert obstacle(GREETING, START, other, SHOP, AGREED, NOW) is Obstacle.NOT_MEANT


def test_nothing_is_said_that_nobody_started_or_of_a_shop_that_has_it_off_or_too_late() -> None:
    assert found(start=None) is Obstacle.NOT_STARTED
    assert obstacle(GREETING, START, BOUGHT, Shop(), AGREED, NOW) is Obstacle.OFF
    assert obstacle(GREETING, START, BOUGHT, SHOP, AGREED, NOW + 13 * HOUR) is Obstacle.LATE


@pytest.mark.parametrize(
    ("talk", "verdict"),
    [
        (replace(TALK, holder=Holder.AGENT), Snooze),
        (replace(TALK, pending=True), Snooze),
        (replace(TALK, upset=True), Drop),
        (replace(TALK, callback=False), Drop),
        (replace(TALK, assist=True), Drop),
        (replace(TALK, case_open=True), Drop),
    ],
)
def test_the_gate_of_all_first_words_stands_before_it(talk: Talk, verdict: type) -> None:
    assert isinstance(still_due(GREETING, replace(CASE, talk=talk), NOW), verdict)


@pytest.mark.parametrize("hour", [23, 3, 12])
def test_at_night_and_at_noon_it_waits(hour: int) -> None:
    moment = NOW.replace(hour=hour) + (DAY if hour == 3 else timedelta())
    case = replace(CASE, start=replace(START, at=moment))
    verdict = still_due(GREETING, case, moment)
    assert isinstance(verdict, Snooze)
    assert verdict.why == "quiet hours"


def test_the_cap_counts_every_plan_of_care() -> None:
    other = Told("A9", "review_invite", PlanKind.CARE, "", NOW - 10 * DAY)
    notice = replace(other, kind=PlanKind.NOTICE)
    assert still_due(GREETING, replace(CASE, told=(other,)), NOW) == Drop(Obstacle.CAPPED.value)
    assert still_due(GREETING, replace(CASE, told=(notice,)), NOW) == Send()


def test_who_wants_nothing_unasked_is_not_nudged_either() -> None:
    talk = Talk(callback=True, declined=True)
    assert still_due(NUDGE, Case(Shop(), order(CREATED), talk), TEN + 12 * MINUTE) == Drop(Obstacle.DECLINED.value)


@pytest.mark.parametrize(
    "text",
    [
        "别再给我发消息了", "不要给我发短信", "不要再发了", "别再发了！", "以后不要再推送广告了", "请勿打扰",
        "别来打扰我", "别老骚扰我", "TD", "退订", "不想再收到这种消息", "不用发这些问候了", "不要 给我发 消息",
    ],
)
def test_words_that_end_it(text: str) -> None:
    assert declines(text, (), MANNER)


@pytest.mark.parametrize(
    "text",
    [
        "不打扰你了", "好吧 那不打扰了", "打扰一下", "别发天天快递", "不要再发错了", "退订单可以吗", "什么时候发货",
        "不要发了，我要退款", "快递给我发消息了", "能发个消息吗", "td是什么意思", "别再发货了",
    ],
)
def test_words_that_do_not(text: str) -> None:
    assert not declines(text, (), MANNER)


@pytest.mark.parametrize("text", ["别再给我发消息了", "以后不要再推送广告了", "退订", "请勿打扰"])
def test_who_says_nothing_else_is_told_that_it_is_so(text: str) -> None:
    assert only_declines(text)


@pytest.mark.parametrize("text", ["不要再发了", "别再发消息了，先告诉我上周买的那口锅什么时候能到", "什么时候发货"])
def test_what_may_be_meant_otherwise_or_wants_more_is_read_as_usual(text: str) -> None:
    assert not only_declines(text)


def test_a_tag_ends_it_too() -> None:
    assert declines("", ("不要打扰",), MANNER)
    assert not declines("", ("不要打扰",), Manner())


def test_slots_keep_apart_and_out_of_noon_and_night() -> None:
    hours = awake(GREETING.kind, SHOP, started=True)
    given = list(islice(slots(NOW.replace(hour=11, minute=59), MINUTE, hours), 3))
    assert given == [NOW.replace(hour=11, minute=59), NOW.replace(hour=14), NOW.replace(hour=14, minute=1)]
    [late] = islice(slots(NOW.replace(hour=23), MINUTE, hours), 1)
    assert late == NOW.replace(hour=9) + DAY


def test_a_shop_whose_hours_never_meet_has_no_slots() -> None:
    at_noon_only = replace(SHOP, outreach=Hours(((Period(12 * 60, 14 * 60),),) * 7))
    assert list(islice(slots(NOW, MINUTE, awake(GREETING.kind, at_noon_only, started=True)), 3)) == []


def test_what_the_phrases_may_name() -> None:
    assert words(BOUGHT, START) == {"province": "浙江", "word": "元旦"}
    kept = {name: text for name, text in START.plain().items() if text}
    assert Start.of(kept) == START
    assert Start.of({"plan": "greeting"}) is None
