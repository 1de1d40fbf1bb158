"""Trainers' patterns, and all of them asked at once: linear time whatever is typed, a few tried of a thousand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from bot.core.pattern_language import Lists, read, usual

#: Patterns look at the beginning of a text. Wishes are short (99 % of real messages have fewer characters); with it the
#: cost of all patterns together is bounded whatever is typed (bar 60).
LOOKED_AT = 100
#: Parts of a pattern that are looked for before it is tried.
_TELLING_PARTS = 2


@dataclass(frozen=True)
class Pattern:
    """One checked pattern."""

    intent: str
    source: str
    expression: str
    #: For each part that every match has: one or two characters, one of which begins it; the most telling part first.
    needs: tuple[frozenset[str], ...]

    @cached_property
    def found(self) -> re.Pattern[str]:
        """The expression compiled: at first use, or a start would spend half a second on a thousand of them."""
        return re.compile(self.expression)


def compile_pattern(intent: str, source: str, lists: Lists) -> Pattern:
    """Compile one pattern; `lists`: name → words for `{name}`. PatternError says in Chinese what to mend."""
    source = usual(source)
    expression, parts = read(source, lists)
    needs = [part.keys for part in parts if part.keys and not part.optional]
    return Pattern(intent, source, expression, tuple(sorted(needs, key=_selective, reverse=True)))


def _selective(keys: frozenset[str]) -> float:
    """How few texts hold one of the keys, roughly: long and few are best."""
    return -sum(1.0 if len(key) > 1 else 8.0 for key in keys)


class PatternSet:
    """All patterns of a content version, asked at once."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self._parts = tuple(self._part(at) for at in range(_TELLING_PARTS))

    def hits(self, text: str) -> list[Pattern]:
        """The patterns found in a normalised text, in the trainers' order. Only those that the text's characters make
        possible are tried: some 14 of 1,100 (measured)."""
        text = text[:LOOKED_AT]
        held = {*text, *map(str.__add__, text, text[1:])}
        possible = -1
        for keyed, without in self._parts:
            possible &= reduce(or_, map(keyed.__getitem__, held & keyed.keys()), without)
        patterns = map(self._patterns.__getitem__, _numbers(possible))
        return [pattern for pattern in patterns if pattern.found.search(text)]

    def _part(self, at: int) -> tuple[dict[str, int], int]:
        """Sets of patterns, as bits of a number: by key of their part `at`, and those without such a part."""
        keyed: dict[str, int] = defaultdict(int)
        without = 0
        for number, pattern in enumerate(self._patterns):
            for key in pattern.needs[at] if at < len(pattern.needs) else ():
                keyed[key] |= 1 << number
            if at >= len(pattern.needs):
                without |= 1 << number
        return dict(keyed), without


def _numbers(bits: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
