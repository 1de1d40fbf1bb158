"""Ask a shop's own system how one order stands: a signed GET, one deadline, a bounded answer, no way elsewhere."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import httpx

from bot.channels import places, signature
from bot.channels.order_events import ORDER_ID
from bot.channels.places import Resolve
from bot.errors import InvalidField

#: Names the operator's list of hosts that may be private.
SETTING = "KEFU_ORDER_API_HOSTS"
#: Stands in an address for the number of the order.
GAP = "{order}"
LARGEST_ANSWER = 64 * 1024
#: Connections to one shop's system; our default. A slow system holds up none but its own shop's.
CONNECTIONS = 8
#: Seconds that an idle connection is kept; shorter than servers do, whose closing would cost an answer.
_KEPT = 2.0
_NAMES = 2  # threads that resolve one shop's host
_NUMBER = re.compile(ORDER_ID)
_LETTER = re.compile(r"[0-9A-Za-z]")


class Outcome(StrEnum):
    """What became of one question."""

    FOUND = "found"
    NO_SUCH = "no_such"  #: the shop's system does not know the order
    FAILED = "failed"  #: no connection, a broken answer, any other status
    LATE = "late"
    REFUSED = "refused"  #: a forbidden address, a redirect, too much, or no JSON: somebody has to mend the setting


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one shop's system."""

    shop: str
    order: str
    url: str  #: with `GAP` in its path or query
    secrets: Sequence[str]  #: each signs, so that a shop may take over a new one within a day
    seconds: float  #: for all of it


@dataclass(frozen=True, slots=True)
class Said:
    """The answer."""

    outcome: Outcome
    body: bytes = b""
    detail: str = ""  #: for the operator; holds nothing of the body


OrderApi = Callable[[Ask], Awaitable[Said]]


class FakeOrderApi:
    """A shop's system for tests and scratch runs: answers by order as told, and knows no other."""

    def __init__(self, **answers: Said) -> None:
        self.answers = answers
        self.asked: list[Ask] = []

    async def __call__(self, ask: Ask) -> Said:
        """Take the question; give the answer prepared for the order."""
        self.asked.append(ask)
        return self.answers.get(ask.order, Said(Outcome.NO_SUCH, detail="404"))


@dataclass(frozen=True, slots=True)
class _Way:
    """One shop's own connections, and threads of its own for a name server that does not answer."""

    transport: httpx.AsyncBaseTransport
    names: ThreadPoolExecutor


class HttpOrderApi:
    """Asks over connections kept per shop, so that no shop waits for another's and no host borrows another's TLS.
    `allowed` names hosts ("host:port" or "host") that may be private; `resolve` gives the address of a host and
    `transport` carries the request, both the system's own by default."""

    def __init__(
        self,
        allowed: str = "",
        clock: Callable[[], float] = time.time,
        resolve: Resolve | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._allowed = places.hosts_of(allowed)
        self._clock, self._resolve, self._transport = clock, resolve, transport
        self._trust: ssl.SSLContext | None = None
        self._ways: dict[str, _Way] = {}

    async def close(self) -> None:
        """Let the connections go."""
        for way in self._ways.values():
            way.names.shutdown(wait=False, cancel_futures=True)
            await way.transport.aclose()

    async def __call__(self, ask: Ask) -> Said:
        """One question; never raises for what the network or the shop's system does."""
        try:
            async with asyncio.timeout(ask.seconds):
                return await self._asked(ask)
        except (ValueError, httpx.InvalidURL) as error:
            return Said(Outcome.REFUSED, detail=f"address refused: {error}")
        except (TimeoutError, httpx.TimeoutException):
            return Said(Outcome.LATE, detail=f"no answer within {ask.seconds:g} s")
        except (OSError, httpx.HTTPError) as error:
            return Said(Outcome.FAILED, detail=type(error).__name__)

    async def _asked(self, ask: Ask) -> Said:
        way = self._way(ask.shop)
        resolve = self._resolve or partial(places.resolved, pool=way.names)
        place = await places.pinned(address_of(ask.url, ask.order), self._allowed, SETTING, resolve)
        if place.url.scheme != "https" and not place.address.is_loopback:
            raise ValueError("https only; http is for the own machine")
        asked_as, timestamp = f"ask_{uuid.uuid4().hex}", int(self._clock())
        signs = (signature.sign(one, asked_as, timestamp, place.url.raw_path) for one in ask.secrets)
        headers = {
            "accept": "application/json",
            "accept-encoding": "identity",
            "host": place.host,
            "webhook-id": asked_as,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signs),
        }
        extensions = {"sni_hostname": place.name, "timeout": httpx.Timeout(ask.seconds).as_dict()}
        request = httpx.Request("GET", place.url, headers=headers, extensions=extensions)
        # The transport itself: it follows no redirect, keeps no cookie and reads no proxy from the environment.
        response = await way.transport.handle_async_request(request)
        try:
            return await _judged(response)
        finally:
            await response.aclose()

    def _way(self, shop: str) -> _Way:
        if shop not in self._ways:
            self._trust = self._trust or httpx.create_ssl_context(trust_env=False)
            limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=_KEPT)
            transport = httpx.AsyncHTTPTransport(verify=self._trust, trust_env=False, limits=limits)
            self._ways[shop] = _Way(self._transport or transport, ThreadPoolExecutor(_NAMES, "order-api-names"))
        return self._ways[shop]


def address_of(url: str, order: str) -> str:
    """The address of one order; ValueError for a number that could lead to another place."""
    if not is_number(order):
        raise ValueError("not the number of an order")
    return url.replace(GAP, order)


def is_number(order: str) -> bool:
    """Whether a text that a customer gave can be the number of an order."""
    return bool(_NUMBER.fullmatch(order) and _LETTER.search(order))


def check(url: str, allowed: str) -> None:
    """InvalidField, in the shopkeeper's language, for an address that would be refused whenever it is asked."""
    try:
        parsed, port = places.read(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise InvalidField("接口地址要像 https://erp.example.com/orders/{order}，不能带用户名") from error
    _, _, rest = url.partition("://")
    if url.count(GAP) != 1 or GAP in rest.partition("/")[0] or parsed.fragment:
        raise InvalidField("接口地址里要有一处 {order}，写在主机名后面，不能有 #")
    if parsed.scheme != "https" and not places.is_named(parsed.host, port, places.hosts_of(allowed)):
        raise InvalidField(f"接口地址要用 https；本机调试可以用 http，先把 {parsed.host}:{port} 写进 {SETTING}")


async def _judged(response: httpx.Response) -> Said:
    status = response.status_code
    if status in (404, 410):
        return Said(Outcome.NO_SUCH, detail=str(status))
    if 300 <= status < 400:
        return Said(Outcome.REFUSED, detail=f"{status}: redirects are not followed")
    if status != 200:
        return Said(Outcome.FAILED, detail=str(status))
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return Said(Outcome.REFUSED, detail="the answer is not application/json")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return Said(Outcome.REFUSED, detail="the answer is compressed")
    taken = bytearray()
    async for chunk in response.aiter_raw():
        taken += chunk
        if len(taken) > LARGEST_ANSWER:
            return Said(Outcome.REFUSED, detail=f"the answer is larger than {LARGEST_ANSWER // 1024} KiB")
    return Said(Outcome.FOUND, bytes(taken), str(status))
