"""The try-it page's routes: who the visitor is, what is delivered, what is told of the conversation."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Cookies, Response

from bot.channels import signature
from bot.content.live import LiveContent
from bot.core.products import Product
from bot.settings import Settings
from bot.store import channels, products
from bot.store.channels import Channel
from bot.store.sqlite import SqliteStore
from bot.web import app
from bot.web.state import State
from bot.web.try_page import CHANNEL
from tests.server import message, signed

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)  # 10:00 in the shop: agents are at work
SECRET = signature.new_secret()


class Visitor:
    """A browser that keeps its cookies from request to request."""

    def __init__(self, app: FastAPI) -> None:
        self.cookies = Cookies()
        self._app = app

    def get(self, path: str, **options: Any) -> Response:
        return asyncio.run(self._request("GET", path, options))

    def post(self, path: str, **options: Any) -> Response:
        return asyncio.run(self._request("POST", path, options))

    async def _request(self, method: str, path: str, options: dict[str, Any]) -> Response:
        transport = ASGITransport(self._app)
        async with AsyncClient(transport=transport, base_url="http://kefu.test", cookies=self.cookies) as client:
            answer = await client.request(method, path, **options)
            self.cookies = client.cookies
            return answer


def visitor_of(store: SqliteStore, content: LiveContent, *, try_page: bool = True) -> Visitor:
    state = State(Settings(try_page=try_page), store, lambda: NOW, content)
    return Visitor(app.build(state, lambda _: contextlib.nullcontext()))


@pytest.fixture
def visitor(sqlite_store: SqliteStore, content: LiveContent) -> Visitor:
    """Somebody who has opened the page of a shop which answers at once."""
    demo = Channel("demo", CHANNEL, "response", "", False, 0.0, False, (SECRET,))
    sqlite_store.submit(lambda tx: channels.add_shop(tx, "demo", "演示店铺", "auto", NOW)).result()
    sqlite_store.submit(lambda tx: channels.add(tx, demo, NOW)).result()
    opened = visitor_of(sqlite_store, content)
    assert opened.get("/try").status_code == 200
    return opened


def say(visitor: Visitor, text: str, id_: str = "") -> Response:
    return visitor.post("/try/messages", json={"text": text, "id": id_ or secrets.token_hex(8)})


def look(visitor: Visitor, after: int = 0) -> dict[str, Any]:
    answer = visitor.get("/try/messages", params={"after": after})
    assert answer.status_code == 200
    view: dict[str, Any] = answer.json()
    return view


def test_a_visitor_is_known_by_a_cookie_that_scripts_and_other_sites_cannot_use(visitor: Visitor) -> None:
    visitor.cookies.clear()
    given = visitor.get("/try").headers["set-cookie"]
    assert re.match(r"kefu_try=try-[0-9a-f]{32};", given)
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in given.split(";")}
    assert "set-cookie" not in visitor.get("/try").headers


def test_the_page_obeys_its_own_policy(visitor: Visitor) -> None:
    page = visitor.get("/try")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href)=\"(?!/)", page.text)
    for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page.text):
        assert visitor.get(path).status_code == 200, path


def test_a_question_is_answered_like_any_delivery_and_stands_in_the_history(visitor: Visitor) -> None:
    answer = say(visitor, "包邮吗").json()
    assert answer["status"] == "replied"
    view = look(visitor)
    assert [(m["author"], m["text"]) for m in view["messages"]] == [
        ("customer", "包邮吗"), ("bot", answer["replies"][0]["text"]),
    ]
    assert (view["shop"], view["holder"], view["answer_owed"], view["ticket"]) == ("小满生活馆", "bot", False, None)


def test_only_what_came_after_a_number_is_told(visitor: Visitor) -> None:
    say(visitor, "包邮吗")
    seen = look(visitor)["messages"][-1]["seq"]
    assert look(visitor, seen)["messages"] == []
    say(visitor, "什么时候发货")
    assert [m["author"] for m in look(visitor, seen)["messages"]] == ["customer", "bot"]


def test_a_repeated_message_is_not_answered_twice(visitor: Visitor) -> None:
    first, second = (say(visitor, "包邮吗", "a1b2c3d4").json() for _ in range(2))
    assert second["status"] == "duplicate"
    assert second["replies"] == first["replies"]
    assert len(look(visitor)["messages"]) == 2


def test_a_hand_off_is_told_with_its_deadline(visitor: Visitor) -> None:
    answer = say(visitor, "转人工").json()
    view = look(visitor)
    assert view["holder"] == "queue"
    assert (view["ticket"]["id"], view["ticket"]["state"]) == (answer["ticket_id"], "waiting")
    assert datetime.fromisoformat(view["ticket"]["deadline"]) > NOW


def test_a_new_customer_starts_with_an_empty_page_and_the_bot(visitor: Visitor) -> None:
    say(visitor, "转人工")
    old = visitor.cookies["kefu_try"]
    assert visitor.post("/try/new").status_code == 204
    assert visitor.cookies["kefu_try"] != old
    view = look(visitor)
    assert (view["holder"], view["messages"], view["ticket"]) == ("bot", [], None)


def test_a_made_up_cookie_opens_nobodys_conversation(visitor: Visitor) -> None:
    body = message("包邮吗", customer="c1")
    delivered = visitor.post(
        f"/v1/channels/{CHANNEL}/messages", content=body, headers=signed(SECRET, body, timestamp=int(NOW.timestamp()))
    )
    assert delivered.json()["status"] == "replied"
    visitor.cookies = Cookies({"kefu_try": "c1"})
    for refused in (visitor.get("/try/messages"), say(visitor, "你好")):
        assert refused.status_code == 400
        assert "包邮" not in refused.text
    assert "kefu_try=try-" in visitor.get("/try").headers["set-cookie"]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("text", '{"text": "", "id": "a1b2c3d4"}'),
        ("text", '{"text": "   ", "id": "a1b2c3d4"}'),
        ("text", '{"text": "%s", "id": "a1b2c3d4"}' % ("很" * 501)),
        ("text", '{"text": "很\\ud800", "id": "a1b2c3d4"}'),
        ("text", '{"id": "a1b2c3d4"}'),
        ("id", '{"text": "很好", "id": "很 好 很 好 很 好"}'),
    ],
    ids=["empty", "blank", "too long", "half a character", "missing", "odd id"],
)
def test_what_cannot_be_a_message_is_refused_by_field_and_never_echoed(
    visitor: Visitor, field: str, body: str
) -> None:
    refused = visitor.post("/try/messages", content=body.encode(), headers={"content-type": "application/json"})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert "很" not in refused.text
    assert look(visitor)["messages"] == []


def test_a_public_server_can_switch_the_page_off(sqlite_store: SqliteStore, content: LiveContent) -> None:
    closed = visitor_of(sqlite_store, content, try_page=False)
    assert [closed.get(path).status_code for path in ("/try", "/try/messages")] == [404] * 2


def test_the_scene_that_a_visitor_sets_reaches_the_decision(visitor: Visitor, sqlite_store: SqliteStore) -> None:
    sweater = Product("P1", "羊毛衫", {"材质": "羊毛"})
    sqlite_store.submit(lambda tx: products.put(tx, "demo", [sweater], NOW)).result()
    assert visitor.get("/try/products").json() == [{"id": "P1", "title": "羊毛衫"}]
    told = visitor.post("/try/messages", json={"id": "scene-0001", "text": "这件是什么面料的", "product": "P1"}).json()
    assert "羊毛" in told["replies"][0]["text"]
    asked = {"id": "scene-0002", "text": "什么时候发货", "stage": "shipped"}
    (reply,) = visitor.post("/try/messages", json=asked).json()["replies"]
    assert re.search("已|路上|寄出|发出", reply["text"])


def test_a_picture_is_sent_and_shown_as_one(visitor: Visitor) -> None:
    assert visitor.post("/try/messages", json={"id": "picture-1", "picture": True}).json()["status"] == "handed_off"
    assert visitor.get("/try/messages").json()["messages"][0]["text"] == "[图片]"
    assert visitor.post("/try/messages", json={"id": "nothing-1"}).status_code == 422
