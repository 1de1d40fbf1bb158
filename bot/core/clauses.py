"""Cut what a customer typed into the things said one after another, and tell which of them only deny something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SHORTEST = 2  # characters
_ASKING, _PARTICLES = "吗呢嘛", "吗呢嘛啊呀哈呗啦了哦"
#: “我不是要退货” wants no return. “不是说要送吗” denies nothing: it asks.
_DENIED = re.compile(
    r"^(?:[我俺咱]们?|人家)?(?:并|也|又|真的?)?(?:不是(?:说?要|想|来|问|在问|申请)|没有?(?:说过?|打算|问)(?:我?要)?(?![的题]))"
)
_ASKED = re.compile(r"[吗嘛么?]$")


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the things said: its text, its words, and whether it says what is NOT wanted."""

    text: str
    tokens: tuple[str, ...]
    denies: bool = False


def split(segments: Sequence[str]) -> Iterator[Clause]:
    """The clauses of a normalised text, given as segments (words, blanks, punctuation; nothing left out): they end at
    punctuation and after a question's particle (能开发票吗什么时候发货). Each has two characters or more."""
    words: list[str] = []
    for segment in (*segments, ","):
        said = any(map(str.isalnum, segment))
        if words and (not said or _asked(words[-1], segment)):
            text = "".join(words)
            if len(text) >= _SHORTEST:
                yield Clause(text, tuple(words), denies(text))
            words = []
        if said:
            words.append(segment)


def _asked(word: str, following: str) -> bool:
    return word[-1] in _ASKING and following[0] not in _PARTICLES


def denies(clause: str) -> bool:
    """Whether a clause says what is not wanted."""
    return bool(_DENIED.search(clause)) and not _ASKED.search(clause)
