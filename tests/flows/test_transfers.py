"""A conversation is offered, accepted or not; until then it stays with who offers it."""

from __future__ import annotations

import pytest

from bot.core.model import Holder
from bot.errors import Conflict
from bot.flows import desk, transfers
from bot.store.tables import transfers as table
from tests.flows.desk import Desks
from tests.flows.world import SILENCE, World

_HALF_HOUR = SILENCE.total_seconds()


@pytest.fixture
def desks(world: World) -> Desks:
    """小美 holds a customer and has offered them to 阿强."""
    made = Desks(world)
    world.say("c1", "转人工，杯子碎了")
    made.claim()
    made.is_there("小美", "busy")
    made.is_there("阿强", "busy")
    made.act(transfers.offer, "c1", "阿强", "要赔偿")
    return made


def states(desks: Desks) -> list[str]:
    return [row["state"] for row in desks.world.rows(table)]


def test_who_offers_holds_the_customer_and_may_go_on_writing(desks: Desks) -> None:
    row = desks.row()
    assert row.offer is not None
    assert (row.owner, row.offer.receiver, row.offer.reason, row.offer.state) == ("小美", "阿强", "要赔偿", "offered")
    desks.send()
    with pytest.raises(Conflict, match="小美"):
        desks.send(agent="阿强")


def test_who_accepts_has_the_customer_with_the_ticket(desks: Desks) -> None:
    desks.act(transfers.accept, "c1", agent="阿强")
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (desks.row().owner, ticket.agent, desks.row().offer) == ("阿强", "阿强", None)
    assert (states(desks), desks.world.jobs("offer")) == (["accepted"], [])
    desks.send(agent="阿强")
    with pytest.raises(Conflict, match="失效"):
        desks.act(transfers.accept, "c1", agent="阿强")


def test_who_declines_says_why_and_the_customer_stays(desks: Desks) -> None:
    desks.act(transfers.decline, "c1", "手上满了", agent="阿强")
    row = desks.row()
    assert row.offer is not None
    assert (row.owner, row.offer.state, row.offer.answer) == ("小美", "declined", "手上满了")
    with pytest.raises(Conflict, match="失效"):
        desks.act(transfers.accept, "c1", agent="阿强")
    desks.act(transfers.offer, "c1", "阿强", "再看看")
    assert states(desks) == ["declined", "offered"]


def test_nobody_else_accepts_or_declines(desks: Desks) -> None:
    for act, more in ((transfers.accept, ()), (transfers.decline, ("不",))):
        with pytest.raises(Conflict, match="失效"):
            desks.act(act, "c1", *more, agent="小美")
    assert desks.row().owner == "小美"


def test_without_an_answer_in_two_minutes_it_stays_and_says_so(desks: Desks) -> None:
    desks.world.pass_time(119)
    desks.pulse("小美")
    desks.world.work()
    assert states(desks) == ["offered"]
    before = desks.snapshot().event
    desks.world.pass_time(1)
    with pytest.raises(Conflict, match="失效"):  # even where no worker has looked
        desks.act(transfers.accept, "c1", agent="阿强")
    desks.world.work()
    [told] = [row.offer for row in desks.news(before).rows]
    assert told is not None
    assert (told.state, desks.row().owner) == ("expired", "小美")


def test_who_offers_is_heard_of_and_keeps_the_customer_for_another_half_hour(desks: Desks) -> None:
    desks.world.pass_time(_HALF_HOUR - 1)
    for agent in ("小美", "阿强"):
        desks.is_there(agent, "busy")
    desks.act(transfers.offer, "c1", "阿强", "换班")
    desks.world.pass_time(1)
    desks.world.work()
    assert (desks.row().holder, desks.row().owner) == (Holder.AGENT, "小美")


def test_an_offer_ends_with_the_hold_it_was_made_in(desks: Desks) -> None:
    desks.act(desk.release, "c1")
    with pytest.raises(Conflict, match="失效"):
        desks.act(transfers.accept, "c1", agent="阿强")
    assert (desks.row().holder, desks.row().offer) == (Holder.QUEUE, None)
    desks.world.pass_time(120)
    desks.world.work()
    assert states(desks) == ["withdrawn"]


def test_a_new_offer_withdraws_the_one_before(desks: Desks) -> None:
    desks.act(transfers.offer, "c1", "阿强", "改主意")
    assert states(desks) == ["withdrawn", "offered"]
    desks.world.pass_time(1)
    desks.act(transfers.accept, "c1", agent="阿强")
    assert states(desks) == ["withdrawn", "accepted"]


def test_of_two_who_accept_at_once_one_has_the_customer(desks: Desks) -> None:
    id_ = desks.world.conversation().id
    store = desks.world.store
    accepts = [store.submit(lambda tx: transfers.accept(tx, id_, desks.actor("阿强"))) for _ in range(5)]
    errors = [accept.exception(timeout=30) for accept in accepts]
    assert errors.count(None) == 1
    assert states(desks) == ["accepted"]


def test_the_receiver_reads_what_it_is_about(desks: Desks) -> None:
    desks.send("您好，今天内为您补发")
    summary = desks.detail().summary
    assert summary.wants[0] == "原因：客户要求人工"
    assert summary.promised == ["今天内为您补发"]
    assert summary.tried[-1] == "客服：您好，今天内为您补发"
