"""An order is sent elsewhere through the real routes: the shop's events, the customer's words, the answers."""

from __future__ import annotations

import pytest

from tests.web.front import Front, sentence
from tests.web.shop_feed import ITEM, event, tell

pytestmark = pytest.mark.anyio

BOUGHT = (
    event("created", "09:00", items=[ITEM], amount="199.00", receiver="林小满", phone="13812345678",
          address="浙江省杭州市西湖区文三路1号"),
    event("paid", "09:05"),
)  # fmt: skip


async def test_the_customer_has_an_order_sent_elsewhere(front: Front) -> None:
    await tell(front, *BOUGHT)
    shown = await front.say("帮我改下地址，改成上海市浦东新区碧波路690号，电话13900001111")
    assert "浙江省杭州市西湖区**** → 上海市浦东新区碧波路690号" in sentence(shown)
    assert "138****5678 → 13900001111" in sentence(shown)
    assert "文三路" not in sentence(shown)
    noted = await front.say("对的")
    assert noted["status"] == "replied"
    assert "→ 上海市浦东新区碧波路690号" in sentence(noted)
