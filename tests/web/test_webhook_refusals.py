"""What the webhook refuses: always a status that fits, a code, a field, and nothing of what was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.json import MAX_BODY
from bot.content.live import LiveContent
from bot.store.base import Store
from bot.store.sqlite import SqliteStore
from tests.channels.test_json import BROKEN
from tests.channels.test_signature import MALFORMED
from tests.server import SECRET, message, signed
from tests.web.front import Front, fields_of, opened

pytestmark = pytest.mark.anyio

QUESTION = "什么时候发货"
URL = "/v1/channels/now/messages"
PHONE = "13812345678"


def problem(response: Any, status: int, code: str, field: str | None = None) -> None:
    """The one form of every refusal."""
    assert response.status_code == status
    body = response.json()
    assert body.keys() == {"code", "message", "field"}
    assert (body["code"], body["field"]) == (code, field)
    assert body["message"]
    assert PHONE not in response.text
    assert "文三路" not in response.text


async def test_hostile_json_is_a_400(front: Front) -> None:
    for body, field in BROKEN.values():
        problem(await front.post(body), 400, "bad_request", field)
    assert front.rows("SELECT 1 FROM messages") == []


async def test_a_malformed_signature_is_a_401(front: Front) -> None:
    for raw in MALFORMED.values():
        problem(await front.client.post(URL, content=message(QUESTION), headers=raw), 401, "bad_signature")
    assert front.rows("SELECT 1 FROM messages") == []


async def test_a_signature_of_other_bytes_is_a_401(front: Front) -> None:
    body = message(QUESTION)
    headers = signed(SECRET, body, timestamp=int(front.clock().timestamp()))
    respaced = json.dumps(json.loads(body)).encode()
    problem(await front.client.post(URL, content=respaced, headers=headers), 401, "bad_signature")


@pytest.mark.parametrize(("late", "status"), [(-301, 401), (-300, 200), (299, 200), (300, 200), (301, 401)])
async def test_a_delivery_may_be_five_minutes_old(front: Front, late: int, status: int) -> None:
    body = message(QUESTION)
    headers = signed(SECRET, body, timestamp=int(front.clock().timestamp()))
    front.clock.move(late)
    assert (await front.client.post(URL, content=body, headers=headers)).status_code == status


async def test_broken_json_without_a_signature_is_a_401(front: Front) -> None:
    problem(await front.client.post(URL, content=b"{"), 401, "bad_signature")


async def test_an_unknown_channel_is_a_404(front: Front) -> None:
    for channel in ("nowhere", "NOW", "now ", "n%00w", "%E6%B8%A0", "..%2f", "a" * 65, "a" * 4000):
        response = await front.client.post(f"/v1/channels/{channel}/messages", content=message(QUESTION))
        problem(response, 404, "not_found")


async def test_a_name_that_no_database_can_hold_is_a_404_on_each(store: Store, content: LiveContent) -> None:
    async with opened(store, content) as front:
        problem(await front.client.post("/v1/channels/a%00b/messages", content=b"{}"), 404, "not_found")


async def test_a_shop_that_is_not_the_channels_is_a_404(front: Front) -> None:
    for shop in ("careful", "nobody", "Demo"):
        problem(await front.post(message(QUESTION, shop=shop)), 404, "not_found", "shop")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id": ""}, "message.id"),
    ({"id": 7}, "message.id"),
    ({"text": [PHONE, "浙江省杭州市文三路1号"]}, "message.text"),
    ({"sent_at": "2026-11-11T10:00:00"}, "message.sent_at"),
    ({"sent_at": f"{PHONE}文三路"}, "message.sent_at"),
    ({"sent_at": "0001-01-01T00:00:00+14:00"}, "message.sent_at"),
    ({"type": "recall"}, "message.recalls"),
    ({"type": {PHONE: "文三路"}}, "message.type"),
]


async def test_a_wrong_field_is_a_422_that_names_it(front: Front) -> None:
    for changes, field in WRONG:
        problem(await front.post(fields_of(message(QUESTION), **changes)), 422, "invalid_field", field)


async def test_a_missing_customer_is_a_422(front: Front) -> None:
    data = json.loads(message(QUESTION))
    del data["customer"]
    problem(await front.post(json.dumps(data).encode()), 422, "invalid_field", "customer")


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """A body sent in chunks, its length not declared."""
    for at in range(0, len(body), 10_000):
        yield body[at : at + 10_000]


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, 200), (MAX_BODY + 1, 413), (MAX_BODY * 20, 413)])
async def test_64_kib_is_the_most_however_it_is_sent(front: Front, size: int, status: int, declared: bool) -> None:
    body = message(QUESTION).ljust(size)
    headers = signed(SECRET, body, timestamp=int(front.clock().timestamp()))
    response = await front.client.post(URL, content=body if declared else pieces(body), headers=headers)
    if status == 413:
        problem(response, 413, "too_large")
    else:
        assert response.status_code == status


async def test_a_false_length_is_refused(front: Front) -> None:
    body = message(QUESTION)
    for length in (b"-1", b"1e3", b"\xb2", b"0x10", b"99999999999", b"9" * 5000, b"1,1", b""):
        headers = signed(SECRET, body, timestamp=int(front.clock().timestamp()))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        response = await front.client.post(URL, content=body, headers=[*raw, (b"content-length", length)])
        problem(response, 413, "too_large")


async def test_another_method_is_a_405(front: Front) -> None:
    for method in ("GET", "PUT", "DELETE"):
        response = await front.client.request(method, URL)
        problem(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "POST"


async def test_a_client_that_hangs_up_in_the_middle_is_no_fault_of_ours(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    scope = {
        "type": "http", "method": "POST", "path": URL, "raw_path": URL.encode(), "query_string": b"",
        "headers": [(b"content-length", b"500")], "scheme": "http", "server": ("kefu", 80),
        "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": "",
    }
    events = iter(
        [{"type": "http.request", "body": b'{"shop"', "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(events)

    async def send(event: Any) -> None:
        sent.append(event)

    await front.app(scope, receive, send)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert front.rows("SELECT 1 FROM messages") == []


async def test_while_loading_everything_is_a_503_to_be_repeated(sqlite_store: SqliteStore) -> None:
    async with opened(sqlite_store, None) as front:
        response = await front.post(message(QUESTION))
        problem(response, 503, "unavailable")
        assert response.headers["retry-after"] == "1"


@pytest.mark.parametrize("fault", ["refuses", "hangs"])
async def test_without_the_database_a_message_is_a_503_and_comes_in_later(front: Front, fault: str) -> None:
    """A store that hangs is given up by kefu itself: this test ends although the store never answers."""
    body = message(QUESTION)
    await front.say("在吗", customer="before")
    setattr(front.store, fault, True)
    async with asyncio.timeout(20):
        problem(await front.post(body), 503, "unavailable")
    setattr(front.store, fault, False)
    assert (await front.post(body)).json()["status"] == "replied"


async def test_a_database_error_of_any_kind_is_a_503_in_the_usual_form(
    sqlite_store: SqliteStore, content: LiveContent, tmp_path: Path
) -> None:
    async with opened(sqlite_store, content, raises=False) as front:
        sqlite_store.submit(lambda tx: tx.execute(sa.text("ALTER TABLE messages RENAME TO gone"))).result()
        response = await front.post(message(PHONE))
        assert response.status_code == 503
        assert response.json().keys() == {"code", "message", "field"}
        assert PHONE not in response.text
