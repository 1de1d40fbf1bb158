"""A month of a shop that speaks first, with the clock driven: the real stories on a scratch database, workers that die,
and a referee who counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import sqlalchemy as sa

from bot.channels.base import Fate, Sent
from bot.core.knowledge import Knowledge
from bot.core.model import Message, MessageType
from bot.flows import inbound, outbound, proactive
from bot.flows import jobs as stories
from bot.flows.inbound import Arrival
from bot.flows.jobs import Setting
from bot.store import channels, conversations, jobs, messages
from bot.store.base import Store
from bot.store.channels import Channel
from bot.store.jobs import Job
from bot.store.tables import jobs as job_table
from bot.trainer.month import DAYS, START, Happening, Saying, Telling, month
from bot.trainer.referee import Referee
from bot.trainer.scratch import SHOP, ScratchShop

_TICK = timedelta(minutes=1)
_LEASE = timedelta(seconds=50)
_BATCH = 100
_DEATHS = 0.002  # share of batches whose worker dies with them
_AWAY, _RETRY_AFTER = 0.1, 45.0  # share of posts that the platform refuses; seconds until the next try
_SILENCE = timedelta(minutes=30)
_SERVED_EVERY = timedelta(minutes=45)
_RESCUE_EVERY = timedelta(minutes=5)
_TIMERS = "proactive"


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
    _channel: Channel | None = None
    _dice: Random = field(default_factory=lambda: Random(7))
    _said: int = 0
    _rescued: datetime = START

    def run(self) -> Counter[str]:
        """Live through the month and the days after it that its last parcels take. Returns the faults counted."""
        shop = ScratchShop(self.store, self.knowledge, now=START)
        self._channel = replace(shop.channel, id="calls", callback_url="https://platform.example/in", mode="callback")
        self.store.submit(lambda tx: channels.add(tx, self.channel, START)).result()
        happenings = _on_channel(month(self.orders, self.seed), self.channel.id)
        place, served, end = 0, START, START + timedelta(days=DAYS + 10)
        while self.now < end:
            self.now = self._next(happenings[place].at if place < len(happenings) else end, end)
            begin = place
            while place < len(happenings) and happenings[place].at <= self.now:
                place += 1
            if self.now - served >= _SERVED_EVERY:
                shop.now, served = self.now, self.now
                shop.serve()
            self.store.submit(partial(self._minute, happenings[begin:place])).result()
        self._settle()
        return self.referee.faults

    @property
    def channel(self) -> Channel:
        """The channel on which all is said."""
        assert self._channel is not None
        return self._channel

    def _next(self, news: datetime, end: datetime) -> datetime:
        """The next minute in which something happens."""
        due = self.store.read(jobs.next_due).result()
        moment = min(news, due or end, end)
        minutes = -((self.now - moment) // _TICK)
        return self.now + max(1, minutes) * _TICK

    def _minute(self, happenings: Sequence[Happening], tx: sa.Connection) -> None:
        """What comes in within a minute, and then what is due: one transaction, for the disk is not what is tried."""
        tellings = [one.event for one in happenings if isinstance(one, Telling)]
        for begin in range(0, len(tellings), _BATCH):
            proactive.hear(tx, self.knowledge, SHOP, tellings[begin : begin + _BATCH], self.now)
        for one in happenings:
            if isinstance(one, Saying):
                self._say(tx, one)
            else:
                self.referee.tell(one.event)
        self._work(tx)

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
        while batch := jobs.claim(tx, f"w{self.deaths}", self.now, self.now + _LEASE, _BATCH):
            if self._dice.random() < _DEATHS:
                self.deaths += 1
                return
            self._run(tx, batch)

    def _run(self, tx: sa.Connection, batch: Sequence[Job]) -> None:
        setting = self._setting()
        for job in batch:
            if job.kind == "send":
                self._post(tx, job)
            else:
                stories.run_timer(tx, setting, job, self.now)

    def _setting(self) -> Setting:
        return Setting(self.knowledge, _SILENCE)

    def _post(self, tx: sa.Connection, job: Job) -> None:
        facts = self.knowledge.shop(SHOP)
        if outbound.start(tx, job, facts, self.now) is None:
            return
        if self._is_away():
            outbound.finish(tx, job, Sent(Fate.RETRY, "503", retry_after=_RETRY_AFTER), facts, self.now)
            return
        message = messages.get(tx, SHOP, str(job.payload["message"]))
        if message is not None and (plan := self.knowledge.plans.get(str(message.details.get("plan", "")))):
            conversation = conversations.get(tx, SHOP, message.conversation)
            customer = conversation.customer if conversation else ""
            about = str(message.details["stamp"])
            self.referee.post(plan, str(message.details["order"]), customer, about, self.now)
        outbound.finish(tx, job, Sent(Fate.DELIVERED, ""), facts, self.now)

    def _is_away(self) -> bool:
        """Whether the platform does not take a message now."""
        return self._dice.random() < _AWAY

    def _settle(self) -> None:
        """Every timer must have run or been dropped for a reason by now, or lie in the future."""
        of = job_table.c
        lost = sa.or_(
            of.state.in_(["running", "failed"]),
            sa.and_(of.state == "waiting", of.run_at < self.now - _TICK),
            sa.and_(of.state == "dropped", of.last_error == ""),
        )
        query = sa.select(sa.func.count()).where(of.kind == _TIMERS, lost)
        self.referee.faults["timers"] += self.store.read(lambda tx: int(tx.execute(query).scalar_one())).result()


def _on_channel(happenings: Sequence[Happening], channel: str) -> list[Happening]:
    return [
        replace(one, event=replace(one.event, facts=replace(one.event.facts, channel=channel)))
        if isinstance(one, Telling) else one
        for one in happenings
    ]  # fmt: skip
