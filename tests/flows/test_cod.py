"""Cash on delivery: what it is and how much is said before anything leaves; yes, no and silence each have their end
(SR-131 to SR-133, SR-153)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import Status
from bot.core.orders import Kind
from bot.core.yes_no import declines
from tests.flows.asked_first import ask, group
from tests.flows.ordered import FACTS, event, hear
from tests.flows.world import World

COD = replace(FACTS, amount=23850)


@pytest.fixture
def asked(calling: World) -> World:
    """A customer who wants to pay at the door, and was asked."""
    return ask(calling, event(calling, Kind.CREATED, COD), event(calling, Kind.COD_PLACED))


def test_the_exact_amount_is_said(asked: World) -> None:
    assert "238.50元" in asked.said()[-1].text
    assert "货到付款" in asked.said()[-1].text


def test_a_yes_is_noted_and_nobody_is_called(asked: World) -> None:
    asked.say("c1", "可以的")
    asked.work()
    assert group(asked) == "proactive/cod_confirm/right"
    asked.now += timedelta(hours=5)
    asked.work()
    assert asked.ticket() is None


@pytest.mark.parametrize("text", ["不要了", "不对", "改成在线支付", "取消吧", "不用货到付款", "我重新拍"])
def test_a_no_is_told_how_to_order_anew_and_a_human_closes_the_order(asked: World, text: str) -> None:
    assert asked.say("c1", text).status is Status.HANDED_OFF
    assert group(asked) == "proactive/cod_confirm/declined"
    ticket = asked.ticket()
    assert ticket is not None
    assert "请关闭订单 A1" in ticket.note


def test_a_yes_to_an_amount_that_has_changed_is_refused_and_asked_anew(asked: World) -> None:
    hear(asked, event(asked, Kind.CHANGED, replace(COD, amount=19900)))
    asked.say("c1", "可以")
    assert group(asked) == "proactive/cod_confirm/changed"
    assert "199元" in asked.said()[-1].text


def test_silence_is_a_call_once(asked: World) -> None:
    asked.now += timedelta(hours=2)
    asked.work()
    ticket = asked.ticket()
    assert ticket is not None
    assert "请打电话" in ticket.note
    assert "A1，应付238.50元" in ticket.note
    asked.serve()
    asked.now += timedelta(hours=5)
    asked.work()
    assert asked.ticket() is None


def test_an_order_that_was_closed_meanwhile_is_nobodys_call(asked: World) -> None:
    hear(asked, event(asked, Kind.CLOSED))
    asked.now += timedelta(hours=3)
    asked.work()
    assert asked.ticket() is None


def test_an_order_without_an_amount_is_a_call_at_once(calling: World) -> None:
    ask(calling, event(calling, Kind.CREATED, replace(COD, amount=None)), event(calling, Kind.COD_PLACED))
    ticket = calling.ticket()
    assert ticket is not None
    assert "请打电话" in ticket.note


@pytest.mark.parametrize("text", ["可以", "多少钱", "可以在线支付吗", "不要紧的,可以吗"])
def test_a_question_declines_nothing(text: str) -> None:
    assert not declines(text)


