"""Read JSON from strangers: what is broken or hostile is refused with the field's name and never echoed (bar 8)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from bot.errors import BadRequest, TooLarge

#: Bytes of a body; the Standard Webhooks spec advises senders to stay under 20 kB.
MAX_BODY = 64 * 1024
_DEEPEST = 32
_WIDEST_INTEGER = 2**63
_LONGEST_INTEGER = 20  # characters of -2**63


@dataclass(frozen=True, slots=True)
class _Doubled:
    """Stands where an object named a key twice, until the place can be told."""

    key: str


def loads(body: bytes, most: int = MAX_BODY) -> dict[str, Any]:
    """The body's object with NUL characters removed. BadRequest for text that is not UTF-8, a byte order mark,
    broken JSON, duplicate keys, NaN and infinities, integers beyond 64 bits, lone surrogates, more than 32 levels;
    TooLarge beyond `most` bytes."""
    if len(body) > most:
        raise TooLarge
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("the body is not UTF-8") from error
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except RecursionError as error:
        raise BadRequest(f"the body is nested deeper than {_DEEPEST} levels") from error
    except ValueError as error:
        raise BadRequest("the body is not valid JSON") from error
    cleaned = _clean(data, "", 0)
    if not isinstance(cleaned, dict):
        raise BadRequest("the body must be a JSON object")
    return cleaned


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Doubled:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    seen: set[str] = set()
    return _Doubled(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]


def _integer(digits: str) -> float:
    # Reading thousands of digits takes quadratic time, and the standard library refuses without naming the place.
    return int(digits) if len(digits) <= _LONGEST_INTEGER else math.inf


def _clean(value: Any, path: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise BadRequest(f"the body is nested deeper than {_DEEPEST} levels", field=path)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, dict):
        return _members(value, path, depth)
    if isinstance(value, list):
        return [_clean(item, f"{path}[{at}]", depth + 1) for at, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRequest("a number is out of range", field=path)
    if isinstance(value, int) and not -_WIDEST_INTEGER <= value < _WIDEST_INTEGER:
        raise BadRequest("an integer is out of range", field=path)
    if isinstance(value, _Doubled):
        raise BadRequest("a key stands twice in one object", field=_below(path, value.key))
    return value


def _members(value: dict[str, Any], path: str, depth: int) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for key, inner in value.items():
        place = _below(path, key)
        name = _text(key, place)
        if name in cleaned:  # "a" and "a\0" became one
            raise BadRequest("a key stands twice in one object", field=place)
        cleaned[name] = _clean(inner, place, depth + 1)
    return cleaned


def _text(text: str, path: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadRequest("a text holds half a character (a lone surrogate)", field=path) from error
    return text.replace("\0", "") if "\0" in text else text


def _below(path: str, key: str) -> str:
    """The place of a key as it may appear in an error: a plain name is shown, whatever else the sender wrote is not."""
    shown = key if len(key) <= 40 and key.isascii() and key.isidentifier() else "?"
    return f"{path}.{shown}" if path else shown
