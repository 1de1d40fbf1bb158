"""The only place that picks concrete classes: settings in, a store, an application and a worker out."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import logging
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from fastapi import FastAPI

from bot.channels.base import FakeSender
from bot.channels.callback import CallbackSender
from bot.content import learned, load
from bot.content.live import LiveContent
from bot.errors import ContentError, SettingsError, StoreUnavailable, UnsafeStore
from bot.metrics import READY
from bot.settings import Settings
from bot.store import migrate
from bot.store.base import Store
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.web import app as web
from bot.web.state import State
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
    gc.disable()  # half a million lasting objects: collecting among them while they are made, and ever after, is waste
    try:
        _learn_apart(settings)
        content = LiveContent(settings.content_dir, settings.cache_dir)
        gc.freeze()
    finally:
        gc.enable()
    return content


def _learn_apart(settings: Settings) -> None:
    """Let another process learn what is not known yet: it takes some thirty seconds of processor and 300 MB, which this
    one would never give back (measured). Should that fail, the content learns as it is loaded."""
    if not learned.is_kept(settings.cache_dir, load.intents_digest(settings.content_dir)):
        learning = multiprocessing.get_context("spawn").Process(
            target=_learn, args=(settings.content_dir, settings.cache_dir), daemon=True
        )
        learning.start()
        learning.join()


def _learn(content_dir: Path, cache_dir: Path) -> None:
    with contextlib.suppress(ContentError):  # the loading process will say it
        load.build(load.read(content_dir), cache_dir)


def sole_process(settings: Settings) -> IO[bytes] | None:
    """Refuse a second server on one SQLite file, where it would break ordering; None on PostgreSQL. The lock lasts
    as long as the returned file is open."""
    if not settings.sqlalchemy_url().startswith("sqlite"):
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


def build_app(settings: Settings, store: Store, clock: Callable[[], datetime] = now) -> FastAPI:
    """The web application; loads its content in the background and runs a worker inside if the settings say so."""
    return web.build(State(settings, store, clock), _background)


@contextlib.asynccontextmanager
async def _background(state: State) -> AsyncIterator[None]:
    sender = CallbackSender(state.settings.callback_seconds, state.settings.callback_hosts)
    worker_task: asyncio.Task[None] | None = None
    worker: Worker | None = None

    async def start() -> None:
        nonlocal worker, worker_task
        state.content = await asyncio.to_thread(load_content, state.settings)
        READY.set(1)
        log.info("event=ready content=%s", state.content.knowledge.content_hash)
        if state.settings.worker:
            worker = build_worker(state.settings, state.store, state.content, sender, state.clock)
            worker_task = asyncio.create_task(worker.run())
        await asyncio.to_thread(state.content.knowledge.warm)

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
        await sender.close()
        READY.set(0)


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
    clock: Callable[[], datetime] = now,
) -> Worker:
    """A worker on the store; on SQLite it knows that it is the only one."""
    alone = settings.sqlalchemy_url().startswith("sqlite")
    silence = timedelta(seconds=settings.agent_silence_seconds)
    return Worker(store, content, sender, clock, silence, alone=alone)
