"""One conversation with everything around it driven by hand: customer, agents, platform, worker, clock and crashes."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.channels.base import Fate, Post, Sent
from bot.core.attendance import Timing
from bot.core.knowledge import Knowledge
from bot.core.model import Message, MessageType, Understanding
from bot.core.shop import Shop
from bot.errors import Conflict
from bot.flows import inbound, outbound, tickets, turns
from bot.flows import jobs as timers
from bot.flows.inbound import Arrival
from bot.flows.jobs import Setting
from bot.flows.turns import Receipt
from bot.store import channels, jobs, migrate, tables
from bot.store.channels import Channel
from bot.store.jobs import Job
from bot.store.sqlite import open_engine

T = TypeVar("T")
Row = Any

SHOP, CUSTOMER = "demo", "c1"
SILENCE = timedelta(minutes=30)
#: Agents stay at their desks here: who vanishes is another story (test_attendance).
TIMING = Timing(gone=timedelta(days=365), left=timedelta(days=365))
_BEGIN = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)  # 10:00 in the shop


class Overheard(Knowledge):
    """The real knowledge; what it is asked to understand is kept."""

    def __init__(self, known: Knowledge) -> None:
        self.__dict__.update(known.__dict__)
        self.heard: list[str] = []
        self.read_before: dict[str, Understanding] = {}

    def understand(self, raw: str, *, explain: bool = False) -> Understanding:
        """Note and read, each text once."""
        parts = raw.split("，")
        self.heard += parts
        text = "，".join(part.strip() for part in parts)
        if text not in self.read_before:
            self.read_before[text] = super().understand(text, explain=explain)
        return self.read_before[text]


@dataclass
class Flight:
    """A send between its start and its end."""

    job: Job
    post: Post
    arrived: bool = False


@dataclass(frozen=True)
class Snapshot:
    """The database as it is between two steps, read without the product's queries."""

    conversation: Row | None
    messages: Sequence[Row]  #: in the order they were written
    tickets: Sequence[Row]
    decisions: Sequence[Row]
    jobs: Sequence[Row]

    @property
    def holder(self) -> str:
        """Who speaks for the shop."""
        return "bot" if self.conversation is None else str(self.conversation.holder)

    def by(self, author: str) -> list[Row]:
        """Messages of one author."""
        return [row for row in self.messages if row.author == author]

    @property
    def open_tickets(self) -> list[Row]:
        """Tickets not resolved."""
        return [row for row in self.tickets if row.state != "resolved"]

    def timers(self, kind: str) -> list[Row]:
        """Jobs of a kind that are still to be done."""
        return [row for row in self.jobs if row.kind == kind and row.state in ("waiting", "running")]


@dataclass
class OneConversation:
    """The stories of one conversation on a SQLite file that survives crashes."""

    disk: sa.Engine
    knowledge: Overheard
    mode: str  #: response | callback
    now: datetime = _BEGIN
    flights: list[Flight] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)  #: what reached the platform, in order
    waiting: list[Receipt] = field(default_factory=list)  #: requests held open until their turn is due
    sent: dict[str, Message] = field(default_factory=dict)
    decided_on: list[str] = field(default_factory=list)  #: texts that a decision was taken on
    decisions: int = 0
    _workers: count[int] = field(default_factory=count)

    @property
    def facts(self) -> Shop:
        """What is known of the shop."""
        return self.knowledge.shop(SHOP)

    def __post_init__(self) -> None:
        url = "https://platform.example/callback" if self.mode == "callback" else ""
        self.channel = Channel(SHOP, "chat", self.mode, url, False, 3.0, False, ("whsec_AAAA",))
        self.worker = f"w{next(self._workers)}"
        self.do(self._set_up)

    def _set_up(self, tx: sa.Connection) -> None:
        for table in reversed(tables.metadata.sorted_tables):
            tx.exec_driver_sql(f"DELETE FROM {table.name}")
        channels.add_shop(tx, SHOP, "试用店铺", "auto", self.now)
        channels.add(tx, self.channel, self.now)

    def do(self, story: Callable[[sa.Connection], T]) -> T:
        """Run a story in its transaction."""
        with self.disk.begin() as tx:
            return story(tx)

    def _decide(self, story: Callable[[sa.Connection], T]) -> T:
        """Run a story that may read texts; a reading that came to nothing (a repeated message) is forgotten."""
        self.knowledge.heard.clear()
        result = self.do(story)
        count = self.do(lambda tx: tx.execute(_DECISIONS).scalar_one())
        if count > self.decisions:
            self.decided_on += self.knowledge.heard
        self.decisions = count
        return result

    def receive(self, external_id: str, type_: MessageType, text: str = "", **fields: str) -> Receipt:
        """A message comes in; the same id again is the same message again."""
        fresh = Message(SHOP, "chat", CUSTOMER, external_id, type_, text, self.now, **fields)  # type: ignore[arg-type]
        message = self.sent.setdefault(external_id, fresh)
        urgent = self.knowledge.cuts_the_wait(message.text)
        arrival = Arrival(self.channel, message, f"wh-{external_id}", None, urgent, SILENCE, TIMING)
        return self._decide(lambda tx: inbound.receive(tx, self.knowledge, arrival, self.now))

    def come_back(self, receipt: Receipt) -> Receipt:
        """A request that waited for its turn looks again."""
        return self._decide(
            lambda tx: turns.decide_waiting(
                tx, self.knowledge, self.channel, receipt.conversation, receipt.message, self.now
            )
        )

    def claim(self, ticket: str, agent: str) -> bool:
        """An agent takes a ticket; False when told that somebody else has it."""
        return self._allowed(lambda tx: tickets.claim(tx, ticket, agent, self.now, SILENCE))

    def reply(self, ticket: str, agent: str, text: str) -> bool:
        """An agent answers; False when told that the conversation is not theirs."""
        return self._allowed(lambda tx: tickets.reply(tx, ticket, agent, text, self.now, SILENCE))

    def resolve(self, ticket: str, agent: str) -> bool:
        """An agent ends a ticket; False when told that it is not theirs."""
        return self._allowed(lambda tx: tickets.resolve(tx, ticket, agent, self.now))

    def _allowed(self, story: Callable[[sa.Connection], object]) -> bool:
        try:
            self.do(story)
        except Conflict:
            return False
        return True

    def work(self) -> None:
        """The worker takes what is due: timers are run, sends begun."""
        lease = self.now + timedelta(seconds=60)
        for job in self.do(lambda tx: jobs.claim(tx, self.worker, self.now, lease, 20)):
            if job.kind == "send":
                self._begin_send(job)
            else:
                self._run_timer(job)

    def _run_timer(self, job: Job) -> None:
        setting = Setting(self.knowledge, SILENCE, TIMING)
        self._decide(lambda tx: timers.run_timer(tx, setting, job, self.now))

    def _begin_send(self, job: Job) -> None:
        post = self.do(lambda tx: outbound.start(tx, job, self.facts, self.now))
        if post is not None:
            self.flights.append(Flight(job, post))

    def arrive(self, flight: Flight) -> None:
        """What was posted reaches the platform."""
        flight.arrived = True
        self.arrived.append(flight.post.webhook_id)

    def answered(self, flight: Flight, fate: Fate) -> None:
        """The worker learns what became of a post, or that nobody knows."""
        self.flights.remove(flight)
        self.do(lambda tx: outbound.finish(tx, flight.job, Sent(fate, "told"), self.facts, self.now))

    def crash(self) -> None:
        """The process dies with all it had in hand; the next one opens the same file and looks for orphans."""
        self.flights.clear()
        self.waiting.clear()
        self.disk.dispose()
        self.worker = f"w{next(self._workers)}"
        self.do(lambda tx: timers.rescue(tx, Setting(self.knowledge, SILENCE, TIMING), self.now, (self.worker,)))

    def look(self) -> Snapshot:
        """Read everything."""
        connection = self.disk.raw_connection()
        try:
            return _snapshot(connection.driver_connection)
        finally:
            connection.close()


_DECISIONS = sa.text("SELECT count(*) FROM decisions")


def _snapshot(connection: Any) -> Snapshot:
    """Straight from the driver: this runs more often than everything else together."""
    conversation = _rows(connection, "conversations")
    return Snapshot(
        conversation[0] if conversation else None, _rows(connection, "messages"), _rows(connection, "tickets"),
        _rows(connection, "decisions"), _rows(connection, "jobs"),
    )


def _rows(connection: Any, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")
    make = _row_of(table, tuple(column[0] for column in cursor.description))
    return [make(*values) for values in cursor]


@cache
def _row_of(table: str, names: tuple[str, ...]) -> type[Row]:
    return namedtuple(table, names, rename=True)


def fresh_disk(folder: Path) -> sa.Engine:
    """A migrated database, used again for every example."""
    engine = open_engine(f"sqlite:///{folder / 'model.db'}")
    sa.event.listen(engine, "connect", _without_syncing)
    migrate.migrate(engine)
    return engine


def _without_syncing(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # the machine stays up; thousands of syncs would take minutes
