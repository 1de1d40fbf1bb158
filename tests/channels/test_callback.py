"""Callbacks over real sockets: what each behaviour of a platform means, and no way into the private network."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from bot.channels import signature
from bot.channels.base import Fate, Post, Sent
from bot.channels.callback import CallbackSender
from bot.channels.places import is_public
from tests.loopback import Serve, listening
from tests.server import SECRET, free_port

pytestmark = pytest.mark.anyio

NOW = 1794362400.0
BODY = '{"text":"您好"}'.encode()
PATIENCE = 0.3  # seconds a sender here gives a platform
GUARD = 20.0  # seconds after which a test that hangs is stopped


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass(slots=True)
class Platform:
    """A chat platform on loopback that answers each connection as told and keeps what it got."""

    answer: Serve
    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/kefu?shop=demo"

    @property
    def here(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((head[0], headers, body))
        await self.answer(reader, writer)


@contextlib.asynccontextmanager
async def platform(answer: Serve) -> AsyncIterator[Platform]:
    stand_in = Platform(answer)
    async with listening(stand_in.serve) as stand_in.port:
        yield stand_in


def says(status: str, *headers: str, body: bytes = b"{}") -> Serve:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = "\r\n".join((f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers))
        writer.write(head.encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


async def send(url: str, allowed: str, webhook_id: str = "ms_1", seconds: float = 10.0) -> Sent:
    sender = CallbackSender(seconds, allowed, clock=lambda: NOW)
    try:
        async with asyncio.timeout(GUARD):
            return await sender(Post(url, webhook_id, SECRET, BODY))
    finally:
        await sender.close()


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
async def test_any_2xx_means_delivered(status: str) -> None:
    async with platform(says(status, body=b"")) as there:
        assert await send(there.url, there.here) == Sent(Fate.DELIVERED, status[:3])


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        ("429 Too Many Requests", "retry-after: 7", Sent(Fate.RETRY, "429", 7.0)),
        ("429 Too Many Requests", "x: y", Sent(Fate.RETRY, "429")),
        ("503 Service Unavailable", "retry-after: 999999", Sent(Fate.RETRY, "503", 3600.0)),
        ("503 Service Unavailable", "retry-after: Wed, 11 Nov 2026 10:00:00 GMT", Sent(Fate.RETRY, "503")),
        ("503 Service Unavailable", "retry-after: -1", Sent(Fate.RETRY, "503")),
        ("503 Service Unavailable", "retry-after: 9999999999", Sent(Fate.RETRY, "503")),
        ("400 Bad Request", "x: y", Sent(Fate.REJECTED, "400")),
        ("401 Unauthorized", "x: y", Sent(Fate.REJECTED, "401")),
        ("404 Not Found", "x: y", Sent(Fate.REJECTED, "404")),
        ("410 Gone", "retry-after: 7", Sent(Fate.REJECTED, "410")),
        ("500 Internal Server Error", "x: y", Sent(Fate.UNKNOWN, "500")),
        ("502 Bad Gateway", "x: y", Sent(Fate.UNKNOWN, "502")),
        ("504 Gateway Timeout", "retry-after: 7", Sent(Fate.UNKNOWN, "504")),
    ],
)
async def test_each_refusal_has_its_class(status: str, header: str, expected: Sent) -> None:
    async with platform(says(status, header)) as there:
        assert await send(there.url, there.here) == expected
        assert len(there.requests) == 1  # trying again is the worker's business


async def test_a_refused_connection_may_be_tried_again() -> None:
    port = free_port()
    assert await send(f"http://127.0.0.1:{port}/", "127.0.0.1") == Sent(Fate.RETRY, "ConnectError")


async def test_a_connection_dropped_without_an_answer_is_unknown() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with platform(hang_up) as there:
        assert (await send(there.url, there.here)).fate is Fate.UNKNOWN


async def test_nonsense_instead_of_an_answer_is_unknown() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\xfe 200 OK\r\n\r\n")

    async with platform(babble) as there:
        assert (await send(there.url, there.here)).fate is Fate.UNKNOWN


async def test_an_answer_that_drips_is_cut_at_the_deadline() -> None:
    """Every byte arrives in time, the whole never does: without a deadline over all of it this test would hang."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not reader.at_eof():
            writer.write(b"x: y\r\n")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), PATIENCE / 5)

    async with platform(drip) as there:
        assert await send(there.url, there.here, seconds=PATIENCE) == Sent(Fate.UNKNOWN, "TimeoutError")


async def test_silence_is_cut_at_the_deadline() -> None:
    async def wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with platform(wait) as there:
        assert (await send(there.url, there.here, seconds=PATIENCE)).fate is Fate.UNKNOWN


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_of_an_endless_answer_little_is_read(encoding: str) -> None:
    written = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\nconnection: close\r\n\r\n".encode())
        while not reader.at_eof():
            writer.write(bytes(65536))
            written += 65536
            await writer.drain()

    async with platform(flood) as there:
        assert (await send(there.url, there.here)).fate is Fate.DELIVERED
        assert there.requests[0][1]["accept-encoding"] == "identity"
    assert written < 32 * 1024 * 1024  # what the sockets' buffers took; the stream itself has no end


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
async def test_a_redirect_is_not_followed(status: str) -> None:
    async with platform(says("200 OK")) as other:
        async with platform(says(status, f"location: {other.url}")) as there:
            assert (await send(there.url, "127.0.0.1")).fate is Fate.REJECTED
            assert len(there.requests) == 1
        assert other.requests == []


async def test_the_callback_proves_itself_like_a_delivery_to_us() -> None:
    async with platform(says("200 OK")) as there:
        await send(there.url, there.here)
        line, headers, body = there.requests[0]
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert signature.verify(raw, body, [SECRET], datetime.fromtimestamp(NOW, UTC)) == "ms_1"
    assert (line, body) == ("POST /kefu?shop=demo HTTP/1.1", BODY)
    assert headers["host"] == there.here
    assert headers["content-type"] == "application/json"


async def test_every_attempt_carries_the_same_id_and_its_own_time() -> None:
    ticks = iter((NOW, NOW + 60, NOW + 120))
    async with platform(says("503 Service Unavailable")) as there:
        sender = CallbackSender(10.0, there.here, clock=lambda: next(ticks))
        fates = [(await sender(Post(there.url, "ms_7", SECRET, BODY))).fate for _ in range(3)]
        await sender.close()
    assert fates == [Fate.RETRY] * 3
    assert {headers["webhook-id"] for _, headers, _ in there.requests} == {"ms_7"}
    assert [int(headers["webhook-timestamp"]) - NOW for _, headers, _ in there.requests] == [0, 60, 120]
    assert len({headers["webhook-signature"] for _, headers, _ in there.requests}) == 3


FORBIDDEN = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://0177.0.0.1/", "http://017700000001/", "http://0/", "http://0.0.0.0/", "http://localhost/", "http://LOCALHOST/",
    "http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://１２７.0.0.1/", "http://[::1]/", "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::127.0.0.1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[::ffff:0:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[2001:db8::1]/",
    "http://[3fff::1]/", "http://[5f00::1]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[fe80::1]/",
    "http://[fec0::1]/", "http://[ff02::1]/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://0xa9fea9fe/", "http://2852039166/", "http://100.100.100.200/",
    "http://100.64.0.1/", "http://192.0.0.192/", "http://192.0.2.1/", "http://192.88.99.1/", "http://198.18.0.1/",
    "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/", "https://127.0.0.1/", "http://127.0.0.1:80/",
]
MISSHAPEN = [
    "", "/relative", "http://", "http:///path", "//127.0.0.1/", "ftp://93.184.216.34/", "file:///etc/passwd",
    "gopher://93.184.216.34/", "http://user@93.184.216.34/", "http://user:word@93.184.216.34/",
    "http://93.184.216.34@127.0.0.1/", "http://[::1", "http://93.184.216.34:port/", "http://\x00/", "http://xn--/",
    f"http://{'a' * 70}.com/", "javascript:alert(1)",
]


class Wire(httpx.AsyncBaseTransport):
    """Carries nothing anywhere: keeps the requests that would have left."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b""))


@pytest.mark.parametrize("url", FORBIDDEN + MISSHAPEN)
async def test_a_private_place_is_refused_without_a_connection(url: str) -> None:
    wire = Wire()
    sent = await CallbackSender(5.0, "", transport=wire)(Post(url, "ms_1", SECRET, BODY))
    assert (sent.fate, wire.requests) == (Fate.REJECTED, [])


async def test_allowing_one_host_does_not_allow_its_other_spellings_or_neighbours() -> None:
    wire = Wire()
    sender = CallbackSender(5.0, "127.0.0.1:9000, desk.example", transport=wire)
    for url in ("http://127.0.0.1:9001/", "http://127.0.0.2:9000/", "http://[::1]:9000/", "http://2130706433:9000/"):
        assert (await sender(Post(url, "ms_1", SECRET, BODY))).fate is Fate.REJECTED
    assert wire.requests == []
    assert (await sender(Post("http://127.0.0.1:9000/", "ms_1", SECRET, BODY))).fate is Fate.DELIVERED


async def test_a_name_is_resolved_once_and_the_address_pinned() -> None:
    """A name server that changes its answer after the check (rebinding) has no second chance."""
    answers = iter(("93.184.216.34", "127.0.0.1"))
    asked: list[tuple[str, int]] = []

    async def resolve(host: str, port: int) -> str:
        asked.append((host, port))
        return next(answers)

    wire = Wire()
    sender = CallbackSender(5.0, resolve=resolve, transport=wire)
    sent = await sender(Post("https://shop.example/kefu", "ms_1", SECRET, BODY))
    request = wire.requests[0]
    assert sent.fate is Fate.DELIVERED
    assert asked == [("shop.example", 443)]
    assert (request.url.host, request.headers["host"]) == ("93.184.216.34", "shop.example")
    assert request.extensions["sni_hostname"] == "shop.example"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "169.254.169.254"])
async def test_a_public_name_with_a_private_address_is_refused(address: str) -> None:
    async def resolve(_: str, __: int) -> str:
        return address

    wire = Wire()
    sender = CallbackSender(5.0, resolve=resolve, transport=wire)
    assert (await sender(Post("https://shop.example/", "ms_1", SECRET, BODY))).fate is Fate.REJECTED
    assert wire.requests == []


async def test_a_name_that_is_not_found_now_may_be_tried_again() -> None:
    async def resolve(_: str, __: int) -> str:
        raise OSError("no such host")

    sender = CallbackSender(5.0, resolve=resolve, transport=Wire())
    assert (await sender(Post("https://shop.example/", "ms_1", SECRET, BODY))).fate is Fate.RETRY


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "223.5.5.5", "2606:2800:220:1::1", "2400:3200::1"])
def test_ordinary_hosts_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
