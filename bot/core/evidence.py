"""What in a text speaks for an intent, as named features: characters, words and their meanings, trainers' patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.core.learn import PATTERN
from bot.core.patterns import PatternSet

_DIGITS = re.compile(r"\d+")
_EMPHASIS = "!.。~…, "


class Evidence:
    """Reads features by the patterns and synonyms of one content version."""

    def __init__(self, patterns: PatternSet, synonyms: Mapping[str, str]) -> None:
        """`synonyms`: word → the word that stands for it."""
        self._patterns, self._synonyms = patterns, synonyms

    def of(self, text: str, tokens: Sequence[str], *, whole: bool = False) -> set[str]:
        """The features of a normalised text and its words. `whole`: with the marks repeated at its end, as examples are
        learned; without them nobody shouts an intent away (learning without them costs half a point of top-1)."""
        found = characters(text if whole else _calm(text)) | words(tokens)
        meant = [self._synonyms.get(token, token) for token in tokens]
        if meant != list(tokens):
            found |= words(meant)
        for hit in self._patterns.hits(text):
            found.add(f"{PATTERN}{hit.intent}")
            found.add(f"{PATTERN}{hit.intent} {hit.source}")
        return found


def _calm(text: str) -> str:
    """The text without the marks that are repeated at its end: “发货吗!!” says what “发货吗” says."""
    said = text.rstrip(_EMPHASIS)
    return said if said and len(text) - len(said) > 1 else text


def characters(text: str) -> set[str]:
    """Characters in ones, twos and threes, with the text's ends marked. Every number counts alike."""
    padded = f"^{_DIGITS.sub('0', text)}$"
    return {padded[i : i + n] for n in (1, 2, 3) for i in range(len(padded) - n + 1)}


def words(tokens: Sequence[str]) -> set[str]:
    """Words and word pairs."""
    return {f"={token}" for token in tokens} | {f"={one}_{two}" for one, two in pairwise(tokens)}
