"""The only place that picks concrete classes: settings in, a store, an application and a worker out."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import IO

from fastapi import FastAPI

from bot import following
from bot.channels.base import FakeSender
from bot.channels.callback import CallbackSender
from bot.channels.order_api import HttpOrderApi
from bot.content.live import LiveContent, lasting
from bot.errors import SettingsError, StoreUnavailable, UnsafeStore
from bot.following import Follower
from bot.inquiring import Inquirer
from bot.metrics import READY
from bot.settings import Settings
from bot.store import migrate
from bot.store.base import Store
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.trainer.learning import learn_apart
from bot.watching import Watcher
from bot.web import app as web
from bot.web.state import State, timing_of
from bot.worker import Worker

log = logging.getLogger(__name__)

_LAST_WORDS = 0.2  # seconds for the worker when slow requests have used up the time to drain


def now() -> datetime:
    """The clock of a real process."""
    return datetime.now(UTC)


def open_store(settings: Settings, *, upgrade: bool = True) -> Store:
    """The store that the database URL names, its schema brought up to date."""
    url = settings.sqlalchemy_url()
    store: Store
    if url.startswith("sqlite"):
        store = SqliteStore(url)
    elif url.startswith(("postgresql", "postgres")):
        store = PostgresStore(url, settings.pool_size)
    else:
        raise SettingsError("KEFU_DATABASE_URL must begin with sqlite: or postgresql:")
    if upgrade:
        migrate.migrate(store.engine)
    return store


def load_content(settings: Settings) -> LiveContent:
    """The content of the content folder, compiled: two seconds, or some thirty after a change of the intents."""
    learn_apart(settings.content_dir, settings.cache_dir)
    with lasting():
        return LiveContent(settings.content_dir, settings.cache_dir)


def content_to_serve(settings: Settings, store: Store, clock: Callable[[], datetime] = now) -> LiveContent:
    """The content that a server or worker begins with: its folder's, or a version kept in the database."""
    return following.begin(
        store, settings.content_dir, clock, lambda folder: load_content(replace(settings, content_dir=folder)),
        alone=_is_alone(settings),
    )


def build_followers(
    settings: Settings, store: Store, content: LiveContent, clock: Callable[[], datetime] = now
) -> list[Coroutine[None, None, None]]:
    """What keeps a process on the wanted version while it runs; in development also a look at the folder."""
    followers = [Follower(store, content, settings.cache_dir, clock).run()]
    if settings.watch:
        followers.append(Watcher(store, settings.content_dir, settings.cache_dir, clock).run())
    return followers


def _is_alone(settings: Settings) -> bool:
    """Whether no other process can share the database."""
    return settings.sqlalchemy_url().startswith("sqlite")


def sole_process(settings: Settings) -> IO[bytes] | None:
    """Refuse a second server on one SQLite file, where it would break ordering; None on PostgreSQL. The lock lasts
    as long as the returned file is open."""
    if not _is_alone(settings):
        return None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    held = (settings.data_dir / "serve.lock").open("wb")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise UnsafeStore(
            f"another kefu serves from {settings.data_dir}; stop it, or use PostgreSQL for several processes"
        ) from error
    return held


def is_served(settings: Settings) -> bool:
    """Whether a server may be running on this database; on PostgreSQL that cannot be told, so True."""
    try:
        held = sole_process(settings)
    except UnsafeStore:
        return True
    if held is not None:
        held.close()
    return held is None


def build_app(settings: Settings, store: Store, clock: Callable[[], datetime] = now) -> FastAPI:
    """The web application; loads its content in the background and runs a worker inside if the settings say so."""
    return web.build(State(settings, store, clock), _background)


@contextlib.asynccontextmanager
async def _background(state: State) -> AsyncIterator[None]:
    sender = CallbackSender(state.settings.callback_seconds, state.settings.callback_hosts)
    asking = contextlib.AsyncExitStack()
    inquirer = state.inquirer = await asking.enter_async_context(inquiring(state.settings, state.store, state.clock))
    worker_task: asyncio.Task[None] | None = None
    worker: Worker | None = None

    async def start() -> None:
        nonlocal worker, worker_task
        state.content = await asyncio.to_thread(content_to_serve, state.settings, state.store, state.clock)
        READY.set(1)
        log.info("event=ready content=%s", state.content.knowledge.content_hash)
        if state.settings.worker:
            worker = build_worker(state.settings, state.store, state.content, sender, inquirer, state.clock)
            worker_task = asyncio.create_task(worker.run())
        await asyncio.to_thread(state.content.knowledge.warm)
        await asyncio.gather(*build_followers(state.settings, state.store, state.content, state.clock))

    starting = asyncio.create_task(start())
    starting.add_done_callback(_report)
    try:
        yield
    finally:
        starting.cancel()
        if worker and worker_task:
            worker.stop()
            with contextlib.suppress(TimeoutError, StoreUnavailable):
                await asyncio.wait_for(worker_task, _time_left(state))
        await asking.aclose()
        await sender.close()
        READY.set(0)


@contextlib.asynccontextmanager
async def inquiring(
    settings: Settings, store: Store, clock: Callable[[], datetime] = now
) -> AsyncIterator[Inquirer]:
    """What asks shops' systems how an order stands, for the life of one process."""
    api = HttpOrderApi(settings.order_api_hosts)
    inquirer = Inquirer(store, api, clock)
    try:
        yield inquirer
    finally:
        await inquirer.close()
        await api.close()


def _time_left(state: State) -> float:
    """Seconds that remain for sends in hand; what is cut off is looked after at the next start."""
    gone = 0.0 if state.ended_at is None else time.monotonic() - state.ended_at
    return max(_LAST_WORDS, state.settings.drain_seconds - gone)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("event=start_failed reason=%s", error)


def build_worker(
    settings: Settings,
    store: Store,
    content: LiveContent,
    sender: CallbackSender | FakeSender,
    inquirer: Inquirer | None = None,
    clock: Callable[[], datetime] = now,
) -> Worker:
    """A worker on the store; on SQLite it knows that it is the only one."""
    silence = timedelta(seconds=settings.agent_silence_seconds)
    return Worker(store, content, sender, clock, silence, timing_of(settings), inquirer, alone=_is_alone(settings))
