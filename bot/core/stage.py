"""The same words mean different things before and after shipping: what an order's stage makes unlikely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.model import Match

_UNLIKELY = 0.1  # what is left of the score of an intent that does not fit the stage
_GROUP = ".*"


def fits(intent: str, unlikely: Iterable[str]) -> bool:
    """Whether an intent is none of these; `after.*` stands for all of a group."""
    return not any(
        intent.startswith(name.removesuffix("*")) if name.endswith(_GROUP) else intent == name for name in unlikely
    )


def in_stage(matches: Sequence[Match], unlikely: Sequence[str]) -> tuple[Match, ...]:
    """The matches with what does not fit put back, best first; the sum of their scores stays as it was."""
    if not unlikely or not matches or all(fits(match.intent, unlikely) for match in matches):
        return tuple(matches)
    weighed = [m if fits(m.intent, unlikely) else replace(m, score=m.score * _UNLIKELY) for m in matches]
    grown = sum(match.score for match in matches) / max(sum(match.score for match in weighed), 1e-9)
    scaled = [replace(match, score=min(1.0, match.score * grown)) for match in weighed]
    return tuple(sorted(scaled, key=lambda match: -match.score))
