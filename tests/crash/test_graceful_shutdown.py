"""SIGTERM in the middle of work: the server is gone within five seconds and nothing acknowledged is lost (bar 50)."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from pathlib import Path

import httpx
import pytest

from tests.crash.conftest import Make
from tests.crash.platform import Delivery, Receiver, delivery
from tests.crash.scene import callback_channel, intact, response_channel, rows, set_up
from tests.nursery import QuickServer, until
from tests.server import SECRET, Server, message, signed

CUSTOMERS = 12
WITHIN = 5.0  # seconds from the signal to the end of the process, as the README promises

pytestmark = pytest.mark.crash


@pytest.mark.parametrize(
    ("quiet", "answered"),
    [pytest.param(1.5, True, id="due while draining"), pytest.param(10.0, False, id="due after the end")],
)
def test_requests_that_wait_for_more_fragments_are_answered_or_kept(
    make_server: Make, quiet: float, answered: bool
) -> None:
    """Who can still be answered is; the others get no 200, and their next delivery brings the answer."""
    server = make_server()
    set_up(server, response_channel("shop-chat", quiet))
    server.start()
    waiting = [delivery("什么时候发货", f"c{number}") for number in range(CUSTOMERS)]
    poster = threading.Thread(target=lambda: asyncio.run(_post_all(server, waiting)))
    poster.start()
    until(lambda: len(_pending(server)) == CUSTOMERS, what="all messages in the database")
    with _a_client_that_sends_half(server):
        server.stop(WITHIN)
    poster.join(10)
    acknowledged = [one for one in waiting if one.answer is not None]
    assert len(acknowledged) == (CUSTOMERS if answered else 0)
    for one in acknowledged:
        assert one.answer is not None
        assert one.answer["status"] == "replied"
        assert len(one.replies) == 1
    assert len(rows(server.data_dir, "SELECT 1 FROM messages WHERE author = 'customer'")) == CUSTOMERS
    if not answered:
        _next_delivery_is_answered(server, waiting[0])
    assert intact(server.data_dir)


def test_a_platform_that_does_not_answer_does_not_hold_up_the_end(make_server: Make) -> None:
    """Callbacks hang one after the other and a client sends slowly, so that a send begins shortly before the end:
    still five seconds, and no text is sent twice or lost without a word."""
    platform = Receiver(hanging=1.0)
    with platform.listening():
        server = make_server(KEFU_CALLBACK_HOSTS="127.0.0.1")
        set_up(server, callback_channel("shop-chat", platform.url))
        server.start()
        for text in ("什么时候发货", "有货吗", "你好"):
            assert server.post("shop-chat", message(text)).status_code == 200
        until(lambda: platform.seen != [], what="the first callback")
        with _a_client_that_sends_half(server):
            server.stop(WITHIN)
        server.environment = {**server.environment, "KEFU_CALLBACK_SECONDS": "0.3"}
        server.start()
        until(lambda: _states(server) == ["unknown"] * 3, what="the unclear texts shown as such")
        assert len(rows(server.data_dir, "SELECT 1 FROM tickets WHERE state = 'waiting'")) == 1
        assert len(set(platform.seen)) == len(platform.seen), "sent again although it may have arrived"
        server.kill()


def test_ctrl_c_ends_it_without_a_complaint(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    assert server.process is not None
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(WITHIN) == 0
    assert "Aborted" not in (tmp_path / "serve.log").read_text()


async def _post_all(server: QuickServer, waiting: list[Delivery]) -> None:
    async with httpx.AsyncClient(timeout=20) as client:
        await asyncio.gather(*(_post(client, server, one) for one in waiting))


async def _post(client: httpx.AsyncClient, server: QuickServer, one: Delivery) -> None:
    url = f"{server.url}/v1/channels/shop-chat/messages"
    try:
        response = await client.post(url, content=one.body, headers=signed(SECRET, one.body, one.webhook_id))
    except httpx.TransportError:
        return
    assert response.status_code in (200, 503)
    if response.status_code == 200:
        one.answer = response.json()


def _a_client_that_sends_half(server: QuickServer) -> socket.socket:
    """Its request is begun and never finished."""
    client = socket.create_connection(("127.0.0.1", server.port))
    body = message("什么时候发货", "slow")
    head = [f"POST /v1/channels/shop-chat/messages HTTP/1.1\r\nhost: shop\r\ncontent-length: {len(body)}\r\n"]
    head += [f"{name}: {value}\r\n" for name, value in signed(SECRET, body).items()]
    client.sendall("".join(head).encode() + b"\r\n" + body[: len(body) // 2])
    return client


def _next_delivery_is_answered(server: QuickServer, one: Delivery) -> None:
    """The message was kept: the platform's retry finds it, and gets the answer."""
    server.start()
    headers = signed(SECRET, one.body, one.webhook_id)
    url = f"{server.url}/v1/channels/shop-chat/messages"
    answer = httpx.post(url, content=one.body, headers=headers, timeout=30).json()
    assert answer["status"] == "duplicate"
    assert answer["first_status"] == "replied"
    assert len(answer["replies"]) == 1
    server.stop()


def _pending(server: QuickServer) -> list[object]:
    return list(rows(server.data_dir, "SELECT 1 FROM messages WHERE state = 'pending'"))


def _states(server: QuickServer) -> list[str]:
    return [row[0] for row in rows(server.data_dir, "SELECT state FROM messages WHERE author = 'bot'")]
