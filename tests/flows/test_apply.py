"""What a decision wants done becomes rows, and what waited for the platform to ask rides along with its next answer."""

from __future__ import annotations

from bot.core.model import Status
from bot.store.tables import decisions, jobs
from tests.flows.world import ANSWERED, World


def test_what_an_agent_wrote_rides_along_with_the_next_answer(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    texts = [world.reply(ticket, text).id for text in ("您好", "我是小王")]
    assert world.conversation().unfetched == 2
    heard = world.say("c1", "在的")
    assert (heard.status, [r.id for r in heard.replies]) == (Status.HELD_BY_AGENT, texts)
    assert {r.author for r in heard.replies} == {"agent"}
    assert [m.state for m in world.said("agent")] == ["delivered"] * 2
    assert world.say("c1", "好").replies == ()
    assert world.conversation().unfetched == 0


def test_after_the_ticket_is_closed_the_agents_words_come_before_the_bots(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    own = world.reply(ticket, "已为您处理好了").id
    world.resolve(ticket)
    answer = world.say("c1", "你好在吗")
    assert answer.status in ANSWERED
    assert [r.author for r in answer.replies] == ["agent", "bot"]
    assert answer.replies[0].id == own


def test_an_answer_that_was_lost_brings_the_agents_words_again(world: World) -> None:
    """The agent's text was given to a request whose answer never arrived: the platform asks again."""
    for closed in (False, True):
        customer = f"c{closed}"
        ticket = world.say(customer, "转人工").ticket
        world.claim(ticket)
        own = world.reply(ticket, "已为您处理好了").id
        if closed:
            world.resolve(ticket)
        lost = world.arrival(customer, "你好在吗", f"x-{customer}")
        first = world.deliver(lost)
        again = world.deliver(lost)
        assert first.replies[0].id == own
        assert again.status is Status.DUPLICATE
        assert [r.id for r in again.replies] == [r.id for r in first.replies]


def test_on_a_callback_channel_nothing_waits_to_be_fetched(calling: World) -> None:
    ticket = calling.say("c1", "转人工").ticket
    calling.claim(ticket)
    calling.reply(ticket, "您好")
    assert calling.conversation().unfetched == 0
    assert len(calling.jobs("send")) == 2
    assert calling.say("c1", "在").replies == ()


def test_sends_stand_in_the_lane_of_their_conversation_and_timers_in_none(calling: World) -> None:
    calling.say("c1", "转人工")
    lanes = {row["kind"]: row["lane"] for row in calling.rows(jobs)}
    assert lanes == {"send": calling.conversation().id, "deadline": None, "assign": None}


def test_every_reply_can_be_explained_later(world: World) -> None:
    receipt = world.say("c1", "转人工")
    (decision,) = world.rows(decisions)
    assert (decision["id"], decision["ticket"]) == (receipt.decision, receipt.ticket)
    assert decision["content_hash"] == world.knowledge.content_hash
    assert decision["reasons"]
    assert decision["situation"]
    assert world.said()[0].details["phrase"].startswith(decision["situation"])
    assert world.history()[0].decision == receipt.decision
