"""The content in use: one version at a time, swapped whole, with the tests' and the servers' one way to load it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.content import load, quick
from bot.content.build import build
from bot.core.knowledge import Knowledge


class LiveContent:
    """Holds the current version. Readers take `knowledge` once per turn, so a turn never mixes two versions."""

    def __init__(self, root: Path, cache_dir: Path | None = None) -> None:
        """Loads at once; ContentError when the content is faulty."""
        content = load.read(root)
        self._cache_dir, self._learned_from = cache_dir, content.intents_digest
        self.quick = quick.load(root)  #: the agents' quick phrases that trainers keep
        self.knowledge: Knowledge = build(content, cache_dir)

    def reload(self, root: Path) -> Knowledge:
        """Load what a folder holds now and swap; on a fault the old version stays and ContentError says why."""
        files, content = quick.load(root), load.read(root)
        known = self.knowledge.learned if content.intents_digest == self._learned_from else None
        loaded = build(content, self._cache_dir, known)  # most changes are of phrases: weights are shared
        loaded.warm()  # before anybody speaks from it: the first customers are not to wait for it
        self.quick = files  # before the knowledge: whoever reads that first never gets older files with it
        self.knowledge, self._learned_from = loaded, content.intents_digest
        return loaded


#: Objects made between two collections of rubbish. kefu makes few cycles, and with Python's own 700 collecting took
#: 41 µs of each message (measured).
_YOUNG = 20_000


@contextmanager
def lasting() -> Iterator[None]:
    """Around the loading of a version: half a million objects that are there to stay. Collecting garbage among them
    while they are made, and ever after, is waste."""
    gc.disable()
    try:
        yield
        gc.freeze()
        gc.set_threshold(_YOUNG)
    finally:
        gc.enable()
