"""What every verb needs: the settings, and a store for the length of one command."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from bot import settings, wiring
from bot.content import load
from bot.content.load import Content
from bot.settings import Settings
from bot.store.base import Store


def configured() -> Settings:
    """Settings from the environment."""
    return settings.read()


@contextlib.contextmanager
def store() -> Iterator[Store]:
    """The configured store, its schema up to date, closed at the end."""
    opened = wiring.open_store(configured())
    try:
        yield opened
    finally:
        opened.close()


def sound_content() -> Content:
    """The configured content as read; ContentError with its first twenty errors."""
    content = load.read(configured().content_dir)
    content.refuse_faults()
    return content


def interactive() -> bool:
    """Whether a person looks at the output."""
    return sys.stderr.isatty()
