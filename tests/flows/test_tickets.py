"""The human queue: claimed by one, answered by its owner, watched until the promise is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import Holder, Priority, Status
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import tickets as stories
from bot.store.tables import suggestions
from bot.store.tables import tickets as table
from tests.flows.world import SHOP, SILENCE, World


def test_a_hand_off_opens_a_ticket_and_promises_a_time(world: World) -> None:
    receipt = world.say("c1", "转人工")
    ticket = world.ticket()
    assert ticket is not None
    assert (receipt.status, receipt.ticket) == (Status.HANDED_OFF, ticket.id)
    assert (ticket.state, ticket.reason) == ("waiting", "customer_asked")
    assert world.now < ticket.deadline
    assert "分钟内" in receipt.replies[0].text
    assert world.conversation().holder is Holder.QUEUE


def test_an_agent_claims_answers_and_resolves(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    assert world.claim(ticket).state == "claimed"
    assert world.claim(ticket).agent == "小王"  # claiming twice is no conflict with oneself
    sent = world.reply(ticket, "您好，我是小王")
    assert (sent.author, sent.state) == ("agent", "queued")
    assert world.say("c1", "在").status is Status.HELD_BY_AGENT
    assert world.resolve(ticket).state == "resolved"
    assert world.resolve(ticket).state == "resolved"
    conversation = world.conversation()
    assert (conversation.holder, conversation.owner) == (Holder.BOT, "")
    assert world.jobs("deadline") == world.jobs("handback") == []


def test_of_many_agents_at_once_one_owns_the_ticket_and_the_others_hear_who(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket or ""
    futures = [
        world.store.submit(lambda tx, a=f"客服{n}": stories.claim(tx, ticket, a, world.now, SILENCE))  # type: ignore[misc]
        for n in range(100)
    ]
    errors = [future.exception(timeout=60) for future in futures]
    owner = world.conversation().owner
    assert errors.count(None) == 1
    assert all(isinstance(e, Conflict) and owner in str(e) for e in errors if e is not None)


def test_nobody_but_the_owner_answers_or_resolves(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    with pytest.raises(Conflict, match="先领取"):
        world.reply(ticket, "您好")
    world.claim(ticket)
    with pytest.raises(Conflict, match="小王"):
        world.reply(ticket, "您好", agent="小张")
    with pytest.raises(Conflict, match="小王"):
        world.resolve(ticket, agent="小张")
    with pytest.raises(Conflict, match="小王"):
        world.claim(ticket, agent="小张")
    assert world.said("agent") == []


def test_a_resolved_ticket_takes_no_more_answers(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.resolve(ticket)
    with pytest.raises(Conflict):
        world.reply(ticket, "还有一句")
    with pytest.raises(Conflict):
        world.claim(ticket)


def test_a_ticket_that_went_back_to_the_queue_is_no_longer_its_first_owners(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.pass_time(SILENCE.total_seconds())
    world.work()
    with pytest.raises(Conflict):
        world.reply(ticket, "不好意思来晚了")
    assert world.claim(ticket, agent="小张").agent == "小张"


@pytest.mark.parametrize("text", ["亲爱的{{ name }}您好", "您的单号是None", "{姓名}您好", "  ", "好" * 501])
def test_an_agents_text_that_looks_unfinished_is_not_sent(world: World, text: str) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    with pytest.raises(InvalidField, match="text"):
        world.reply(ticket, text)
    assert world.said("agent") == []


def test_tickets_of_another_shop_are_not_there(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket or ""
    for story in (
        lambda tx: stories.show(tx, ticket, "other"),
        lambda tx: stories.claim(tx, ticket, "小王", world.now, SILENCE, "other"),
        lambda tx: stories.reply(tx, ticket, "小王", "您好", world.now, SILENCE, "other"),
        lambda tx: stories.resolve(tx, ticket, "小王", world.now, "other"),
    ):
        with pytest.raises(NotFound):
            world.store.submit(story).result()
    found = world.ticket()
    assert found is not None
    assert found.state == "waiting"


def test_a_promise_that_was_not_kept_raises_the_ticket(world: World) -> None:
    world.say("c1", "转人工")
    before = world.ticket()
    assert before is not None
    world.now = before.deadline
    world.work()
    after = world.ticket()
    assert after is not None
    assert (after.overdue, after.priority) == (True, Priority(before.priority + 1))


def test_a_promise_that_was_kept_raises_nothing(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.claim(ticket)
    world.reply(ticket, "您好，我来帮您")
    before = world.ticket()
    assert before is not None
    world.now = before.deadline
    world.work()
    assert world.ticket() == before


def test_asking_again_raises_the_ticket_from_the_second_time_on(world: World) -> None:
    world.say("c1", "转人工")
    priorities = []
    for _ in range(3):
        world.pass_time(20)
        world.say("c1", "人工呢，转人工")
        ticket = world.ticket()
        assert ticket is not None
        priorities.append((ticket.chases, ticket.priority))
    assert priorities == [(1, Priority.HIGH), (2, Priority.URGENT), (3, Priority.URGENT)]
    assert len(world.rows(table)) == 1


def test_a_second_hand_off_while_one_waits_opens_no_second_ticket(world: World) -> None:
    first = world.say("c1", "转人工").ticket
    world.say("c1", "我要去消协投诉你们")
    ticket = world.ticket()
    assert ticket is not None
    assert ticket.id == first


def test_the_ticket_shows_the_conversation_and_its_drafts(world: World) -> None:
    world.channel = replace(world.channel, assist=True)
    receipt = world.say("c1", "你好在吗")
    assert receipt.status is Status.SUGGESTED
    assert receipt.replies == ()  # a shop that confirms every reply says nothing by itself
    view = world.store.submit(lambda tx: stories.show(tx, receipt.ticket or "", SHOP)).result()
    assert [m.text for m in view.messages] == ["你好在吗"]
    (draft,) = view.suggestions
    assert draft.text
    assert draft.after_seq == view.messages[-1].seq
    assert len(world.rows(suggestions)) == 1
