"""Find quick phrases by code, group, text or pinyin: the nearest owner first, then the often used (SR-045)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import nsmallest
from itertools import accumulate

from bot.core.normalize import normalize
from bot.core.pinyin import syllable
from bot.core.quick import QuickPhrase, Scope

_NEARNESS = {scope: at for at, scope in enumerate(Scope)}
_OTHER = re.compile(r"[^a-z0-9\u4e00-\u9fff]+")
# How well a word fits, best first; our order: what an agent chose to name it by goes before what it happens to say.
_CODE, _NAMED, _SAID, _HINTED = range(4)


@dataclass(frozen=True, slots=True)
class Sound:
    """A text as it is typed in pinyin: "发货" → "fahuo", syllables beginning at 0 and 2, and "fh"."""

    letters: str
    starts: frozenset[int]
    initials: str

    def has(self, typed: str) -> bool:
        """Whether the syllables hold what was typed, from a syllable's beginning on."""
        if len(typed) == 1:
            return typed in self.initials
        at = self.letters.find(typed)
        while at >= 0 and at not in self.starts:
            at = self.letters.find(typed, at + 1)
        return at >= 0


def sound(text: str) -> Sound:
    """The sound of a normalised text; other characters part it, Latin letters and digits stay as they are."""
    syllables = [syllable(c) or c for c in _OTHER.sub(" ", text)]
    starts = accumulate(map(len, syllables), initial=0)
    return Sound("".join(syllables), frozenset(starts), "".join(one[0] for one in syllables))


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a query; `typed` when it may be pinyin, else ""."""

    text: str
    typed: str


@dataclass(frozen=True, slots=True)
class _Entry:
    phrase: QuickPhrase
    nearness: int
    code: str
    group: str
    text: str
    group_sound: Sound
    text_sound: Sound
    written: str  #: code, group and text in one string, so that most entries are passed over by a single look
    spelled: str  #: the same in ASCII: looking for ASCII in a Chinese string takes three times as long (measured)

    def fit(self, word: _Word) -> int | None:
        """How well one word of the query fits; None when it does not."""
        text, typed = word.text, word.typed
        if self.code == text:
            return _CODE
        if self.code.startswith(text) or text in self.group:
            return _NAMED
        if typed and (self.group_sound.initials.startswith(typed) or self.group_sound.has(typed)):
            return _NAMED
        if text in self.text or (typed and self.text_sound.has(typed)):
            return _SAID
        return _HINTED if typed and typed in self.text_sound.initials else None


class Index:
    """A shop's phrases ready to be searched."""

    def __init__(self, phrases: Iterable[QuickPhrase]) -> None:
        """Reads each phrase once; personal ones of every agent may be among them."""
        self._entries = sorted(map(_entry, phrases), key=lambda e: (e.phrase.group, e.code, e.phrase.id))

    def search(
        self, query: str, agent: str, today: date, uses: Mapping[str, int], limit: int = 20
    ) -> Sequence[QuickPhrase]:
        """The valid phrases that fit every word of the query, best first; all of them for an empty one. Another
        agent's personal phrases are never found. `uses`: phrase id → how often this agent took it."""
        words = [_Word(word, _typed(word)) for word in map(normalize, query.split()) if word]
        left = self._entries
        for word in words:
            left = _holding(left, word)
        found = [
            ((fit, entry.nearness, -uses.get(entry.phrase.id, 0)), entry.phrase)
            for entry in left
            if _is_for(entry.phrase, agent, today) and (fit := _fit(entry, words)) is not None
        ]
        return [phrase for _, phrase in nsmallest(limit, found, key=lambda pair: pair[0])]


@lru_cache(maxsize=8192)  # one phrase changes, 2,000 stay: reading them all anew would take 0.2 s
def _entry(phrase: QuickPhrase) -> _Entry:
    code, group, text = normalize(phrase.code), normalize(phrase.group), normalize(phrase.text)
    by_group, by_text = sound(group), sound(text)
    written = "\n".join((code, group, text))
    spelled = "\n".join((code, *(part for one in (by_group, by_text) for part in (one.letters, one.initials))))
    return _Entry(phrase, _NEARNESS[phrase.scope], code, group, text, by_group, by_text, written, spelled)


def _holding(entries: list[_Entry], word: _Word) -> list[_Entry]:
    text, typed = word.text, word.typed
    if not typed:
        return [entry for entry in entries if text in entry.written]
    if typed == text:
        return [entry for entry in entries if typed in entry.spelled]
    return [entry for entry in entries if typed in entry.spelled or text in entry.spelled]


def _typed(word: str) -> str:
    """The word as pinyin; "" for one that is none. A keyboard has no ü: 女 is typed nv, and read nu here."""
    return word.replace("nv", "nu").replace("lv", "lu") if word.isascii() and word.isalnum() else ""


def _fit(entry: _Entry, words: Sequence[_Word]) -> int | None:
    total = 0
    for word in words:
        if (fit := entry.fit(word)) is None:
            return None
        total += fit
    return total


def _is_for(phrase: QuickPhrase, agent: str, today: date) -> bool:
    return (phrase.scope is not Scope.PERSONAL or phrase.owner == agent) and phrase.is_valid(today)
