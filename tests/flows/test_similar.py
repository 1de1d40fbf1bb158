"""Solved conversations beside an open one: of the same shop and matter, answered well, with nobody's data in them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.case_kinds import Outcome
from bot.core.cases import Case, State, Waits
from bot.core.effects import Rate
from bot.core.model import Priority, Stage
from bot.errors import NotFound
from bot.flows import similar
from bot.flows.similar import Similar
from bot.store import cases, csat
from bot.store.tables import tickets
from tests.flows.world import SHOP, World

_BROKEN, _LOST = "收到的杯子碎了一个，转人工", "转人工，包裹物流三天没动了"
_CUP = "非常抱歉，破损的杯子可以给您补发一个，请放心"
_PARCEL = "已联系快递核实，预计明天送达，请您留意"


def solve(world: World, customer: str, *words: str, answer: str, **fields: Any) -> str:
    """A customer asks, an agent answers and ends it; returns the ticket's id."""
    for text in words:
        ticket = world.deliver(world.arrival(customer, text, uuid.uuid4().hex, **fields)).ticket
        world.now += timedelta(seconds=20)
    assert ticket is not None
    world.claim(ticket)
    world.reply(ticket, "您好")
    world.reply(ticket, answer)
    world.now += timedelta(minutes=1)
    world.resolve(ticket)
    return ticket


def rate(world: World, customer: str, ticket: str, score: int) -> None:
    """The customer's answer to our question how it was."""
    conversation = world.conversation(customer).id

    def story(tx: sa.Connection) -> None:
        asked = csat.asked(tx, SHOP, conversation, world.now, ticket=ticket, agent="小王", intent="")
        csat.rate(tx, SHOP, Rate(asked, score, ""), world.now)

    world.store.submit(story).result()


def beside(world: World, customer: str = "c1", shop: str = SHOP) -> list[Similar]:
    """What stands beside a customer's conversation."""
    id_ = world.conversation(customer).id
    return world.store.read(lambda tx: similar.of_conversation(tx, world.knowledge, shop, id_)).result()


@pytest.fixture
def solved(world: World) -> World:
    """A shop where a human replaced a broken cup and found a parcel, a week ago."""
    solve(world, "cup", "杯子碎了怎么办", "转人工", answer=_CUP)
    solve(world, "parcel", "物流三天没动了", "转人工", answer=_PARCEL)
    world.now += timedelta(days=7)
    return world


def test_what_colleagues_answered_to_the_same_question_stands_beside_it(solved: World) -> None:
    solved.say("c1", _BROKEN)
    [shown] = beside(solved)
    assert (shown.asked, shown.answered, shown.agent) == ("杯子碎了怎么办；转人工", _CUP, "小王")
    assert (shown.score, shown.outcome) == (None, "")
    solved.say("c2", _LOST)
    assert [one.answered for one in beside(solved, "c2")] == [_PARCEL]


def test_a_customer_who_only_asks_for_a_human_is_like_nobody(solved: World) -> None:
    solved.say("c1", "你好，转人工")
    assert beside(solved) == []


def test_the_case_before_does_not_count_and_is_not_shown_to_itself(solved: World) -> None:
    solved.say("cup", _LOST)
    assert [one.answered for one in beside(solved, "cup")] == [_PARCEL]
    solved.say("parcel", _LOST)
    assert beside(solved, "parcel") == []


def test_who_came_back_within_three_days_was_not_helped(world: World) -> None:
    solve(world, "cup", "杯子碎了怎么办", "转人工", answer=_CUP)
    world.now += timedelta(days=2)
    world.say("cup", "转人工")
    world.say("c1", _BROKEN)
    assert beside(world) == []


def test_what_is_not_ended_or_was_never_answered_is_no_example(world: World) -> None:
    answered = world.say("open", "转人工，杯子碎了怎么办").ticket
    world.claim(answered)
    world.reply(answered, _CUP)
    silent = world.say("silent", "转人工，杯子碎了怎么办").ticket
    world.claim(silent)
    world.resolve(silent)
    world.say("c1", _BROKEN)
    assert beside(world) == []


def test_the_unhappy_are_left_out_and_the_happy_come_first(world: World) -> None:
    for customer, score in (("bad", 2), ("fair", 3), ("good", 5), ("none", None)):
        ticket = solve(world, customer, "转人工，杯子碎了怎么办", answer=f"{_CUP}，{customer}说好")
        if score:
            rate(world, customer, ticket, score)
    world.now += timedelta(days=7)
    world.say("c1", _BROKEN)
    assert [one.score for one in beside(world)] == [5, None, 3]


def test_how_its_after_sale_case_ended_stands_beside(solved: World) -> None:
    conversation = solved.conversation("cup").id

    def settle(tx: sa.Connection) -> None:
        at = tx.execute(sa.select(tickets.c.opened_at).where(tickets.c.conversation == conversation)).scalar_one()
        case = Case(SHOP, "ca_1", "damaged", State.SETTLED, Waits.NOBODY, Priority.NORMAL, "小王", at, at, solved.now)
        case = replace(case, outcome=Outcome.EXCHANGE, ended_at=solved.now)
        assert cases.add(tx, replace(case, conversation=conversation, reason="courier"))

    solved.store.submit(settle).result()
    solved.say("c1", _BROKEN)
    assert [one.outcome for one in beside(solved)] == ["运输破损：换"]


def test_three_are_shown_at_most_and_of_one_customer_one(world: World) -> None:
    for day in range(5):
        solve(world, f"cup{day % 4}", "转人工，杯子碎了怎么办", answer=f"{_CUP}，第{day}天")
        world.now += timedelta(days=4)
    world.say("c1", _BROKEN)
    shown = [one.answered[-2] for one in beside(world)]
    assert len(shown) == 3
    assert not {"0", "4"} <= set(shown), "both are cup0's"


def test_nothing_tells_who_the_other_customer_was(world: World) -> None:
    secrets = ("13812345678", "世纪大道100号", "3948571029384701", "SF1234567890123", "林晓", "buyer-9", "wx_lin2020")
    asked = "转人工，杯子碎了，订单3948571029384701，地址上海市浦东新区世纪大道100号，电话13812345678，林晓"
    answer = "林晓您好，已按 3948571029384701 补发，单号 SF1234567890123，微信wx_lin2020，buyer-9 请查收"
    solve(world, "buyer-9", asked, answer=answer, customer_name="林晓")
    world.say("c1", _BROKEN)
    [shown] = beside(world)
    assert [secret for secret in secrets if secret in shown.asked + shown.answered] == []
    assert "杯子碎了" in shown.asked
    assert shown.answered.startswith("****您好，已按 **** 补发，单号 ****")


def test_the_same_stage_of_the_order_comes_first(world: World) -> None:
    for number, stage in enumerate((Stage.PAID, Stage.SIGNED, Stage.UNKNOWN)):
        solve(world, f"c{number + 2}", "转人工，杯子碎了怎么办", answer=f"{_CUP}，{stage.name}", order_stage=stage)
    world.now += timedelta(days=7)
    world.deliver(world.arrival("c1", _BROKEN, "m-1", order_stage=Stage.SIGNED))
    assert beside(world)[0].answered.endswith("SIGNED")


def test_another_shops_conversations_are_never_shown(world: World) -> None:
    own = world.channel
    world.add_channel("other", "other-web")
    solve(world, "cup", "转人工，杯子碎了怎么办", answer=_CUP)
    theirs = world.conversation("cup").id
    world.channel = replace(own)
    world.say("c1", _BROKEN)
    assert beside(world) == []
    with pytest.raises(NotFound):
        world.store.read(lambda tx: similar.of_conversation(tx, world.knowledge, SHOP, theirs)).result()


def test_it_costs_the_same_queries_however_many_were_solved(solved: World) -> None:
    solved.say("c1", _BROKEN)
    few = _statements(solved)
    for number in range(12):
        solve(solved, f"more{number}", "转人工，杯子碎了怎么办", answer=f"{_CUP}，{number}")
    assert len(beside(solved)) == 3
    assert _statements(solved) == few


def test_the_newest_of_a_wish_are_found_by_their_index(solved: World) -> None:
    conversation = solved.say("c1", _BROKEN).conversation

    def plan(tx: sa.Connection) -> str:
        seen: list[tuple[str, Any]] = []

        @sa.event.listens_for(tx, "before_cursor_execute")
        def _note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            seen.append((statement, parameters))

        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the table is small
        similar.of_conversation(tx, solved.knowledge, SHOP, conversation)
        sa.event.remove(tx, "before_cursor_execute", _note)
        [(statement, parameters)] = [one for one in seen if "UNION ALL" in one[0]]
        explain = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        return "\n".join(str(row[-1]) for row in tx.exec_driver_sql(f"{explain} {statement}", parameters))

    found = solved.store.submit(plan).result()
    assert found.count("ix_tickets_solved") == 2, found


def _statements(world: World) -> list[str]:
    """The statements that one look runs."""
    conversation = world.conversation("c1").id

    def look(tx: sa.Connection) -> list[str]:
        seen: list[str] = []

        @sa.event.listens_for(tx, "before_cursor_execute")
        def _note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement.partition("IN (")[0])

        similar.of_conversation(tx, world.knowledge, SHOP, conversation)
        sa.event.remove(tx, "before_cursor_execute", _note)
        return seen

    return world.store.submit(look).result()
