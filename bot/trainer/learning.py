"""Learn a content version in a process of its own, where it was not learned before."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bot.content import learned, load
from bot.content.build import build
from bot.errors import ContentError, KefuError
from bot.trainer.apart import apart


def learn_apart(root: Path, cache_dir: Path) -> None:
    """Let another process learn what is not known yet: it takes some thirty seconds of processor and 300 MB, which this
    one would never give back (measured). Should that fail, the content learns as it is loaded."""
    if not learned.is_kept(cache_dir, load.intents_digest(root)):
        with contextlib.suppress(KefuError):
            apart(_learn, root, cache_dir)


def _learn(root: Path, cache_dir: Path) -> None:
    with contextlib.suppress(ContentError):  # the loading process will say it
        build(load.read(root), cache_dir)
