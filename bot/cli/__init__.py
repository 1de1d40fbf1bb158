"""The `kefu` command: one file per group of verbs, no rule of its own."""

import gc

gc.disable()  # what the imports make is there to stay: looking through it for garbage costs a start half a second

from bot.cli.main import main  # noqa: E402

gc.enable()

__all__ = ["main"]
