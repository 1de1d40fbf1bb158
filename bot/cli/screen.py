"""What a verb shows: as wide as the terminal of whoever looks on, or so wide that a file holds all of it."""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress

from bot.cli import session


def console(width: int = 160, *, highlight: bool = True) -> Console:
    """Prints to standard output; `width` in columns, for a file or a pipe. `highlight`: numbers in colour."""
    return Console(width=None if session.interactive() else width, highlight=highlight)


def progress() -> Progress:
    """A bar beside the output, for a person only."""
    return Progress(console=Console(stderr=True), disable=not session.interactive())
