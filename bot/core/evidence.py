"""What in a text speaks for an intent, as named features: characters, words and their meanings, trainers' patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.core.learn import PATTERN
from bot.core.patterns import PatternSet

_DIGITS = re.compile(r"\d+")


class Evidence:
    """Reads features by the patterns and synonyms of one content version."""

    def __init__(self, patterns: PatternSet, synonyms: Mapping[str, str]) -> None:
        """`synonyms`: word → the word that stands for it."""
        self._patterns, self._synonyms = patterns, synonyms

    def of(self, text: str, tokens: Sequence[str]) -> set[str]:
        """The features of a normalised text and its words."""
        found = characters(text) | words(tokens)
        meant = [self._synonyms.get(token, token) for token in tokens]
        if meant != list(tokens):
            found |= words(meant)
        for hit in self._patterns.hits(text):
            found.add(f"{PATTERN}{hit.intent}")
            found.add(f"{PATTERN}{hit.intent} {hit.source}")
        return found


def characters(text: str) -> set[str]:
    """Characters in ones, twos and threes, with the text's ends marked. Every number counts alike."""
    padded = f"^{_DIGITS.sub('0', text)}$"
    return {padded[i : i + n] for n in (1, 2, 3) for i in range(len(padded) - n + 1)}


def words(tokens: Sequence[str]) -> set[str]:
    """Words and word pairs."""
    return {f"={token}" for token in tokens} | {f"={one}_{two}" for one, two in pairwise(tokens)}
