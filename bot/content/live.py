"""The content in use: one version at a time, swapped whole, with the tests' and the servers' one way to load it."""

from __future__ import annotations

from pathlib import Path

from bot.content import load, quick
from bot.core.knowledge import Knowledge


class LiveContent:
    """Holds the current version. Readers take `knowledge` once per turn, so a turn never mixes two versions."""

    def __init__(self, root: Path, cache_dir: Path | None = None) -> None:
        """Loads at once; ContentError when the content is faulty."""
        self._root, self._cache_dir = root, cache_dir
        self.quick = quick.load(root)  #: the agents' quick phrases that trainers keep
        self.knowledge: Knowledge = load.build(load.read(root), cache_dir)

    def reload(self) -> Knowledge:
        """Load again and swap; on a fault the old version stays and ContentError says why."""
        files, knowledge = quick.load(self._root), load.build(load.read(self._root), self._cache_dir)
        self.quick = files  # before the knowledge: whoever reads that first never gets older files with it
        self.knowledge = knowledge
        return self.knowledge
