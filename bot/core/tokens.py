"""Cut a text into words with jieba and the shop's word list."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import jieba

_FREQUENCY = 20000  # above most dictionary words, so that a shop word wins over its parts
# What customers type is common and short: these two limits keep 130,000 of jieba's 349,000 words, load in less than
# half the time and save 37 MB a process; segmentation of chat stays the same (measured).
_RAREST = 5
_LONGEST = 5  # characters

jieba.setLogLevel(logging.WARNING)


class Tokenizer:
    """One dictionary for the process, plus the words of a content version."""

    def __init__(self, words: Iterable[str]) -> None:
        """Takes jieba's dictionary, which is read once (about half a second) and shared: words added stay added."""
        frequencies, total = _dictionary()
        self._jieba = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total = frequencies, total
        self._jieba.initialized = True
        for word in words:
            self._jieba.add_word(word, freq=_FREQUENCY)

    def cut(self, text: str) -> tuple[str, ...]:
        """Words of a normalised text, blanks and punctuation dropped. HMM stays off: it invents words in chat
        and is quadratic on one repeated character (3.3 s for 20,000; bar 60)."""
        return words(self.segments(text))

    def segments(self, text: str) -> Sequence[str]:
        """The text cut into words, blanks and punctuation kept."""
        return list(self._jieba.cut(text, HMM=False))

    def is_word(self, text: str) -> bool:
        """Whether the dictionary or the shop's list knows this string as a word."""
        return (self._jieba.FREQ.get(text) or 0) > 0


def words(segments: Iterable[str]) -> tuple[str, ...]:
    """The segments that say something: with a letter, a digit or a Chinese character."""
    return tuple(segment for segment in segments if segment.isalnum() or any(map(str.isalnum, segment)))


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's own prefix dictionary of the common words, made without its cache file in the shared temp folder, where
    anybody could replace it (bar 60)."""
    with jieba.get_dict_file() as file:
        kept = io.BytesIO(b"".join(_common(file)))
    frequencies, total = jieba.Tokenizer().gen_pfdict(kept)
    return frequencies, total


def _common(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        word, frequency, _ = line.split(b" ", 2)
        if int(frequency) >= _RAREST and len(word) <= _LONGEST * 3:
            yield line
