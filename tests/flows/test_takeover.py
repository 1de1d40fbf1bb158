"""A human speaks: from that commit on the bot is silent, until the human has been silent long enough."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import Fate, Sent
from bot.core.model import Holder, MessageType, Reason, Status
from tests.flows.world import ANSWERED, SILENCE, World

_HALF_HOUR = SILENCE.total_seconds()


def test_an_agents_message_in_the_platforms_own_client_silences_the_bot(world: World) -> None:
    world.say("c1", "你好在吗")
    said = len(world.said())
    taken = world.agent_types("您好，我是小王")
    assert taken.status is Status.HELD_BY_AGENT
    for text in ("想问下运费", "转人工", "我要投诉你们"):
        heard = world.say("c1", text)
        assert (heard.status, heard.replies, heard.decision) == (Status.HELD_BY_AGENT, (), None)
    assert len(world.said()) == said
    conversation = world.conversation()
    assert (conversation.holder, conversation.owner) == (Holder.AGENT, "小王")


def test_an_agents_message_takes_the_waiting_ticket(world: World) -> None:
    world.say("c1", "转人工")
    taken = world.agent_types("我来帮您")
    ticket = world.ticket()
    assert ticket is not None
    assert (ticket.id, ticket.state, ticket.agent) == (taken.ticket, "claimed", "小王")


def test_an_agents_message_that_is_repeated_does_not_lengthen_the_silence(world: World) -> None:
    spoken = world.arrival("c1", "您好", "a1", agent="小王", type=MessageType.AGENT_MESSAGE)
    world.deliver(spoken)
    heard = world.conversation().agent_at
    world.pass_time(60)
    assert world.deliver(spoken).status is Status.DUPLICATE
    assert world.conversation().agent_at == heard


def test_after_half_an_hour_of_silence_the_bot_answers_what_is_new_and_nothing_old(world: World) -> None:
    world.say("c1", "想问下运费")
    world.agent_types("满99包邮哦")
    world.pass_time(_HALF_HOUR - 1)
    world.work()
    assert world.conversation().holder is Holder.AGENT
    said = len(world.said())

    world.pass_time(1)
    world.work()

    assert world.conversation().holder is Holder.BOT
    assert len(world.said()) == said
    assert world.say("c1", "你好在吗").status in ANSWERED


def test_each_word_of_the_agent_begins_the_half_hour_anew(world: World) -> None:
    for _ in range(3):
        world.agent_types("您的包裹在杭州")
        world.pass_time(_HALF_HOUR - 60)
        world.work()
        assert world.conversation().holder is Holder.AGENT
    assert len(world.jobs("handback")) == 1
    world.pass_time(60)
    world.work()
    assert world.conversation().holder is Holder.BOT
    assert world.jobs("handback") == []


def test_a_customer_who_waits_for_a_silent_agent_goes_back_to_the_queue(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.reply(ticket, "您好，请讲")
    world.pass_time(60)
    world.say("c1", "我的包裹丢了")
    world.pass_time(_HALF_HOUR)
    world.work()

    found = world.ticket()
    assert found is not None
    assert (found.id, found.state, found.agent) == (ticket, "waiting", "")
    assert world.conversation().holder is Holder.QUEUE
    assert found.deadline > world.now
    assert [job["run_at"] for job in world.jobs("deadline")] == [found.deadline]


def test_an_agent_who_claims_and_never_says_a_word_has_not_answered(world: World) -> None:
    """The bot's holding phrase is the last message; it is no answer, so the ticket must not be closed."""
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.pass_time(_HALF_HOUR)
    world.work()
    found = world.ticket()
    assert found is not None
    assert (found.id, found.state) == (ticket, "waiting")


def test_a_customer_left_by_an_agent_without_a_ticket_gets_one(world: World) -> None:
    world.agent_types("您好，需要帮您看什么")
    world.say("c1", "我的包裹丢了")
    world.pass_time(_HALF_HOUR)
    world.work()
    found = world.ticket()
    assert found is not None
    assert (found.state, found.reason) == ("waiting", Reason.AGENT_SILENT)
    assert world.conversation().holder is Holder.QUEUE


@pytest.mark.parametrize("taken_back", [True, False])
def test_a_message_that_was_taken_back_waits_for_no_answer(world: World, taken_back: bool) -> None:
    world.agent_types("已为您处理")
    world.say("c1", "发错了", external_id="slip")
    if taken_back:
        world.recall("slip")
    world.pass_time(_HALF_HOUR)
    world.work()
    assert (world.ticket() is None) is taken_back


def test_an_agents_text_that_never_arrived_is_no_answer(calling: World) -> None:
    ticket = calling.say("c1", "转人工").ticket
    calling.work()
    calling.claim(ticket)
    calling.reply(ticket, "您好，已为您处理")
    calling.work(Sent(Fate.REJECTED, "400"))
    calling.pass_time(_HALF_HOUR)
    calling.work()
    found = calling.ticket()
    assert found is not None
    assert found.state == "waiting"


def test_an_agent_who_answered_and_fell_silent_has_finished(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.reply(ticket, "已为您处理好了")
    world.pass_time(_HALF_HOUR)
    world.work()
    assert world.ticket() is None
    assert world.conversation().holder is Holder.BOT
    assert world.jobs("deadline") == []


def test_every_change_of_hands_has_a_number_of_its_own(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    epochs = [world.conversation().epoch]
    for agent in ("小王", "小张"):
        world.agent_types("我来", agent=agent)
        epochs.append(world.conversation().epoch)
    world.resolve(ticket, agent="小张")
    epochs.append(world.conversation().epoch)
    assert epochs == sorted(set(epochs))


def test_a_customer_who_only_now_writes_again_meets_a_bot_that_remembers_nothing_old(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.resolve(ticket)
    world.pass_time(timedelta(minutes=5).total_seconds())
    assert world.conversation().dialogue.said == ()
    assert world.say("c1", "你好在吗").status is Status.REPLIED
