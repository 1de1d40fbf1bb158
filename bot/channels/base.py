"""The port for what goes out: post one signed message and say honestly what is known of its fate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of one attempt to send."""

    DELIVERED = "delivered"  #: the platform said 2xx
    RETRY = "retry"  #: it certainly did not arrive: refused, 429, 503
    REJECTED = "rejected"  #: it arrived and was refused for good: any other 4xx, a wrong address
    UNKNOWN = "unknown"  #: nobody can say: the answer was lost, late or a 5xx after the body was taken


@dataclass(frozen=True, slots=True)
class Post:
    """A callback about to be sent."""

    url: str
    webhook_id: str  #: the same on every attempt, so that the platform can drop a second arrival
    secret: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of an attempt."""

    fate: Fate
    detail: str = ""
    retry_after: float | None = None  #: seconds the platform asked for


Sender = Callable[[Post], Awaitable[Sent]]


class FakeSender:
    """A platform for tests and scratch runs: keeps what it gets and answers as told, "delivered" when not told."""

    def __init__(self, *answers: Sent) -> None:
        self.posts: list[Post] = []
        self._answers = list(answers)

    async def __call__(self, post: Post) -> Sent:
        """Take the post; give the next of the prepared answers."""
        self.posts.append(post)
        return self._answers.pop(0) if self._answers else Sent(Fate.DELIVERED)
