"""Where in the trainers' files the words of a draft stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.load import Content
from bot.content.reader import Variant

_GAP = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the content folder; `line` is None when no line of it reads like the draft any more."""

    path: Path
    line: int | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)


def places(content: Content, phrase: str, text: str) -> list[Place]:
    """Where a draft comes from; `phrase`: the ids it was made of ("ship.when_sent/default/2", several with a blank
    between). The line is told by the words, for numbers shift when a trainer puts a line in front."""
    found = []
    for one in phrase.split():
        situation, _, number = one.rpartition("/")
        if situation in content.phrases:
            variants = _likeliest_first(content.phrases[situation], number)
            line = next((variant.line for variant in variants if _may_have_said(variant, text)), None)
            found.append(Place(content.phrase_paths[situation], line))
    return found


def _likeliest_first(variants: Sequence[Variant], number: str) -> list[Variant]:
    own = int(number) - 1 if number.isdigit() else -1
    return [variant for _, variant in sorted(enumerate(variants), key=lambda one: one[0] != own)]


def _may_have_said(variant: Variant, text: str) -> bool:
    """Whether a text holds every fixed word of a variant in order. A greeting may have been cut off in front."""
    text = unicodedata.normalize("NFKC", text)  # a masked draft is in this form already
    pieces = [unicodedata.normalize("NFKC", piece).strip() for piece in _GAP.split(variant)]
    at = 0
    for place, piece in enumerate(pieces):
        found = text.find(piece, at)
        if found < 0 and place == 0 and "," in piece:  # 您好， is left out where another answer stands in front
            piece = piece.partition(",")[2]
            found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True
