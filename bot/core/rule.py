"""One rule of the house style: what it finds in a text, what excuses a text from it, what may stand there instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import islice

from bot.core.patterns import Pattern
from bot.core.reading import MARKS, Reading, folded, read

_SYNTAX = frozenset("()[]{}|^$…")  # of patterns


class Severity(StrEnum):
    """How strictly a rule is meant."""

    WARNING = "warning"  #: advice
    ERROR = "error"  #: the bot never says it; an agent is advised
    BLOCK = "block"  #: nobody sends it (abuse, leading customers off the platform, bought reviews)


@dataclass(frozen=True)
class Rule:
    """One rule. A match of `find` is a fault unless an `excused` context overlaps it, one of `needs` stands anywhere in
    the text, one of `after` stands before it, or it is among the first `most`; and where there is `beside`, only if one
    of these (not excused either) stands in the text too."""

    id: str
    title: str  #: advice for whoever wrote the text
    source: str  #: practice (SR-…), article of law or platform rule
    severity: Severity = Severity.ERROR
    find: tuple[Pattern, ...] = ()
    beside: tuple[Pattern, ...] = ()
    excused: tuple[Pattern, ...] = ()
    needs: tuple[Pattern, ...] = ()
    after: tuple[Pattern, ...] = ()
    most: int = 0
    instead: Mapping[str, str] = field(default_factory=dict)  #: what is found → what may safely stand in its place
    whole: Mapping[str, str] = field(default_factory=dict)  #: a text that is too curt → a sentence to offer

    @cached_property
    def keys(self) -> frozenset[str]:
        """One of these one or two characters is in every text that breaks the rule; empty: not known."""
        keys = [pattern.needs[0] if pattern.needs else frozenset[str]() for pattern in self.find]
        return frozenset[str]().union(*keys) if all(keys) else frozenset()

    @property
    def signs(self) -> frozenset[str]:
        """What its patterns speak of beside letters, digits and Chinese."""
        sources = (pattern.source for pattern in (*self.find, *self.beside, *self.excused, *self.needs, *self.after))
        return frozenset(sign for source in sources for sign in source if not sign.isalnum()) - _SYNTAX

    @cached_property
    def curt(self) -> Mapping[str, str]:
        """`whole`, by the text as it is compared."""
        return {bare(read(text)): offer for text, offer in self.whole.items()}

    @cached_property
    def rewrites(self) -> Mapping[str, str]:
        """`instead`, by the text as it is compared."""
        return {folded(text): better for text, better in self.instead.items()}

    def faults(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """Where a reading breaks the rule, as places in it."""
        text = reading.text
        if not self.find or not self._found.search(text) or (self.needs and self._needed.search(text)):
            return
        excuses = [excuse.span() for excuse in self._excuses.finditer(text)] if self.excused else []
        if self.beside and next(_free(self._companions, text, excuses), None) is None:
            return
        first = self._before.search(text) if self.after else None
        found = islice(_free(self._found, text, excuses), self.most, None)
        yield from (place for place in found if first is None or place[0] < first.start())

    def warm(self) -> None:
        """Compile what is otherwise compiled at first use."""
        _ = self._found, self._companions, self._excuses, self._needed, self._before, self.curt, self.rewrites

    @cached_property
    def _found(self) -> re.Pattern[str]:
        return _any(self.find)

    @cached_property
    def _companions(self) -> re.Pattern[str]:
        return _any(self.beside)

    @cached_property
    def _excuses(self) -> re.Pattern[str]:
        return _any(self.excused)

    @cached_property
    def _needed(self) -> re.Pattern[str]:
        return _any(self.needs)

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return _any(self.after)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a text: which rule, where (characters from 0, end excluded), and what to do."""

    rule: Rule
    start: int
    end: int
    found: str
    rewrite: str | None = None  #: what may safely stand there instead; None: a human must find other words
    offer: str = ""  #: a full sentence to choose instead of a curt one

    def __str__(self) -> str:
        """For whoever wrote it, in Chinese."""
        better = self.offer or self.rewrite
        return f"“{self.found}”：{self.rule.title}（{self.rule.source}）" + (f"，可以写成“{better}”" if better else "")


def _any(patterns: Iterable[Pattern]) -> re.Pattern[str]:
    """One expression for all; the first that fits wins, so that the longer of two words must stand first."""
    return re.compile("|".join(f"(?:{pattern.expression})" for pattern in patterns), re.MULTILINE)


def _free(expression: re.Pattern[str], text: str, excuses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where an expression is found outside of all excuses, without the marks behind it."""
    at = 0
    while match := expression.search(text, at):
        start, end = match.span()
        if any(begins < end and start < ends for begins, ends in excuses):
            at = start + 1
            continue
        end = start + (len(match[0].rstrip(f"\n{MARKS}")) or len(match[0]))
        yield start, end
        at = max(end, start + 1)


def bare(reading: Reading) -> str:
    """A whole text as it is compared with `Rule.curt`: without the marks around it."""
    return reading.text.strip(f"\n{MARKS}")
