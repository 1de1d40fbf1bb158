"""The world of the flows' tests: a scratch shop on either store, its queue, its worker, and a look at its rows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.channels.base import FakeSender, Sent
from bot.channels.order_api import OrderApi
from bot.content.live import LiveContent
from bot.core.model import Message, MessageType, Status
from bot.core.shop import Shop
from bot.flows import inbound, tickets
from bot.flows.inbound import Arrival
from bot.flows.jobs import Setting
from bot.flows.turns import Receipt
from bot.inquiring import Inquirer
from bot.store import channels, conversations, messages
from bot.store import tickets as queue
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage
from bot.store.tables import channels as channel_table
from bot.store.tables import jobs
from bot.store.tickets import Ticket
from bot.trainer.scratch import SHOP, ScratchShop
from bot.worker import Worker

SILENCE = timedelta(minutes=30)
_PATIENT = 20.0  # seconds for the database: a limit that only a test that hangs comes to
ANSWERED = {Status.REPLIED, Status.SUGGESTED, Status.HANDED_OFF}


@dataclass(slots=True)
class World(ScratchShop):
    """A scratch shop whose agents and worker can be told to act, at `now`."""

    content: LiveContent | None = None
    api: OrderApi | None = None  #: the shop's own system, asked by the worker

    @property
    def facts(self) -> Shop:
        """What is known of the shop."""
        return self.knowledge.shop(SHOP)

    @property
    def setting(self) -> Setting:
        """What timers need."""
        return Setting(self.knowledge, SILENCE)

    def arrival(self, customer: str, text: str, id_: str, **fields: Any) -> Arrival:
        """A message on its way in, as the webhook makes it; `webhook_id` may be given."""
        webhook_id = fields.pop("webhook_id", None)
        type_ = fields.pop("type", MessageType.TEXT)
        sent_at = fields.pop("sent_at", self.now)
        message = Message(self.channel.shop, self.channel.id, customer, id_, type_, text, sent_at, **fields)
        return Arrival(self.channel, message, webhook_id, None, self.knowledge.cuts_the_wait(text), SILENCE)

    def receive(self, tx: sa.Connection, arrival: Arrival) -> Receipt:
        """The story of that message."""
        return inbound.receive(tx, self.knowledge, arrival, self.now)

    def deliver(self, arrival: Arrival) -> Receipt:
        """Let it come in."""
        return self.store.submit(lambda tx: self.receive(tx, arrival)).result()

    def agent_types(self, text: str, agent: str = "小王", customer: str = "c1") -> Receipt:
        """A human answers in the platform's own client."""
        return self.say(customer, text, MessageType.AGENT_MESSAGE, agent=agent)

    def recall(self, external_id: str, customer: str = "c1") -> Receipt:
        """The customer withdraws a message."""
        return self.say(customer, "", MessageType.RECALL, recalls=external_id)

    def claim(self, ticket: str | None, agent: str = "小王") -> Ticket:
        """An agent takes a ticket."""
        assert ticket is not None
        return self.store.submit(lambda tx: tickets.claim(tx, ticket, agent, self.now, SILENCE)).result()

    def reply(self, ticket: str | None, text: str, agent: str = "小王") -> StoredMessage:
        """An agent answers from the queue."""
        assert ticket is not None
        return self.store.submit(lambda tx: tickets.reply(tx, ticket, agent, text, self.now, SILENCE)).result()

    def resolve(self, ticket: str | None, agent: str = "小王") -> Ticket:
        """An agent closes a ticket."""
        assert ticket is not None
        return self.store.submit(lambda tx: tickets.resolve(tx, ticket, agent, self.now)).result()

    def call_back(self, *, dedup: bool = False) -> None:
        """From now on replies are posted to the platform instead of riding in the answer."""
        url = "https://platform.example/in"
        values = {"mode": "callback", "callback_url": url, "callback_dedup": dedup}
        self.store.submit(lambda tx: tx.execute(channel_table.update().values(**values)).rowcount).result()
        self.channel = replace(self.channel, mode="callback", callback_url=url, callback_dedup=dedup)

    def worker(self, sender: FakeSender, **options: Any) -> Worker:
        """A worker that lives by this world's clock."""
        assert self.content is not None
        inquirer = Inquirer(self.store, self.api, lambda: self.now, store_patience=_PATIENT) if self.api else None
        return Worker(self.store, self.content, sender, lambda: self.now, SILENCE, inquirer=inquirer, **options)

    def work(self, *answers: Sent) -> list[str]:
        """Let a worker do all that is due; the platform gives these answers. Returns the ids it was sent."""
        sender = FakeSender(*answers)
        asyncio.run(self._work(self.worker(sender)))
        return [post.webhook_id for post in sender.posts]

    async def _work(self, worker: Worker) -> None:
        before = None
        while before != (before := self.rows(jobs)):
            await worker.work(self.now)
            await worker.idle()

    def rows(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        """Rows of a table, in order of their first unique columns."""
        query = sa.select(table).where(*where).order_by(table.c.id)
        return self.store.read(lambda tx: [dict(row._mapping) for row in tx.execute(query)]).result()

    def conversation(self, customer: str = "c1") -> Conversation:
        """A customer's conversation."""
        shop, channel = self.channel.shop, self.channel.id
        found = self.store.read(lambda tx: conversations.of_customer(tx, shop, channel, customer)).result()
        assert found is not None
        return found

    def history(self, customer: str = "c1") -> list[StoredMessage]:
        """All messages of a customer's conversation, in order."""
        id_ = self.conversation(customer).id
        return self.store.read(lambda tx: messages.listed(tx, self.channel.shop, id_)).result()

    def said(self, author: str = "bot", customer: str = "c1") -> list[StoredMessage]:
        """What the bot (or an agent) said to a customer."""
        return [message for message in self.history(customer) if message.author == author]

    def ticket(self, customer: str = "c1") -> Ticket | None:
        """The customer's open ticket."""
        id_ = self.conversation(customer).id
        return self.store.read(lambda tx: queue.open_of(tx, self.channel.shop, id_)).result()

    def jobs(self, kind: str, state: str = "waiting") -> list[dict[str, Any]]:
        """Jobs of a kind in a state."""
        return self.rows(jobs, jobs.c.kind == kind, jobs.c.state == state)

    def add_channel(self, shop: str, channel: str) -> None:
        """One more channel, of this or another shop; messages go there from now on."""

        def story(tx: sa.Connection) -> None:
            if not channels.shop_exists(tx, shop):
                channels.add_shop(tx, shop, shop, "auto", self.now)
            channels.add(tx, made, self.now)

        made = replace(self.channel, shop=shop, id=channel, secrets=(f"whsec_{channel}",))
        self.store.submit(story).result()
        self.channel = made


__all__ = ["ANSWERED", "SHOP", "SILENCE", "World"]
