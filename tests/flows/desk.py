"""Agents at their desks in the world of the flows' tests: what they do, what they see, and a page that is told live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.core.attendance import Timing
from bot.core.desk import Row
from bot.core.shop import Shop
from bot.flows import attendance, desk, desk_sends
from bot.flows import desk_views as views
from bot.flows.desk import Actor
from bot.flows.desk_sends import Sending
from bot.flows.desk_shapes import Detail, News, Snapshot
from bot.flows.order_notes import Written, keep_note
from bot.store import agents
from bot.store.messages import StoredMessage
from bot.store.notes import Note
from bot.store.presence import Presence
from tests.flows.world import SHOP, SILENCE, World

T = TypeVar("T")
BOTS_SHOWN_FOR = timedelta(hours=12)


@dataclass(slots=True)
class Desks:
    """The desks of a world's agents 小美 and 阿强."""

    world: World
    _keys: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        for name in ("小美", "阿强"):
            self._do(lambda tx, n=name: agents.add(tx, SHOP, n, "agent", "", self.world.now))  # type: ignore[misc]

    def act(self, story: Callable[..., T], customer: str, *arguments: Any, agent: str = "小美", shop: str = SHOP) -> T:
        """One of the stories about the customer's conversation, told by an agent."""
        id_ = self.world.conversation(customer).id
        return self._do(lambda tx: story(tx, id_, self.actor(agent, shop), *arguments))

    def actor(self, agent: str = "小美", shop: str = SHOP) -> Actor:
        """An agent now."""
        return Actor(shop, agent, self.world.now, SILENCE, self.world.facts)

    @property
    def facts(self) -> Shop:
        """What the shop has told of itself."""
        return self.world.knowledge.shop(SHOP)

    def claim(self, customer: str = "c1", agent: str = "小美") -> None:
        """Take a conversation."""
        self.act(desk.claim, customer, agent=agent)

    def is_there(self, agent: str, state: Presence = "online") -> None:
        """An agent says so."""
        self._do(lambda tx: attendance.say(tx, SHOP, agent, state, self.world.now, Timing()))

    def pulse(self, agent: str) -> Presence:
        """The agent's desk is open."""
        return self._do(lambda tx: attendance.pulse(tx, SHOP, agent, self.world.now, Timing()))

    def note(self, text: str, customer: str = "c1") -> Note:
        """An agent writes something down."""
        return self.act(keep_note, customer, Written(text, "red"))

    def send(
        self, text: str = "您好，我来帮您", customer: str = "c1", *, agent: str = "小美", key: str = "",
        after_seq: int | None = None, **draft: Any,
    ) -> StoredMessage:
        """An agent answers, having seen everything unless told otherwise."""
        conversation = self.world.conversation(customer)
        seen = conversation.last_seq if after_seq is None else after_seq
        sending = Sending(conversation.id, text, seen, **draft)
        key = key or f"key-{next(self._keys):08}"
        return self._do(lambda tx: desk_sends.send(tx, sending, key, self.actor(agent), self.world.knowledge))

    def reject(self, suggestion: str, reason: str = "不合适", customer: str = "c1") -> None:
        """An agent has no use for a draft."""
        id_ = self.world.conversation(customer).id
        self._do(lambda tx: desk_sends.reject(tx, id_, suggestion, reason, self.actor()))

    def detail(self, customer: str = "c1") -> Detail:
        """What an agent sees of a conversation."""
        id_ = self.world.conversation(customer).id
        return self._see(lambda tx: views.detail(tx, SHOP, id_, self.world.knowledge.mood, self.world.now))

    def row(self, customer: str = "c1") -> Row:
        """A conversation in the list."""
        return self.detail(customer).row

    def snapshot(self, shop: str = SHOP) -> Snapshot:
        """The whole list."""
        return self._see(lambda tx: views.snapshot(tx, shop, self.world.knowledge.mood, self.world.now))

    def news(self, after: int) -> News:
        """What changed behind an event."""
        return self._see(lambda tx: views.news(tx, SHOP, after, self.world.knowledge.mood, self.world.now))

    def _do(self, story: Callable[[sa.Connection], T]) -> T:
        return self.world.store.submit(story).result()

    def _see(self, story: Callable[[sa.Connection], T]) -> T:
        return self.world.store.read(story).result()


@dataclass(slots=True)
class Page:
    """A desk's page as the contract has it: a snapshot, and then nothing but events."""

    desks: Desks
    event: int = 0
    rows: dict[str, Row] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)  #: ids and states of messages, in order

    def load(self) -> None:
        """Begin anew."""
        snapshot = self.desks.snapshot()
        self.event, self.rows = snapshot.event, {row.id: row for row in snapshot.conversations}

    def follow(self) -> None:
        """Apply what happened since."""
        news = self.desks.news(self.event)
        assert not news.lost
        self.event = news.number
        self.rows |= {row.id: row for row in news.rows}
        self.told += [line.id for _, line in news.messages]

    def shown(self) -> dict[str, Row]:
        """What the page shows: what a human is asked for, and what the bot holds for twelve hours."""
        now = self.desks.world.now
        return {
            id_: row
            for id_, row in self.rows.items()
            if row.ticket or row.holder == "agent" or (row.last and now - row.last.at < BOTS_SHOWN_FOR)
        }
