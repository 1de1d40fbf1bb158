"""Who does not answer our question is not forgotten: where only a human can help, one is asked with what was told."""

from __future__ import annotations

from bot.core.model import Holder
from tests.flows.world import World

TEN_MINUTES = 600.0


def test_a_question_that_nobody_answers_becomes_a_ticket_with_what_was_told(world: World) -> None:
    world.say("c1", "穿一次裤子开线了")
    assert world.ticket() is None
    world.pass_time(TEN_MINUTES + 1)
    world.work()
    ticket = world.ticket()
    assert ticket is not None
    assert (ticket.state, ticket.reason, ticket.intent) == ("waiting", "dialogue_stuck", "after.quality")
    assert "外观破损" in ticket.note
    assert (world.conversation().holder, world.conversation().dialogue.form) == (Holder.QUEUE, None)


def test_who_has_been_handed_over_meanwhile_gets_no_second_ticket(world: World) -> None:
    world.say("c1", "穿一次裤子开线了")
    handed_over = world.say("c1", "转人工").ticket
    world.pass_time(TEN_MINUTES + 1)
    world.work()
    ticket = world.ticket()
    assert ticket is not None
    assert (ticket.id, ticket.reason) == (handed_over, "customer_asked")


def test_a_question_before_an_answer_of_our_own_asks_for_nobody(world: World) -> None:
    world.say("c1", "我要穿多大码")  # a size is answered by the bot: a customer who leaves it misses nothing
    world.pass_time(TEN_MINUTES + 1)
    world.work()
    assert world.ticket() is None
