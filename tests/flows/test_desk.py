"""An agent's desk: conversations are taken by one, given away to who is there, ended, and shown as they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.base import Fate, Sent
from bot.core.attendance import Timing
from bot.core.model import Holder, Mood, Status
from bot.errors import Conflict, InvalidField, NotFound, Stale
from bot.flows import desk, order_notes, transfers
from bot.flows.order_notes import Written
from tests.flows.desk import Desks
from tests.flows.world import SILENCE, World


@pytest.fixture
def desks(world: World) -> Desks:
    """Two agents at their desks."""
    return Desks(world)


def test_of_a_hundred_agents_at_once_one_has_the_conversation_and_the_others_hear_who(desks: Desks) -> None:
    conversation = desks.world.say("c1", "转人工").conversation
    claims = [
        desks.world.store.submit(lambda tx, a=f"客服{n}": desk.claim(tx, conversation, desks.actor(a)))  # type: ignore[misc]
        for n in range(100)
    ]
    errors = [claim.exception(timeout=60) for claim in claims]
    owner = desks.row().owner
    assert errors.count(None) == 1
    assert all(isinstance(error, Conflict) and error.more == {"owner": owner} for error in errors if error)


def test_a_conversation_is_taken_from_the_bot_and_the_bot_is_silent_from_then_on(desks: Desks) -> None:
    desks.world.say("c1", "什么时候发货")
    desks.claim()
    assert (desks.row().holder, desks.row().owner, desks.row().ticket) == (Holder.AGENT, "小美", None)
    assert desks.world.say("c1", "什么时候发货").status is Status.HELD_BY_AGENT
    with pytest.raises(Conflict, match="小美"):
        desks.claim(agent="阿强")
    desks.act(desk.resolve, "c1")
    assert desks.world.say("c1", "什么时候发货").status is Status.REPLIED


def test_who_answers_on_the_platform_takes_the_ticket_from_who_had_claimed_it(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.world.agent_types("我来处理", agent="店长")
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (ticket.agent, desks.row().owner) == ("店长", "店长")
    with pytest.raises(Conflict, match="店长"):
        desks.send()


@pytest.mark.parametrize("story", [desk.release, desk.resolve], ids=["release", "resolve"])
def test_nobody_gives_away_what_another_holds(desks: Desks, story: Callable[..., None]) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    with pytest.raises(Conflict, match="小美") as refused:
        desks.act(story, "c1", agent="阿强")
    assert refused.value.more == {"owner": "小美"}
    assert desks.row().owner == "小美"


def test_a_case_is_not_ended_over_words_that_the_agent_has_not_read(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    seen = desks.row().seq
    desks.world.say("c1", "等一下，还有个问题")
    with pytest.raises(Stale, match="结束") as refused:
        desks.act(desk.resolve, "c1", seen)
    newer: Any = refused.value.more["newer"]
    assert [line.text for line in newer] == ["等一下，还有个问题"]
    assert desks.row().owner == "小美"
    desks.act(desk.resolve, "c1", desks.row().seq)
    assert desks.row().holder is Holder.BOT


def test_what_is_given_back_waits_anew_for_somebody_else(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.act(desk.release, "c1")
    row = desks.row()
    assert row.ticket is not None
    assert (row.holder, row.owner, row.ticket.state) == (Holder.QUEUE, "", "waiting")
    with pytest.raises(Conflict, match="先领取"):
        desks.send()
    desks.claim(agent="阿强")
    assert desks.row().owner == "阿强"


def test_a_conversation_without_a_ticket_gets_one_when_it_is_given_back(desks: Desks) -> None:
    desks.world.say("c1", "什么时候发货")
    desks.claim()
    desks.act(desk.release, "c1")
    ticket = desks.row().ticket
    assert ticket is not None
    assert (ticket.state, ticket.reason_title) == ("waiting", "客服转回队列")


def test_a_colleague_who_is_there_is_given_the_conversation_with_the_reason(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    with pytest.raises(Conflict, match="不在线"):
        desks.act(transfers.offer, "c1", "阿强", "客户要改地址")
    desks.is_there("阿强", "away")
    with pytest.raises(Conflict, match="不在线"):
        desks.act(transfers.offer, "c1", "阿强", "客户要改地址")
    assert desks.detail().side.notes == []
    desks.is_there("阿强")
    desks.act(transfers.offer, "c1", "阿强", "客户要改地址")
    desks.act(transfers.accept, "c1", agent="阿强")
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (desks.row().owner, ticket.agent, ticket.state) == ("阿强", "阿强", "claimed")
    assert [note.text for note in desks.detail().side.notes] == ["转给 阿强：客户要改地址"]
    with pytest.raises(Conflict, match="阿强"):
        desks.send()


def test_a_group_is_given_the_conversation(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.act(transfers.offer, "c1", "aftersale", "质量问题")
    ticket = desks.row().ticket
    assert ticket is not None
    assert (ticket.group, ticket.state, desks.row().holder) == ("aftersale", "waiting", Holder.QUEUE)


@pytest.mark.parametrize("to", ["小美", "老板", "after"])
def test_nobody_is_given_a_conversation_who_is_not_a_colleague(desks: Desks, to: str) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    with pytest.raises(InvalidField, match="aftersale"):
        desks.act(transfers.offer, "c1", to, "换人")


def test_a_silent_agent_loses_the_customer_who_waits(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.world.pass_time(SILENCE.total_seconds())
    desks.world.work()
    assert (desks.row().holder, desks.row().owner) == (Holder.QUEUE, "")


def test_a_case_that_nobody_took_may_be_ended_and_ended_again(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.act(desk.resolve, "c1", agent="阿强")
    desks.act(desk.resolve, "c1")
    row = desks.row()
    assert (row.holder, row.ticket, row.waiting_since) == (Holder.BOT, None, None)
    assert [earlier.agent for earlier in desks.detail().side.earlier] == ["阿强"]


def test_the_list_tells_how_long_a_customer_waits_and_how_it_sounds(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    asked = desks.world.now
    desks.world.pass_time(30)
    desks.world.say("c1", "你们是骗子吧，太气人了")
    assert desks.row().waiting_since == asked
    assert desks.row().mood not in (Mood.CALM, Mood.URGING)
    desks.claim()
    desks.send()
    assert desks.row().waiting_since is None


def test_a_text_that_may_not_have_arrived_is_its_agents_to_look_after(desks: Desks) -> None:
    desks.world.call_back()
    desks.world.say("c1", "什么时候发货")
    desks.claim()
    desks.send("您好，我来帮您")
    desks.world.work(Sent(Fate.UNKNOWN, "no answer"))
    ticket = desks.row().ticket
    assert ticket is not None
    assert (ticket.state, ticket.reason, desks.row().owner) == ("claimed", "delivery_unknown", "小美")
    with pytest.raises(Conflict, match="小美"):
        desks.claim(agent="阿强")


@pytest.mark.parametrize("holder", [Holder.BOT, Holder.AGENT])
def test_repeated_deliveries_and_recalls_do_not_push_a_customers_words_out_of_the_list(
    desks: Desks, holder: Holder
) -> None:
    desks.world.say("c1", "你好", external_id="m-0")
    desks.world.say("c1", "什么时候发货", external_id="m-1")
    desks.world.recall("m-0")
    if holder is Holder.AGENT:
        desks.claim()
    before = desks.row()
    for _ in range(35):
        desks.world.say("c1", "什么时候发货", external_id="m-1")
        desks.world.recall("m-0")
    after = desks.row()
    assert (after.last, after.waiting_since, after.mood) == (before.last, before.waiting_since, before.mood)
    assert [row.id for row in desks.snapshot().conversations] == [before.id]


def test_notes_stand_beside_the_conversation_the_latest_first(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.note("缺一件")
    desks.world.pass_time(1)
    desks.note("已登记补发")
    assert [(note.text, note.flag, note.agent) for note in desks.detail().side.notes] == [
        ("已登记补发", "red", "小美"), ("缺一件", "red", "小美")
    ]  # fmt: skip


def test_colleagues_are_listed_with_what_they_have_in_hand(desks: Desks) -> None:
    for customer in ("c1", "c2"):
        desks.world.say(customer, "转人工")
        desks.claim(customer)
    desks.is_there("小美", "busy")
    found = desks.world.store.read(lambda tx: desk.colleagues(tx, "demo", desks.world.now, Timing())).result()
    assert {one.name: (one.state, one.load) for one in found} == {"小美": ("busy", 2), "阿强": ("offline", 0)}


@pytest.mark.parametrize(
    ("story", "arguments"),
    [
        (desk.claim, ()), (desk.release, ()), (desk.resolve, ()), (transfers.offer, ("aftersale", "换人")),
        (order_notes.keep_note, (Written("偷看"),)),
    ],
)  # fmt: skip
def test_another_shops_conversation_is_not_there(
    desks: Desks, story: Callable[..., object], arguments: tuple[str, ...]
) -> None:
    desks.world.say("c1", "转人工")
    with pytest.raises(NotFound):
        desks.act(story, "c1", *arguments, shop="other")
    assert desks.snapshot("other").conversations == []
    assert desks.row().holder is Holder.QUEUE
