"""Solved conversations as JSON, beside one of the same shop."""

from __future__ import annotations

import pytest

from tests.web.front import Front
from tests.web.test_desk import OUTSIDER, answer, ask

pytestmark = pytest.mark.anyio
_DAYS = 4 * 24 * 3600


async def test_a_colleagues_answer_stands_beside_the_same_question(front: Front) -> None:
    solved = (await front.say("转人工，杯子碎了怎么办", customer="buyer-1"))["conversation_id"]
    await ask(front, "POST", f"/conversations/{solved}/claim")
    front.clock.move(30)
    await answer(front, solved, text="非常抱歉，给您补发一个，寄到13812345678这个电话的地址")
    front.clock.move(30)
    await ask(front, "POST", f"/conversations/{solved}/resolve")
    front.clock.move(_DAYS)
    place = f"/conversations/{(await front.say('收到的杯子碎了，转人工', customer='c2'))['conversation_id']}/similar"
    [shown] = (await ask(front, "GET", place)).json()
    assert shown["asked"] == "转人工，杯子碎了怎么办"
    assert shown["answered"] == "非常抱歉，给您补发一个，寄到****这个电话的地址"
    assert (shown["agent"], shown["score"], shown["outcome"]) == ("小美", None, "")
    refused = await ask(front, "GET", place, OUTSIDER)
    assert refused.status_code == 404
