"""A month of a shop that speaks first, with the clock driven: the real stories on a scratch database, customers who
answer, workers and whole processes that die, agents who promise, and a referee who counts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from random import Random

import sqlalchemy as sa

from bot.core.knowledge import Knowledge
from bot.core.model import Message, MessageType
from bot.core.plans import FOLDER
from bot.flows import inbound, proactive, promises
from bot.flows import tickets as desk
from bot.flows.inbound import Arrival
from bot.store import channels, conversations, jobs, tickets
from bot.store.base import Store
from bot.store.channels import Channel
from bot.store.messages import StoredMessage
from bot.trainer import books, campaigns
from bot.trainer.accounts import Accounts, draw_up
from bot.trainer.campaigns import Campaign
from bot.trainer.crowd import Crowd, Habits
from bot.trainer.month import DAYS, START, Happening, Telling, month
from bot.trainer.referee import Referee
from bot.trainer.saying import Means, Saying, Seen
from bot.trainer.scratch import SHOP, ScratchShop
from bot.trainer.witness import Witness
from bot.trainer.workers import BATCH, SILENCE, Death, Workers

_TICK = timedelta(minutes=1)
_SERVED_EVERY = timedelta(minutes=45)
_AGENT, _PROMISES = "阿美", 0.3  # share of tickets whose agent promises something and sees to it later
_PROMISED = "请稍等，我去核实一下，10分钟内回复您。"


@dataclass(slots=True)
class Simulation:
    """One shop's month."""

    store: Store
    knowledge: Knowledge
    orders: int
    seed: int = 11
    habits: Habits = field(default_factory=Habits)
    referee: Referee = field(default_factory=Referee)
    answers: Counter[tuple[str, Means]] = field(default_factory=Counter)  #: of customers, by plan
    now: datetime = START
    restarts: int = 0
    reopen: Callable[[Store], Store] | None = None  #: closes the store and opens it anew: a process that starts again
    passed: Callable[[float], None] = lambda _: None  #: told the share of the month that is over
    crowd: Crowd = field(init=False)
    witness: Witness = field(init=False)
    workers: Workers = field(init=False)
    _channel: Channel = field(init=False)
    _dice: Random = field(default_factory=lambda: Random(7))
    _customers: dict[str, str] = field(default_factory=dict)  #: by conversation
    _said: int = 0
    _served: datetime = START
    _due: datetime | None = None

    def __post_init__(self) -> None:
        """Open the shop, with care switched on, on a channel that can be called."""
        self.knowledge = campaigns.switched_on(self.knowledge, SHOP)
        shop = ScratchShop(self.store, self.knowledge, now=START)
        self._channel = replace(shop.channel, id="calls", callback_url="https://platform.example/in", mode="callback")
        self.store.submit(lambda tx: channels.add(tx, self._channel, START)).result()
        manner = self.knowledge.shop(SHOP).proactive
        agreed, refused = (min(tags, default="") for tags in (manner.consent, manner.refusal))
        self.crowd = Crowd(self.seed, self.habits, agreed, refused)
        self.witness = Witness(self.knowledge.plans)
        self.workers = Workers(self.knowledge, self._arrived)

    def run(self) -> Counter[str]:
        """Live through the month and the days after it that its last parcels take. Returns the faults counted."""
        happenings = deque(_on_channel(month(self.orders, self.seed), self._channel.id))
        starts, coming, end = deque(campaigns.STARTS), list[Happening](), START + timedelta(days=DAYS + 10)
        while self.now < end:
            news = [one.at for one in (*coming[:1], *islice(happenings, 1))]
            self.now = self._next([*news, *(one.start.at for one in islice(starts, 1)), end])
            self._act(starts)
            while happenings and happenings[0].at <= self.now:
                coming.append(happenings.popleft())
            coming = self._lived([*coming, *self.crowd.due(self.now)])
            self.passed((self.now - START) / (end - START))
        self.referee.faults["timers"] += self.accounts().lost
        self.referee.faults.update(self._judged())
        return self.referee.faults

    def _act(self, starts: deque[Campaign]) -> None:
        """Let the shop's people do what is theirs by now: see to tickets, start care."""
        if self.now - self._served >= _SERVED_EVERY:
            self._served = self.now
            self.store.submit(self._serve).result()
        while starts and starts[0].start.at <= self.now:
            campaigns.begin(self.store, self.knowledge, SHOP, starts.popleft(), self.now)

    def _lived(self, coming: list[Happening]) -> list[Happening]:
        """Live through a minute. Returns what has to be told again."""
        deaths, again = self.deaths, list[Happening]()
        try:
            self._due = self.store.submit(partial(self._minute, coming)).result()
        except Death:  # nothing of it was written or acknowledged
            self.workers.deaths += 1
            again = coming
        if self.deaths > deaths:
            self._start_again()
        return again

    def _judged(self) -> Counter[str]:
        asking = [plan.id for plan in self.knowledge.plans.values() if plan.asks]
        found = self.store.read(lambda tx: books.read(tx, SHOP, asking)).result()
        return self.witness.judge(found, self.now)

    def accounts(self) -> Accounts:
        """What the books say now."""
        return self.store.read(lambda tx: draw_up(tx, SHOP, self.now - _TICK)).result()

    @property
    def deaths(self) -> int:
        """How often a worker died."""
        return self.workers.deaths

    def _next(self, news: Sequence[datetime]) -> datetime:
        """The next minute in which something happens."""
        moment = min(*news, *filter(None, (self._due, self.crowd.next_at)))
        minutes = -((self.now - moment) // _TICK)
        return self.now + max(1, minutes) * _TICK

    def _start_again(self) -> None:
        """Every second time it was not a worker alone, but the whole process: it opens its files anew and takes over at
        once what was in hand. Else other workers wait until the lease has run out."""
        if self.reopen is None or self.deaths % 2:
            return
        self.store = self.reopen(self.store)
        self.restarts += 1
        self.store.submit(lambda tx: self.workers.take_over(tx, self.now)).result()
        self._due = self.store.submit(jobs.next_due).result()

    def _minute(self, happenings: Sequence[Happening], tx: sa.Connection) -> datetime | None:
        """What comes in within a minute, and then what is due: one transaction, for the disk is not what is tried.
        Returns when the next timer is due."""
        tellings = [one.event for one in happenings if isinstance(one, Telling) and self.crowd.lets(one.event)]
        for begin in range(0, len(tellings), BATCH):
            proactive.hear(tx, self.knowledge, SHOP, tellings[begin : begin + BATCH], self.now)
            self.workers.may_die()
        for event in tellings:
            self.referee.tell(event)
            self.witness.tell(event, self.now)
            self.crowd.tell(event)
        for one in happenings:
            if isinstance(one, Saying):
                self._say(tx, one)
        return self.workers.work(tx, self.now)

    def _serve(self, tx: sa.Connection) -> None:
        """Agents take up what waits; they end it, or promise something and see to it the next time."""
        for ticket, _ in tickets.listed(tx, SHOP):
            is_new = ticket.state == "waiting"
            if is_new:
                desk.claim(tx, ticket.id, _AGENT, self.now, SILENCE, SHOP)
            if is_new and self._dice.random() < _PROMISES:
                facts = self.knowledge.shop(SHOP)
                promises.reply(tx, facts, ticket.id, _AGENT, _PROMISED, self.now, SILENCE, SHOP)
            else:
                desk.resolve(tx, ticket.id, _AGENT, self.now, SHOP)

    def _say(self, tx: sa.Connection, saying: Saying) -> None:
        self._said += 1
        tags, id_ = self.crowd.tags(saying.customer), f"m{self._said}"
        message = Message(
            SHOP, self._channel.id, saying.customer, id_, MessageType.TEXT, saying.text, saying.at, tags=tags
        )
        arrival = Arrival(self._channel, message, None, None, urgent=True, silence=SILENCE)
        inbound.receive(tx, self.knowledge, arrival, self.now)
        stops = saying.means is Means.STOPS or self.crowd.refused_tag in tags
        self.referee.hear(saying.customer, self.now, agrees=self.crowd.agreed_tag in tags, stops=stops)
        self.witness.hear(saying, self.now)
        if saying.about:
            self.answers[saying.about, saying.means] += 1

    def _arrived(self, tx: sa.Connection, message: StoredMessage) -> None:
        """A text has reached its customer."""
        if message.conversation not in self._customers and (
            found := conversations.get(tx, SHOP, message.conversation)
        ):
            self._customers[message.conversation] = found.customer
        seen, about = _seen(message, self._customers[message.conversation], self.now), message.details
        if first := self.knowledge.plans.get(str(about.get("plan", ""))):
            self.referee.post(first, seen.order, seen.customer, str(about["stamp"]), self.now)
        self.witness.see(seen)
        self.crowd.see(seen)


def _seen(message: StoredMessage, customer: str, now: datetime) -> Seen:
    """What a customer sees; the plan of a text is read off the phrase that it is made of."""
    folder, _, rest = str(message.details.get("phrase", "")).partition("/")
    plan, _, group = rest.rpartition("/")[0].partition("/") if folder == FOLDER else ("", "", "")
    return Seen(now, customer, message.text, plan, group, str(message.details.get("order", "")))


def _on_channel(happenings: Sequence[Happening], channel: str) -> list[Happening]:
    return [
        replace(one, event=replace(one.event, facts=replace(one.event.facts, channel=channel)))
        if isinstance(one, Telling) else one
        for one in happenings
    ]  # fmt: skip
