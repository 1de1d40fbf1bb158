"""The agents' desk as JSON: what an agent sees and does, what is refused, and that another shop sees nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.web.front import PASSWORD, Front

pytestmark = pytest.mark.anyio

MEI, QIANG, OUTSIDER = (name for name in ("demo/小美", "demo/阿强", "careful/小美"))


async def ask(front: Front, method: str, path: str, who: str = MEI, **options: Any) -> httpx.Response:
    """One request of an agent to the desk."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/desk{path}", auth=login, **options)


async def test_the_list_shows_who_waits_for_a_human_and_what_the_bot_does(front: Front) -> None:
    waiting = await front.say("转人工", customer="c1")
    answered = await front.say("什么时候发货", customer="c2")
    snapshot = (await ask(front, "GET", "/snapshot")).json()
    assert snapshot["event"] > 0
    rows = {row["customer"]: row for row in snapshot["conversations"]}
    assert rows["c1"]["id"] == waiting["conversation_id"]
    assert (rows["c1"]["holder"], rows["c1"]["ticket"]["reason_title"]) == ("queue", "客户要求人工")
    assert rows["c1"]["waiting_since"] == rows["c1"]["ticket"]["opened_at"]
    assert (rows["c2"]["id"], rows["c2"]["holder"]) == (answered["conversation_id"], "bot")
    assert (rows["c2"]["ticket"], rows["c2"]["waiting_since"]) == (None, None)
    assert rows["c2"]["last"]["author"] == "bot"
    assert (await ask(front, "GET", "/snapshot", OUTSIDER)).json()["conversations"] == []


async def test_a_conversation_is_shown_with_the_bots_reasons(front: Front) -> None:
    said = await front.say("什么时候发货", customer="c2")
    shown = (await ask(front, "GET", f"/conversations/{said['conversation_id']}")).json()
    assert shown["row"]["customer"] == "c2"
    question, answer = shown["messages"]
    assert (question["author"], question["text"], question["why"]) == ("customer", "什么时候发货", None)
    assert answer["why"]["intent"] == "ship.when_sent"
    assert answer["why"]["phrase"].startswith("ship.when_sent/")
    assert answer["why"]["score"] > 0
    empty: dict[str, list[Any]] = {"notes": [], "promises": [], "earlier": [], "orders": []}
    assert shown["side"] == {"order_id": "", "order_stage": "", "product": None, **empty}


async def taken(front: Front, who: str = MEI, **fields: Any) -> str:
    """A conversation that an agent has taken."""
    conversation = str((await front.say("转人工", **fields))["conversation_id"])
    assert (await ask(front, "POST", f"/conversations/{conversation}/claim", who)).status_code == 200
    return conversation


async def answer(
    front: Front, conversation: str, who: str = MEI, key: str = "click-0001", **body: Any
) -> httpx.Response:
    """An agent's text, sent under a key."""
    said = {"text": "您好，我来帮您", "after_seq": 99, **body}
    headers = {"Idempotency-Key": key}
    return await ask(front, "POST", f"/conversations/{conversation}/messages", who, json=said, headers=headers)


async def test_an_agent_takes_answers_and_ends_a_conversation(front: Front) -> None:
    conversation = await taken(front, customer="c1")
    sent = (await answer(front, conversation)).json()
    line = sent["message"]
    assert (line["author"], line["agent"], line["state"]) == ("agent", "小美", "queued")
    assert (sent["row"]["owner"], sent["row"]["waiting_since"]) == ("小美", None)
    assert (await answer(front, conversation)).json() == sent  # a double click
    held = await front.say("谢谢", customer="c1")
    assert [reply["text"] for reply in held["replies"]] == ["您好，我来帮您"]
    ended = (await ask(front, "POST", f"/conversations/{conversation}/resolve")).json()
    assert (ended["holder"], ended["ticket"]) == ("bot", None)
    shown = (await ask(front, "GET", f"/conversations/{conversation}")).json()
    assert [case["agent"] for case in shown["side"]["earlier"]] == ["小美"]


async def test_who_comes_second_hears_who_has_it(front: Front) -> None:
    conversation = await taken(front)
    for path, body in (("claim", {}), ("release", {}), ("resolve", {}), ("transfer", {"to": "sale", "reason": "换人"})):
        refused = await ask(front, "POST", f"/conversations/{conversation}/{path}", QIANG, json=body)
        assert (refused.status_code, refused.json()["code"], refused.json()["owner"]) == (409, "conflict", "小美"), path
    refused = await answer(front, conversation, QIANG)
    assert (refused.status_code, refused.json()["owner"]) == (409, "小美")
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []


async def test_what_the_customer_wrote_since_comes_back_instead_of_a_sending(front: Front) -> None:
    conversation = await taken(front, customer="c1")
    seen = (await ask(front, "GET", f"/conversations/{conversation}")).json()["row"]["seq"]
    await front.say("算了，不要了", customer="c1")
    refused = await answer(front, conversation, after_seq=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert [line["text"] for line in refused.json()["newer"]] == ["算了，不要了"]
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []


async def test_what_the_customer_wrote_since_comes_back_instead_of_an_end(front: Front) -> None:
    conversation = await taken(front, customer="c1")
    seen = (await ask(front, "GET", f"/conversations/{conversation}")).json()["row"]["seq"]
    await front.say("还有个问题", customer="c1")
    path = f"/conversations/{conversation}/resolve"
    refused = await ask(front, "POST", path, json={"after_seq": seen})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert [line["text"] for line in refused.json()["newer"]] == ["还有个问题"]
    assert (await ask(front, "POST", path, json={"after_seq": seen + 1})).json()["holder"] == "bot"


async def test_a_draft_is_shown_taken_and_written_down(front: Front) -> None:
    said = await front.say("什么时候发货", "careful", shop="careful")
    conversation = said["conversation_id"]
    place = f"/conversations/{conversation}"
    await ask(front, "POST", f"{place}/claim", OUTSIDER)
    [draft] = (await ask(front, "GET", place, OUTSIDER)).json()["suggestions"]
    assert (draft["stale"], draft["score"] > 0) == (False, True)
    unlike = await answer(front, conversation, OUTSIDER, text="别的", suggestion=draft["id"])
    assert (unlike.status_code, unlike.json()["field"]) == (422, "text")
    taking = {"text": draft["text"], "suggestion": draft["id"]}
    sent = await answer(front, conversation, OUTSIDER, "click-0002", **taking)
    assert sent.json()["message"]["text"] == draft["text"]
    refused = await ask(front, "POST", f"{place}/suggestions/{draft['id']}/reject", OUTSIDER, json={"reason": "晚了"})
    assert refused.status_code == 409
    assert [tuple(row) for row in front.rows("SELECT kind, agent FROM suggestion_marks ORDER BY kind")] == [
        ("shown", "小美"), ("taken", "小美")
    ]  # fmt: skip


async def test_notes_presence_and_colleagues(front: Front) -> None:
    conversation = await taken(front)
    note = await ask(front, "POST", f"/conversations/{conversation}/notes", json={"text": "缺一件", "flag": "red"})
    assert (note.status_code, note.json()["agent"], note.json()["flag"]) == (201, "小美", "red")
    assert (await ask(front, "GET", f"/conversations/{conversation}")).json()["side"]["notes"] == [note.json()]
    assert (await ask(front, "POST", "/presence", QIANG, json={"state": "busy"})).status_code == 204
    agents = {one["name"]: one for one in (await ask(front, "GET", "/agents")).json()}
    assert (agents["阿强"]["state"], agents["小美"]["state"], agents["小美"]["load"]) == ("busy", "offline", 1)
    moved = await ask(
        front, "POST", f"/conversations/{conversation}/transfer", json={"to": "阿强", "reason": "客户要改地址"}
    )
    offer = moved.json()["offer"]
    assert (moved.json()["owner"], offer["receiver"], offer["state"]) == ("小美", "阿强", "offered")


async def offered(front: Front) -> str:
    """A conversation that 小美 offers to 阿强."""
    conversation = await taken(front)
    assert (await ask(front, "POST", "/presence", QIANG, json={"state": "busy"})).status_code == 204
    said = {"to": "阿强", "reason": "客户要改地址"}
    assert (await ask(front, "POST", f"/conversations/{conversation}/transfer", json=said)).status_code == 200
    return f"/conversations/{conversation}"


async def test_an_offer_is_accepted_by_whom_it_is_for(front: Front) -> None:
    place = await offered(front)
    refused = await ask(front, "POST", f"{place}/transfer/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    shown = (await ask(front, "GET", place, QIANG)).json()
    assert shown["summary"]["wants"][0] == "原因：客户要求人工"
    accepted = await ask(front, "POST", f"{place}/transfer/accept", QIANG)
    assert (accepted.json()["owner"], accepted.json()["offer"]) == ("阿强", None)


async def test_an_offer_is_declined_with_a_reason(front: Front) -> None:
    place = await offered(front)
    assert (await ask(front, "POST", f"{place}/transfer/decline", QIANG, json={})).status_code == 422
    declined = await ask(front, "POST", f"{place}/transfer/decline", QIANG, json={"reason": "手上满了"})
    offer = declined.json()["offer"]
    assert (declined.json()["owner"], offer["state"], offer["answer"]) == ("小美", "declined", "手上满了")


async def test_a_pulse_keeps_an_agent_there(front: Front) -> None:
    async def state() -> str:
        agents = (await ask(front, "GET", "/agents")).json()
        return str(next(one["state"] for one in agents if one["name"] == "小美"))

    assert (await ask(front, "POST", "/pulse")).json() == {"state": "offline", "every": 15.0}
    await ask(front, "POST", "/presence", json={"state": "busy"})
    front.clock.move(30)
    assert (await ask(front, "POST", "/pulse")).json()["state"] == "busy"
    front.clock.move(30)
    assert await state() == "busy"
    front.clock.move(30)
    assert await state() == "offline"
    assert (await ask(front, "POST", "/pulse")).json()["state"] == "busy"
    assert await state() == "busy"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/transfer", {"to": "nobody", "reason": "换人"}), ("/transfer", {"to": "sale", "reason": " "}),
        ("/notes", {"text": ""}), ("/notes", {"text": "x", "flag": "black"}), ("/notes", {"text": "x" * 501}),
        ("/messages", {"text": "您好", "after_seq": 1}),  # without a key
        ("/suggestions/sg_1/reject", {"reason": ""}),
    ],
)  # fmt: skip
async def test_a_misshapen_request_changes_nothing(front: Front, path: str, body: dict[str, Any]) -> None:
    conversation = await taken(front)
    before = front.rows("SELECT * FROM events")
    refused = await ask(front, "POST", f"/conversations/{conversation}{path}", json=body)
    assert refused.status_code == 422
    assert front.rows("SELECT * FROM events") == before


@pytest.mark.parametrize("key", ["short", "x" * 65, "with blank key", ""])
async def test_a_key_that_cannot_be_one_is_refused(front: Front, key: str) -> None:
    refused = await answer(front, await taken(front), key=key)
    assert (refused.status_code, refused.json()["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("text", ["", "您的单号是None", "您好\x00", "好" * 501, "你这个傻逼"])
async def test_an_unfinished_or_abusive_text_is_refused_unsent(front: Front, text: str) -> None:
    refused = await answer(front, await taken(front), text=text)
    assert (refused.status_code, refused.json()["field"]) == (422, "text")
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []
