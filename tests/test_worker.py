"""The worker as a process runs it: sends, timers, dead colleagues, a database that goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.channels.base import FakeSender, Fate, Post, Sent
from bot.content.live import LiveContent
from bot.core.model import Holder, Reason, Status
from bot.errors import StoreUnavailable
from bot.flows import outbound
from bot.store import jobs
from bot.store.base import First, Store, Story, T, nothing
from bot.store.tables import jobs as table
from bot.store.tables import messages
from bot.worker import _BATCH, _SENDS, LEASE, Worker
from tests.bench import timers
from tests.flows.world import SHOP, World

_PATIENCE = 30.0


@pytest.fixture
def world(store: Store, content: LiveContent) -> World:
    """A shop whose replies are posted to the platform."""
    made = World(store, content.knowledge, content=content)
    made.call_back()
    return made


class FailingStore:
    """A store that lets `first` calls through and is away for the next `away` ones."""

    def __init__(self, store: Store, first: int = 0, away: int = 0) -> None:
        self.engine, self._store, self.first, self.away, self.refused = store.engine, store, first, away, 0

    def submit(
        self, story: Story[T], lane: str = "", first: First = nothing, *, abreast: bool = False
    ) -> Future[T]:
        """As the store, or away."""
        if self.first > 0 or self.away == 0:
            self.first -= 1
            return self._store.submit(story, lane, first, abreast=abreast)
        self.away -= 1
        self.refused += 1
        gone: Future[T] = Future()
        gone.set_exception(StoreUnavailable())
        return gone

    def read(self, story: Story[T]) -> Future[T]:
        """As the store."""
        return self._store.read(story)

    def on_jobs(self, wake: Callable[[], None]) -> None:
        """As the store."""
        self._store.on_jobs(wake)

    def on_events(self, tell: Callable[[frozenset[str]], None]) -> None:
        """As the store."""
        self._store.on_events(tell)

    def close(self) -> None:
        """As the store."""
        self._store.close()


def test_answers_go_out_as_they_are_promised_and_the_worker_ends_when_told(world: World) -> None:
    sender = FakeSender()

    async def story(worker: Worker) -> None:
        for customer in range(12):
            await asyncio.to_thread(world.say, f"c{customer}", "你好在吗")
        await _until(lambda: len(sender.posts) == 12 and not _unfinished(world))

    _while_working(world, sender, story)
    assert len({post.webhook_id for post in sender.posts}) == 12
    assert {row["state"] for row in world.rows(table, table.c.kind == "send")} == {"done"}


def test_the_store_outlives_the_worker_that_listened_to_it(world: World) -> None:
    async def nothing(_: Worker) -> None:
        return

    _while_working(world, FakeSender(), nothing)
    assert world.say("c1", "你好在吗").status is Status.REPLIED  # its jobs wake nobody any more
    assert len(world.work()) == 1


def test_timers_run_when_they_are_due(world: World) -> None:
    world.agent_types("您好")
    world.pass_time(1800)

    async def story(_: Worker) -> None:
        await _until(lambda: world.conversation().holder is Holder.BOT)

    _while_working(world, FakeSender(), story)
    assert world.jobs("handback") == []


def test_sends_of_a_conversation_keep_their_order_over_a_slow_platform(world: World) -> None:
    ticket = world.say("c1", "转人工").ticket
    world.work()
    world.claim(ticket)
    wanted = [world.reply(ticket, f"第{n}句").id for n in range(6)]
    slow = _SlowPlatform()

    async def story(_: Worker) -> None:
        for sent in range(len(wanted)):
            await _until(lambda sent=sent: len(slow.arrived) > sent)  # type: ignore[misc]
            slow.answer.release()
        await _until(lambda: not _unfinished(world))

    _while_working(world, slow, story)
    assert slow.arrived == wanted
    assert slow.most == 1


def test_a_dead_workers_send_that_had_begun_becomes_unknown_and_one_that_had_not_is_sent(world: World) -> None:
    for customer in ("begun", "waiting"):
        world.say(customer, "你好在吗")

    def die(tx: sa.Connection) -> None:
        for job in jobs.claim(tx, "dead", world.now, world.now + LEASE, 20):
            if job.payload["message"] == begun:
                assert outbound.start(tx, job, world.facts, world.now) is not None

    begun = world.said(customer="begun")[0].id
    world.store.submit(die).result()
    world.pass_time(61)
    sender = FakeSender()

    async def story(_: Worker) -> None:
        await _until(lambda: not _unfinished(world))

    _while_working(world, sender, story)
    assert [post.webhook_id for post in sender.posts] == [world.said(customer="waiting")[0].id]
    assert world.said(customer="begun")[0].state == "unknown"
    ticket = world.ticket("begun")
    assert ticket is not None
    assert ticket.reason == Reason.DELIVERY_UNKNOWN


def test_a_worker_that_is_alone_need_not_wait_for_the_lease_of_a_dead_one(world: World) -> None:
    world.say("c1", "你好在吗")
    world.store.submit(lambda tx: jobs.claim(tx, "dead", world.now, world.now + LEASE, 20)).result()
    sender = FakeSender()

    async def story(_: Worker) -> None:
        await _until(lambda: len(sender.posts) == 1)

    _while_working(world, sender, story, alone=True)
    assert world.said()[0].state == "delivered"


@pytest.mark.parametrize("alone", [True, False])
def test_a_send_that_the_worker_itself_lost_hold_of_is_found_again(world: World, alone: bool) -> None:
    """The store was away when the send was to begin: nobody restarts, so the same worker has to look again."""
    world.say("c1", "你好在吗")
    store, sender = FailingStore(world.store, first=1, away=1), FakeSender()  # claimed, but not begun
    worker = _worker(world, store, sender, alone=alone)

    async def story() -> None:
        for seconds in (0, 61):
            world.pass_time(seconds)
            if seconds:
                await worker.rescue(world.now)
            await worker.work(world.now)
            await worker.idle()

    asyncio.run(story())
    assert store.refused == 1
    assert len(sender.posts) == 1
    assert world.said()[0].state == "delivered"


def test_a_database_that_was_away_is_worked_on_when_it_is_back(world: World) -> None:
    store, sender = FailingStore(world.store, away=3), FakeSender()

    async def story(_: Worker) -> None:
        await asyncio.to_thread(world.say, "c1", "你好在吗")
        await _until(lambda: len(sender.posts) == 1 and not _unfinished(world))

    _while_working(world, sender, story, store=store)
    assert store.refused == 3
    assert world.said()[0].state == "delivered"


def test_a_timer_in_hand_when_the_database_went_away_runs_when_it_is_back(world: World) -> None:
    for customer in ("c1", "c2", "c3"):
        world.agent_types("您好", customer=customer)
    world.pass_time(1800)
    store = FailingStore(world.store, first=2, away=1)  # claimed, the first told, the second not
    worker = _worker(world, store, FakeSender())

    async def story() -> None:
        with pytest.raises(StoreUnavailable):
            await worker.work(world.now)
        assert len(world.jobs("handback", "running")) == 2
        await worker.work(world.now)

    asyncio.run(story())
    assert world.jobs("handback", "running") == world.jobs("handback") == []
    assert len(world.jobs("handback", "done")) == 3


def test_a_delivery_that_could_not_be_written_down_at_once_is_not_called_unknown(world: World) -> None:
    world.say("c1", "你好在吗")
    store = FailingStore(world.store)

    async def arrived_then_away(post: Post) -> Sent:
        store.away = 2
        return Sent(Fate.DELIVERED, "200")

    worker = _worker(world, store, arrived_then_away)

    async def story() -> None:
        await worker.work(world.now)
        await worker.idle()

    asyncio.run(story())
    assert store.refused == 2
    assert world.said()[0].state == "delivered"
    assert world.ticket() is None


def test_a_sender_that_breaks_is_an_unknown_fate_and_the_worker_goes_on(world: World) -> None:
    world.say("c1", "你好在吗")
    world.say("c2", "你好在吗")

    async def broken(post: Post) -> Sent:
        raise ZeroDivisionError

    async def story(_: Worker) -> None:
        await _until(lambda: not _unfinished(world))

    _while_working(world, broken, story)
    assert [world.said(customer=c)[0].state for c in ("c1", "c2")] == ["unknown"] * 2


def test_a_timer_that_breaks_is_marked_and_the_next_one_runs(world: World) -> None:
    world.agent_types("您好")
    world.pass_time(1800)
    world.store.submit(lambda tx: jobs.add(tx, "demo", "handback", {}, world.now, world.now)).result()
    world.store.submit(lambda tx: jobs.add(tx, "demo", "no such kind", {}, world.now, world.now)).result()
    world.work()
    states = {(row["kind"], row["state"], row["last_error"]) for row in world.rows(table)}
    assert ("handback", "failed", "KeyError") in states
    assert ("handback", "done", "") in states
    assert ("no such kind", "failed", "unknown kind no such kind") in states


def test_old_jobs_and_delivery_ids_are_forgotten_after_a_week(world: World) -> None:
    world.deliver(world.arrival("c1", "你好在吗", "x1", webhook_id="d1"))
    world.work()
    world.pass_time(timedelta(days=7, seconds=1).total_seconds())
    asyncio.run(world.worker(FakeSender()).clean(world.now))
    assert world.rows(table) == []
    assert world.history()[0].webhook_id is None
    assert world.deliver(world.arrival("c1", "你好在吗", "x1")).status is Status.DUPLICATE


def test_when_many_timers_are_due_what_was_said_leaves_before_more_is_said(world: World) -> None:
    timers.fill(world.store, SHOP, world.channel.id, world.now, waiting=0, due=120)
    timers.let_due(world.store, world.now)
    slow, behind = _SlowPlatform(), []

    async def story(_: Worker) -> None:
        for sent in range(120):
            await _until(lambda sent=sent: len(slow.arrived) > sent)  # type: ignore[misc]
            behind.append(len(world.rows(messages, messages.c.state == "queued")))
            slow.answer.release()
        await _until(lambda: not _unfinished(world))

    _while_working(world, slow, story)
    assert max(behind) <= 2 * _BATCH
    assert slow.most <= _SENDS
    assert len(set(slow.arrived)) == len(slow.arrived) == 120


def test_while_the_platform_takes_nothing_the_other_timers_run(world: World) -> None:
    timers.fill(world.store, SHOP, world.channel.id, world.now, waiting=0, due=80)
    timers.let_due(world.store, world.now)
    stuck = _SlowPlatform()

    async def story(_: Worker) -> None:
        await _until(lambda: stuck.in_hand == _SENDS)
        await asyncio.to_thread(world.agent_types, "您好")
        world.pass_time(1800)
        await _until(lambda: world.conversation().holder is Holder.BOT)
        for _number in range(80):
            stuck.answer.release()

    _while_working(world, stuck, story)


class _SlowPlatform:
    """A platform that answers one post at a time, when told."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.in_hand = self.most = 0
        self.answer = asyncio.Semaphore(0)

    async def __call__(self, post: Post) -> Sent:
        """Hold the post until an answer is let go."""
        self.arrived.append(post.webhook_id)
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        await self.answer.acquire()
        self.in_hand -= 1
        return Sent(Fate.DELIVERED)


def _worker(world: World, store: Store, sender: Callable[[Post], Awaitable[Sent]], *, alone: bool = False) -> Worker:
    assert world.content is not None
    return Worker(store, world.content, sender, lambda: world.now, timedelta(minutes=30), alone=alone)


def _while_working(
    world: World,
    sender: Callable[[Post], Awaitable[Sent]],
    story: Callable[[Worker], Awaitable[None]],
    *,
    store: Store | None = None,
    alone: bool = False,
) -> None:
    """Tell a story while a worker runs; then stop it and wait for its end."""

    async def both() -> None:
        worker = _worker(world, store or world.store, sender, alone=alone)
        running = asyncio.create_task(worker.run())
        try:
            await story(worker)
        finally:
            worker.stop()
            await asyncio.wait_for(running, _PATIENCE)

    asyncio.run(both())


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.01)


def _unfinished(world: World) -> bool:
    return bool(world.rows(table, table.c.kind == "send", table.c.state.in_(("waiting", "running"))))
