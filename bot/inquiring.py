"""Asks shops' systems how an order stands before a story tells of it: never inside a transaction, never for long, each
order once at a time, and not at all while a system fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.order_api import CONNECTIONS, Ask, OrderApi, Outcome, Said, is_number
from bot.channels.order_body import answer_in
from bot.core.breaker import Breaker, called, calling, may_call
from bot.core.knowledge import Knowledge
from bot.core.model import Message
from bot.errors import RequestError, StoreUnavailable
from bot.flows import inquiries
from bot.flows.inquiries import Inquiry, Reading
from bot.flows.orders import lane
from bot.metrics import ORDER_APIS_AWAY, ORDER_ASK_SECONDS, ORDER_ASKS
from bot.store import order_apis
from bot.store.base import STORE_PATIENCE, Store, Story, T, within
from bot.store.jobs import Job

log = logging.getLogger(__name__)

#: Seconds that a customer's answer waits for a shop's system in all, so that it is never a second late.
PATIENCE = 0.8
#: The same where nobody waits for an answer: a timer has its lease of a minute.
UNHURRIED = 10.0
#: Which shops can be asked is read again after this, as channels are.
_KNOWN_FOR = timedelta(seconds=2)
_ANSWERED = frozenset({Outcome.FOUND, Outcome.NO_SUCH})


@dataclass(slots=True)
class _Shop:
    """How one shop's system does, as far as this process knows."""

    breaker: Breaker = field(default_factory=Breaker)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was said, and when it was asked: what happens meanwhile is newer."""

    said: Said
    at: datetime  #: aware


class Inquirer:
    """One per process, shared by its webhook and its worker. Whatever becomes of a question shows in the order as the
    store has it: read just now, or not."""

    def __init__(
        self,
        store: Store,
        api: OrderApi,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
        store_patience: float = STORE_PATIENCE,
    ) -> None:
        """`clock` tells when an order was read, `steady` (seconds) when a system that failed is tried again."""
        self._store_patience = store_patience
        self._store, self._api, self._clock, self._steady, self._patience = store, api, clock, steady, patience
        self._shops: dict[str, _Shop] = {}
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._ended = 0  # how many have been asked to the end
        self._known: tuple[datetime, frozenset[str]] | None = None

    async def before_message(self, knowledge: Knowledge, message: Message, understood: Reading) -> None:
        """Ask what the answer to this message will need; back within the patience. StoreUnavailable when the database
        is away."""
        now = self._clock()
        await self._ask_what(lambda tx: inquiries.of_message(tx, knowledge, message, understood, now), knowledge)

    async def before_turn(self, knowledge: Knowledge, shop: str, conversation: str) -> None:
        """The same for the fragments of a conversation that wait to be answered."""
        now = self._clock()
        await self._ask_what(lambda tx: inquiries.of_waiting(tx, knowledge, shop, conversation, now), knowledge)

    async def before_job(self, knowledge: Knowledge, job: Job) -> None:
        """The same for a job of a worker: a customer waits for a turn, nobody for what the shop says first."""
        now, patience = self._clock(), self._patience if job.kind == "turn" else UNHURRIED
        await self._ask_what(lambda tx: inquiries.of_job(tx, knowledge, job, now), knowledge, patience)

    async def asks(self, shop: str) -> bool:
        """Whether the shop's system can be asked; as last known while the database is away."""
        now = self._clock()
        if self._known is None or now - self._known[0] >= _KNOWN_FOR:
            with contextlib.suppress(StoreUnavailable):
                found = await self._read(lambda tx: order_apis.listed(tx, now))
                self._known = (now, frozenset(one.shop for one in found))
        return self._known is not None and shop in self._known[1]

    async def close(self) -> None:
        """Give up what is being asked."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _ask_what(
        self, story: Story[Inquiry | None], knowledge: Knowledge, patience: float | None = None
    ) -> None:
        """Ask what the story finds; a fault in finding it leaves the answer to what is known."""
        try:
            ended = self._ended
            found = await self._read(story)
            if found is not None and self._ended != ended:  # an answer came while this looked, perhaps the one it lacks
                found = await self._read(story)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("event=order_ask_fault")
            return
        await self._settle(knowledge, found, patience or self._patience)

    async def _read(self, story: Story[T]) -> T:
        return await within(self._store.read(story), self._store_patience)

    async def _settle(self, knowledge: Knowledge, inquiry: Inquiry | None, patience: float) -> None:
        """Wait for the answer as long as may be. Who asks for an order that is being asked for waits for the same
        answer; one that comes too late for all of them is kept all the same."""
        if inquiry is None or not is_number(inquiry.order):
            return
        key = (inquiry.api.shop, inquiry.order)
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._ask(knowledge, inquiry, patience))
            self._running[key].add_done_callback(lambda _: self._end(key))
        await asyncio.wait([self._running[key]], timeout=patience)

    def _end(self, key: tuple[str, str]) -> None:
        del self._running[key]
        self._ended += 1

    async def _ask(self, knowledge: Knowledge, inquiry: Inquiry, patience: float) -> None:
        try:
            shop = self._shops.setdefault(inquiry.api.shop, _Shop())
            reading = await self._call(shop, inquiry, patience)
            if reading is not None and reading.said.outcome is Outcome.FOUND:
                await self._keep(knowledge, inquiry, reading)
        except StoreUnavailable as error:
            log.warning("event=order_answer_lost shop=%s reason=%s", inquiry.api.shop, error)
        except Exception:
            log.exception("event=order_ask_fault shop=%s", inquiry.api.shop)

    async def _call(self, shop: _Shop, inquiry: Inquiry, patience: float) -> _Reading | None:
        """The answer; None where nothing was asked, which says nothing of the shop's system."""
        why_not, reading = "away", None
        if may_call(shop.breaker, self._steady()):
            try:
                async with asyncio.timeout(patience):
                    await shop.slots.acquire()
            except TimeoutError:
                why_not = "busy"
            else:
                try:
                    if may_call(shop.breaker, self._steady()):  # those before this one may have found out meanwhile
                        reading = await self._called(shop, inquiry)
                finally:
                    shop.slots.release()
        if reading is None:
            ORDER_ASKS.labels(why_not).inc()
        return reading

    async def _called(self, shop: _Shop, inquiry: Inquiry) -> _Reading:
        api, begun, read_at = inquiry.api, self._steady(), self._clock()
        shop.breaker = calling(shop.breaker, begun)
        said = await self._api(Ask(api.shop, inquiry.order, api.url, api.secrets, api.seconds))
        ended = self._steady()
        ORDER_ASKS.labels(said.outcome.value).inc()
        ORDER_ASK_SECONDS.observe(ended - begun)
        was_open = shop.breaker.is_open
        shop.breaker = called(shop.breaker, said.outcome in _ANSWERED, ended)
        if shop.breaker.is_open and not was_open:
            ORDER_APIS_AWAY.inc()
            log.warning("event=order_api_away shop=%s outcome=%s detail=%s", api.shop, said.outcome.value, said.detail)
        elif was_open and not shop.breaker.is_open:
            ORDER_APIS_AWAY.dec()
            log.info("event=order_api_back shop=%s", api.shop)
        return _Reading(said, read_at)

    async def _keep(self, knowledge: Knowledge, inquiry: Inquiry, reading: _Reading) -> None:
        shop, at = inquiry.api.shop, reading.at
        try:
            snapshot = answer_in(inquiry.order, reading.said.body, at)
        except RequestError as error:
            ORDER_ASKS.labels("unreadable").inc()
            log.warning("event=order_answer_unreadable shop=%s reason=%s", shop, error)
            return
        story = self._store.submit(lambda tx: inquiries.answered(tx, knowledge, shop, snapshot, at), lane(shop))
        await within(story, self._store_patience)
