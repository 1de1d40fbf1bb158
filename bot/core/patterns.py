"""Trainers' patterns: a small language for "these words, in this order" that costs linear time whatever is typed.

`(甲|乙)` one of them, `[甲|乙]` perhaps, `…` up to six characters of the same clause, `{快递}` a word of a list,
`{数}` a number, `^` and `$` the text's beginning and end (final particles aside). Everything else stands for itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from bot.errors import PatternError

#: Limits that keep a pattern cheap (bar 45): nothing repeats without end but what follows it at the text's end.
MAX_LENGTH = 300
MAX_GAPS = 2
MAX_OPTIONAL = 10
#: Patterns look at the beginning of a text. Wishes are short (99 % of real messages have fewer characters); with it the
#: cost of all patterns together is bounded whatever is typed (bar 60).
LOOKED_AT = 100
#: Parts of a pattern that are looked for before it is tried.
_TELLING_PARTS = 2
_GAP = "[^,.!?;:。，！？；]{0,6}"
_NUMBER = r"(?:\d{1,12}(?:\.\d{1,4})?|[一二两三四五六七八九十百千半几]{1,4})"
_ENDING = r"[吗呢啊呀吧嘛么哈呗啦了的哦喔\s?!,.~。！？，]*$"
_OPEN, _CLOSE = {"(": ")", "[": "]"}, {")": "(?:%s)", "]": "(?:%s)?"}
_HALF_WIDTH = str.maketrans("（）［］｜｛｝＾＄，？！：；", "()[]|{}^$,?!:;")
_LISTED = re.compile(r"\{([^{}]*)\}")


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


def compile_pattern(intent: str, source: str, lists: Mapping[str, Iterable[str]]) -> Pattern:
    """Compile one pattern; `lists`: name → words for `{name}`. PatternError says in Chinese what to mend."""
    source = source.translate(_HALF_WIDTH).lower()
    if len(source) > MAX_LENGTH:
        raise PatternError(f"句式太长（超过 {MAX_LENGTH} 个字），请拆成几条")
    if source.count("…") > MAX_GAPS:
        raise PatternError(f"一条句式里“…”最多 {MAX_GAPS} 处")
    if source.count("[") > MAX_OPTIONAL:
        raise PatternError(f"一条句式里可有可无的“[ ]”最多 {MAX_OPTIONAL} 处")
    body, at_end = (source[:-1], True) if source.endswith("$") else (source, False)
    body, at_start = (body[1:], True) if body.startswith("^") else (body, False)
    parts = _parts(body, source)
    expression = "".join(_expression(part, lists) for part in parts)
    if all(_may_be_empty(part, lists) for part in parts):
        raise PatternError("句式里没有一处是必须出现的字")
    whole = ("^" if at_start else "") + expression + (_ENDING if at_end else "")
    needed = [part for part in parts if not _may_be_empty(part, lists)]
    needs = sorted(filter(None, (_keys(part, lists) for part in needed)), key=_selective, reverse=True)
    return Pattern(intent, source, whole, tuple(needs))


def _parts(body: str, source: str) -> list[str]:
    """The pattern cut at its top level: groups, gaps, and runs of plain characters."""
    parts: list[str] = []
    stack: list[str] = []
    start = 0
    for at, character in enumerate(body):
        if character in _OPEN:
            if not stack:
                parts.append(body[start:at])
                start = at
            stack.append(_OPEN[character])
        elif character in _CLOSE:
            if not stack or stack.pop() != character:
                raise PatternError(f"括号不成对：“{source}”")
            if not stack:
                parts.append(body[start : at + 1])
                start = at + 1
        elif character == "…" and not stack:
            parts += [body[start:at], "…"]
            start = at + 1
        elif character in "^$" or (character == "|" and not stack):
            raise PatternError(f"“{character}”放错了地方：^ 只能在最前，$ 只能在最后，| 只能在括号里")
    if stack:
        raise PatternError(f"括号不成对：“{source}”")
    return [part for part in (*parts, body[start:]) if part]


def _may_be_empty(part: str, lists: Mapping[str, Iterable[str]]) -> bool:
    """Whether a part of the pattern can match nothing at all."""
    if part[0] in "…[":
        return True
    if part[0] == "(":
        return any(
            all(_may_be_empty(inner, lists) for inner in _parts(alternative, part))
            for alternative in _alternatives(part[1:-1])
        )
    rest = _LISTED.sub(lambda name: "x" if name[1] == "数" or any(lists.get(name[1], ())) else "", part)
    return not rest


def _expression(part: str, lists: Mapping[str, Iterable[str]]) -> str:
    """One part as a regular expression."""
    out, at = [], 0
    while at < len(part):
        character = part[at]
        if character in _OPEN:
            out.append("(?:")
        elif character in _CLOSE:
            out.append(")?" if character == "]" else ")")
        elif character == "…":
            out.append(_GAP)
        elif character == "|":
            out.append("|")
        elif listed := _LISTED.match(part, at):
            out.append(_words(listed[1], lists))
            at = listed.end() - 1
        elif character in "{}":
            raise PatternError(f"“{character}”没有配对")
        else:
            out.append(re.escape(character))
        at += 1
    return "".join(out)


def _words(name: str, lists: Mapping[str, Iterable[str]]) -> str:
    if name == "数":
        return _NUMBER
    if name not in lists:
        raise PatternError(f"不认识“{{{name}}}”，可以写的有：数、{'、'.join(sorted(lists))}")
    return any_of(word.lower() for word in lists[name])


def _keys(part: str, lists: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """What a text must hold one of for this part to be in it: the first one or two characters of each alternative;
    empty when that is not known (a number, something optional in front)."""
    inner = part[1:-1] if part[0] == "(" else part
    keys: set[str] = set()
    for alternative in _alternatives(inner):
        if listed := _LISTED.match(alternative):
            if listed[1] == "数":
                return frozenset()
            keys.update(word[:2].lower() for word in lists.get(listed[1], ()))
        elif not alternative or alternative[0] in "([…":
            return frozenset()
        else:
            plain = re.match(r"[^(\[{…|]{1,2}", alternative)
            keys.add(plain[0] if plain else alternative[0])
    return frozenset(keys)


def _alternatives(inner: str) -> list[str]:
    depth, start, found = 0, 0, []
    for at, character in enumerate(inner):
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == "|" and not depth:
            found.append(inner[start:at])
            start = at + 1
    return [*found, inner[start:]]


def _selective(keys: frozenset[str]) -> float:
    """How few texts hold one of the keys, roughly: long and few are best."""
    return -sum(1.0 if len(key) > 1 else 8.0 for key in keys)


def any_of(words: Iterable[str]) -> str:
    """The expression for any of these words, a longer one before its own beginning; without words it finds nothing."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})" if longest_first else "(?!)"


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
