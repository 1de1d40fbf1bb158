"""Asking a shop's system over real sockets: one answer, one deadline, and nothing else gets in or out (bars 31, 55)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels.order_api import LARGEST_ANSWER, SETTING, Ask, HttpOrderApi, Outcome, Said, check, is_number
from bot.errors import InvalidField
from tests import shop_system
from tests.server import SECRET, free_port
from tests.shop_system import ShopSystem, order

pytestmark = pytest.mark.anyio

NOW = 1794362400.0
OLD = "whsec_" + base64.b64encode(b"fedcba9876543210fedcba9876543210").decode()
PATIENT = 20.0  # seconds: a limit that only a test that hangs comes to


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def system() -> AsyncIterator[ShopSystem]:
    """A shop's system that knows one order."""
    async with shop_system.running(A1=order()) as running:
        yield running


async def ask(
    system: ShopSystem, number: str = "A1", *, url: str = "", seconds: float = PATIENT, allowed: str | None = None
) -> Said:
    client = HttpOrderApi(system.here if allowed is None else allowed, lambda: NOW)
    try:
        return await client(Ask("demo", number, url or system.url, (SECRET, OLD), seconds))
    finally:
        await client.close()


async def test_an_order_is_asked_for_and_answered(system: ShopSystem) -> None:
    said = await ask(system)
    assert (said.outcome, b"2026-11-10T09:05:00" in said.body) == (Outcome.FOUND, True)
    assert (await ask(system, "A2")).outcome is Outcome.NO_SUCH
    assert system.asked == ["A1", "A2"]


async def test_the_address_asked_for_is_signed_with_every_secret_that_is_good(system: ShopSystem) -> None:
    await ask(system)
    sent = system.headers[0]
    text = f"{sent['webhook-id']}.{sent['webhook-timestamp']}./orders/A1".encode()
    wanted = [
        "v1," + base64.b64encode(hmac.new(base64.b64decode(one[6:]), text, hashlib.sha256).digest()).decode()
        for one in (SECRET, OLD)
    ]
    assert sent["webhook-signature"].split(" ") == wanted
    assert (sent["webhook-timestamp"], sent["host"], sent["accept-encoding"]) == ("1794362400", system.here, "identity")


async def test_a_system_that_does_not_answer_is_waited_for_no_longer_than_allowed(system: ShopSystem) -> None:
    system.hold()
    assert (await ask(system, seconds=0.1)).outcome is Outcome.LATE


@pytest.mark.parametrize("status", ["500 Internal Server Error", "429 Too Many Requests", "401 Unauthorized", "204 No"])
async def test_another_status_is_a_failure(system: ShopSystem, status: str) -> None:
    system.status = status
    assert (await ask(system)).outcome is Outcome.FAILED


async def test_nobody_listens(system: ShopSystem) -> None:
    port = free_port()
    said = await ask(system, url=f"http://127.0.0.1:{port}/{{order}}", allowed=f"127.0.0.1:{port}")
    assert (said.outcome, said.detail) == (Outcome.FAILED, "ConnectError")


async def test_a_redirect_is_not_followed(system: ShopSystem) -> None:
    system.status, system.more = "302 Found", (f"location: {system.url.replace('{order}', 'A9')}",)
    assert (await ask(system)).outcome is Outcome.REFUSED
    assert system.asked == ["A1"]


async def test_too_much_is_refused_before_it_is_taken(system: ShopSystem) -> None:
    system.body = b'{"buyer_note": "' + b"x" * LARGEST_ANSWER + b'"}'
    assert (await ask(system)).outcome is Outcome.REFUSED


async def test_what_is_no_plain_json_is_refused(system: ShopSystem) -> None:
    system.kind = "text/html; charset=utf-8"
    assert (await ask(system)).outcome is Outcome.REFUSED
    system.kind, system.more = "application/json; charset=utf-8", ("content-encoding: gzip",)
    assert (await ask(system)).outcome is Outcome.REFUSED
    system.more = ()
    assert (await ask(system)).outcome is Outcome.FOUND


async def test_a_private_host_must_be_named(system: ShopSystem) -> None:
    said = await ask(system, allowed="")
    assert (said.outcome, SETTING in said.detail) == (Outcome.REFUSED, True)
    assert system.asked == []


@pytest.mark.parametrize("address", ["10.0.0.7", "169.254.169.254", "192.168.1.9", "100.64.0.1", "::ffff:10.0.0.7"])
async def test_a_name_that_leads_into_the_private_network_is_refused(address: str) -> None:
    async def resolve(host: str, port: int) -> str:
        return address

    def carry(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    client = HttpOrderApi("", lambda: NOW, resolve, httpx.MockTransport(carry))
    said = await client(Ask("demo", "A1", "https://erp.example/orders/{order}", (SECRET,), PATIENT))
    await client.close()
    assert said.outcome is Outcome.REFUSED


async def test_without_tls_only_the_own_machine_is_asked() -> None:
    async def resolve(host: str, port: int) -> str:
        return "10.0.0.7"

    client = HttpOrderApi("erp.lan", lambda: NOW, resolve)
    said = await client(Ask("demo", "A1", "http://erp.lan/orders/{order}", (SECRET,), PATIENT))
    await client.close()
    assert (said.outcome, "https only" in said.detail) == (Outcome.REFUSED, True)


async def test_a_host_is_resolved_once_and_that_address_is_asked() -> None:
    resolved, seen = [], []

    async def resolve(host: str, port: int) -> str:
        resolved.append((host, port))
        return "93.184.215.14"

    def carry(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), request.headers["host"], request.extensions["sni_hostname"]))
        assert "cookie" not in request.headers
        headers = {"content-type": "application/json", "set-cookie": "a=b"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"{}"))

    client = HttpOrderApi("", lambda: NOW, resolve, httpx.MockTransport(carry))
    for _ in range(2):
        said = await client(Ask("demo", "A:1", "https://erp.example:8443/o?id={order}", (SECRET,), PATIENT))
        assert said.outcome is Outcome.FOUND
    await client.close()
    assert resolved == [("erp.example", 8443)] * 2
    assert seen == [("https://93.184.215.14:8443/o?id=A:1", "erp.example:8443", "erp.example")] * 2


async def test_a_name_server_that_never_answers_holds_up_its_own_shop_only(
    system: ShopSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    loop, real = asyncio.get_running_loop(), socket.getaddrinfo

    def resolve(host: str, port: int, **more: object) -> object:
        if host == "lost.example":
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
        return real(host, port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    client = HttpOrderApi(system.here, lambda: NOW)
    lost = [client(Ask("lost", "A1", "https://lost.example/{order}", (SECRET,), 0.1)) for _ in range(8)]
    assert {said.outcome for said in await asyncio.gather(*lost)} == {Outcome.LATE}
    assert (await client(Ask("demo", "A1", system.url, (SECRET,), PATIENT))).outcome is Outcome.FOUND
    gate.set()
    await client.close()


@pytest.mark.parametrize("number", ["", "..", ".", "-", "a/b", "a b", "a?b", "%2e", "a" * 65, "订单", "a\n"])
async def test_what_is_no_number_leads_nowhere(system: ShopSystem, number: str) -> None:
    assert not is_number(number)
    assert (await ask(system, number)).outcome is Outcome.REFUSED
    assert system.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example/orders", "https://{order}.example/", "https://erp.example:{order}/", "ftp://erp/{order}",
        "http://erp.example/{order}", "https://me:pw@erp.example/{order}", "https://erp.example/{order}#top",
        "https://erp.example/{order}/{order}", "erp.example/{order}", "https:///{order}", "{order}",
    ],
)  # fmt: skip
def test_an_address_that_could_not_be_asked_is_refused_when_it_is_set(url: str) -> None:
    with pytest.raises(InvalidField):
        check(url, "")


def test_an_address_that_can_be_asked_is_taken() -> None:
    check("https://erp.example:8443/v2/orders/{order}?full=1", "")
    check("http://127.0.0.1:9000/orders/{order}", "127.0.0.1:9000")
