"""What every route of one process shares."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from fastapi import Request

from bot.content.live import LiveContent
from bot.core.attendance import Timing
from bot.errors import NotFound, StoreUnavailable
from bot.flows.quick import Shelf
from bot.inquiring import Inquirer
from bot.settings import Settings
from bot.store import channels
from bot.store.base import STORE_PATIENCE, First, Store, Story, nothing, within
from bot.store.channels import Channel
from bot.web.live import Hub
from bot.web.passwords import Turns

T = TypeVar("T")

#: A channel's settings and secrets are read again after this; a rotated secret overlaps for a day, so this is short.
_CHANNEL_FRESH = timedelta(seconds=2)
_CHANNEL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_CHANNEL = "no such channel; `kefu channel list` shows them"


@dataclass(slots=True)
class State:
    """Shared by the routes; made by wiring."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    content: LiveContent | None = None  #: None until the dictionary is loaded
    patience: float = STORE_PATIENCE  #: seconds
    inquirer: Inquirer | None = None  #: asks shops' systems how an order stands
    ended_at: float | None = None  #: time.monotonic() when the process was told to end
    proving: asyncio.Lock = field(default_factory=asyncio.Lock)  #: one proof of the content at a time
    shelves: dict[str, Shelf] = field(default_factory=dict)  #: shop → its quick phrases as last searched
    desks: Hub | None = None  #: the desks' streams, once one was opened
    password_turns: Turns = field(default_factory=Turns)
    _channels: dict[str, tuple[datetime, Channel]] = field(default_factory=dict)

    @property
    def silence(self) -> timedelta:
        """How long an agent may be silent before the bot may speak again."""
        return timedelta(seconds=self.settings.agent_silence_seconds)

    @property
    def timing(self) -> Timing:
        """How long is waited for agents who are gone, and for answers to offers."""
        return timing_of(self.settings)

    def ready(self) -> LiveContent:
        """The content, or StoreUnavailable while it is being loaded."""
        if self.content is None:
            raise StoreUnavailable("kefu is still loading its dictionary; try again")
        return self.content

    async def write(
        self, story: Story[T], lane: str = "", first: First = nothing, patience: float | None = None, *,
        abreast: bool = False,
    ) -> T:
        """Run a story in a transaction (see Store.submit); StoreUnavailable within a second (or `patience`) when the
        database is away."""
        return await within(self.store.submit(story, lane, first, abreast=abreast), patience or self.patience)

    async def read(self, story: Story[T], patience: float | None = None) -> T:
        """Run a story that only reads."""
        return await within(self.store.read(story), patience or self.patience)

    async def channel(self, channel_id: str) -> Channel:
        """The channel of this id; NotFound when there is none."""
        if not _CHANNEL_NAME.fullmatch(channel_id):
            raise NotFound(_NO_CHANNEL)
        now = self.clock()
        known = self._channels.get(channel_id)
        if known is not None and now - known[0] < _CHANNEL_FRESH:
            return known[1]
        found = await self.read(lambda tx: channels.find(tx, channel_id, now))
        if found is None:
            raise NotFound(_NO_CHANNEL)
        self._channels[channel_id] = (now, found)
        return found


def timing_of(settings: Settings) -> Timing:
    """How long is waited for people, as set."""
    return Timing(gone=timedelta(seconds=settings.agent_gone_seconds), offer=timedelta(seconds=settings.offer_seconds))


def state_of(request: Request) -> State:
    """The state of the app that a request came to."""
    state: State = request.app.state.kefu
    return state
