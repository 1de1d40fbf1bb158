"""The supervisor view as JSON and as a page: what leads see and order, and that nobody else may."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from bot.core.accounts import Role
from bot.store import agents
from tests.web.desk import signed_in
from tests.web.front import PASSWORD, PASSWORD_HASH, Front
from tests.web.test_desk_page import loaded

pytestmark = pytest.mark.anyio

LEAD, MEI, QIANG = "demo/张姐", "demo/小美", "demo/阿强"


@pytest.fixture
async def front(front: Front) -> Front:
    """With a lead in the shop."""
    now = front.clock()
    front.store.submit(lambda tx: agents.add(tx, "demo", "张姐", "lead", PASSWORD_HASH, now)).result()
    return front


async def ask(front: Front, method: str, path: str, who: str = LEAD, **options: Any) -> httpx.Response:
    """One request to the desk."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/desk{path}", auth=login, **options)


async def held(front: Front, who: str = MEI) -> str:
    """A conversation that an agent holds."""
    conversation = str((await front.say("转人工", customer="c1"))["conversation_id"])
    assert (await ask(front, "POST", f"/conversations/{conversation}/claim", who)).status_code == 200
    return conversation


async def send(front: Front, conversation: str, who: str) -> httpx.Response:
    body, headers = {"text": "您好，我来帮您", "after_seq": 99}, {"Idempotency-Key": f"click-{who[-1:].encode().hex()}"}
    return await ask(front, "POST", f"/conversations/{conversation}/messages", who, json=body, headers=headers)


async def test_the_view_shows_who_waits_and_who_is_there(front: Front) -> None:
    conversation = await held(front)
    await ask(front, "POST", "/presence", MEI, json={"state": "busy"})
    front.clock.move(30)
    shown = (await ask(front, "GET", "/lead")).json()
    assert shown["event"] > 0
    assert (shown["waiting"], shown["flags"]) == ([conversation], [])
    assert shown["rows"][conversation]["owner"] == "小美"
    mei = shown["agents"][0]
    assert (mei["name"], mei["state"], mei["held"], mei["capacity"], mei["unanswered"]) == ("小美", "busy", 1, 8, 1)
    assert mei["oldest"] == shown["rows"][conversation]["waiting_since"]


async def test_a_lead_takes_over_and_the_agent_is_refused_with_the_reason(front: Front) -> None:
    conversation = await held(front)
    place = f"/lead/conversations/{conversation}"
    late = await ask(front, "POST", f"{place}/take-over", json={"seen": "阿强", "reason": "投诉"})
    assert (late.status_code, late.json()["code"], late.json()["owner"]) == (409, "conflict", "小美")
    taken = await ask(front, "POST", f"{place}/take-over", json={"seen": "小美", "reason": "客户要投诉"})
    assert (taken.status_code, taken.json()["owner"]) == (200, "张姐")
    refused = await send(front, conversation, MEI)
    assert (refused.status_code, refused.json()["owner"]) == (409, "张姐")
    assert "客户要投诉" in refused.json()["message"]
    assert (await send(front, conversation, LEAD)).status_code == 200
    shown = (await ask(front, "GET", f"/conversations/{conversation}", MEI)).json()
    [order] = shown["supervisions"]
    assert (order["kind"], order["lead"], order["sender"], order["text"]) == ("take_over", "张姐", "小美", "客户要投诉")


async def test_a_lead_gives_a_customer_to_who_is_there(front: Front) -> None:
    conversation = await held(front)
    order = {"to": "阿强", "seen": "小美", "reason": "换熟悉售后的同事"}
    path = f"/lead/conversations/{conversation}/reassign"
    away = await ask(front, "POST", path, json=order)
    assert (away.status_code, away.json()["message"]) == (409, "阿强 现在不在线，请换一位同事")
    await ask(front, "POST", "/presence", QIANG, json={"state": "busy"})
    now = front.store.submit(lambda tx: agents.set_skills(tx, "demo", "阿强", (), 1))
    assert now.result()
    other = str((await front.say("转人工", customer="c2"))["conversation_id"])
    await ask(front, "POST", f"/conversations/{other}/claim", QIANG)
    full = await ask(front, "POST", path, json=order)
    assert (full.status_code, full.json()["code"]) == (409, "full")
    assert (await ask(front, "POST", path, json={**order, "force": True})).json()["owner"] == "阿强"
    assert (await send(front, conversation, MEI)).status_code == 409
    assert (await send(front, conversation, QIANG)).status_code == 200


async def test_a_whisper_is_for_colleagues_only(front: Front) -> None:
    conversation = await held(front)
    made = await ask(front, "POST", f"/lead/conversations/{conversation}/whispers", json={"text": "先道歉"})
    assert (made.status_code, made.json()["lead"], made.json()["kind"]) == (201, "张姐", "whisper")
    shown = (await ask(front, "GET", f"/conversations/{conversation}", MEI)).json()
    assert shown["supervisions"] == [made.json()]
    assert shown["row"]["whispered_at"] == made.json()["at"]
    assert "先道歉" not in str(shown["messages"])
    answered = await front.say("在吗", customer="c1")
    assert "先道歉" not in str(answered)
    assert front.rows("SELECT 1 FROM messages WHERE text LIKE '%先道歉%'") == []


async def test_looking_on_is_kept_and_told_to_nobody(front: Front) -> None:
    conversation = await held(front)
    events = front.rows("SELECT * FROM events")
    shown = (await ask(front, "GET", f"/lead/conversations/{conversation}")).json()
    assert shown["detail"]["row"]["owner"] == "小美"
    assert [(act["kind"], act["lead"]) for act in shown["trail"]] == [("watch", "张姐")]
    assert front.rows("SELECT * FROM events") == events
    assert front.rows("SELECT * FROM suggestion_marks") == []
    assert (await ask(front, "GET", f"/conversations/{conversation}", MEI)).json()["supervisions"] == []


async def test_what_a_lead_has_seen_to_steps_back(front: Front) -> None:
    await front.say("太慢了，我要打12315投诉你们", customer="c1")
    [flag, *_] = (await ask(front, "GET", "/lead")).json()["flags"]
    assert (flag["kind"], flag["title"], flag["seen_by"]) == ("risk", "投诉风险", "")
    assert (await ask(front, "POST", f"/lead/conversations/{flag['conversation']}/seen")).status_code == 204
    assert {flag["seen_by"] for flag in (await ask(front, "GET", "/lead")).json()["flags"]} == {"张姐"}


ACTS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("GET", "/conversations/{}", None),
    ("POST", "/conversations/{}/take-over", {"seen": "小美", "reason": "x"}),
    ("POST", "/conversations/{}/reassign", {"to": "阿强", "seen": "小美", "reason": "x"}),
    ("POST", "/conversations/{}/whispers", {"text": "x"}),
    ("POST", "/conversations/{}/seen", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ACTS)
@pytest.mark.parametrize("role", [Role.AGENT, Role.TRAINER])
async def test_who_does_not_lead_is_refused(
    front: Front, role: Role, method: str, path: str, body: dict[str, Any] | None
) -> None:
    conversation = await held(front)
    front.store.submit(lambda tx: agents.set_role(tx, "demo", "阿强", role)).result()
    refused = await ask(front, method, f"/lead{path.format(conversation)}", QIANG, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert front.rows("SELECT * FROM supervisions") == []


@pytest.mark.parametrize(("method", "path", "body"), ACTS[1:])
async def test_another_shops_lead_finds_nothing(
    front: Front, method: str, path: str, body: dict[str, Any] | None
) -> None:
    conversation = await held(front)
    front.store.submit(lambda tx: agents.set_role(tx, "careful", "小美", Role.LEAD)).result()
    refused = await ask(front, method, f"/lead{path.format(conversation)}", "careful/小美", json=body)
    assert refused.status_code == 404
    assert (await ask(front, "GET", "/lead", "careful/小美")).json()["rows"] == {}
    assert front.rows("SELECT * FROM supervisions") == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("take-over", {"seen": "小美"}), ("take-over", {"seen": "小美", "reason": " "}),
        ("take-over", {"seen": "小\x00美", "reason": "x"}), ("reassign", {"to": "", "seen": "", "reason": "x"}),
        ("reassign", {"to": "张姐", "seen": "小美", "reason": "x"}), ("whispers", {"text": ""}),
        ("whispers", {"text": "好" * 501}),
    ],
)  # fmt: skip
async def test_a_misshapen_order_changes_nothing(front: Front, path: str, body: dict[str, Any]) -> None:
    conversation = await held(front)
    refused = await ask(front, "POST", f"/lead/conversations/{conversation}/{path}", json=body)
    assert refused.status_code == 422
    assert front.rows("SELECT * FROM supervisions") == []


async def test_the_page_is_for_leads_and_obeys_its_own_policy(front: Front) -> None:
    mei, lead = await signed_in(front), await signed_in(front, name="张姐")
    refused = await mei.get("/desk/lead")
    assert refused.status_code == 403
    assert "只对主管开放" in refused.text
    assert 'href="/desk/lead"' not in (await mei.get("/desk")).text
    assert 'href="/desk/lead"' in (await lead.get("/desk")).text
    page = await lead.get("/desk/lead")
    assert page.status_code == 200
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href)=\"(?![/#])", page.text)
    for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page.text):
        assert (await lead.get(path)).status_code == 200, path
    assert len(await loaded(lead, "/static/lead/main.js")) > 8


async def test_who_is_not_signed_in_is_sent_to_sign_in(front: Front) -> None:
    answer = await front.client.get("/desk/lead")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/desk/lead")
