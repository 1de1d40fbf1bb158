"""In development: whenever a file of the content folder changes, prove it and have it served."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.content import load
from bot.errors import KefuError
from bot.store.base import Store
from bot.trainer import proof
from bot.trainer.apart import apart
from bot.trainer.proof import Verdict

log = logging.getLogger(__name__)

_POLL = 0.5  # seconds; a folder that looks alike twice is taken to be saved whole
_WHO = "kefu serve --watch"

Stamp = tuple[str, int, int]


class Watcher:
    """Looks at names, times and sizes of the files; their cases are not run, so that a change is heard at once."""

    def __init__(self, store: Store, root: Path, cache_dir: Path, clock: Callable[[], datetime]) -> None:
        self._store, self._root, self._cache_dir, self._clock = store, root, cache_dir, clock
        self._seen = self._tried = self._stamps()

    async def run(self) -> None:
        """Look twice a second until cancelled."""
        while True:
            await asyncio.sleep(_POLL)
            try:
                await self.look()
            except KefuError as error:
                log.error("event=content_refused reason=%s", error)

    async def look(self) -> Verdict | None:
        """Prove and settle what the folder holds if it changed before the last look and not since then."""
        now = await asyncio.to_thread(self._stamps)
        quiet, self._seen = now == self._seen, now
        if not quiet or now == self._tried:
            return None
        self._tried = now
        proved = await asyncio.to_thread(apart, proof.prove, self._root, self._cache_dir, None)
        verdict = await asyncio.wrap_future(
            self._store.submit(lambda tx: proof.settle(tx, proved, _WHO, self._clock()))
        )
        level = logging.WARNING if verdict is Verdict.REFUSED else logging.INFO
        log.log(level, "event=content_%s content=%s reason=%s", verdict, proved.version.hash, proved.reason)
        return verdict

    def _stamps(self) -> frozenset[Stamp]:
        stamps = set()
        for path in (path for folder in load.FOLDERS for path in (self._root / folder).rglob("*.yaml")):
            try:
                about = path.stat()
            except OSError:  # gone between being listed and being looked at: the next look sees that
                continue
            stamps.add((str(path), about.st_mtime_ns, about.st_size))
        return frozenset(stamps)
