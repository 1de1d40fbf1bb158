"""The webhook told from the platform's side: what became of each message, and the same again when it retries."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.core.model import Status
from bot.errors import Conflict
from bot.flows import tickets
from bot.store import channels
from tests.server import SECRET, message
from tests.web.front import Front, fields_of, sentence

pytestmark = pytest.mark.anyio

QUESTION = "什么时候发货"
KEYS = {
    "status", "first_status", "message_id", "conversation_id", "decision_id", "ticket_id", "delivery", "replies"
}  # fmt: skip


def suggested_by(knowledge: Knowledge) -> str:
    """A sentence whose answer an agent must confirm."""
    return knowledge.intents["pay.problem"].examples[0]


async def test_a_plain_question_is_replied(front: Front) -> None:
    answer = await front.say(QUESTION)
    assert answer.keys() == KEYS
    assert (answer["status"], answer["first_status"], answer["delivery"]) == ("replied", None, "response")
    assert answer["ticket_id"] is None
    assert answer["decision_id"].startswith("dc_")
    [reply] = answer["replies"]
    assert reply.keys() == {"id", "type", "text", "author"}
    assert (reply["type"], reply["author"]) == ("text", "bot")
    assert reply["text"]


async def test_what_is_answered_was_committed_first(front: Front) -> None:
    answer = await front.say(QUESTION)
    [stored] = front.rows("SELECT state, status, decision FROM messages WHERE id = :id", id=answer["message_id"])
    assert tuple(stored) == ("decided", "replied", answer["decision_id"])
    [reply] = front.rows("SELECT text, state FROM messages WHERE id = :id", id=answer["replies"][0]["id"])
    assert tuple(reply) == (answer["replies"][0]["text"], "delivered")


async def test_a_matter_of_judgement_is_suggested(front: Front, knowledge: Knowledge) -> None:
    answer = await front.say(suggested_by(knowledge))
    assert answer["status"] == "suggested"
    assert answer["ticket_id"].startswith("tk_")


async def test_a_careful_shop_gets_every_reply_as_a_suggestion(front: Front) -> None:
    answer = await front.say(QUESTION, "careful", shop="careful")
    assert (answer["status"], answer["replies"]) == ("suggested", [])
    assert answer["ticket_id"]


async def test_asking_for_a_human_is_handed_off_with_a_promise(front: Front) -> None:
    answer = await front.say("转人工")
    assert answer["status"] == "handed_off"
    assert answer["ticket_id"]
    assert any(unit in sentence(answer) for unit in ("分钟", "秒", "小时", "尽快"))


async def test_a_message_to_an_agent_is_held(front: Front) -> None:
    await front.say("您好，我是小美", type="agent_message", agent="小美")
    answer = await front.say(QUESTION)
    assert (answer["status"], answer["replies"], answer["decision_id"]) == ("held_by_agent", [], None)


async def test_what_an_agent_typed_elsewhere_is_a_takeover(front: Front) -> None:
    ticket = (await front.say("转人工"))["ticket_id"]
    answer = await front.say("您好，我是小美", type="agent_message", agent="小美")
    assert (answer["status"], answer["ticket_id"]) == ("held_by_agent", ticket)
    assert [tuple(row) for row in front.rows("SELECT state, agent FROM tickets")] == [("claimed", "小美")]


@pytest.mark.parametrize("type_", ["video", "未来的类型"])
async def test_an_unknown_type_is_acknowledged_and_counted(front: Front, type_: str) -> None:
    before = (await front.client.get("/metrics")).text
    answer = await front.say("", type=type_)
    after = (await front.client.get("/metrics")).text
    assert (answer["status"], answer["replies"]) == ("ignored", [])
    assert _counted(after) == _counted(before) + 1


def _counted(metrics: str) -> float:
    return next(float(line.split()[1]) for line in metrics.splitlines() if line.startswith("kefu_unknown_types_total"))


async def test_a_recall_is_ignored_and_what_it_withdraws_too(front: Front) -> None:
    first = await front.say("", type="recall", recalls="m-late", id="r1")
    late = await front.say(QUESTION, id="m-late")
    assert first["status"] == "ignored"
    assert (late["status"], late["first_status"], late["replies"]) == ("duplicate", "ignored", [])


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "image", "url": "https://img.example/1.jpg"},
        {"type": "sticker"},
        {"type": "voice", "transcript": QUESTION},
        {"type": "voice"},
        {"type": "order_card", "order_id": "o1"},
        {"type": "product_card", "product_id": "p1"},
    ],
)
async def test_every_kind_of_message_has_an_outcome(front: Front, fields: dict[str, Any]) -> None:
    answer = await front.say("", **fields)
    assert answer["status"] in {status.value for status in Status} - {"duplicate", "merged"}
    assert answer["replies"] or answer["ticket_id"]


@pytest.mark.parametrize("same", ["delivery", "message"])
async def test_a_retry_gets_the_same_replies_again(front: Front, same: str) -> None:
    body = message(QUESTION)
    first = (await front.post(body, webhook_id="msg_1")).json()
    retry_body, retry_id = (fields_of(body, id="other"), "msg_1") if same == "delivery" else (body, "msg_2")
    retry = (await front.post(retry_body, webhook_id=retry_id)).json()
    assert (retry["status"], retry["first_status"]) == ("duplicate", "replied")
    for name in ("message_id", "conversation_id", "decision_id", "ticket_id", "replies"):
        assert retry[name] == first[name]
    assert len(front.rows("SELECT 1 FROM messages WHERE author = 'bot'")) == 1


async def test_a_retry_after_days_is_still_known(front: Front) -> None:
    body = message(QUESTION)
    first = (await front.post(body, webhook_id="msg_1")).json()
    front.clock.move(6 * 24 * 3600)
    retry = (await front.post(body, webhook_id="msg_1")).json()
    assert (retry["status"], retry["replies"]) == ("duplicate", first["replies"])


async def test_a_retry_of_a_hand_off_names_the_same_ticket(front: Front) -> None:
    body = message("转人工")
    first, retry = [(await front.post(body)).json() for _ in range(2)]
    assert (retry["first_status"], retry["ticket_id"]) == ("handed_off", first["ticket_id"])
    assert retry["replies"] == first["replies"]
    assert len(front.rows("SELECT 1 FROM tickets")) == 1


async def test_the_first_text_of_a_message_stands(front: Front) -> None:
    body = message(QUESTION)
    first = (await front.post(body)).json()
    changed = (await front.post(fields_of(body, text="转人工"))).json()
    assert (changed["status"], changed["decision_id"]) == ("duplicate", first["decision_id"])
    assert front.rows("SELECT 1 FROM tickets") == []


async def test_deliveries_at_the_same_moment_are_answered_once(front: Front) -> None:
    body = message(QUESTION)
    answers = [r.json() for r in await asyncio.gather(*(front.post(body, webhook_id="msg_1") for _ in range(8)))]
    assert sorted(answer["status"] for answer in answers) == ["duplicate"] * 7 + ["replied"]
    assert len({json.dumps(answer["replies"]) for answer in answers}) == 1
    assert len(front.rows("SELECT 1 FROM decisions")) == 1


async def test_first_contacts_at_the_same_moment_open_one_conversation(front: Front) -> None:
    answers = await asyncio.gather(*(front.say(QUESTION, id=f"m{n}") for n in range(5)))
    assert len({answer["conversation_id"] for answer in answers}) == 1


async def test_the_same_message_id_of_two_shops_is_two_messages(front: Front) -> None:
    mine = await front.say(QUESTION, id="m1")
    theirs = await front.say(QUESTION, "careful", shop="careful", id="m1")
    assert (mine["status"], theirs["status"]) == ("replied", "suggested")


async def test_what_an_agent_wrote_rides_along_and_is_repeated_to_a_retry(front: Front) -> None:
    ticket = (await front.say("转人工"))["ticket_id"]
    await _agent_writes(front, ticket, "您好，订单已经催发了")
    body = message("好的")
    first = (await front.post(body)).json()
    retry = (await front.post(body)).json()
    assert [(r["author"], r["text"]) for r in first["replies"]] == [("agent", "您好，订单已经催发了")]
    assert retry["replies"] == first["replies"]
    assert (await front.say("还在吗"))["replies"] == []


async def _agent_writes(front: Front, ticket: str, text: str) -> None:
    now, silence = front.clock(), front.state.silence
    await front.state.write(lambda tx: tickets.claim(tx, ticket, "小美", now, silence))
    with pytest.raises(Conflict):
        await front.state.write(lambda tx: tickets.reply(tx, ticket, "阿强", text, now, silence))
    await front.state.write(lambda tx: tickets.reply(tx, ticket, "小美", text, now, silence))


async def test_a_callback_channel_shows_no_replies_and_queues_them(front: Front) -> None:
    body = message(QUESTION)
    first, retry = [(await front.post(body, "push")).json() for _ in range(2)]
    assert (first["status"], first["delivery"], first["replies"]) == ("replied", "callback", [])
    assert (retry["status"], retry["first_status"], retry["replies"]) == ("duplicate", "replied", [])
    assert [tuple(row) for row in front.rows("SELECT kind, state FROM jobs")] == [("send", "waiting")]


async def test_after_a_rotation_the_old_secret_is_good_for_a_day(front: Front) -> None:
    fresh = "whsec_" + base64.b64encode(b"a fresh secret, thirty-two bytes").decode()
    now = front.clock()
    end = now.replace(day=now.day + 1)

    def rotate(tx: Any) -> None:
        channels.expire_secrets(tx, "demo", "now", end)
        channels.add_secret(tx, "demo", "now", fresh, now)

    assert (await front.post(message(QUESTION))).status_code == 200
    front.store.submit(rotate).result()
    for moved, old_status in ((3, 200), (86_396, 200), (4, 401), (86_400, 401)):
        front.clock.move(moved)
        assert (await front.post(message(QUESTION), secret=SECRET)).status_code == old_status
        assert (await front.post(message(QUESTION), secret=fresh)).status_code == 200
