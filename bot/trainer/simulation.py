"""A month of a shop that speaks first, with the clock driven: the real stories on a scratch database, workers and
whole processes that die, agents who promise, and a referee who counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import sqlalchemy as sa

from bot.channels.base import Fate, Sent
from bot.core.knowledge import Knowledge
from bot.core.model import Message, MessageType
from bot.flows import inbound, outbound, proactive, promises
from bot.flows import jobs as stories
from bot.flows import tickets as desk
from bot.flows.inbound import Arrival
from bot.flows.jobs import Setting
from bot.store import channels, conversations, jobs, messages, tickets
from bot.store.base import Store
from bot.store.channels import Channel
from bot.store.jobs import Job
from bot.trainer.accounts import Accounts, draw_up
from bot.trainer.month import DAYS, START, Happening, Saying, Telling, month
from bot.trainer.referee import Referee
from bot.trainer.scratch import SHOP, ScratchShop

_TICK = timedelta(minutes=1)
_LEASE = timedelta(seconds=50)
_BATCH = 100
_DEATHS = 0.002  # share of batches whose worker dies with them
_DEATHS_WHILE_POSTING = 0.0005  # share of posts after which the worker dies before it has written that down
_DEATHS_WHILE_HEARING = 0.001  # share of batches of events that are not acknowledged, and are told again
_AWAY, _RETRY_AFTER = 0.1, 45.0  # share of posts that the platform refuses; seconds until the next try
_SILENCE = timedelta(minutes=30)
_SERVED_EVERY = timedelta(minutes=45)
_RESCUE_EVERY = timedelta(minutes=5)
_AGENT, _PROMISES = "阿美", 0.3  # share of tickets whose agent promises something and sees to it later
_PROMISED = "请稍等，我去核实一下，10分钟内回复您。"


class _Death(Exception):
    """The process is gone in the middle of a transaction."""


@dataclass(slots=True)
class Simulation:
    """One shop's month."""

    store: Store
    knowledge: Knowledge
    orders: int
    seed: int = 11
    referee: Referee = field(default_factory=Referee)
    now: datetime = START
    deaths: int = 0
    restarts: int = 0
    reopen: Callable[[Store], Store] | None = None  #: closes the store and opens it anew: a process that starts again
    passed: Callable[[float], None] = lambda _: None  #: told the share of the month that is over
    _channel: Channel | None = None
    _dice: Random = field(default_factory=lambda: Random(7))
    _said: int = 0
    _rescued: datetime = START
    _due: datetime | None = None

    def run(self) -> Counter[str]:
        """Live through the month and the days after it that its last parcels take. Returns the faults counted."""
        shop = ScratchShop(self.store, self.knowledge, now=START)
        self._channel = replace(shop.channel, id="calls", callback_url="https://platform.example/in", mode="callback")
        self.store.submit(lambda tx: channels.add(tx, self.channel, START)).result()
        happenings = _on_channel(month(self.orders, self.seed), self.channel.id)
        place, served, end = 0, START, START + timedelta(days=DAYS + 10)
        while self.now < end:
            self.now = self._next(happenings[place].at if place < len(happenings) else end, end)
            begin, deaths = place, self.deaths
            while place < len(happenings) and happenings[place].at <= self.now:
                place += 1
            if self.now - served >= _SERVED_EVERY:
                served = self.now
                self.store.submit(self._serve).result()
            try:
                self._due = self.store.submit(partial(self._minute, happenings[begin:place])).result()
            except _Death:  # nothing of it was written or acknowledged: who told it tells it again
                place, self.deaths = begin, self.deaths + 1
            if self.deaths > deaths:
                self._start_again()
            self.passed((self.now - START) / (end - START))
        self.referee.faults["timers"] += self.accounts().lost
        return self.referee.faults

    def accounts(self) -> Accounts:
        """What the books say now."""
        return self.store.read(lambda tx: draw_up(tx, SHOP, self.now - _TICK)).result()

    @property
    def channel(self) -> Channel:
        """The channel on which all is said."""
        assert self._channel is not None
        return self._channel

    def _next(self, news: datetime, end: datetime) -> datetime:
        """The next minute in which something happens."""
        moment = min(news, self._due or end, end)
        minutes = -((self.now - moment) // _TICK)
        return self.now + max(1, minutes) * _TICK

    def _start_again(self) -> None:
        """Every second time it was not a worker alone, but the whole process: it opens its files anew and takes over at
        once what was in hand. Else other workers wait until the lease has run out."""
        if self.reopen is None or self.deaths % 2:
            return
        self.store = self.reopen(self.store)
        self.restarts += 1
        mine = (self._worker,)
        self.store.submit(lambda tx: stories.rescue(tx, self._setting(), self.now, mine)).result()
        self._due = self.store.submit(jobs.next_due).result()

    @property
    def _worker(self) -> str:
        return f"w{self.deaths}"

    def _minute(self, happenings: Sequence[Happening], tx: sa.Connection) -> datetime | None:
        """What comes in within a minute, and then what is due: one transaction, for the disk is not what is tried.
        Returns when the next timer is due."""
        tellings = [one.event for one in happenings if isinstance(one, Telling)]
        for begin in range(0, len(tellings), _BATCH):
            proactive.hear(tx, self.knowledge, SHOP, tellings[begin : begin + _BATCH], self.now)
            if self._dice.random() < _DEATHS_WHILE_HEARING:
                raise _Death
        for one in happenings:
            if isinstance(one, Saying):
                self._say(tx, one)
            else:
                self.referee.tell(one.event)
        self._work(tx)
        return jobs.next_due(tx)

    def _serve(self, tx: sa.Connection) -> None:
        """Agents take up what waits; they end it, or promise something and see to it the next time."""
        for ticket, _ in tickets.listed(tx, SHOP):
            is_new = ticket.state == "waiting"
            if is_new:
                desk.claim(tx, ticket.id, _AGENT, self.now, _SILENCE, SHOP)
            if is_new and self._dice.random() < _PROMISES:
                facts = self.knowledge.shop(SHOP)
                promises.reply(tx, facts, ticket.id, _AGENT, _PROMISED, self.now, _SILENCE, SHOP)
            else:
                desk.resolve(tx, ticket.id, _AGENT, self.now, SHOP)

    def _say(self, tx: sa.Connection, saying: Saying) -> None:
        self._said += 1
        message = Message(
            SHOP, self.channel.id, saying.customer, f"m{self._said}", MessageType.TEXT, saying.text, self.now
        )
        arrival = Arrival(self.channel, message, None, None, urgent=True, silence=_SILENCE)
        inbound.receive(tx, self.knowledge, arrival, self.now)
        self.referee.hear(saying.customer, self.now)

    def _work(self, tx: sa.Connection) -> None:
        """A worker does what is due, unless it dies with it in hand; its lease runs out and another takes over."""
        if self.now - self._rescued >= _RESCUE_EVERY:
            stories.rescue(tx, self._setting(), self.now)
            self._rescued = self.now
        while batch := jobs.claim(tx, self._worker, self.now, self.now + _LEASE, _BATCH):
            if self._dice.random() < _DEATHS or not self._survives(tx, batch):
                self.deaths += 1
                return

    def _survives(self, tx: sa.Connection, batch: Sequence[Job]) -> bool:
        """Do what is in hand; False when the worker died over it."""
        setting = self._setting()
        for job in batch:
            if job.kind != "send":
                stories.run_timer(tx, setting, job, self.now)
            elif not self._posted(tx, job):
                return False
        return True

    def _setting(self) -> Setting:
        return Setting(self.knowledge, _SILENCE)

    def _posted(self, tx: sa.Connection, job: Job) -> bool:
        """Post a message and write down what became of it; False when the worker died in between."""
        facts = self.knowledge.shop(SHOP)
        if outbound.start(tx, job, facts, self.now) is None:
            return True
        if self._is_away():
            outbound.finish(tx, job, Sent(Fate.RETRY, "503", retry_after=_RETRY_AFTER), facts, self.now)
            return True
        message = messages.get(tx, SHOP, str(job.payload["message"]))
        if message is not None and (plan := self.knowledge.plans.get(str(message.details.get("plan", "")))):
            conversation = conversations.get(tx, SHOP, message.conversation)
            customer = conversation.customer if conversation else ""
            about = str(message.details["stamp"])
            self.referee.post(plan, str(message.details["order"]), customer, about, self.now)
        if self._dice.random() < _DEATHS_WHILE_POSTING:
            return False
        outbound.finish(tx, job, Sent(Fate.DELIVERED, ""), facts, self.now)
        return True

    def _is_away(self) -> bool:
        """Whether the platform does not take a message now."""
        return self._dice.random() < _AWAY


def _on_channel(happenings: Sequence[Happening], channel: str) -> list[Happening]:
    return [
        replace(one, event=replace(one.event, facts=replace(one.event.facts, channel=channel)))
        if isinstance(one, Telling) else one
        for one in happenings
    ]  # fmt: skip
