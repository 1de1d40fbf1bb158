"""The style gate as JSON: advice on a draft for whoever is signed in, and the replies it stops."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.store.sqlite import SqliteStore
from tests.web.front import PASSWORD, Front, opened

pytestmark = pytest.mark.anyio

MEI = httpx.BasicAuth("demo/小美".encode(), PASSWORD)


async def advice(front: Front, text: str) -> dict[str, Any]:
    """What the gate makes of a text that it accepts."""
    response = await front.client.post("/v1/style", json={"text": text}, auth=MEI)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_good_draft_passes_as_it_is(front: Front) -> None:
    text = "您好，已经为您登记，今天下午5点前回复您。"
    assert await advice(front, text) == {"sendable": True, "findings": [], "rewritten": text, "softened": None}


async def test_a_slip_is_shown_where_it_stands_with_what_to_write(front: Front) -> None:
    answer = await advice(front, "您好，你的货到了。")
    assert answer["findings"] == [{
        "rule": "you", "severity": "error", "start": 3, "end": 4, "found": "你", "advice": "称呼客户用“您”",
        "source": "SR-001", "rewrite": "您",
    }]  # fmt: skip
    assert (answer["sendable"], answer["rewritten"]) == (True, "您好，您的货到了。")


async def test_a_curt_answer_gets_a_sentence_to_choose(front: Front) -> None:
    answer = await advice(front, "没有")
    assert answer["softened"].startswith("不好意思")
    assert answer["rewritten"] == "没有"


async def test_what_would_be_refused_is_said_beforehand(front: Front) -> None:
    answer = await advice(front, "您加一下我微信")
    assert answer["sendable"] is False
    assert [found["severity"] for found in answer["findings"]] == ["block"]


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 501}, {"text": 7}, {}, {"txt": "13812345678"}])
async def test_a_misshapen_body_is_refused(front: Front, body: dict[str, object]) -> None:
    response = await front.client.post("/v1/style", json=body, auth=MEI)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_field")
    assert "138" not in response.text


async def test_nobody_comes_in_without_name_and_password(front: Front) -> None:
    response = await front.client.post("/v1/style", json={"text": "您好"})
    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")


async def test_before_the_content_is_loaded_the_caller_may_try_again(sqlite_store: SqliteStore) -> None:
    async with opened(sqlite_store, None) as loading:
        response = await loading.client.post("/v1/style", json={"text": "您好"}, auth=MEI)
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


async def test_a_blocked_reply_is_refused_unsent_and_other_faults_are_the_agents_to_decide(front: Front) -> None:
    ticket = (await front.say("转人工"))["ticket_id"]
    await front.client.post(f"/v1/tickets/{ticket}/claim", auth=MEI)
    refused = await front.client.post(f"/v1/tickets/{ticket}/replies", json={"text": "好评返您5元红包"}, auth=MEI)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "invalid_field", "text")
    assert "返现" in refused.json()["message"]
    assert "5元" not in refused.text
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []
    sent = await front.client.post(f"/v1/tickets/{ticket}/replies", json={"text": "你好！"}, auth=MEI)
    assert (sent.status_code, sent.json()["text"]) == (200, "你好！")
