"""The strict headers of every answer, and from where the desk's pages may load pictures besides."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.places import hosts_of
from bot.settings import Settings
from bot.web.signin import HOME

_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
_CALM = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer browsers hide the origin of our own forms, too
    (b"cache-control", b"no-store"),
]
HEADERS = [(b"content-security-policy", _POLICY.encode()), *_CALM]
#: The pages that show what customers sent.
_SHOWING = frozenset({HOME, f"{HOME}/lead"})


def picture_hosts(settings: Settings) -> Sequence[str]:
    """The hosts whose https pictures the pages that show conversations load; a customer's picture of any other host
    stays a link, since loading it would tell that host that an agent is reading, and from where."""
    return sorted(hosts_of(settings.image_hosts))


class SecurityHeaders:
    """Adds the strict headers to every answer; plain ASGI because it sits on the hot path."""

    def __init__(self, app: ASGIApp, pictures: Sequence[str] = ()) -> None:
        """`pictures`: see `picture_hosts`."""
        self._app = app
        sources = "".join(f" https://{host}" for host in pictures)
        policy = f"{_POLICY}; img-src 'self'{sources}" if pictures else _POLICY
        self._of_talks = [(b"content-security-policy", policy.encode()), *_CALM]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and decorate the start of the answer."""
        headers = self._of_talks if scope.get("path") in _SHOWING else HEADERS

        async def decorated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self._app(scope, receive, decorated if scope["type"] == "http" else send)
