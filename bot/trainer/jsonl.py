"""Read files of one JSON object a line: labelled messages, recorded conversations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import InvalidField

T = TypeVar("T")


def read(path: Path, make: Callable[[int, dict[str, Any]], T], form: str) -> list[T]:
    """What `make` makes of each line's number and object. `form` tells in Chinese what a line should be: InvalidField
    names file and line where one is not UTF-8, not JSON, or `make` finds a key missing or of the wrong type."""
    made = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):  # not splitlines: U+2028 ends no line of JSON
        if not line.strip():
            continue
        try:
            made.append(make(number, json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidField(f"{path}:{number}: 应当是{form}") from error
    return made
