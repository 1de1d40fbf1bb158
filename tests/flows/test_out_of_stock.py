"""Something of a paid order ran out: the customer chooses, and what was chosen is a note and, where something has to be
done, a human's (SR-130)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.choosing import chosen
from bot.core.orders import Kind
from bot.store.tables import notes
from tests.flows.asked_first import ask, group
from tests.flows.ordered import FACTS, MINUTE, event, hear
from tests.flows.world import World

SHORT = replace(FACTS, out_of_stock="棉袜 灰色", restock="12月3日前后")


@pytest.fixture
def asked(calling: World) -> World:
    """A customer who paid for something that ran out, and was asked."""
    ask(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.say("c1", "对的")
    calling.work()
    calling.now += 10 * MINUTE
    return ask(calling, event(calling, Kind.CHANGED, SHORT))


def flags(world: World) -> list[tuple[str, str]]:
    """Reason and text of the order's notes."""
    return [(row["reason"], row["text"]) for row in world.rows(notes, notes.c.order_id == "A1")]


def test_the_customer_is_told_what_ran_out(asked: World) -> None:
    assert group(asked) == "proactive/out_of_stock/say"
    assert "棉袜 灰色" in asked.said()[-1].text


@pytest.mark.parametrize(
    ("text", "answer", "reason", "task"),
    [
        ("可以等", "waits", "remark", ""),
        ("那就换个颜色吧", "swaps", "item", "请和客户定好换成哪一款"),
        ("退款吧", "refunds", "remark", "请为客户办理退款"),
        ("不等了", "refunds", "remark", "请为客户办理退款"),
    ],
)
def test_a_choice_is_a_flag_and_what_has_to_be_done_is_a_humans(
    asked: World, text: str, answer: str, reason: str, task: str
) -> None:
    asked.say("c1", text)
    assert group(asked) == f"proactive/out_of_stock/{answer}"
    [(kept, told)] = flags(asked)
    assert (kept, text in told) == (reason, True)
    ticket = asked.ticket()
    assert bool(ticket) is bool(task)
    assert task in (ticket.note if ticket else "")


@pytest.mark.parametrize("text", ["好的", "退款还是换货呢", "什么时候补货", "要等多久", "谢谢"])
def test_no_choice_is_made_for_the_customer(asked: World, text: str) -> None:
    assert chosen(text) is None
    asked.say("c1", text)
    assert flags(asked) == []


def test_silence_is_a_humans(asked: World) -> None:
    asked.now += timedelta(hours=4)
    asked.work()
    ticket = asked.ticket()
    assert ticket is not None
    assert "等补货、换款还是退款" in ticket.note


def test_what_is_there_again_is_not_asked_about(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    hear(calling, event(calling, Kind.CHANGED, SHORT))
    calling.now += MINUTE
    hear(calling, event(calling, Kind.CHANGED, replace(FACTS, out_of_stock="", restock="")))
    calling.now += 4 * MINUTE
    calling.work()
    assert all("缺货" not in one.text for one in calling.said())
