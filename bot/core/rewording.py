"""What an agent made of a draft, in a form that a trainer can read: words kept, taken out and put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

#: A number or a Latin word is one unit, as is each Chinese character and each sign.
_UNIT = re.compile(r"[0-9A-Za-z]+(?:[.:-][0-9A-Za-z]+)*|.", re.DOTALL)
#: What two texts share between two changes must be so long to be worth showing; a lone 的 is chance. Our default.
_WORTH_KEEPING = 2


class Fate(StrEnum):
    """What became of words of the draft."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row with the same fate."""

    fate: Fate
    text: str


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """How `old` becomes `new`: the kept and removed pieces are `old`, the kept and added ones `new`, in order. Where
    words were replaced, the removed ones stand first."""
    before, after = _UNIT.findall(old), _UNIT.findall(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    pieces: list[Piece] = []
    for changed, run in groupby(enumerate(steps), key=lambda step: _is_change(steps, *step)):
        spans = [span for _, (_, *span) in run]
        removed = "".join("".join(before[i:j]) for i, j, _, _ in spans)
        added = "".join("".join(after[i:j]) for _, _, i, j in spans)
        pieces += _replaced(removed, added) if changed else [Piece(Fate.KEPT, removed)]
    return tuple(pieces)


def marked(pieces: Sequence[Piece]) -> str:
    """The change in one line: 您好，[-明-]{+今+}天发出."""
    signs = {Fate.KEPT: "{}", Fate.REMOVED: "[-{}-]", Fate.ADDED: "{{+{}+}}"}
    return "".join(signs[piece.fate].format(piece.text) for piece in pieces)


def _is_change(steps: Sequence[tuple[str, int, int, int, int]], at: int, step: tuple[str, int, int, int, int]) -> bool:
    """Whether a step changes words, or keeps too few between two changes."""
    kind, begin, end, *_ = step
    return kind != "equal" or (0 < at < len(steps) - 1 and end - begin < _WORTH_KEEPING)


def _replaced(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(Fate.REMOVED, removed)
    if added:
        yield Piece(Fate.ADDED, added)
