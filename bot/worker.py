"""Does what commits promised: claims due jobs, runs them, retries, and takes over from workers that died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.channels.base import Fate, Sender, Sent
from bot.content.live import LiveContent
from bot.core.attendance import Timing
from bot.errors import StoreUnavailable
from bot.flows import inquiries, outbound
from bot.flows import jobs as stories
from bot.flows.jobs import Setting
from bot.inquiring import Inquirer
from bot.metrics import JOBS
from bot.store import jobs
from bot.store.base import Store, Story, T
from bot.store.jobs import Job

log = logging.getLogger(__name__)

#: Much longer than any stall: a job whose lease ran out is given to somebody else.
LEASE = timedelta(seconds=60)
_BATCH = 20  # timers claimed at once
#: Sends in hand. More would only wait for this process's own processor, and their answers be missed.
_SENDS = 32
#: Timers of the shop's own accord that share a commit; more would keep a customer's message waiting too long.
_TOGETHER = 8
_POLL = 0.5  # seconds; jobs added by this process wake the worker at once
_RESCUE_EVERY = timedelta(seconds=10)
_CLEAN_EVERY = timedelta(hours=1)


class Worker:
    """One worker of a process. `run` until `stop`; everything it holds is in the jobs table."""

    def __init__(
        self,
        store: Store,
        content: LiveContent,
        sender: Sender,
        clock: Callable[[], datetime],
        silence: timedelta,
        timing: Timing | None = None,
        inquirer: Inquirer | None = None,
        *,
        alone: bool = False,
    ) -> None:
        """`inquirer` asks shops' systems how an order stands before a story tells of it. `alone`: no other process
        works on this database (SQLite), so jobs found running at start are orphans."""
        self.name = secrets.token_hex(6)
        self._store, self._content, self._sender, self._clock, self._silence = store, content, sender, clock, silence
        self._timing, self._inquirer, self._alone = timing or Timing(), inquirer, alone
        self._wake = asyncio.Event()
        self._stopping = False
        self._in_hand: set[asyncio.Task[None]] = set()
        self._claimed: deque[Job] = deque()  # held by this worker, not begun

    async def run(self) -> None:
        """Work until stopped; a database that is away is waited for."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the store may outlive this loop
                loop.call_soon_threadsafe(self._wake.set)

        self._store.on_jobs(wake)
        rescued = cleaned = datetime.min.replace(tzinfo=self._clock().tzinfo)
        while not self._stopping:
            try:
                now = self._clock()
                if now - rescued >= _RESCUE_EVERY:
                    await self.rescue(now)
                    rescued = now
                if now - cleaned >= _CLEAN_EVERY:
                    await self.clean(now)
                    cleaned = now
                busy = await self.work(now)
            except StoreUnavailable as error:
                log.warning("event=worker_waits reason=%s", error)
                busy = False
            except Exception:  # a fault in one job must not end the work on all others
                log.exception("event=worker_fault")
                busy = False
            if not busy:
                await self._rest()
        if self._in_hand:
            await asyncio.wait(self._in_hand)

    def stop(self) -> None:
        """Finish what is in hand and return from `run`."""
        self._stopping = True
        self._wake.set()

    async def rescue(self, now: datetime) -> None:
        """Take over the jobs of dead workers."""
        mine = (self.name,) if self._alone else None
        if count := await self._do(lambda tx: stories.rescue(tx, self._setting(), now, mine)):
            log.warning("event=rescued jobs=%d", count)

    async def clean(self, now: datetime) -> None:
        """Forget what need not be kept."""
        await self._do(lambda tx: stories.clean(tx, now))

    async def work(self, now: datetime) -> bool:
        """Claim one batch and run it; True when there may be more. Sends go first: what has been said should leave
        before more is said, and while the platform takes no more, nothing is said unasked."""
        free = _SENDS - len(self._in_hand)
        if not self._claimed:
            self._claimed.extend(await self._do(lambda tx: self._claim(tx, now, free)))
        more = len(self._claimed) >= min(_BATCH, max(1, free))
        while self._claimed:
            if self._claimed[0].kind == "send":
                self._begin(self._send(self._claimed.popleft()))
            elif await self._asks(self._claimed[0]):  # a slow system of one shop must not hold up the others' timers
                self._begin(self._ask_and_run(self._claimed.popleft()))
            else:
                await self._run_timers()
        return more

    def _claim(self, tx: sa.Connection, now: datetime, free: int) -> list[Job]:
        sends = jobs.claim_sends(tx, self.name, now, now + LEASE, free) if free > 0 else []
        held_back = "" if len(sends) < free else stories.SPEAKING
        return sends + jobs.claim_timers(tx, self.name, now, now + LEASE, _BATCH, held_back)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    async def idle(self) -> None:
        """Wait until every send in hand has its fate, and every timer that asks first is through."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    async def _asks(self, job: Job) -> bool:
        if self._inquirer is None or job.kind not in inquiries.TIMERS:
            return False
        return await self._inquirer.asks(job.shop)

    async def _ask(self, job: Job) -> None:
        if self._inquirer is not None:
            await self._inquirer.before_job(self._content.knowledge, job)

    async def _ask_and_run(self, job: Job) -> None:
        try:
            with contextlib.suppress(StoreUnavailable):  # then the story cannot be told either, and puts the job back
                await self._ask(job)
            await self._run_timer(job)
        except StoreUnavailable:
            log.warning("event=timer_waits job=%d it is told again when the store is back", job.id)
        except Exception:
            log.exception("event=timer_fault job=%d", job.id)

    async def _run_timers(self) -> None:
        """Run the next timer; with it those that may share its commit."""
        together = [self._claimed.popleft()]
        while together[-1].kind == stories.SPEAKING and len(together) < _TOGETHER and self._claimed:
            if self._claimed[0].kind != stories.SPEAKING or await self._asks(self._claimed[0]):
                break
            together.append(self._claimed.popleft())
        done = await asyncio.gather(*map(self._run_timer, together), return_exceptions=True)
        for fault in filter(None, done):
            raise fault

    async def _run_timer(self, job: Job) -> None:
        setting = self._setting()
        try:
            state = await self._do(lambda tx: stories.run_timer(tx, setting, job, self._clock()))
        except StoreUnavailable:
            self._claimed.appendleft(job)  # still ours, and told again as soon as the store is back
            raise
        except Exception as error:
            log.exception("event=job_failed job=%d kind=%s", job.id, job.kind)
            why = type(error).__name__
            await self._do(lambda tx: jobs.finish(tx, job, "failed", self._clock(), why))
            state = "failed"
        JOBS.labels(job.kind, state).inc()

    def _setting(self) -> Setting:
        return Setting(self._content.knowledge, self._silence, self._timing)

    async def _send(self, job: Job) -> None:
        facts = self._content.knowledge.shop(job.shop)
        try:
            if await self._asks(job):
                await self._ask(job)
            post = await self._do(lambda tx: outbound.start(tx, job, facts, self._clock()))
            if post is None:
                JOBS.labels(job.kind, "dropped").inc()
                return
            try:
                sent = await self._sender(post)
            except Exception as error:
                log.exception("event=send_failed job=%d", job.id)
                sent = Sent(Fate.UNKNOWN, type(error).__name__)
            state = await self._record(job, sent)
            JOBS.labels(job.kind, state).inc()
            self._wake.set()  # the next message of this lane may go
        except StoreUnavailable:
            log.warning("event=send_unrecorded job=%d its lease will run out and a worker looks again", job.id)
        except Exception:
            log.exception("event=send_fault job=%d", job.id)

    async def _record(self, job: Job, sent: Sent) -> str:
        """Write a fate down, waiting for a database that is away: what is known should not end as unknown."""
        facts = self._content.knowledge.shop(job.shop)
        until = self._clock() + LEASE
        while True:
            try:
                return await self._do(lambda tx: outbound.finish(tx, job, sent, facts, self._clock()))
            except StoreUnavailable:
                if self._stopping or self._clock() >= until:
                    raise
                await asyncio.sleep(_POLL)

    async def _do(self, story: Story[T]) -> T:
        return await asyncio.wrap_future(self._store.submit(story))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_POLL):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()
