"""What is due in a case: a first answer, the next ones, the end; missed it is marked and told, at night it waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.channels.base import Fate, Sent
from bot.core.hours import SHOP_ZONE
from bot.core.model import Priority
from bot.core.tickets import DueKind
from bot.flows import desk, transfers
from tests.flows.desk import Desks
from tests.flows.world import SILENCE, World

NIGHT = datetime(2026, 11, 11, 23, 0, tzinfo=SHOP_ZONE)
MORNING = datetime(2026, 11, 12, 9, 30, tzinfo=SHOP_ZONE)


@pytest.fixture
def desks(world: World) -> Desks:
    """Two agents in a shop that works from 9:00 to 22:00."""
    return Desks(world)


def due(desks: Desks) -> tuple[DueKind, timedelta]:
    ticket = desks.row().ticket
    assert ticket is not None
    assert ticket.due is not None
    return ticket.due.kind, ticket.due.at - desks.world.now


def test_a_claim_is_no_answer_and_an_answer_is_one(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    assert due(desks) == (DueKind.FIRST, timedelta(minutes=3))
    desks.send()
    assert due(desks) == (DueKind.RESOLUTION, timedelta(hours=6))


def test_a_customer_who_writes_on_is_to_be_answered_from_the_first_word_on(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.send()
    desks.world.pass_time(60)
    desks.world.say("c1", "几号能到")
    desks.world.pass_time(60)
    desks.world.say("c1", "在吗")
    assert due(desks) == (DueKind.NEXT, timedelta(minutes=2))
    desks.send()
    assert due(desks)[0] is DueKind.RESOLUTION


def test_an_answer_that_does_not_come_is_told_to_the_leads_once(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.send()
    desks.world.say("c1", "几号能到")
    before = desks.snapshot().event
    desks.world.pass_time(181)
    desks.world.work()
    [row] = desks.news(before).rows
    assert row.ticket is not None
    assert (row.ticket.overdue, row.ticket.for_lead, row.ticket.priority) == (True, True, Priority.URGENT)
    assert row.owner == "小美"
    desks.send()
    ticket = desks.row().ticket
    assert ticket is not None
    assert (ticket.overdue, ticket.for_lead) == (False, False)


def test_a_case_that_lasts_too_long_is_marked(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.send()
    desks.world.now += timedelta(hours=6)
    desks.send()  # keeps the silence at bay
    desks.world.work()
    ticket = desks.row().ticket
    assert ticket is not None
    assert ticket.overdue
    assert ticket.due is not None
    assert ticket.due.kind is DueKind.RESOLUTION


def test_what_the_bot_says_answers_nothing(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.world.say("c1", "什么时候发货")
    assert due(desks)[0] is DueKind.FIRST


def test_who_chases_twice_is_marked_for_the_lead_in_the_queue_and_with_an_agent(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.send()
    for text in ("快点，催一下", "麻烦再催一下，快点"):
        desks.world.say("c1", text)
    ticket = desks.row().ticket
    assert ticket is not None
    assert (ticket.chases, ticket.for_lead, ticket.priority) == (2, True, Priority.URGENT)


def test_what_goes_back_at_night_is_promised_for_the_morning(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.world.now = NIGHT
    desks.act(desk.release, "c1")
    ticket = desks.world.ticket()
    assert ticket is not None
    assert ticket.deadline == MORNING
    desks.claim()
    desks.act(transfers.offer, "c1", "senior", "要赔偿")
    ticket = desks.world.ticket()
    assert ticket is not None
    assert ticket.deadline == MORNING


def test_what_a_silent_agent_gives_back_at_night_is_promised_for_the_morning(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.world.now = NIGHT - SILENCE
    desks.send()
    desks.world.say("c1", "好的，那什么时候给我答复")
    desks.world.now = NIGHT
    desks.world.work()
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (ticket.state, ticket.deadline) == ("waiting", MORNING)


def test_who_writes_at_night_to_an_agent_is_to_be_answered_in_the_morning(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.send()
    desks.world.now = NIGHT
    desks.world.say("c1", "几号能到")
    ticket = desks.world.ticket()
    assert ticket is not None
    assert ticket.answer_by == MORNING


def test_what_could_not_be_delivered_at_night_is_looked_at_in_the_morning(desks: Desks) -> None:
    desks.world.call_back()
    desks.world.now = NIGHT
    desks.world.say("c1", "什么时候发货")
    desks.world.work(Sent(Fate.REJECTED, "400"))
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (ticket.reason, ticket.deadline) == ("delivery_failed", MORNING)
