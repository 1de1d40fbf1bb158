"""Keeps a process on the content version that is wanted: the first one at start, every later one while it serves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.content import archive
from bot.content.archive import Version
from bot.content.live import LiveContent, lasting
from bot.errors import ContentError, StoreUnavailable
from bot.flows import publication
from bot.store import versions
from bot.store.base import Store
from bot.store.versions import Event
from bot.trainer.learning import learn_apart

log = logging.getLogger(__name__)

_POLL = 1.0  # seconds until a published version is noticed; the query costs a fraction of a millisecond


def begin(
    store: Store, root: Path, clock: Callable[[], datetime], load: Callable[[Path], LiveContent], *, alone: bool
) -> LiveContent:
    """The content that a starting process serves: what the folder holds or the version wanted so far, and where that
    one is faulty the other. A new version in the folder is thereby published. ContentError when neither can be used.
    `load` loads a folder; `alone`: no other process shares the database."""
    own, fault = archive.pack(root), ContentError()
    for version in _candidates(store, own, alone=alone):
        try:
            with archive.unpacked(version.files) as folder:
                content = load(folder)
        except ContentError as error:
            fault = error
            log.error("event=content_refused content=%s reason=%s", version.hash, fault)
            if version is own:
                _note(store, own, clock(), str(fault))
            continue
        if version is own:
            _note(store, own, clock())
        return content
    raise fault


def process_name() -> str:
    """How this process signs the history."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _candidates(store: Store, own: Version, *, alone: bool) -> list[Version]:
    """What to try, in this order: the folder's own version, the one wanted so far."""

    def story(tx: sa.Connection) -> list[Version]:
        wanted = versions.wanted(tx)
        files = versions.files(tx, wanted.hash) if wanted else None
        if wanted is None or files is None or wanted.hash == own.hash:
            return [own]
        kept = Version(wanted.hash, files)
        return [own, kept] if publication.folder_counts(tx, wanted, own.hash, alone=alone) else [kept, own]

    try:
        return store.read(story).result()
    except StoreUnavailable:  # serving without the history is better than not serving
        return [own]


def _note(store: Store, own: Version, now: datetime, fault: str = "") -> None:
    """Write down what became of the folder's own version at start."""

    def story(tx: sa.Connection) -> None:
        if fault:
            publication.refuse(tx, process_name(), "start", own.hash, fault, now)
        else:
            publication.start(tx, process_name(), own.hash, own.files, now)

    with contextlib.suppress(StoreUnavailable):
        store.submit(story).result()


class Follower:
    """Takes up what is published while the process serves. Every process looks for itself, so it is one way for one
    process on SQLite and for many on PostgreSQL, and nothing published while a process was away is missed."""

    def __init__(self, store: Store, content: LiveContent, cache_dir: Path, clock: Callable[[], datetime]) -> None:
        self._store, self._content, self._cache_dir, self._clock = store, content, cache_dir, clock
        self._seen = 0  # the newest entry that was looked at

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("event=content_waits reason=%s", error)
            except Exception:  # a fault in looking must not end it: the next publication may be the remedy
                log.exception("event=content_fault")
            await asyncio.sleep(_POLL)

    async def look(self) -> bool:
        """Take up the wanted version if it is not the one in use; True when another one is in use now."""
        wanted = await asyncio.wrap_future(self._store.read(versions.wanted))
        if wanted is None or wanted.id == self._seen:
            return False
        if wanted.hash == self._content.knowledge.content_hash:
            self._seen = wanted.id
            return False
        fault = await self._take(wanted)
        self._seen = wanted.id  # a version that cannot be used is not tried again every second
        log.log(
            logging.ERROR if fault else logging.INFO, "event=content_%s content=%s reason=%s",
            "refused" if fault else "swapped", wanted.hash, fault,
        )
        await asyncio.wrap_future(self._store.submit(lambda tx: self._tell(tx, wanted.hash, fault)))
        return not fault

    async def _take(self, wanted: Event) -> str:
        """Swap to a version; returns why that could not be, and the version in use stays."""
        files = await asyncio.wrap_future(self._store.read(lambda tx: versions.files(tx, wanted.hash)))
        if files is None:
            return "这个版本的文件已经不在数据库里"
        try:
            await asyncio.to_thread(self._load, files)
        except ContentError as error:
            return str(error)
        except Exception as error:  # whatever is wrong with a version, the one in use goes on answering
            log.exception("event=content_fault content=%s", wanted.hash)
            return type(error).__name__
        return ""

    def _load(self, files: bytes) -> None:
        with archive.unpacked(files) as folder:
            learn_apart(folder, self._cache_dir)
            with lasting():
                self._content.reload(folder)

    def _tell(self, tx: sa.Connection, hash_: str, fault: str) -> None:
        versions.note(tx, process_name(), "serve", hash_, self._clock(), accepted=not fault, reason=fault)
