"""The human queue as JSON: who may see a ticket, who takes it, who answers, who closes it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.web.front import PASSWORD, Front

pytestmark = pytest.mark.anyio

MEI, QIANG, OUTSIDER = (name for name in ("demo/小美", "demo/阿强", "careful/小美"))


async def ask(front: Front, method: str, path: str = "", who: str = MEI, **options: Any) -> httpx.Response:
    """One request of an agent to the queue."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/tickets{path}", auth=login, **options)


async def opened_ticket(front: Front, **fields: Any) -> str:
    """The id of a ticket that a customer's wish for a human opened."""
    return str((await front.say("转人工", **fields))["ticket_id"])


async def test_an_agent_sees_claims_answers_and_resolves(front: Front) -> None:
    ticket = await opened_ticket(front, customer="c9")
    [listed] = (await ask(front, "GET")).json()
    assert (listed["id"], listed["state"], listed["customer"], listed["overdue"]) == (ticket, "waiting", "c9", False)
    assert (listed["reason"], listed["reason_title"]) == ("customer_asked", "客户要求人工")
    shown = (await ask(front, "GET", f"/{ticket}")).json()
    assert [m["author"] for m in shown["messages"]] == ["customer", "bot"]
    assert shown["messages"][0]["text"] == "转人工"
    claimed = (await ask(front, "POST", f"/{ticket}/claim")).json()
    assert (claimed["state"], claimed["agent"]) == ("claimed", "小美")
    said = await ask(front, "POST", f"/{ticket}/replies", json={"text": "您好，我来帮您"})
    assert (said.json()["author"], said.json()["state"]) == ("agent", "queued")
    held = await front.say("谢谢", customer="c9")
    assert (held["status"], [r["text"] for r in held["replies"]]) == ("held_by_agent", ["您好，我来帮您"])
    assert (await ask(front, "POST", f"/{ticket}/resolve")).json()["state"] == "resolved"
    assert (await ask(front, "GET")).json() == []
    assert (await front.say("什么时候发货", customer="c9"))["status"] == "replied"


async def test_a_suggestion_is_shown_with_its_ticket(front: Front) -> None:
    ticket = (await front.say("什么时候发货", "careful", shop="careful"))["ticket_id"]
    shown = (await ask(front, "GET", f"/{ticket}", OUTSIDER)).json()
    assert shown["reason"] == "suggestion_waits"
    assert [bool(s["text"]) for s in shown["suggestions"]] == [True]


PATHS = [("GET", ""), ("GET", "/tk_1"), ("POST", "/tk_1/claim"), ("POST", "/tk_1/replies"), ("POST", "/tk_1/resolve")]
LOGINS = [
    None, "", "Basic", "Basic !!!", "Basic 密码".encode(), b"Basic \xff\xff", "Basic ZGVtbw==", "Bearer abc",
    "Basic ZGVtby9hZG1pbg==",  # demo/admin without a password
    "Basic ZGVtby9hZG1pbjp3cm9uZw==",  # demo/admin:wrong
    "Basic ZGVtby/lsI/nvo46d3Jvbmc=",  # an account that exists, a wrong password
    "Basic ZGVtby8AOng=",  # a name with NUL
    "Basic " + "A" * 4000,
]


async def test_nobody_comes_in_without_name_and_password(front: Front) -> None:
    for method, path in PATHS:
        for login in LOGINS:
            value = login.encode() if isinstance(login, str) else login
            headers = [] if value is None else [(b"authorization", value)]
            response = await front.client.request(method, f"/v1/tickets{path}", headers=headers, json={"text": "好"})
            assert response.status_code == 401, (method, path, login)
            assert response.headers["www-authenticate"].startswith("Basic ")
            assert response.json()["code"] == "unauthorized"


async def test_another_shop_sees_nothing_and_is_told_nothing(front: Front) -> None:
    ticket = await opened_ticket(front)
    assert (await ask(front, "GET", who=OUTSIDER)).json() == []
    for method, path in (("GET", ""), ("POST", "/claim"), ("POST", "/replies"), ("POST", "/resolve")):
        theirs = await ask(front, method, f"/{ticket}{path}", OUTSIDER, json={"text": "您好"})
        nobodys = await ask(front, method, f"/tk_0{path}", OUTSIDER, json={"text": "您好"})
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.json() == nobodys.json() | {"message": theirs.json()["message"]}
    assert (await ask(front, "GET", f"/{ticket}")).json()["state"] == "waiting"


@pytest.mark.parametrize("ticket", ["a%00b", "%E5%B7%A5", "x" * 500, "tk 1"])
async def test_an_impossible_ticket_is_a_404(front: Front, ticket: str) -> None:
    response = await ask(front, "GET", f"/{ticket}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_of_many_claims_at_once_one_wins_and_the_others_learn_the_name(front: Front) -> None:
    ticket = await opened_ticket(front)
    agents = [MEI, QIANG] * 5
    answers = await asyncio.gather(*(ask(front, "POST", f"/{ticket}/claim", who) for who in agents))
    winner = (await ask(front, "GET", f"/{ticket}")).json()["agent"]
    for who, answer in zip(agents, answers, strict=True):
        if who.endswith(winner):
            assert (answer.status_code, answer.json()["agent"]) == (200, winner)
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
            assert winner in answer.json()["message"]


async def test_only_the_owner_answers_and_closes(front: Front) -> None:
    ticket = await opened_ticket(front)
    assert (await ask(front, "POST", f"/{ticket}/replies", json={"text": "您好"})).status_code == 409  # not claimed yet
    await ask(front, "POST", f"/{ticket}/claim", MEI)
    for path in ("/replies", "/resolve"):
        other = await ask(front, "POST", f"/{ticket}{path}", QIANG, json={"text": "您好"})
        assert other.status_code == 409
        assert "小美" in other.json()["message"]
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []


async def test_a_resolved_ticket_takes_no_answers(front: Front) -> None:
    ticket = await opened_ticket(front)
    await ask(front, "POST", f"/{ticket}/claim")
    first, again = [await ask(front, "POST", f"/{ticket}/resolve") for _ in range(2)]
    assert (first.status_code, again.json()) == (200, first.json())
    assert (await ask(front, "POST", f"/{ticket}/replies", json={"text": "您好"})).status_code == 409
    assert (await ask(front, "POST", f"/{ticket}/claim", QIANG)).status_code == 409


async def test_an_unfinished_or_misshapen_text_is_refused_unsent(front: Front) -> None:
    ticket = await opened_ticket(front)
    await ask(front, "POST", f"/{ticket}/claim")
    for body in (
        {"text": ""}, {"text": "x" * 501}, {"text": "您好{{ shop.name }}"}, {"text": "您好\x00"}, {"text": 7},
        {"text": None}, {}, {"txt": "13812345678"}, ["13812345678"],
    ):
        response = await ask(front, "POST", f"/{ticket}/replies", json=body)
        assert response.status_code == 422, body
        assert response.json().keys() == {"code", "message", "field"}
        assert "138" not in response.text
    assert front.rows("SELECT 1 FROM messages WHERE author = 'agent'") == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400), (b"", 422), (b'{"text":"\xff"}', 400), (b'{"text":"\\ud800"}', 422), (b'{"text":NaN}', 422),
        (b"[" * 60_000, 400), (b'{"text":"' + b"x" * 70_000 + b'"}', 413),
    ],
)  # fmt: skip
async def test_hostile_bodies_are_refused_here_too(front: Front, content: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    response = await ask(front, "POST", "/tk_1/replies", content=content, headers=headers)
    assert response.status_code == status
    assert response.json().keys() == {"code", "message", "field"}
