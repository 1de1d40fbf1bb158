"""The small language of trainers' patterns, read in one pass: what it matches, and what a text must hold for that.

`(甲|乙)` one of them, `[甲|乙]` perhaps, `…` up to six characters of the same clause, `{快递}` a word of a list,
`{数}` a number, `^` and `$` the text's beginning and end (final particles aside). Everything else stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import PatternError

#: Limits that keep a pattern cheap (bar 45): nothing repeats without end but what follows it at the text's end.
MAX_LENGTH = 300
MAX_GAPS = 2
MAX_OPTIONAL = 10
_NUMBER = r"(?:\d{1,12}(?:\.\d{1,4})?|[一二两三四五六七八九十百千半几]{1,4})"
_ENDING = r"[吗呢啊呀吧嘛么哈呗啦了的哦喔\s?!,.~。！？，]*$"
_CLOSING = {"(": ")", "[": "]"}
_HALF_WIDTH = str.maketrans("（）［］｜｛｝＾＄，？！：；", "()[]|{}^$,?!:;")
_TOKEN = re.compile(r"\{[^{}]*\}|[()\[\]|…^${}]|[^()\[\]|…^${}]+")

Lists = Mapping[str, Iterable[str]]
Keys = frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a pattern: a group, a gap, a list, or characters that stand for themselves."""

    expression: str  #: as a regular expression
    optional: bool  #: can match nothing at all
    keys: Keys = frozenset()  #: one or two characters, one of which begins every match; empty: not known


_GAP = Part("[^,.!?;:。，！？；]{0,6}", optional=True)


def usual(source: str) -> str:
    """A pattern as kefu writes it: signs half width, letters small."""
    return source.translate(_HALF_WIDTH).lower()


def read(source: str, lists: Lists) -> tuple[str, list[Part]]:
    """A pattern written as `usual` as one regular expression, and its parts in order; `lists`: name → words for
    `{name}`. PatternError says in Chinese what to mend."""
    _refuse_costly(source)
    body, ending = (source[:-1], _ENDING) if source.endswith("$") else (source, "")
    body, beginning = (body[1:], "^") if body.startswith("^") else (body, "")
    parts = _Reading(source, body, lists).parts()
    if all(part.optional for part in parts):
        raise PatternError("句式里没有一处是必须出现的字")
    return beginning + "".join(part.expression for part in parts) + ending, parts


def any_of(words: Iterable[str]) -> str:
    """The expression for any of these words, a longer one before its own beginning; without words it finds nothing."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})" if longest_first else "(?!)"


def _refuse_costly(source: str) -> None:
    if len(source) > MAX_LENGTH:
        raise PatternError(f"句式太长（超过 {MAX_LENGTH} 个字），请拆成几条")
    if source.count("…") > MAX_GAPS:
        raise PatternError(f"一条句式里“…”最多 {MAX_GAPS} 处")
    if source.count("[") > MAX_OPTIONAL:
        raise PatternError(f"一条句式里可有可无的“[ ]”最多 {MAX_OPTIONAL} 处")


class _Reading:
    """One pattern on its way from tokens to parts."""

    def __init__(self, source: str, body: str, lists: Lists) -> None:
        self._source, self._lists = source, lists
        self._tokens = iter(_TOKEN.findall(body))

    def parts(self) -> list[Part]:
        """The parts of the whole pattern."""
        [parts] = self._alternatives("")
        return parts

    def _alternatives(self, closing: str) -> list[list[Part]]:
        """What stands until the bracket `closing` ("": the pattern's end), cut at each `|`."""
        found: list[list[Part]] = [[]]
        for token in self._tokens:
            if token == closing:
                return found
            if token == "|" and closing:
                found.append([])
            else:
                found[-1].append(self._part(token))
        if closing:
            raise PatternError(f"括号不成对：“{self._source}”")
        return found

    def _part(self, token: str) -> Part:
        if token in _CLOSING:
            return _group(token, self._alternatives(_CLOSING[token]))
        if token == "…":
            return _GAP
        if token in ")]":
            raise PatternError(f"括号不成对：“{self._source}”")
        if token in ("{", "}"):
            raise PatternError(f"“{token}”没有配对")
        if token in "|^$":
            raise _misplaced(token)
        if token[0] == "{":
            return self._listed(token[1:-1])
        return Part(re.escape(token), optional=False, keys=frozenset([token[:2]]))

    def _listed(self, name: str) -> Part:
        if name == "数":
            return Part(_NUMBER, optional=False)
        if "|" in name:
            raise _misplaced("|")
        if name not in self._lists:
            raise PatternError(f"不认识“{{{name}}}”，可以写的有：数、{'、'.join(sorted(self._lists))}")
        return _word_of(tuple(self._lists[name]))


def _misplaced(sign: str) -> PatternError:
    return PatternError(f"“{sign}”放错了地方：^ 只能在最前，$ 只能在最后，| 只能在括号里")


def _group(opening: str, alternatives: Sequence[Sequence[Part]]) -> Part:
    inner = "|".join("".join(part.expression for part in parts) for parts in alternatives)
    optional = opening == "[" or any(all(part.optional for part in parts) for parts in alternatives)
    begun = [frozenset() if optional else _first_keys(parts) for parts in alternatives]
    keys: Keys = frozenset().union(*begun) if all(begun) else frozenset()
    return Part(f"(?:{inner})?" if opening == "[" else f"(?:{inner})", optional, keys)


def _first_keys(parts: Sequence[Part]) -> Keys:
    return frozenset() if parts[0].optional else parts[0].keys


@lru_cache(maxsize=256)  # the same few lists, of hundreds of words, stand in a thousand patterns
def _word_of(words: tuple[str, ...]) -> Part:
    lower = [word.lower() for word in words]
    return Part(any_of(lower), optional=not lower, keys=frozenset(word[:2] for word in lower))
