"""The workers of a simulated month: they do what is due and post to a platform that is away now and then, and they die
with work in hand, before a post is written down and while an event is taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from bot.channels.base import Fate, Sent
from bot.core.knowledge import Knowledge
from bot.flows import jobs as stories
from bot.flows import outbound
from bot.flows.jobs import Setting
from bot.store import jobs, messages
from bot.store.jobs import Job
from bot.store.messages import StoredMessage

#: How long a conversation waits for its silent agent.
SILENCE = timedelta(minutes=30)
#: Jobs, or events, that are taken at once.
BATCH = 100
_LEASE = timedelta(seconds=50)
_DEATHS = 0.002  # share of batches whose worker dies with them
_DEATHS_WHILE_POSTING = 0.0005  # share of posts after which the worker dies before it has written that down
_DEATHS_WHILE_HEARING = 0.001  # share of batches of events that are not acknowledged, and are told again
_AWAY, _RETRY_AFTER = 0.1, 45.0  # share of posts that the platform refuses; seconds until the next try
_RESCUE_EVERY = timedelta(minutes=5)

#: Told of each text that has reached its customer.
Arrived = Callable[[sa.Connection, StoredMessage], None]


class Death(Exception):
    """The process is gone in the middle of a transaction."""


@dataclass(slots=True)
class Workers:
    """One worker at a time; the next has another name."""

    knowledge: Knowledge
    arrived: Arrived
    deaths: int = 0
    _dice: Random = field(default_factory=lambda: Random(7))
    _rescued: datetime | None = None

    def work(self, tx: sa.Connection, now: datetime) -> datetime | None:
        """A worker does what is due at an aware moment, unless it dies with it in hand; its lease runs out and another
        takes over. Returns when something is due next."""
        if self._rescued is None or now - self._rescued >= _RESCUE_EVERY:
            stories.rescue(tx, self._setting, now)
            self._rescued = now
        while (due := jobs.next_due(tx)) is not None and due <= now:  # half the price of a claim that finds nothing
            batch = jobs.claim(tx, self._name, now, now + _LEASE, BATCH)
            if batch and (self._dice.random() < _DEATHS or not self._survives(tx, batch, now)):
                self.deaths += 1
                batch = []
            if not batch:
                break
        return due

    def take_over(self, tx: sa.Connection, now: datetime) -> None:
        """The whole process starts again and takes back what it had in hand."""
        stories.rescue(tx, self._setting, now, (self._name,))

    def may_die(self) -> None:
        """Death, now and then, before events are acknowledged."""
        if self._dice.random() < _DEATHS_WHILE_HEARING:
            raise Death

    @property
    def _name(self) -> str:
        return f"w{self.deaths}"

    @property
    def _setting(self) -> Setting:
        return Setting(self.knowledge, SILENCE)

    def _survives(self, tx: sa.Connection, batch: Sequence[Job], now: datetime) -> bool:
        """Do what is in hand; False when the worker died over it."""
        for job in batch:
            if job.kind != "send":
                stories.run_timer(tx, self._setting, job, now)
            elif not self._posted(tx, job, now):
                return False
        return True

    def _posted(self, tx: sa.Connection, job: Job, now: datetime) -> bool:
        """Post a message and write down what became of it; False when the worker died in between."""
        facts = self._setting.facts(job)
        if outbound.start(tx, job, facts, now) is None:
            return True
        if self._dice.random() < _AWAY:
            outbound.finish(tx, job, Sent(Fate.RETRY, "503", retry_after=_RETRY_AFTER), facts, now)
            return True
        message = messages.get(tx, job.shop, str(job.payload["message"]))
        if message is not None:
            self.arrived(tx, message)
        if self._dice.random() < _DEATHS_WHILE_POSTING:
            return False
        outbound.finish(tx, job, Sent(Fate.DELIVERED, ""), facts, now)
        return True
