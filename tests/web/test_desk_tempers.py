"""Marks and sharp words as JSON: kept, shown, taken back; refused until confirmed; abuse refused in any case."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.front import Front
from tests.web.test_desk import QIANG, answer, ask, taken

pytestmark = pytest.mark.anyio


async def test_a_mark_is_kept_shown_and_taken_back(front: Front) -> None:
    place = f"/conversations/{await taken(front)}"
    body = {"kind": "persists", "reason": "已致歉并补发，仍不接受"}
    kept = await ask(front, "POST", f"{place}/marks", json=body)
    assert (kept.status_code, kept.json()["title"], kept.json()["mark"]["agent"]) == (201, "多次协商未达成一致", "小美")
    shown = (await ask(front, "GET", f"{place}/temper", QIANG)).json()
    assert (shown["marks"], shown["insults"], shown["offers_lead"]) == ([kept.json()], 0, False)
    address = f"{place}/marks/{kept.json()['mark']['id']}"
    refused = await ask(front, "DELETE", address, QIANG)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await ask(front, "DELETE", address)).status_code == 204
    assert (await ask(front, "DELETE", address)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {}, {"kind": "liar", "reason": "x"}, {"kind": "other", "reason": " "},
        {"kind": "other", "reason": "x", "days": 0}, {"kind": "other", "reason": "x", "days": 366},
    ],
)  # fmt: skip
async def test_a_misshapen_mark_is_refused(front: Front, body: dict[str, Any]) -> None:
    refused = await ask(front, "POST", f"/conversations/{await taken(front)}/marks", json=body)
    assert refused.status_code == 422
    assert front.rows("SELECT 1 FROM customer_marks") == []


async def test_sharp_words_to_an_angry_customer_are_sent_once_confirmed(front: Front) -> None:
    conversation = await taken(front, customer="c1")
    await front.say("气死我了，什么破店", customer="c1")
    refused = await answer(front, conversation, text="您自己不会看吗")
    assert (refused.status_code, refused.json()["code"]) == (409, "confirm")
    assert refused.json()["sharp"][0]["found"] in "您自己不会看吗"
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []
    sent = await answer(front, conversation, text="您自己不会看吗", confirmed=True)
    assert sent.status_code == 200


async def test_what_is_blocked_cannot_be_confirmed(front: Front) -> None:
    conversation = await taken(front, customer="c1")
    await front.say("气死我了，什么破店", customer="c1")
    refused = await answer(front, conversation, text="你这个傻逼", confirmed=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_field")
