"""A shop on a scratch database with a driven clock: the real stories without a server, for chat, replay and tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import sqlalchemy as sa

from bot.core.knowledge import Knowledge
from bot.core.model import Message, MessageType
from bot.flows import inbound, turns
from bot.flows import tickets as stories
from bot.flows.inbound import Arrival
from bot.flows.turns import Receipt
from bot.store import channels, tickets
from bot.store.base import Store
from bot.store.channels import Channel

SHOP = "demo"
_AGENT, _PATIENT = "scratch", timedelta(minutes=30)


@dataclass(slots=True)
class ScratchShop:
    """One shop with one channel in response mode; `now` is moved by hand."""

    store: Store
    knowledge: Knowledge
    quiet_seconds: float = 0.0
    assist: bool = False
    now: datetime = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)  # 10:00 in the shop: agents are at work
    channel: Channel = field(init=False)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.channel = Channel(SHOP, "scratch", "response", "", False, self.quiet_seconds, self.assist, ("whsec_AAAA",))
        self.store.submit(self._set_up).result()

    def _set_up(self, tx: sa.Connection) -> None:
        channels.add_shop(tx, SHOP, "试用店铺", "assist" if self.assist else "auto", self.now)
        channels.add(tx, self.channel, self.now)

    def say(self, customer: str, text: str, type_: MessageType = MessageType.TEXT, **fields: str) -> Receipt:
        """One message of a customer, now."""
        message = Message(
            SHOP, self.channel.id, customer, fields.pop("external_id", f"m{next(self._ids)}"), type_, text, self.now,
            **fields,  # type: ignore[arg-type]
        )
        urgent = self.knowledge.cuts_the_wait(text)
        arrival = Arrival(self.channel, message, None, None, urgent)
        return self.store.submit(lambda tx: inbound.receive(tx, self.knowledge, arrival, self.now)).result()

    def come_back(self, receipt: Receipt) -> Receipt:
        """What the waiting request of a fragment learns when its turn is due."""
        self.now = max(self.now, receipt.due or self.now)
        return self.store.submit(
            lambda tx: turns.decide_waiting(
                tx, self.knowledge, self.channel, receipt.conversation, receipt.message, self.now
            )
        ).result()

    def serve(self) -> None:
        """Let agents take up and end whatever waits, so that the next customer finds no queue."""
        self.store.submit(self._serve).result()

    def _serve(self, tx: sa.Connection) -> None:
        for ticket, _ in tickets.listed(tx, SHOP):
            stories.claim(tx, ticket.id, _AGENT, self.now, _PATIENT, SHOP)
            stories.resolve(tx, ticket.id, _AGENT, self.now, SHOP)

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)
