"""Cut a text into words with jieba's dictionary and the shop's word list."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import jieba

_FREQUENCY = 20000  # above most dictionary words, so that a shop word wins over its parts
# What customers type is common and short: these two limits keep 130,000 of jieba's 349,000 words, load in less than
# half the time and save 37 MB a process; segmentation of chat stays the same (measured).
_COMMON = re.compile(rb"^(\S{1,15}) (\d{2,}|[5-9]) ", re.MULTILINE)  # five characters or fewer, five times or more

#: What jieba looks for words in, and each other character by itself.
_BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+|\r\n|.", re.DOTALL)

jieba.setLogLevel(logging.WARNING)


class Tokenizer:
    """One dictionary for the process, plus the words of a content version."""

    def __init__(self, words: Iterable[str]) -> None:
        """Takes jieba's dictionary, which is read once (about half a second) and shared: words added stay added."""
        self._weights, total = _dictionary()
        for word in map(str, words):  # plain: one key of a subclass makes the dictionary 2.7 times as large
            total += _FREQUENCY
            self._weights |= {word[:end]: 0.0 for end in range(1, len(word)) if word[:end] not in self._weights}
            self._weights[word] = math.log(_FREQUENCY)
        self._rare = math.log(total)

    def cut(self, text: str) -> tuple[str, ...]:
        """Words of a normalised text, blanks and punctuation dropped."""
        return words(self.segments(text))

    def segments(self, text: str) -> Sequence[str]:
        """The text cut into words, blanks and punctuation kept."""
        found: list[str] = []
        for block in _BLOCK.findall(text):
            found += self._likeliest(block) if len(block) > 1 else block
        return found

    def is_word(self, text: str) -> bool:
        """Whether the dictionary or the shop's list knows this string as a word."""
        return self._weights.get(text, 0.0) > 0

    def _likeliest(self, block: str) -> Iterator[str]:
        """The words that make up a block with the highest product of frequencies, as jieba finds them without its HMM,
        which invents words in chat and is quadratic on one repeated character (3.3 s for 20,000; bar 60). In one pass
        from the end, which takes half of jieba's own time (measured)."""
        weights, rare, length = self._weights, self._rare, len(block)
        best, ends = [0.0] * (length + 1), [0] * length
        for start in range(length - 1, -1, -1):
            score, ends[start] = best[start + 1] - rare, start + 1  # a character that is no word
            end = start + 1
            while end <= length and (weight := weights.get(block[start:end])) is not None:
                if weight and (likely := weight - rare + best[end]) >= score:
                    score, ends[start] = likely, end
                end += 1
            best[start] = score
        return _joined(block, ends)


def _joined(block: str, ends: Sequence[int]) -> Iterator[str]:
    """The words between these ends; letters and digits that stand singly are one word."""
    start, single = 0, ""
    while start < len(block):
        word, start = block[start : ends[start]], ends[start]
        if len(word) == 1 and word.isascii() and word.isalnum():
            single += word
            continue
        if single:
            yield single
        single = ""
        yield word
    if single:
        yield single


def words(segments: Iterable[str]) -> tuple[str, ...]:
    """The segments that say something: with a letter, a digit or a Chinese character."""
    return tuple(segment for segment in segments if segment.isalnum() or any(map(str.isalnum, segment)))


@cache
def _dictionary() -> tuple[dict[str, float], int]:
    """The common words of jieba's dictionary, each with the logarithm of its frequency, their beginnings with 0, and
    the sum of all frequencies. Read without jieba's cache file in the shared temp folder, where anybody could replace
    it (bar 60), and in a third of the time that jieba's own reading takes (measured)."""
    with jieba.get_dict_file() as file:
        found = _COMMON.findall(file.read())
    words, counts = b"\n".join([word for word, _ in found]).decode().split("\n"), [count for _, count in found]
    numbers = {count: int(count) for count in set(counts)}
    logarithms = {count: math.log(number) for count, number in numbers.items()}
    weights = _beginnings(words)
    weights.update(zip(words, map(logarithms.__getitem__, counts), strict=True))
    return weights, sum(map(numbers.__getitem__, counts))


def _beginnings(words: Sequence[str]) -> dict[str, float]:
    """What words begin with, each with 0."""
    found: dict[str, float] = {}
    for end in range(1, max(map(len, words))):
        words = [word for word in words if len(word) > end]
        found |= dict.fromkeys([word[:end] for word in words], 0.0)
    return found
