"""Words around any wish (你好, 在吗, …谢谢): taken off to see what is left, put on to learn that they say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from bot.core.normalize import normalize
from bot.core.pattern_language import any_of

_GAPS = r"[\s,，.。!！?？~、…]*"
_QUESTION = "[吗么嘛了]"  # 可以吗 is one word of courtesy, not 可以 before 吗
_OPENED = 0.8  # share of sentences dressed in front; the others behind


class Courtesy:
    """The openers, closers and carriers of `intents/_shared.yaml`. Carriers (我的订单…) are no courtesy: they are only
    put on."""

    def __init__(self, openers: Iterable[str] = (), closers: Iterable[str] = (), carriers: Iterable[str] = ()) -> None:
        said = _sayable(openers)
        self._fronts, self._closers = (*said, *_sayable(carriers)), _sayable(closers)
        self._open = re.compile(f"{any_of(said)}(?!{_QUESTION}){_GAPS}")
        self._close = re.compile(f"{_GAPS}{any_of(word[::-1] for word in self._closers)}")

    def wish(self, text: str) -> str:
        """What a normalised text says beside courtesies at its ends; "" for nothing but courtesy."""
        start = 0
        while match := self._open.match(text, start):
            start = match.end()
        rest, start = text[start:][::-1], 0
        while match := self._close.match(rest, start):
            start = match.end()
        return rest[start:][::-1].strip()

    def dress(self, text: str, chance: np.random.Generator) -> str:
        """The text as another customer might also put it: with one opener, carrier or closer."""
        if chance.random() < _OPENED:
            return _one_of(self._fronts, chance) + text
        return text + _one_of(self._closers, chance)


def _sayable(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in map(normalize, words) if word)


def _one_of(words: Sequence[str], chance: np.random.Generator) -> str:
    return words[int(chance.integers(len(words)))] if words else ""
