"""Load the country's divisions from divisions.txt, which stands beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.core.address.divisions import Divisions

PATH = Path(__file__).with_name("divisions.txt")


@cache
def divisions() -> Divisions:
    """The divisions, read once in a process (15 ms)."""
    return Divisions(PATH.read_text("utf-8").splitlines())
