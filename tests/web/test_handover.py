"""The hand-over sheet over HTTP: as JSON, as a page, and given on by whoever holds it alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.web.desk import Browser, signed_in
from tests.web.front import PASSWORD, Front

pytestmark = pytest.mark.anyio

HEADERS = {"idempotency-key": "shift-0001"}


async def ask(front: Front, method: str, path: str, who: str = "demo/小美", **options: Any) -> httpx.Response:
    """One request of an account to the desk."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/desk{path}", auth=login, **options)


async def held(front: Front, customer: str = "c1", text: str = "转人工") -> str:
    """A conversation that 小美 holds."""
    conversation = str((await front.say(text, customer=customer))["conversation_id"])
    assert (await ask(front, "POST", f"/conversations/{conversation}/claim")).status_code == 200
    return conversation


async def test_the_sheet_is_given_on_and_is_empty_afterwards(front: Front) -> None:
    conversation = await held(front)
    shown = (await ask(front, "GET", "/handover")).json()
    assert (shown["agent"], [held["row"]["id"] for held in shown["conversations"]]) == ("小美", [conversation])
    body = {"reason": "交班", "to": "aftersale"}
    for _ in range(2):
        answer = await ask(front, "POST", "/handover", json=body, headers=HEADERS)
        assert answer.json() == {"conversations": [conversation]}
    assert (await ask(front, "GET", "/handover")).json()["conversations"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "reason"), ({"reason": " "}, "reason"), ({"reason": "交班", "to": "bot"}, "to"),
     ({"reason": "交班", "conversations": ["../x"]}, "")],
)  # fmt: skip
async def test_what_cannot_be_meant_is_refused(front: Front, body: Any, field: str) -> None:
    answer = await ask(front, "POST", "/handover", json=body, headers=HEADERS)
    assert answer.status_code in (404, 422)
    assert not field or answer.json()["field"] == field


async def test_another_shops_agent_gives_on_nothing_of_ours(front: Front) -> None:
    conversation = await held(front)
    body = {"reason": "交班", "conversations": [conversation]}
    assert (await ask(front, "POST", "/handover", "careful/小美", json=body, headers=HEADERS)).status_code == 404
    assert (await ask(front, "GET", "/handover", "careful/小美")).json()["conversations"] == []
    assert (await ask(front, "GET", f"/conversations/{conversation}")).json()["row"]["owner"] == "小美"


async def test_a_forged_request_gives_on_nothing(front: Front) -> None:
    conversation = await held(front)
    browser = await signed_in(front)
    answer = await browser.client.post("/v1/desk/handover", json={"reason": "交班"}, headers=HEADERS)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert (await ask(front, "GET", f"/conversations/{conversation}")).json()["row"]["owner"] == "小美"


async def test_the_page_needs_a_session_and_escapes_what_customers_write(front: Front) -> None:
    stranger = await Browser(front.app).get("/desk/handover")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login?next=/desk/handover")
    await held(front, "<b>c1</b>", "转人工<script>alert(1)</script>")
    page = await (await signed_in(front)).get("/desk/handover")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;b&gt;c1" in page.text
    assert "客户要求人工" in page.text


async def test_who_holds_nothing_may_go_home(front: Front) -> None:
    page = await (await signed_in(front)).get("/desk/handover?done=3")
    assert "没有会话" in page.text
    assert "已交出 3 个会话" in page.text
