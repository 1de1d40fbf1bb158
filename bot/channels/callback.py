"""Post callbacks over HTTP: a deadline for the whole exchange, bounded answers, no way into the private network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable

import httpx

from bot.channels import signature
from bot.channels.base import Fate, Post, Sent

_LARGEST_ANSWER = 64 * 1024
#: These read as global addresses but lead elsewhere: cloud metadata, relays, tunnels, examples (bar 55, measured).
_NOT_PUBLIC = [
    ipaddress.ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]
#: The only part of IPv6 that holds public hosts; everything that wraps an IPv4 address lies outside or above.
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")

Resolve = Callable[[str, int], Awaitable[str]]


class CallbackSender:
    """Sends over one connection pool. `allowed` names hosts ("host:port" or "host") that may be private; `resolve`
    gives the address of a host and `transport` carries the request, both the system's own by default."""

    def __init__(
        self,
        seconds: float,
        allowed: str = "",
        clock: Callable[[], float] = time.time,
        resolve: Resolve | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._seconds = seconds
        self._allowed = {host.strip().lower() for host in allowed.split(",") if host.strip()}
        self._clock = clock
        self._resolve = resolve or _resolve
        self._client = httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=seconds, transport=transport
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def __call__(self, post: Post) -> Sent:
        """One attempt; never raises for what the network or the platform does."""
        try:
            url, host = await self._address(post.url)
        except (ValueError, httpx.InvalidURL) as error:
            return Sent(Fate.REJECTED, f"callback address refused: {error}")
        except OSError as error:
            return Sent(Fate.RETRY, f"callback host not found ({type(error).__name__})")
        timestamp = int(self._clock())
        headers = {
            "content-type": "application/json",
            "accept-encoding": "identity",
            "host": host,
            "webhook-id": post.webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature.sign(post.secret, post.webhook_id, timestamp, post.body),
        }
        request = self._client.build_request(
            "POST", url, content=post.body, headers=headers, extensions={"sni_hostname": host.rsplit(":", 1)[0]}
        )
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Sent(Fate.RETRY, type(error).__name__)
        except (TimeoutError, httpx.HTTPError) as error:
            return Sent(Fate.UNKNOWN, type(error).__name__)

    async def _exchange(self, request: httpx.Request) -> Sent:
        response = await self._client.send(request, stream=True)
        try:
            taken = 0
            async for chunk in response.aiter_raw():
                taken += len(chunk)
                if taken > _LARGEST_ANSWER:
                    break
            return _judged(response)
        finally:
            await response.aclose()

    async def _address(self, url: str) -> tuple[httpx.URL, str]:
        """The URL with its host resolved once and pinned, and the Host header; ValueError for a forbidden place."""
        parsed = httpx.URL(url)
        if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
            raise ValueError("only http(s)://host/… without a user name")
        port = parsed.port or (443 if parsed.scheme == "https" else 80)
        host = parsed.netloc.decode("ascii")
        address = ipaddress.ip_address(await self._resolve(parsed.host, port))
        named = {parsed.host.lower(), f"{parsed.host.lower()}:{port}"}
        if not named & self._allowed and not is_public(address):
            raise ValueError("the host is not public; name it in KEFU_CALLBACK_HOSTS if it is meant")
        return parsed.copy_with(host=str(address)), host


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the open internet; one that wraps another address is not."""
    if address.version == 6 and address not in _PUBLIC_IPV6:
        return False
    return address.is_global and not address.is_multicast and not any(address in net for net in _NOT_PUBLIC)


async def _resolve(host: str, port: int) -> str:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return str(found[0][4][0])


def _judged(response: httpx.Response) -> Sent:
    status = response.status_code
    if 200 <= status < 300:
        return Sent(Fate.DELIVERED, str(status))
    if status in (429, 503):
        return Sent(Fate.RETRY, str(status), _seconds(response.headers.get("retry-after")))
    if 300 <= status < 500:
        return Sent(Fate.REJECTED, str(status))
    return Sent(Fate.UNKNOWN, str(status))


def _seconds(header: str | None) -> float | None:
    return min(float(header), 3600.0) if header and header.isdigit() and len(header) <= 6 else None
