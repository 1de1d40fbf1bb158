"""A pasted card says what a talk is about; only a text that says more is read for what it wants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answer import answer
from bot.core.cards import pasted
from bot.core.knowledge import Knowledge
from bot.core.model import MessageType, Status
from bot.core.normalize import normalize
from bot.core.turn import Turn
from tests.core.tiny_shop import MORNING

ORDER = (
    "[订单编号：298137498237，订单金额：￥129.00，下单时间：2026-11-02 10:22:31]",
    "【订单号：298137498237，实付款：¥59，付款时间：2026-11-02】",
    "订单号298137498237",
    "咨询订单号:298137498237 ",
    "订单编号：[2981374982]，订单金额：[金额]，下单时间：[日期][时间]",
    "订单编号:298137498237，商品编号:6166362",
    "咨询订单号:298137498237订单金额:129元下单时间:2026-11-02",
    "顾客通过点击网页信息发送:[订单编号:298137498237，订单金额:129.00]",
    "订单业务咨询",
    "1234567890123456",
)
GOODS = (
    "https://item.jd.com/100012.html",
    "我要咨询的商品：https://item.taobao.com/item.htm?id=123456789",
    "这款 https://detail.tmall.com/item.htm?id=61234",
    "商品ID：6166362",
    "商品咨询",
)
SAYING_MORE = (
    "订单号298137498237怎么还没发",
    "订单号：298137498237，帮我取消",
    "https://item.jd.com/100012.html 有货吗",
    "订单金额不对",
    "订单编号在哪里看",
    "商品编号6166362和6166363有什么区别",
    "",
    "数量少了",
    "订单问题怎么还没解决",
    "问题",
)


@pytest.mark.parametrize("text", ORDER)
def test_an_order_written_out_is_a_card(text: str) -> None:
    assert pasted(normalize(text)) is MessageType.ORDER_CARD


@pytest.mark.parametrize("text", GOODS)
def test_a_product_written_out_is_a_card(text: str) -> None:
    assert pasted(normalize(text)) is MessageType.PRODUCT_CARD


@pytest.mark.parametrize("text", SAYING_MORE)
def test_a_text_that_says_more_is_none(text: str) -> None:
    assert pasted(normalize(text)) is None


@given(st.text(alphabet="订单号商品:：,，[]12a ¥", max_size=500))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert pasted(text) in (None, MessageType.ORDER_CARD, MessageType.PRODUCT_CARD)


def test_who_pastes_an_order_is_asked_about_it_not_sent_to_the_queue(knowledge: Knowledge) -> None:
    outcome = answer(knowledge, Turn("demo", MORNING, seed="s"), knowledge.understand(ORDER[0]))
    assert (outcome.decision.status, outcome.decision.situation) == (Status.REPLIED, "order_card")


def test_a_card_beside_a_question_leaves_the_question_to_be_answered(knowledge: Knowledge) -> None:
    alone = knowledge.understand("这个能开发票吗")
    together = knowledge.understand_turn([ORDER[0], "这个能开发票吗"])
    assert together.matches == alone.matches
    assert any(entity.kind == "order_no" for entity in together.entities)


def test_a_bare_phone_number_is_asked_about_and_frightens_nobody(knowledge: Knowledge) -> None:
    outcome = answer(knowledge, Turn("demo", MORNING, seed="s"), knowledge.understand("13812345678"))
    assert (outcome.decision.status, outcome.decision.situation) == (Status.REPLIED, "clarify")
