"""The shop's events come in, the customer asks: the reply tells what is known of this very order, or nothing of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.content.live import LiveContent
from bot.store.base import Store
from tests.server import message
from tests.web.front import Front, opened, sentence
from tests.web.shop_feed import ITEM, event, tell

pytestmark = pytest.mark.anyio

CREATED = event("created", "09:00", items=[ITEM], amount="199.00", address="浙江省杭州市西湖区文三路1号")
PAID = event("paid", "09:05")
SHIPPED = event("shipped", "15:00", courier="中通快递", tracking_no="78900012345")
SCANNED = event("logistics", "20:10", scan={"text": "快件已到达杭州转运中心"})
SIGNED = event("signed", "23:30")
ASKED_BACK = event("refund_requested", "22:00")
BACK = event("refund_done", "23:45", refund_amount="199.00")
WHERE, WHEN, MONEY, PAID_YET, MOVE = (
    "我的快递到哪了", "什么时候发货", "退款到账了吗", "我这单付款成功了吗", "能帮我改一下收货地址吗"
)  # fmt: skip
SECRETS = ("78900012345", "中通", "11月10日", "杭州", "羊绒围巾")


async def test_the_events_answer_the_question_on_each_database(store: Store, content: LiveContent) -> None:
    async with opened(store, content) as front:
        await tell(front, SHIPPED, CREATED, PAID)
        assert "78900012345" in sentence(await front.say(WHERE))


@pytest.mark.parametrize(
    ("events", "question", "reply", "told"),
    [
        ((CREATED, PAID), WHEN, "ship.when_sent/paid+order", "11月10日09:05"),
        ((CREATED, PAID), WHERE, "ship.track/paid+order", ""),
        ((CREATED, PAID, SHIPPED, SCANNED), WHERE, "ship.track/shipped+order", ""),
        ((CREATED, PAID, SHIPPED, SIGNED), WHERE, "ship.track/signed+order", "11月10日23:30"),
        ((CREATED, PAID, ASKED_BACK), MONEY, "after.refund_status/refunding+order", "11月10日22:00"),
        ((CREATED, PAID, ASKED_BACK, BACK), MONEY, "after.refund_status/order", "11月10日23:45"),
        ((CREATED,), PAID_YET, "order.status/unpaid+order", ""),
        ((CREATED, PAID), PAID_YET, "order.status/paid+order", ""),
        ((CREATED, PAID, SHIPPED), MOVE, "order.change_address/shipped+order", ""),
    ],
)
async def test_the_reply_is_of_the_orders_state(
    front: Front, events: tuple[dict[str, Any], ...], question: str, reply: str, told: str
) -> None:
    await tell(front, *events)
    answer = await front.say(question)
    assert _situation(front, answer) == reply, sentence(answer)
    assert told in sentence(answer)


@pytest.mark.parametrize(
    ("events", "question", "told"),
    [
        ((CREATED, PAID), MOVE, "收货"),
        ((CREATED, PAID, SHIPPED), MOVE, "预计"),
    ],
)
async def test_an_address_is_changed_by_a_human_still(
    front: Front, events: tuple[dict[str, Any], ...], question: str, told: str
) -> None:
    await tell(front, *events)
    answer = await front.say(question)
    assert "文三路" not in sentence(answer)
    assert answer["status"] in ("replied", "handed_off")
    assert sentence(answer)


async def test_nobody_is_told_of_anothers_order(front: Front) -> None:
    number = "202611100000000001"
    theirs = [one | {"order": number} for one in (CREATED, PAID, SHIPPED, SCANNED)]
    await tell(front, *theirs)
    for answer in (
        await front.say(WHERE, customer="thief"),
        await front.say(f"{WHERE}，单号{number}", customer="thief-2"),
        await front.say(WHERE, customer="thief-3", type="order_card", order_id=number),
    ):
        text = sentence(answer)
        assert text
        assert not any(secret in text for secret in SECRETS), text
    await front.say(WHERE, customer="c1", channel="push", type="order_card", order_id=number)  # a namesake elsewhere
    (text,) = front.rows("SELECT text FROM messages WHERE channel = 'push' AND author = 'bot'")
    assert not any(secret in text[0] for secret in SECRETS)
    told = sentence(await front.say(f"{WHERE}，单号{number}", customer="c1"))
    assert any(secret in told for secret in SECRETS), told


async def test_who_names_another_order_is_not_told_of_his_own(front: Front) -> None:
    await tell(front, CREATED, PAID, SHIPPED)
    answer = await front.say(f"{WHERE}，订单号202611109999999999")
    assert not any(secret in sentence(answer) for secret in SECRETS)


async def test_two_open_orders_and_a_card_says_which(front: Front) -> None:
    other = [one | {"order": "B2"} for one in (CREATED, PAID)]
    await tell(front, CREATED, PAID, SHIPPED, *other)
    assert "78900012345" not in sentence(await front.say(WHERE))
    await front.say("", type="order_card", order_id="A1")
    assert "78900012345" in sentence(await front.say("我的快递现在到哪里了"))


async def test_a_platform_that_says_otherwise_is_believed_and_nothing_of_ours_is_told(front: Front) -> None:
    await tell(front, CREATED, PAID)
    await _said_with_stage(front, "shipped", "ship.track/shipped")
    await tell(front, SHIPPED)
    await _said_with_stage(front, "shipped", "ship.track/shipped+order")


async def test_a_product_that_is_not_in_the_order_is_something_else(front: Front) -> None:
    await tell(front, CREATED, PAID)
    answer = await front.say(WHEN, type="product_card", product_id="P777")
    assert _situation(front, answer) == "ship.when_sent/default"
    answer = await front.say(WHEN, customer="c1", type="product_card", product_id="P1")
    assert "order" in _situation(front, answer)


async def test_a_missing_fact_is_left_to_other_words(front: Front) -> None:
    await tell(front, event("paid", "09:05"), event("shipped", "15:00"))
    for _ in range(2):
        answer = await front.say(WHERE)
        assert sentence(answer)
        assert "{" not in sentence(answer)
        assert "None" not in sentence(answer)


async def _said_with_stage(front: Front, stage: str, situation: str) -> None:
    body = json.loads(message(WHERE, customer="c1")) | {"context": {"order_stage": stage}}
    answer = (await front.post(json.dumps(body).encode())).json()
    assert _situation(front, answer) == situation


def _situation(front: Front, answer: dict[str, Any]) -> str:
    (row,) = front.rows("SELECT situation FROM decisions WHERE id = :id", id=answer["decision_id"])
    return str(row[0])
