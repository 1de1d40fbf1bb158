"""A person starts care for many customers: only who agreed is written to, once, spread over time, and never against a
customer's word. On both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.base import Fate, Sent
from bot.core import care as core
from bot.core.care import Obstacle
from bot.core.hours import SHOP_ZONE
from bot.core.model import Holder
from bot.core.orders import Kind
from bot.core.plans import Start
from bot.core.tact import awake
from bot.errors import NotFound, SettingsError
from bot.flows import care
from bot.flows.care import Call, Found
from bot.store import prepared
from bot.store.tables import channels as channel_table
from tests.flows.ordered import FACTS, HOUR, MINUTE, entries, event, hear, texts
from tests.flows.world import SHOP, World

DAY = timedelta(days=1)
AGREED = ("同意关怀",)


@pytest.fixture
def caring(calling: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A shop that has both kinds of care on and nothing else, so that only care is heard of."""
    facts = calling.knowledge.shop(SHOP)
    on, off = frozenset({"care_holiday", "care_weather"}), frozenset(calling.knowledge.plans)
    changed = replace(facts, proactive=replace(facts.proactive, on=on, off=off - on))
    monkeypatch.setattr(calling.knowledge, "_shops", {"": changed})
    return calling


def meet(
    world: World, customer: str, tags: tuple[str, ...] = AGREED, province: str = "浙江省杭州市", order: str = ""
) -> None:
    """A customer writes once, and has paid for an order since."""
    world.deliver(world.arrival(customer, "你好", f"hi-{customer}", tags=tags))
    world.work()
    facts = replace(FACTS, channel=world.channel.id, customer=customer, address=f"{province}文三路1号")
    order = order or f"A-{customer}"
    hear(world, event(world, Kind.CREATED, facts, order), event(world, Kind.PAID, facts, order))


def call(world: World, plan: str = "care_holiday", occasion: str = "元旦", **named: str) -> Call:
    """What a person starts now."""
    start = Start(occasion, world.now, **{"word": "元旦", **named})
    return Call(SHOP, world.facts, world.knowledge.plans[plan], start)


def begin(world: World, of: Call | None = None, gap: timedelta = MINUTE) -> Counter[Obstacle | None]:
    """Start it, as the command does. Returns how many customers met which obstacle."""
    of = of or call(world)
    care.check(of)
    slots = core.slots(world.now, gap, awake(of.plan.kind, of.facts, started=True))
    found = world.store.submit(lambda tx: care.begin(tx, of, ("", ""), slots, world.now)).result()
    return Counter(one.obstacle for one in found)


def greeted(world: World, customer: str = "c1") -> list[str]:
    """What care said to the customer."""
    return [text for text in texts(world, customer) if "元旦" in text]


def pass_time(world: World, minutes: int = 6) -> None:
    """Let so many minutes go by, and a worker do all that is due."""
    world.now += minutes * MINUTE
    world.work()


def test_only_who_agreed_is_greeted_and_the_start_says_why_not(caring: World) -> None:
    meet(caring, "c1")
    meet(caring, "c2", ())
    meet(caring, "c3", (*AGREED, "不要打扰"))
    caring.now += HOUR
    assert begin(caring) == {None: 1, Obstacle.NO_CONSENT: 1, Obstacle.DECLINED: 1}
    pass_time(caring)
    assert [len(greeted(caring, one)) for one in ("c1", "c2", "c3")] == [1, 0, 0]
    assert entries(caring) == [("care_holiday", "sent", "")]


def test_the_same_start_twice_greets_once_and_reaches_who_came_since(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    assert begin(caring) == {Obstacle.TOLD: 1}
    assert len(caring.jobs("proactive")) == 1
    pass_time(caring)
    meet(caring, "c2")
    caring.now += 10 * MINUTE
    assert begin(caring) == {Obstacle.TOLD: 1, None: 1}
    pass_time(caring)
    assert [len(greeted(caring, one)) for one in ("c1", "c2")] == [1, 1]


def test_a_newer_order_does_not_make_the_same_occasion_a_new_one(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    pass_time(caring)
    facts = replace(FACTS, channel=caring.channel.id)
    hear(caring, event(caring, Kind.CREATED, facts, "B1"), event(caring, Kind.PAID, facts, "B1"))
    assert begin(caring) == {Obstacle.TOLD: 1}


def test_a_dry_run_writes_nothing(caring: World) -> None:
    meet(caring, "c1")
    found = look(caring, call(caring))
    assert [(one.customer, one.obstacle) for one in found] == [("c1", None)]
    assert caring.jobs("proactive") == []
    assert entries(caring) == []


def test_one_greeting_in_thirty_days_over_all_plans_of_care(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    pass_time(caring)
    assert begin(caring, call(caring, "care_weather", "台风", province="浙江", word="台风")) == {Obstacle.CAPPED: 1}
    caring.now += 31 * DAY
    assert begin(caring, call(caring, "care_weather", "台风", province="浙江", word="台风")) == {None: 1}
    pass_time(caring)
    [said] = [text for text in texts(caring) if "台风" in text]
    assert "浙江" in said


def test_two_plans_started_at_once_bring_one_message(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    assert begin(caring) == begin(caring, call(caring, "care_weather", province="浙江")) == {None: 1}
    pass_time(caring)
    assert len(greeted(caring)) == 1
    assert [one[1:] for one in entries(caring) if one[1] == "dropped"] == [("dropped", Obstacle.CAPPED.value)]


def test_who_says_no_before_the_turn_comes_is_not_greeted_then_or_ever(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    caring.say("c1", "别再给我发消息了")
    pass_time(caring, 20)
    assert greeted(caring) == []
    assert entries(caring) == [("care_holiday", "dropped", Obstacle.DECLINED.value)]
    caring.now += 40 * DAY
    caring.deliver(caring.arrival("c1", "在吗", "back", tags=AGREED))
    caring.now += HOUR
    assert begin(caring, call(caring, occasion="春节")) == {Obstacle.DECLINED: 1}


def test_who_wants_no_messages_hears_that_it_is_so_and_no_human_is_asked(caring: World) -> None:
    caring.say("c1", "以后不要再给我发消息了")
    answered = caring.said()[-1]
    assert answered.details["phrase"].startswith("silence/")
    assert caring.ticket() is None


def test_a_no_between_the_writing_and_the_post_takes_the_greeting_back(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    caring.now += MINUTE
    caring.work(Sent(Fate.RETRY, "503"))
    caring.say("c1", "不要再发了")
    pass_time(caring, 15)
    pass_time(caring, 15)
    assert greeted(caring) == []
    assert entries(caring)[0] == ("care_holiday", "dropped", Obstacle.DECLINED.value)


def test_a_platform_that_is_away_gets_the_greeting_later(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    caring.now += MINUTE
    caring.work(Sent(Fate.RETRY, "503"))
    pass_time(caring, 5)
    pass_time(caring, 15)
    assert len(greeted(caring)) == 1
    assert entries(caring) == [("care_holiday", "sent", "")]


def test_consent_that_the_platform_takes_back_is_gone(caring: World) -> None:
    meet(caring, "c1", ("老客", *AGREED))
    caring.now += HOUR
    begin(caring)
    caring.deliver(caring.arrival("c1", "谢谢", "m2", tags=("老客",)))
    pass_time(caring, 20)
    assert greeted(caring) == []
    assert entries(caring) == [("care_holiday", "dropped", Obstacle.NO_CONSENT.value)]


def test_while_an_agent_holds_the_conversation_it_waits(caring: World) -> None:
    meet(caring, "c1")
    ticket = caring.say("c1", "转人工").ticket
    caring.claim(ticket)
    begin(caring)
    pass_time(caring)
    assert greeted(caring) == []
    assert entries(caring) == [("care_holiday", "snoozed", "a human has the conversation")]
    caring.resolve(ticket)
    assert caring.conversation().holder is Holder.BOT
    pass_time(caring, 11)
    assert len(greeted(caring)) == 1


def test_a_customer_with_an_open_complaint_is_not_greeted(caring: World) -> None:
    meet(caring, "c1")
    caring.say("c1", "你们太差劲了，气死我了")
    caring.serve()
    caring.now += HOUR
    begin(caring)
    pass_time(caring)
    assert greeted(caring) == []
    assert entries(caring) == [("care_holiday", "dropped", Obstacle.CASE_OPEN.value)]


def test_who_waits_for_a_refund_is_not_greeted(caring: World) -> None:
    meet(caring, "c1")
    facts = replace(FACTS, channel=caring.channel.id)
    hear(caring, event(caring, Kind.CREATED, facts, "B1"), event(caring, Kind.PAID, facts, "B1"))
    caring.now += HOUR
    begin(caring)
    waits = caring.jobs("proactive")[0]["payload"]["order"]
    other = "B1" if waits == "A-c1" else "A-c1"
    hear(caring, event(caring, Kind.REFUND_REQUESTED, facts, other))
    pass_time(caring)
    assert greeted(caring) == []
    assert entries(caring) == [("care_holiday", "dropped", Obstacle.CASE_OPEN.value)]


def test_started_at_night_it_goes_out_in_the_morning_one_by_one(caring: World) -> None:
    for customer in ("c1", "c2", "c3"):
        meet(caring, customer)
    caring.now = datetime(2026, 11, 11, 23, 0, tzinfo=SHOP_ZONE)
    begin(caring)
    due = sorted(row["run_at"].astimezone(SHOP_ZONE) for row in caring.jobs("proactive"))
    assert [(at.day, at.hour, at.minute) for at in due] == [(12, 9, 0), (12, 9, 1), (12, 9, 2)]


def test_more_than_there_is_time_for_are_not_begun(caring: World) -> None:
    for customer in ("c1", "c2", "c3"):
        meet(caring, customer)
    caring.now += HOUR
    assert begin(caring, gap=13 * HOUR) == {None: 2, Obstacle.LATE: 1}


def test_without_a_callback_nobody_is_written_to(caring: World) -> None:
    meet(caring, "c1")
    caring.add_channel(SHOP, "mute")
    caring.store.submit(
        lambda tx: tx.execute(channel_table.update().values(callback_url="", mode="response")).rowcount
    ).result()
    caring.now += HOUR
    assert begin(caring) == {Obstacle.UNREACHED: 1}


def test_another_shops_customers_are_not_there(caring: World) -> None:
    meet(caring, "c1")
    caring.add_channel("mei", "mei-web")
    caring.now += HOUR
    other = replace(call(caring), shop="mei")
    assert look(caring, other) == []
    assert begin(caring, other) == {}
    with pytest.raises(NotFound):
        begin(caring, replace(other, shop="nobody"))


def test_batches_go_on_behind_the_last_customer(caring: World) -> None:
    for customer in ("c1", "c2", "c3"):
        meet(caring, customer)
    found = look(caring, call(caring), ("scratch", "c1"))
    assert [one.customer for one in found] == ["c2", "c3"]


def test_the_same_id_on_two_channels_is_two_customers(caring: World) -> None:
    meet(caring, "c1")
    caring.now += HOUR
    begin(caring)
    caring.add_channel(SHOP, "app")
    meet(caring, "c1", order="B-c1")
    found = {(one.channel, one.order and one.order.id): one.obstacle for one in look(caring, call(caring))}
    assert found == {("scratch", "A-c1"): Obstacle.TOLD, ("app", "B-c1"): None}


def test_a_batch_asks_as_many_queries_as_one_customer(caring: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = prepared._executed

    def prepared_too(tx: sa.Connection, method: str, sql: str, bound: Any) -> Any:
        asked.append(sql)
        return run(tx, method, sql, bound)

    def queries() -> int:
        asked.clear()
        assert all(one.obstacle is None for one in look(caring, call(caring)))
        return len(asked)

    monkeypatch.setattr(prepared, "_executed", prepared_too)
    sa.event.listen(caring.store.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    meet(caring, "c0")
    one = queries()
    for number in range(1, 12):
        meet(caring, f"c{number}")
    assert len(look(caring, call(caring))) == 12
    assert 0 < queries() == one


@pytest.mark.parametrize(
    ("plan", "named", "words"),
    [
        ("signed", {}, "不是由人发起的关怀"),
        ("care_weather", {"word": ""}, "--province、--word"),
        ("care_holiday", {"word": "点 t.cn"}, "1 到 8 个汉字"),
    ],
)
def test_what_cannot_be_started_says_what_is_missing(
    caring: World, plan: str, named: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        care.check(call(caring, plan, **named))


def test_a_plan_that_the_shop_did_not_switch_on_cannot_be_started(calling: World) -> None:
    with pytest.raises(SettingsError, match="没有打开"):
        care.check(call(calling))


def look(world: World, of: Call, after: tuple[str, str] = ("", "")) -> list[Found]:
    """The dry run."""
    return world.store.read(lambda tx: care.look(tx, of, after, world.now)).result()
