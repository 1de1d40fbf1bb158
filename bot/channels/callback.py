"""Post callbacks over HTTP: a deadline for the whole exchange, bounded answers, no way into the private network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx

from bot.channels import places, signature
from bot.channels.base import Fate, Post, Sent
from bot.channels.places import Resolve

_LARGEST_ANSWER = 64 * 1024


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
        self._allowed = places.hosts_of(allowed)
        self._clock = clock
        self._resolve = resolve or places.resolved
        self._client = httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=seconds, transport=transport
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def __call__(self, post: Post) -> Sent:
        """One attempt; never raises for what the network or the platform does."""
        try:
            place = await places.pinned(post.url, self._allowed, "KEFU_CALLBACK_HOSTS", self._resolve)
        except (ValueError, httpx.InvalidURL) as error:
            return Sent(Fate.REJECTED, f"callback address refused: {error}")
        except OSError as error:
            return Sent(Fate.RETRY, f"callback host not found ({type(error).__name__})")
        timestamp = int(self._clock())
        headers = {
            "content-type": "application/json",
            "accept-encoding": "identity",
            "host": place.host,
            "webhook-id": post.webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature.sign(post.secret, post.webhook_id, timestamp, post.body),
        }
        request = self._client.build_request(
            "POST", place.url, content=post.body, headers=headers, extensions={"sni_hostname": place.name}
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
